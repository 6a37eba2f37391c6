"""What models and fields are called from one Odoo series to the next, and what later ones lack.

The names of Odoo 19 are the canonical ones: the rest of the package speaks them, and asks here what
a server of another series calls the same thing. Source: ``fields_get`` of 14.0, 17.0, 18.0, 19.0.
"""

from __future__ import annotations

import re
from collections.abc import Container, Mapping

_SERIES = re.compile(r"(?:saas[~-])?(\d+)(?:\.(\d+))?")

_OLD_MODELS: Mapping[str, tuple[tuple[str, str], ...]] = {
    # (last series that has the old name, old name)
    "stock.lot": (("15.0", "stock.production.lot"),),
    "product.uom": (("18.0", "product.packaging"),),
}

_OLD_FIELDS: Mapping[tuple[str, str], tuple[tuple[str, str], ...]] = {
    ("sale.order.line", "tax_ids"): (("18.0", "tax_id"),),
    ("sale.order.line", "product_uom_id"): (("18.0", "product_uom"),),
    ("sale.order.line", "route_ids"): (("18.0", "route_id"),),
    ("purchase.order.line", "tax_ids"): (("18.0", "taxes_id"),),
    ("purchase.order.line", "product_uom_id"): (("18.0", "product_uom"),),
    ("product.supplierinfo", "product_uom_id"): (("18.0", "product_uom"),),
    ("product.supplierinfo", "partner_id"): (("15.0", "name"),),
    ("purchase.order", "note"): (("18.0", "notes"),),
    ("res.users", "group_ids"): (("18.0", "groups_id"),),
}

_ADVICE: Mapping[tuple[str, str], str] = {
    ("res.partner", "mobile"): "phone is the only number it keeps: rename the column to phone",
    ("res.partner", "title"): "it keeps no titles of people",
    ("res.users", "mobile"): "phone is the only number it keeps: rename the column to phone",
    ("res.users", "title"): "it keeps no titles of people",
    ("product.template", "uom_po_id"): "the unit in which a product is bought is said with each "
    "vendor's price (product_uom_id of product.supplierinfo)",
    ("product.template", "detailed_type"): "call the column type",
    ("product.supplierinfo", "product_uom_id"): "prices are in the purchase unit of the product "
    "(uom_po_id)",
    ("uom.uom", "category_id"): "units are said by relative_uom_id and relative_factor",
    ("uom.uom", "uom_type"): "units are said by relative_uom_id and relative_factor",
    ("uom.uom", "ratio"): "units are said by relative_uom_id and relative_factor",
    ("uom.uom", "relative_factor"): "units are said by category_id, uom_type and factor",
    ("uom.uom", "relative_uom_id"): "units are said by category_id, uom_type and factor",
}
"""What to do about a field that the server's series does not have."""

_CONVERTED: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("product.template", "is_storable"): ("detailed_type", "type"),
}
"""Fields that some series lack and say by the value of another: Odoo 14 to 17 have a product type
for what is storable."""

_SAME_FIELDS = {"product.product": "product.template"}
"""Models that have the fields of another one beside their own."""


def series_number(version: str) -> tuple[int, ...]:
    """Return a series in a form that compares: major and minor number.

    Reads ``"19"``, ``"19.0"``, ``"17.0+e"``, ``"saas~18.2"`` and ``"17.0-20240709"``. Raises
    ValueError for what is no series.
    """
    found = _SERIES.match(version.strip())
    if found is None:
        raise ValueError(f"{version!r} is no Odoo series")
    return int(found[1]), int(found[2] or 0)


def series_of(version: str) -> str:
    """Return a version as the series that the package writes: ``"18.2"`` for ``"saas~18.2+e"``.

    Raises ValueError for what is no series.
    """
    return ".".join(map(str, series_number(version)))


def model_name(canonical: str, version: str) -> str:
    """Return what a server of the series calls a model that Odoo 19 calls ``canonical``."""
    return _name_in(_OLD_MODELS.get(canonical, ()), canonical, version)


def canonical_model(name: str) -> str:
    """Return what Odoo 19 calls a model that may have an older name."""
    for canonical, names in _OLD_MODELS.items():
        if any(old == name for _, old in names):
            return canonical
    return name


def field_name(model: str, canonical: str, version: str) -> str:
    """Return what a server of the series calls a field that Odoo 19 calls ``canonical``."""
    return _name_in(_OLD_FIELDS.get((model, canonical), ()), canonical, version)


def present_name(model: str, name: str, fields: Container[str]) -> str:
    """Return the name, older or newer, by which a server has a field; else the name as it is.

    ``fields`` are the server's own. Safer than ``field_name`` where they are known: the series
    between two versions (``saas~18.2``) have some names of either.
    """
    if name in fields:
        return name
    for (of_model, canonical), names in _OLD_FIELDS.items():
        known = {canonical, *(old for _, old in names)}
        if of_model == model and name in known:
            return next((other for other in sorted(known) if other in fields), name)
    return name


def advice_without(model: str, field: str) -> str | None:
    """Return what to do about a column for a field that a series does not have, where known."""
    found = _ADVICE.get((model, field))
    return found or _ADVICE.get((_SAME_FIELDS.get(model, model), field))


def is_converted(model: str, field: str, fields: Container[str]) -> bool:
    """Tell whether a field that is not among the server's is written as the value of another."""
    others = _CONVERTED.get((_SAME_FIELDS.get(model, model), field), ())
    return field not in fields and any(other in fields for other in others)


def _name_in(old_names: tuple[tuple[str, str], ...], canonical: str, version: str) -> str:
    for last, name in old_names:
        if series_number(version) <= series_number(last):
            return name
    return canonical
