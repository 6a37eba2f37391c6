"""Which fields of a variant are its own, and which are its product's."""

from __future__ import annotations

from msgspec.structs import replace

from odoo_ingestion.records import ModelSchema

_OWN = frozenset(
    {
        "default_code",
        "barcode",
        "standard_price",
        "weight",
        "volume",
        "active",
        "image_variant_1920",
    }
)
"""Fields of ``product.product`` that each variant has for itself (product, Odoo 14 to 19)."""

_NEVER = frozenset(
    {
        # Writing it changes the price of the product, and of all its variants.
        "lst_price",
        "price_extra",
        "price",
        "image_1920",
        "attribute_line_ids",
        "valid_product_template_attribute_line_ids",
        "combination_indices",
        "product_template_attribute_value_ids",
        "product_template_variant_value_ids",
        "product_variant_id",
        "product_variant_ids",
    }
)
"""Fields that rows never fill by themselves: attributes and prices go in by ways of their own."""

PRICE = "list_price"


def row_schema(variant: ModelSchema) -> ModelSchema:
    """Return the fields that a row of variants may fill."""
    kept = {name: spec for name, spec in variant.fields.items() if name not in _NEVER}
    labels = {
        label: left
        for label, names in variant.labels.items()
        if (left := tuple(name for name in names if name in kept))
    }
    return replace(variant, fields=kept, labels=labels)


def product_fields(variant: ModelSchema, template: ModelSchema) -> frozenset[str]:
    """Return the fields of a row that belong to the product and are the same in all its rows."""
    shared = variant.fields.keys() & template.fields.keys()
    return frozenset(shared - _OWN - {PRICE, "id", "product_tmpl_id"})
