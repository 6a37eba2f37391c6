"""The kinds of files that a user can name, one module for each family of them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from odoo_ingestion.data_models.import_types.partners import CUSTOMERS, PARTNERS, SUPPLIERS
from odoo_ingestion.data_models.import_types.products import CATEGORIES, PRODUCTS
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ImportType

IMPORT_TYPES: Mapping[str, ImportType] = {
    kind.name: kind
    for kind in (
        CATEGORIES,
        PRODUCTS,
        PARTNERS,
        CUSTOMERS,
        SUPPLIERS,
    )
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
