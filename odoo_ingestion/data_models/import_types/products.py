"""Product categories and products (product templates)."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.spelling import numbers_of, spell
from odoo_ingestion.records import ImportType

# What shops, ERPs and address books call the fields of Odoo, in lower case words: SKU, sku,
# unitPrice, unit_price and Unit-Price are all found here.
PRODUCT_NAMES = spell(
    {
        "default_code": "sku,code,article,reference,ref,internal ref,part number,part no,"
        "model number,mpn,"
        + ",".join(numbers_of(noun) for noun in ("product", "article", "item", "sku")),
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
        "image_1920": "image url,image path,image file,image src,main image,picture,photo,"
        "photo url",
    }
)

_CATEGORY_NAMES = spell(
    {
        "name": "category name,title,label",
        "complete_name": "path,full path,category path,full name,complete path,category,hierarchy,"
        "category full path",
        "parent_id": "parent,parent category,parent name,parent path,parent category name",
    }
)

CATEGORIES = ImportType(
    name="categories",
    model="product.category",
    keys=(("parent_id", "name"),),
    synonyms=_CATEGORY_NAMES,
    nouns=("category", "categ", "product"),
    parent_field="parent_id",
    example={"complete_name": "All / Drinks / Tea"},
    description="Product categories, by their path or by name and parent",
)

PRODUCTS = ImportType(
    name="products",
    model="product.template",
    keys=(("default_code",), ("barcode",)),
    synonyms=PRODUCT_NAMES,
    nouns=("product", "item", "article"),
    requires=("categories", "units"),
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
)
