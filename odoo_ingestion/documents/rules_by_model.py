"""Which rules hold for which model of documents."""

from __future__ import annotations

from collections.abc import Mapping

from odoo_ingestion.documents.invoices import INVOICE
from odoo_ingestion.documents.pricelists import PRICELIST, PRODUCT_WITH_VENDORS
from odoo_ingestion.documents.purchases import PURCHASE_ORDER
from odoo_ingestion.documents.rules import DocumentRules
from odoo_ingestion.documents.sales import SALE_ORDER

_RULES: Mapping[str, DocumentRules] = {
    rules.model: rules
    for rules in (SALE_ORDER, PURCHASE_ORDER, INVOICE, PRICELIST, PRODUCT_WITH_VENDORS)
}


def rules_for(model: str) -> DocumentRules:
    """Return the rules of a model of documents.

    Raises KeyError for a model that has none: its import type is not of kind ``documents``.
    """
    return _RULES[model]
