"""Pricelists with their rules, and products with the prices of their vendors."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.products import PRODUCT_NAMES
from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportKind, ImportType, LineType

_RULE_NAMES = spell(
    {
        "product_tmpl_id": "product,sku,item,article,product name,default code,"
        "internal reference,product template,"
        + ",".join(numbers_of(noun) for noun in ("product", "item", "article")),
        "product_id": "variant,product variant,variant sku,variant code",
        "categ_id": "category,product category,category name",
        "applied_on": "apply on,applied on,applies to",
        "compute_price": "compute price,computation,price type",
        "fixed_price": "price,fixed,fixed price,unit price,sales price,net price",
        "percent_price": "percentage,percent,percentage price,discount,discount %",
        "min_quantity": "quantity,qty,min qty,min quantity,minimum quantity,from quantity",
        "date_start": "start date,start,valid from,from",
        "date_end": "end date,end,valid to,valid until,until,to",
        "base": "based on",
        "base_pricelist_id": "other pricelist,base pricelist",
        "price_discount": "price discount,formula discount",
        "price_surcharge": "price surcharge,surcharge,extra fee",
        "price_round": "price rounding,rounding",
        "price_min_margin": "min price margin,min margin",
        "price_max_margin": "max price margin,max margin",
    }
)

PRICELISTS = ImportType(
    name="pricelists",
    model="product.pricelist",
    keys=(("name",),),
    synonyms=spell(
        {
            "name": "pricelist,price list,list,pricelist name,price list name",
            "currency_id": "currency,currency code",
            "country_group_ids": "country groups,country group",
        }
    ),
    nouns=("pricelist",),
    example={
        "name": "Retailers",
        "item_ids/product_tmpl_id": "TEA-001",
        "item_ids/min_quantity": "10",
        "item_ids/fixed_price": "4.20",
    },
    description="Pricelists with their rules",
    kind=ImportKind.DOCUMENTS,
    requires=("categories", "products", "variants"),
    lines=LineType(
        one2many="item_ids",
        model="product.pricelist.item",
        synonyms=_RULE_NAMES,
        same=("product_tmpl_id", "product_id", "categ_id", "min_quantity", "date_start"),
        nouns=("line", "rule", "item", "pricelist item", "pricelist rule"),
    ),
)

_VENDOR_PRICE_NAMES = spell(
    {
        "partner_id": "vendor,supplier,vendor name,supplier name,"
        + ",".join(numbers_of(noun) for noun in ("vendor", "supplier")),
        "product_name": "vendor product name,supplier product name",
        "product_code": "vendor product code,supplier product code,vendor sku,supplier sku",
        "price": "vendor price,supplier price,purchase price,buying price",
        "min_qty": "quantity,qty,min qty,minimum quantity,min quantity",
        "date_start": "start date,valid from",
        "date_end": "end date,valid to,valid until",
        "delay": "delivery lead time,lead time",
        "currency_id": "currency,currency code",
    }
)

PRODUCT_VENDORS = ImportType(
    name="product-vendors",
    model="product.template",
    keys=(("default_code",), ("barcode",)),
    # A vendor price of Odoo 15 and before calls its vendor "name" too.
    synonyms={**PRODUCT_NAMES, "name": "name"},
    nouns=("product",),
    example={
        "default_code": "TEA-002",
        "name": "Black tea 100 g",
        "seller_ids/partner_id": "Wood Corner",
        "seller_ids/min_qty": "10",
        "seller_ids/price": "2.05",
    },
    description="Products with the prices of their vendors as lines",
    kind=ImportKind.DOCUMENTS,
    requires=("categories", "units", "partners", "suppliers"),
    lines=LineType(
        one2many="seller_ids",
        model="product.supplierinfo",
        synonyms=_VENDOR_PRICE_NAMES,
        same=("partner_id", "product_code", "min_qty", "date_start"),
        nouns=("vendor", "supplier"),
    ),
)
