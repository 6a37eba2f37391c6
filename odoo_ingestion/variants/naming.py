"""Which external id each variant gets: its own, else one derived from what tells it apart."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.variants.holdings import VARIANT
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.templates import Holders, Rights
from odoo_ingestion.variants.texts import fold


class VariantNames:
    """Derives the names of variants from code, barcode or combination, the first that is free.

    A name is free when no other variant that exists has it: a code may have moved on since.
    """

    def __init__(self, odoo: Odoo | None, rights: Rights) -> None:
        self._odoo = odoo
        self._rights = rights

    def by_code(self, row: RowPlan) -> list[str]:
        """Return the names that the row's codes give: what ``find_holders`` has to look up."""
        values = row.row.draft.values
        return [
            external_ids.derive(VARIANT, (name,), (values[name],), self._rights.company_id)
            for name in ("default_code", "barcode")
            if values.get(name)
        ]

    def give(self, plans: Sequence[ProductPlan], holders: Holders) -> None:
        """Give every row that has not failed the external id of its variant."""
        names = {
            row.number: [*self.by_code(row), self._by_combination(plan, row)]
            for plan in plans
            for row in plan.alive
        }
        owners = self._owners(
            [some[-1] for some in names.values() if len(some) == 1 or self._taken(some, holders)],
            holders,
        )
        for row in (row for plan in plans for row in plan.alive):
            own = row.row.draft.external_id
            some = [external_ids.complete(own)] if own else names[row.number]
            self._choose(row, some, owners)

    def _choose(self, row: RowPlan, names: Sequence[str], owners: dict[str, int]) -> None:
        if row.held is None:
            row.external_id = next((n for n in names if n not in owners), names[-1])
            return
        held = row.held.record_id
        known = next((name for name in names if owners.get(name) == held), None)
        if known is not None:
            row.external_id = known
        elif self._rights.may_create_ids:
            row.external_id = next((name for name in names if name not in owners), None)
            row.adopt = row.external_id is not None

    def _by_combination(self, plan: ProductPlan, row: RowPlan) -> str:
        above = plan.found.external_id or str(plan.found.record_id)
        values = sorted(f"{fold(v.attribute.name)}={fold(v.name)}" for v in row.combination)
        key = ("product_tmpl_id", "combination")
        return external_ids.derive(VARIANT, key, (above, *values), None)

    def _taken(self, names: Sequence[str], holders: Holders) -> bool:
        return any(name in holders.by_name for name in names)

    def _owners(self, more: Sequence[str], holders: Holders) -> dict[str, int]:
        """Return who has which name, among variants that exist."""
        found = {
            name: target.record_id
            for name, target in holders.by_name.items()
            if target.model == VARIANT and target.record_id in holders.by_id
        }
        if self._odoo is None or not more:
            return found
        may_read = self._rights.may_read_ids
        targets = external_ids.find(self._odoo, more, may_read=may_read)
        ids = sorted({t.record_id for t in targets.values() if t.model == VARIANT})
        everything = self._odoo.with_context(active_test=False)
        alive = set(everything.call(VARIANT, "search", [("id", "in", ids)])) if ids else set()
        return found | {n: t.record_id for n, t in targets.items() if t.record_id in alive}
