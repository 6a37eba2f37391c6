"""What suppliers ask for products (vendor pricelists)."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportType

SUPPLIER_PRICES = ImportType(
    name="supplier-prices",
    model="product.supplierinfo",
    keys=(
        (
            *("partner_id", "product_tmpl_id", "product_id", "min_qty", "currency_id"),
            *("date_start", "date_end"),
        ),
    ),
    synonyms=spell(
        {
            "partner_id": "partner,vendor,supplier,seller,vendor name,supplier name,"
            + ",".join(numbers_of(noun) for noun in ("vendor", "supplier")),
            "product_tmpl_id": "product,sku,default code,internal reference,article,item,barcode,"
            "ean,gtin,product name," + ",".join(numbers_of(n) for n in ("article", "item", "sku")),
            "product_id": "variant,product variant,variant code,variant sku",
            "product_code": "supplier sku,vendor sku,supplier product code,vendor product code,"
            "supplier code of product,supplier article,vendor article",
            "product_name": "supplier product name,vendor product name",
            "price": "unit price,cost,cost price,purchase price,buying price,net price",
            "min_qty": "quantity,qty,minimum quantity,min quantity,minimum qty,moq,"
            "minimum order quantity",
            "currency_id": "currency,currency code",
            "delay": "lead time,delivery lead time,delivery time,days",
            "date_start": "start date,valid from,from,from date,start",
            "date_end": "end date,valid until,valid to,until,to,to date,end",
            "discount": "discount percent,discount %,rebate",
            "product_uom_id": "uom,unit,unit of measure,purchase unit",
            "sequence": "priority",
        }
    ),
    nouns=("price",),
    example={
        "vendor": "Wood Corner",
        "sku": "TEA-001",
        "min_qty": "10",
        "price": "2.10",
        "delay": "3",
        "currency_id": "",
        "date_start": "",
    },
    description="Prices of suppliers, by supplier, product, quantity, currency and dates",
    requires=("units", "products", "variants", "partners", "suppliers"),
)
