"""What models and fields are called from one Odoo series to the next.

The names of Odoo 19 are the canonical ones: the rest of the package speaks them, and asks here what
a server of another series calls the same thing. Source: ``fields_get`` of 14.0, 17.0, 18.0, 19.0.
"""

from __future__ import annotations

from collections.abc import Mapping

_OLD_MODELS: Mapping[str, tuple[tuple[str, str], ...]] = {
    # (last series that has the old name, old name)
    "stock.lot": (("15.0", "stock.production.lot"),),
    "product.uom": (("18.0", "product.packaging"),),
}

_OLD_FIELDS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("sale.order.line", "tax_ids"): (("18.0", "tax_id"),),
    ("sale.order.line", "product_uom_id"): (("18.0", "product_uom"),),
    ("purchase.order.line", "tax_ids"): (("18.0", "taxes_id"),),
    ("purchase.order.line", "product_uom_id"): (("18.0", "product_uom"),),
    ("product.supplierinfo", "product_uom_id"): (("18.0", "product_uom"),),
    ("purchase.order", "note"): (("18.0", "notes"),),
    ("res.users", "group_ids"): (("18.0", "groups_id"),),
}


def series_number(version: str) -> tuple[int, ...]:
    """Return a series (``"19.0"``, ``"saas~18.2"``, ``"17.0+e"``) in a form that compares."""
    digits = version.removeprefix("saas~").removesuffix("+e")
    return tuple(int(part) for part in digits.split(".") if part.isdecimal())


def model_name(canonical: str, version: str) -> str:
    """Return what a server of the series calls a model that Odoo 19 calls ``canonical``."""
    return _name_in(_OLD_MODELS.get(canonical, ()), canonical, version)


def field_name(model: str, canonical: str, version: str) -> str:
    """Return what a server of the series calls a field that Odoo 19 calls ``canonical``."""
    return _name_in(_OLD_FIELDS.get((model, canonical), ()), canonical, version)


def _name_in(old_names: tuple[tuple[str, str], ...], canonical: str, version: str) -> str:
    for last, name in old_names:
        if series_number(version) <= series_number(last):
            return name
    return canonical
