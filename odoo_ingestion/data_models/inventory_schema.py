"""The columns of a file of quantities, as the fields of a model: those of stock.quant and more."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from odoo_ingestion.records import FieldSpec, ModelSchema

_MODELS: Mapping[str, str] = {
    "product_id": "product.product",
    "location_id": "stock.location",
    "warehouse_id": "stock.warehouse",
    "package_id": "stock.package",
    "owner_id": "res.partner",
    "product_uom_id": "uom.uom",
}

_FURTHER: Mapping[str, tuple[str, str]] = {
    "lot_id": ("char", "Lot/Serial Number"),
    "inventory_quantity": ("float", "Counted Quantity"),
    "inventory_diff_quantity": ("float", "Difference"),
    "reference": ("char", "Reference"),
}

LEFT_TO_ODOO = ("inventory_date", "user_id")
"""Columns of Odoo's own template that applying a count overwrites."""


def inventory_schema(schema: ModelSchema) -> ModelSchema:
    """Return the fields that a row of quantities may fill, from those of ``stock.quant``.

    A lot is named by a text: it belongs to its product, and may have to be made. ``reference``
    names the movement that a difference stands for. All can be written here, also where the
    server's ``fields_get`` says otherwise (Odoo 14 makes every field of a quant read-only).
    """
    fields = {name: _relation(schema.fields.get(name), name) for name in _MODELS}
    for name, (kind, label) in _FURTHER.items():
        known = schema.fields.get(name, FieldSpec(name, kind, label))
        fields[name] = replace(known, type=kind, readonly=False, relation=None, domain=None)
    for name in LEFT_TO_ODOO:
        if name in schema.fields:
            fields[name] = replace(schema.fields[name], type="char", readonly=False, relation=None)
    labels = {
        label: kept
        for label, names in schema.labels.items()
        if (kept := tuple(name for name in names if name in fields))
    }
    return replace(schema, fields=fields, labels=labels)


def _relation(spec: FieldSpec | None, name: str) -> FieldSpec:
    label = name.removesuffix("_id").replace("_", " ").capitalize()
    known = spec or FieldSpec(name, "many2one", label, relation=_MODELS[name])
    return replace(known, type="many2one", readonly=False, required=False, domain=None)
