"""What rows of one file may be said of once only: codes, external ids, templates."""

from __future__ import annotations

from odoo_ingestion import external_ids
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.variants.plans import ProductPlan


class Claims:
    """Refuses the second row with the same code or external id, and the second name of a product.

    Memory: one entry a code, and one a product.
    """

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], int] = {}
        self._templates: dict[int, int] = {}

    def claim_codes(self, plan: ProductPlan) -> None:
        """Fail the rows whose code or external id an earlier row of the file has.

        Rows that have each an external id of their own may share a code: they are two variants.
        """
        for row in plan.alive:
            draft = row.row.draft
            if draft.external_id:
                key = ("id", external_ids.complete(draft.external_id))
            elif draft.database_id:
                key = (".id", str(draft.database_id))
            elif code := draft.values.get("default_code"):
                key = ("default_code", code)
            else:
                continue
            first = self._codes.setdefault(key, row.number)
            if first != row.number:
                row.fail(_double(first, key[0]))

    def claim_template(self, plan: ProductPlan) -> None:
        """Fail the rows of a product whose template other rows call by another name."""
        if plan.found.record_id is None:
            return
        number = plan.rows[0].number
        first = self._templates.setdefault(plan.found.record_id, number)
        if first != number:
            plan.fail(_two_names(first))


def _double(first: int, field: str) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"row {first} of this file is the same variant",
        field,
        "Keep one of the two rows, or give them different codes.",
    )


def _two_names(first: int) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"row {first} of this file calls the same product by another name or key",
        None,
        "Give all rows of a product the same.",
    )
