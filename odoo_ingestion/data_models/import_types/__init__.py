"""The kinds of files that a user can name, one module for each family of them."""

from __future__ import annotations

from collections.abc import Mapping
from difflib import get_close_matches

from odoo_ingestion.data_models.import_types.inventory import INVENTORY
from odoo_ingestion.data_models.import_types.invoices import INVOICES
from odoo_ingestion.data_models.import_types.master_data import BANK_ACCOUNTS, UNITS, USERS
from odoo_ingestion.data_models.import_types.partners import CUSTOMERS, PARTNERS, SUPPLIERS
from odoo_ingestion.data_models.import_types.pricelists import PRICELISTS, PRODUCT_VENDORS
from odoo_ingestion.data_models.import_types.products import CATEGORIES, PRODUCTS
from odoo_ingestion.data_models.import_types.purchases import PURCHASE_ORDERS
from odoo_ingestion.data_models.import_types.sales import ORDERS
from odoo_ingestion.data_models.import_types.supplier_prices import SUPPLIER_PRICES
from odoo_ingestion.data_models.import_types.variants import ATTRIBUTES, VARIANTS
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ImportType

IMPORT_TYPES: Mapping[str, ImportType] = {
    kind.name: kind
    for kind in (
        CATEGORIES,
        PRODUCTS,
        ATTRIBUTES,
        VARIANTS,
        PARTNERS,
        CUSTOMERS,
        SUPPLIERS,
        UNITS,
        USERS,
        BANK_ACCOUNTS,
        SUPPLIER_PRICES,
        INVENTORY,
        PRICELISTS,
        PRODUCT_VENDORS,
        ORDERS,
        PURCHASE_ORDERS,
        INVOICES,
    )
}
"""The import types by name, in the order in which their files are best imported."""

_BY_MODEL = {
    "product.supplierinfo": "supplier-prices",
    "res.partner.bank": "bank-accounts",
    "res.users": "users",
    "uom.uom": "units",
    "product.pricelist": "pricelists",
    "purchase.order": "purchase-orders",
    "stock.quant": "inventory",
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
