"""Variants of products, and the attributes that tell them apart."""

from __future__ import annotations

from odoo_ingestion.data_models.import_types.products import PRODUCT_NAMES
from odoo_ingestion.data_models.import_types.spelling import spell
from odoo_ingestion.records import ImportKind, ImportType

_VARIANT_NAMES = {
    **PRODUCT_NAMES,
    **spell(
        {
            "list_price": "lst price,public price",
            "standard_price": "cost,cost per item,variant cost",
            "image_variant_1920": "image,variant image,image 1920,picture,photo",
            "weight": "gross weight",
        }
    ),
}

VARIANTS = ImportType(
    name="variants",
    model="product.product",
    keys=(("default_code",), ("barcode",)),
    synonyms=_VARIANT_NAMES,
    nouns=("variant", "product", "item", "article"),
    kind=ImportKind.VARIANTS,
    requires=("categories", "units", "attributes", "products"),
    example={
        "name": "T-shirt",
        "attribute:Color": "Blue",
        "attribute:Size": "M",
        "default_code": "TS-BLUE-M",
        "barcode": "",
        "list_price": "19.90",
        "standard_price": "7.50",
        "weight": "0.15",
    },
    description="Variants of products: a row each, with their attributes, codes and prices",
)

_ATTRIBUTE_NAMES = spell(
    {
        "name": "value,attribute value,value name",
        "attribute_id": "attribute,attribute name",
        "create_variant": "variant creation,variants creation mode,create variants",
        "html_color": "color code,hex",
        "default_extra_price": "extra price,extra,price extra",
        "sequence": "position,sort order",
    }
)

ATTRIBUTES = ImportType(
    name="attributes",
    model="product.attribute.value",
    keys=(("attribute_id", "name"),),
    synonyms=_ATTRIBUTE_NAMES,
    kind=ImportKind.VARIANTS,
    example={"attribute": "Color", "value": "Blue"},
    description="Attributes of variants, and their values",
)
