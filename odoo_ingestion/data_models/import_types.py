"""The kinds of files that a user can name: categories, products, partners, customers, suppliers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from difflib import get_close_matches

from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ImportType


def _spell(names_by_field: Mapping[str, str]) -> dict[str, str]:
    """Return name -> field from field -> comma-separated names."""
    return {
        name.strip(): field for field, names in names_by_field.items() for name in names.split(",")
    }


def _numbers_of(noun: str) -> str:
    """Return the usual names of the number by which a list knows its own things."""
    endings = ("id", "no", "nr", "number", "num", "code", "ref", "reference", "key")
    return ",".join(f"{noun} {ending}" for ending in endings)


# What shops, ERPs and address books call the fields of Odoo, in lower case words: SKU, sku,
# unitPrice, unit_price and Unit-Price are all found here.
_PRODUCT_NAMES = _spell(
    {
        "default_code": "sku,code,article,reference,ref,internal ref,part number,part no,"
        "model number,mpn,"
        + ",".join(_numbers_of(noun) for noun in ("product", "article", "item", "sku")),
        "name": "product name,product,title,product title,item name,article name,designation,label",
        "barcode": "ean,ean13,ean 13,gtin,upc,isbn,bar code,ean code,ean upc",
        "list_price": "price,sales price,sale price,selling price,retail price,unit price,"
        "public price,regular price,rrp,msrp",
        "standard_price": "cost price,unit cost,purchase price,buying price,cost of goods",
        "type": "product type,detailed type,product kind,kind",
        "categ_id": "category,product category,category name,category path,category full path,"
        "internal category",
        "uom_id": "uom,unit,unit of measure,sales unit",
        "uom_po_id": "purchase uom,purchase unit,purchase unit of measure",
        "taxes_id": "customer taxes,sales taxes,sale taxes,sales tax,taxes",
        "supplier_taxes_id": "vendor taxes,purchase taxes,purchase tax,supplier taxes",
        "description_sale": "sales description,sale description",
        "description_purchase": "purchase description",
        "sale_ok": "can be sold,for sale,sellable",
        "purchase_ok": "can be purchased,purchasable",
        "is_storable": "storable,track inventory,manage stock",
        "product_tag_ids": "tags,tag,product tags",
        "active": "enabled",
    }
)

_PARTNER_NAMES = _spell(
    {
        "ref": "code,reference,internal reference,account code,"
        + ",".join(
            _numbers_of(noun)
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
    }
)

_CATEGORY_NAMES = _spell(
    {
        "name": "category name,title,label",
        "complete_name": "path,full path,category path,full name,complete path,category,hierarchy,"
        "category full path",
        "parent_id": "parent,parent category,parent name,parent path,parent category name",
    }
)

_PARTNER_NOUNS = ("partner", "customer", "client", "supplier", "vendor", "seller", "address")

_PARTNERS = ImportType(
    name="partners",
    model="res.partner",
    keys=(("ref",), ("vat",)),
    synonyms=_PARTNER_NAMES,
    nouns=_PARTNER_NOUNS,
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

IMPORT_TYPES: Mapping[str, ImportType] = {
    "categories": ImportType(
        name="categories",
        model="product.category",
        keys=(("parent_id", "name"),),
        synonyms=_CATEGORY_NAMES,
        nouns=("category", "categ", "product"),
        parent_field="parent_id",
        example={"complete_name": "All / Drinks / Tea"},
        description="Product categories, by their path or by name and parent",
    ),
    "products": ImportType(
        name="products",
        model="product.template",
        keys=(("default_code",), ("barcode",)),
        synonyms=_PRODUCT_NAMES,
        nouns=("product", "item", "article"),
        example={
            "default_code": "TEA-001",
            "name": "Green tea 100 g",
            "type": "Consumable",
            "categ_id": "",
            "barcode": "4006381333931",
            "list_price": "4.90",
            "standard_price": "2.10",
            "weight": "0.12",
        },
        description="Products with their prices, codes and category (product templates)",
    ),
    "partners": _PARTNERS,
    "customers": replace(
        _PARTNERS,
        name="customers",
        ranks={"customer_rank": "1"},
        example={**_PARTNERS.example, "ref": "C-0001"},
        description="Partners that are customers",
    ),
    "suppliers": replace(
        _PARTNERS,
        name="suppliers",
        ranks={"supplier_rank": "1"},
        example={**_PARTNERS.example, "ref": "S-0001", "name": "Wood Corner"},
        description="Partners that are suppliers (vendors)",
    ),
}
"""The import types by name, in the order in which their files are best imported."""

_BY_MODEL = {
    "product.category": "categories",
    "product.template": "products",
    "res.partner": "partners",
}


def import_type(name: str) -> ImportType:
    """Return the import type of that name.

    Raises UsageError naming the nearest ones when there is none.
    """
    found = IMPORT_TYPES.get(name.strip().lower())
    if found is None:
        near = get_close_matches(name.strip().lower(), IMPORT_TYPES, n=2)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"there is no type {name}",
            hint=f"{meant}The types are {', '.join(IMPORT_TYPES)}; for others use --model MODEL.",
        )
    return found


def type_for_model(model: str) -> ImportType | None:
    """Return the import type whose rules a model follows, or None for a generic model."""
    name = _BY_MODEL.get(model)
    return IMPORT_TYPES[name] if name else None
