"""Partners, customers and suppliers."""

from __future__ import annotations

from msgspec.structs import replace

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportType

_PARTNER_NAMES = spell(
    {
        "ref": "code,reference,internal reference,account code,"
        + ",".join(
            numbers_of(noun)
            for noun in ("partner", "customer", "client", "supplier", "vendor", "seller", "contact")
        ),
        "name": "full name,partner name,customer name,client name,supplier name,vendor name,"
        "seller name",
        "email": "e mail,mail,email address,e mail address,mail address",
        "phone": "telephone,tel,phone number,telephone number,phone no,landline",
        "mobile": "mobile phone,cell,cell phone,mobile number,gsm",
        "street": "address,address line,address line 1,address 1,address1,street address,street 1,"
        "street1,street line 1",
        "street2": "address line 2,address 2,address2,street 2,street line 2",
        "zip": "postcode,post code,postal code,zip code,zipcode,zip postal code,plz,"
        "zip code prefix",
        "city": "town,locality",
        "state_id": "region,province,state province,county,federal state,state code",
        "country_id": "country code,country name,nation",
        "vat": "vat number,vat no,vat id,tax id,tax number,tin,vat code,uid number",
        "website": "web,web site,homepage,home page,url",
        "function": "job,job title,job position",
        "category_id": "tags,tag",
        "comment": "note,notes,comments,internal notes,remarks,remark",
        "parent_id": "parent,parent company,parent name,related company",
        "is_company": "is a company,is company",
        "type": "address type,contact type",
        "user_id": "salesperson,sales person,sales rep,account manager",
        "lang": "language,language code",
        "property_payment_term_id": "payment terms,payment term",
        "property_product_pricelist": "pricelist,price list",
        "active": "enabled",
        "title": "salutation,honorific",
        "image_1920": "image url,picture,photo,photo url,avatar,logo",
    }
)

_PARTNER_NOUNS = ("partner", "customer", "client", "supplier", "vendor", "seller", "address")

PARTNERS = ImportType(
    name="partners",
    model="res.partner",
    keys=(("ref",), ("vat",)),
    synonyms=_PARTNER_NAMES,
    nouns=_PARTNER_NOUNS,
    requires=("users", "pricelists"),
    parent_field="parent_id",
    example={
        "ref": "P-0001",
        "name": "Deco Addict",
        "company_type": "Company",
        "parent_id": "",
        "email": "info@deco-addict.example",
        "phone": "+1 555 0100",
        "street": "77 Santa Barbara Rd",
        "zip": "94523",
        "city": "Pleasant Hill",
        "state_id": "CA",
        "country_id": "US",
        "vat": "",
    },
    description="Companies and contacts, with their addresses",
)

CUSTOMERS = replace(
    PARTNERS,
    name="customers",
    ranks={"customer_rank": "1"},
    example={**PARTNERS.example, "ref": "C-0001"},
    description="Partners that are customers",
)

SUPPLIERS = replace(
    PARTNERS,
    name="suppliers",
    ranks={"supplier_rank": "1"},
    example={**PARTNERS.example, "ref": "S-0001", "name": "Wood Corner"},
    description="Partners that are suppliers (vendors)",
)
