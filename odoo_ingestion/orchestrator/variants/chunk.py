"""Some products of a file of variants on their way to Odoo, stage by stage."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from odoo_ingestion.images import ImageLoader
from odoo_ingestion.orchestrator.variants.exclusions import ExclusionKeeper
from odoo_ingestion.orchestrator.variants.groundwork import Groundwork, Landing, in_order
from odoo_ingestion.orchestrator.variants.stages import Stages
from odoo_ingestion.records import Action, Outcome, Problem, Record
from odoo_ingestion.safeguards import Safeguard
from odoo_ingestion.variants.holdings import VARIANT
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.pricelists import Pricelist


class Shipper:
    """Sends products whose rows are matched and priced; what fails, fails the rows of it."""

    def __init__(
        self,
        stages: Stages,
        groundwork: Groundwork,
        keeper: ExclusionKeeper,
        safeguard: Safeguard,
        pricelist: Pricelist | None,
        images: ImageLoader | None,
    ) -> None:
        self._stages = stages
        self._groundwork = groundwork
        self._keeper = keeper
        self._safeguard = safeguard
        self._pricelist = pricelist
        self._images = images
        self._landings: dict[int, Landing] = {}
        self._made: dict[int, int] = {}
        self.landed: dict[int, Outcome] = {}
        """The outcomes of the rows that have landed so far, by row number."""

    def ship(self, plans: Sequence[ProductPlan]) -> dict[int, Outcome]:
        """Send everything; return the outcomes of the rows that landed, by row number."""
        self._landings = {id(plan): Landing() for plan in plans}
        self._made, self.landed = {}, {}
        self._groundwork.send_templates(plans, self._landings)
        self._keeper.prepare(plans, self._landings)
        self._groundwork.send_values(plans)
        self._send_variants(plans)
        self._send_items(plans, self.landed)
        self._keeper.complete(plans, self._landings)
        return self.landed

    def template_of(self, plan: ProductPlan) -> str:
        """Return the id of a product's template after it was sent."""
        return self._landings[id(plan)].template

    def made(self, row: RowPlan) -> int | None:
        """Return the id of the variant that a row has landed on, also when it failed later."""
        return self._made.get(row.number)

    # --- variants ---------------------------------------------------------------------------

    def _send_variants(self, plans: Sequence[ProductPlan]) -> None:
        waiting: list[tuple[ProductPlan, RowPlan, Record]] = []
        for plan in plans:
            for row in plan.alive:
                if row.made and row.held is not None:
                    self._made[row.number] = row.held.record_id
                record = self._variant(plan, row)
                if record.action is Action.UPDATED and not record.values and not record.adopt:
                    self.landed[row.number] = self._outcome(
                        plan, row, Outcome(record.row, Action.UNCHANGED, None, record.database_id)
                    )
                else:
                    waiting.append((plan, row, record))
        sent: list[tuple[ProductPlan, RowPlan]] = []
        try:
            self._stages.send(self._loaded(self._guarded(waiting), sent))
        finally:  # also of what had landed when the run ended
            self._take(sent)

    def _take(self, sent: Sequence[tuple[ProductPlan, RowPlan]]) -> None:
        for plan, row in sent:
            outcome = self._stages.outcome_of(row.row.draft.row)
            if outcome is None:
                continue
            if outcome.action is Action.FAILED:
                row.fail(*outcome.problems)
            else:
                self.landed[row.number] = self._outcome(plan, row, outcome)
                if outcome.database_id is not None:
                    self._made[row.number] = outcome.database_id

    def _guarded(
        self, waiting: Sequence[tuple[ProductPlan, RowPlan, Record]]
    ) -> list[tuple[ProductPlan, RowPlan, Record]]:
        """Return the records that may be sent; the rows of the others have failed."""
        checked = self._safeguard.check([record for _, _, record in waiting])
        passed = []
        for (plan, row, _), verdict in zip(waiting, checked, strict=True):
            if isinstance(verdict, Record):
                passed.append((plan, row, verdict))
            else:
                row.fail(*verdict)
        return passed

    def _loaded(
        self,
        passed: Sequence[tuple[ProductPlan, RowPlan, Record]],
        sent: list[tuple[ProductPlan, RowPlan]],
    ) -> Iterator[Record]:
        """Yield the records with their images and note each in ``sent``, as it is handed over."""
        records = [record for _, _, record in passed]
        pairs = self._images.load(records) if self._images else ((r, r) for r in records)
        for (plan, row, _), (_, loaded) in zip(passed, pairs, strict=True):
            if isinstance(loaded, Record):
                sent.append((plan, row))
                yield loaded
            else:
                row.fail(*loaded)

    def _variant(self, plan: ProductPlan, row: RowPlan) -> Record:
        landing = self._landings[id(plan)]
        values = dict(row.cells)
        tokens = ",".join(landing.values[value] for value in in_order(row))
        combination = {"product_template_attribute_value_ids/.id": tokens} if tokens else {}
        source = row.row.draft.row
        if row.held is None:
            values |= {"product_tmpl_id/.id": landing.template, **combination}
            return Record(source, VARIANT, Action.CREATED, row.external_id, None, values)
        if row.combination != row.held.combination:
            values |= combination
        held_id = row.held.record_id
        return Record(
            source, VARIANT, Action.UPDATED, row.external_id, held_id, values, adopt=row.adopt
        )

    def _outcome(self, plan: ProductPlan, row: RowPlan, outcome: Outcome) -> Outcome:
        """Return the row's outcome: a change of its product or of its price is a change of it."""
        landing = self._landings[id(plan)]
        action = Action.CREATED if row.made else outcome.action
        if action is Action.UNCHANGED and (
            row.repriced or landing.template_action is Action.UPDATED
        ):
            action = Action.UPDATED
        return Outcome(
            outcome.row,
            action,
            outcome.external_id or row.external_id,
            outcome.database_id,
            not_kept=(*landing.not_kept, *outcome.not_kept),
        )

    # --- what comes after -------------------------------------------------------------------

    def _send_items(self, plans: Sequence[ProductPlan], outcomes: dict[int, Outcome]) -> None:
        if self._pricelist is None:
            return
        rows = [(p, r) for p in plans for r in p.alive if r.price is not None]
        items = self._pricelist.plan(
            [
                (row, self._landings[id(plan)].template, outcomes[row.number].database_id)
                for plan, row in rows
            ]
        )
        wrong = [(row, item) for row, item in items if isinstance(item, Problem)]
        good = [
            (row, replace(item, part_of={row.number: Action.UPDATED}))
            for row, item in items
            if isinstance(item, Record)
        ]
        for row, problem in wrong:
            row.fail(problem)
        for (row, _), outcome in zip(
            good, self._stages.send([item for _, item in good]), strict=True
        ):
            if outcome.action is Action.FAILED:
                row.fail(*outcome.problems)
            elif outcome.action is not Action.UNCHANGED:
                landed = outcomes[row.number]
                if landed.action is Action.UNCHANGED:
                    outcomes[row.number] = Outcome(
                        landed.row, Action.UPDATED, landed.external_id, landed.database_id
                    )
