"""Units of measure, users, and bank accounts."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import spell
from odoo_ingestion.records import ImportType

UNITS = ImportType(
    name="units",
    model="uom.uom",
    keys=(("name",),),
    synonyms=spell(
        {
            "name": "unit,unit name,uom,uom name,unit of measure,code,symbol",
            "relative_factor": "contains,factor,conversion factor,ratio,quantity per unit",
            "relative_uom_id": "reference unit,base unit,relative unit,relative uom",
            "category_id": "unit category,uom category,category",
            "uom_type": "unit type,uom type",
            "active": "enabled",
        }
    ),
    nouns=("unit", "uom"),
    parent_field="relative_uom_id",
    example={"name": "Crate of 24", "relative_factor": "24", "relative_uom_id": "Units"},
    description="Units of measure: what each contains of another one",
)

USERS = ImportType(
    name="users",
    model="res.users",
    keys=(("login",),),
    synonyms=spell(
        {
            "login": "user,user name,username,user login,login name,account",
            "name": "full name,display name,employee,employee name",
            "email": "e mail,mail,email address,e mail address,mail address",
            "phone": "telephone,tel,phone number,telephone number",
            "group_ids": "groups,group,access groups,roles,access rights",
            "lang": "language,language code",
            "tz": "time zone,timezone",
            "company_id": "company,default company",
            "company_ids": "companies,allowed companies",
            "partner_id": "contact,partner,related partner",
            "active": "enabled",
        }
    ),
    nouns=("user",),
    example={"login": "ann@example.com", "name": "Ann Azure", "email": "ann@example.com"},
    description="Users, by their login; no invitation is sent",
)

BANK_ACCOUNTS = ImportType(
    name="bank-accounts",
    model="res.partner.bank",
    keys=(("acc_number", "partner_id"),),
    synonyms=spell(
        {
            "acc_number": "iban,account,account no,account nr,bank account,bank account number,"
            "iban number",
            "partner_id": "partner,holder,owner,account holder,account owner,customer,supplier,"
            "vendor,contact,company",
            "acc_holder_name": "holder name,account name,beneficiary,beneficiary name",
            "bank_id": "bank,bic,swift,bic code,swift code,bic swift,swift bic,bank code",
            "currency_id": "currency,currency code",
            "allow_out_payment": "send money,trusted",
            "active": "enabled",
        }
    ),
    nouns=("bank", "account"),
    example={
        "acc_number": "BE71 0961 2345 6769",
        "partner_id": "Deco Addict",
        "acc_holder_name": "Deco Addict",
    },
    description="Bank accounts of partners, by number and holder",
    requires=("partners", "customers", "suppliers"),
)
