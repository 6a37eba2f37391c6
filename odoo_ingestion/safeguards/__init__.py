"""Checks against what Odoo does behind a user's back: nothing is written that no row names."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import ModelSchema, Problem, Record
from odoo_ingestion.safeguards.first_takers import FirstClaims
from odoo_ingestion.safeguards.partners import PartnerSafeguard
from odoo_ingestion.safeguards.products import ProductSafeguard
from odoo_ingestion.safeguards.supplier_prices import SupplierPriceSafeguard
from odoo_ingestion.safeguards.users import UserSafeguard

Verdict = Record | tuple[Problem, ...]
PlannedCells = Callable[[str], Mapping[str, str]]
"""What a dry run plans to write: from a ``.id`` cell (an id, or a placeholder) to load() cells."""


class Safeguard(Protocol):
    """Refuses records, or takes cells out of them, before anything is sent."""

    def check(self, records: Sequence[Record]) -> list[Verdict]:
        """Return each record as it may be sent, or the problems that keep it from being sent."""
        ...


class NoSafeguard:
    """Lets everything pass: models of which no side effect is known."""

    def check(self, records: Sequence[Record]) -> list[Verdict]:
        """Return the records as they are."""
        return list(records)


def safeguard_for(
    odoo: Odoo,
    schema: ModelSchema,
    planned: PlannedCells,
    *,
    each_row: bool = False,
    first_claims: FirstClaims | None = None,
) -> Safeguard:
    """Return the safeguard of a model.

    ``each_row`` says that nothing but the rows themselves, one by one, changes its records: what
    Odoo holds may then be read at once where that is little. ``first_claims`` tells which rows
    claimed their barcodes before they come here, so that these need not be kept twice.
    """
    if schema.model == "res.partner":
        return PartnerSafeguard(
            odoo, schema, planned, may_prefetch=each_row, first_claims=first_claims
        )
    if schema.model in ("product.template", "product.product"):
        return ProductSafeguard(odoo, schema, may_prefetch=each_row, first_claims=first_claims)
    if schema.model == "res.users":
        return UserSafeguard(odoo, schema)
    if schema.model == "product.supplierinfo":
        return SupplierPriceSafeguard(odoo)
    return NoSafeguard()


__all__ = ["FirstClaims", "NoSafeguard", "PlannedCells", "Safeguard", "Verdict", "safeguard_for"]
