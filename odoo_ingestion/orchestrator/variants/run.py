"""A file of variants, from its first row to its last outcome."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.batch_processor import one_by_one
from odoo_ingestion.errors import FatalError, OdooIngestionError
from odoo_ingestion.images import ImageLoader
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.plain.parts import Resolver
from odoo_ingestion.orchestrator.processors import OpenProcessor
from odoo_ingestion.orchestrator.variants.chunk import Shipper
from odoo_ingestion.orchestrator.variants.planner import Planner
from odoo_ingestion.orchestrator.variants.rows import RowReader
from odoo_ingestion.orchestrator.variants.stages import Stages
from odoo_ingestion.orchestrator.variants.store import RowStore
from odoo_ingestion.ports import Odoo, RowSource
from odoo_ingestion.records import Action, Outcome, Problem, Row
from odoo_ingestion.variants.holdings import VARIANT, fetch_states
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.rows import ProductKey, VariantRow

_CHUNK_ROWS = 1_000
"""Rows whose products are looked up and sent together: each stage of them waits for the last."""


class VariantParts(Struct, frozen=True):
    """What a run needs of the other rooms, ready for one file."""

    reader: RowReader
    planner: Planner
    shipper: Shipper
    stages: Stages
    resolver: Resolver
    column_names: Mapping[str, str]
    notices: Callable[[], tuple[str, ...]]
    images: ImageLoader | None


class VariantRun:
    """Leads the rows of a file of variants, product by product, to their outcomes."""

    def __init__(
        self,
        source: RowSource,
        odoo: Odoo | None,
        parts: VariantParts,
        ledger: Ledger,
        open_processor: OpenProcessor,
        *,
        dry_run: bool,
    ) -> None:
        self._source = source
        self._odoo = odoo
        self._parts = parts
        self._ledger = ledger
        self._open_processor = open_processor
        self._dry_run = dry_run

    def execute(self) -> None:
        """Import the file; the counts are in the ledger also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed
        and what else ends a run; FatalError where a variant that no row names has come or gone.
        """
        stages = self._parts.stages
        opened = self._open_processor(one_by_one(stages.take), self._ledger.notice)
        with ExitStack() as rooms:
            store = rooms.enter_context(RowStore())
            if self._parts.images is not None:
                rooms.enter_context(self._parts.images)
            processor = rooms.enter_context(opened)
            stages.use(processor)
            try:
                self._read_through(store)
                for products in store.chunks(_CHUNK_ROWS):
                    self._import(products)
                    self._ledger.check_stop()
            finally:
                self._ledger.tally.notices_before += self._parts.notices()
                self._ledger.tally.retries.update(processor.retries)
                self._ledger.finish()

    def extra_records(self) -> Mapping[str, int]:
        """Return how many records were made for relations that were missing, by model."""
        return self._parts.resolver.created_records

    # --- stages -----------------------------------------------------------------------------

    def _read_through(self, store: RowStore) -> None:
        """Read the whole file: the rows of a product may stand anywhere in it."""
        for row in self._ledger.read(iter(self._source)):
            read = self._parts.reader.read(row)
            self._ledger.validated()
            if isinstance(read, VariantRow):
                store.add(read)
            else:
                self._fail(row, read)
            self._ledger.check_stop()
        self._ledger.reading_finished()

    def _import(self, products: Mapping[ProductKey, Sequence[VariantRow]]) -> None:
        plans = self._parts.planner.plan(self._left(products))
        for plan in plans:
            for row in plan.rows:
                self._remember(plan, row)
        try:
            outcomes = self._parts.shipper.ship(plans)
        except OdooIngestionError:  # what had landed by then is told all the same
            self._settle(plans, self._parts.shipper.landed)
            raise
        strays = () if self._dry_run else self._strays(plans)
        self._settle(plans, outcomes)
        if strays:
            raise FatalError(
                f"variants that no row names have changed: {', '.join(strays)}",
                hint="Look at these products in Odoo before you import the rest of the file.",
            )

    def _left(
        self, products: Mapping[ProductKey, Sequence[VariantRow]]
    ) -> Mapping[ProductKey, Sequence[VariantRow]]:
        """Return the products of which something is left to do; settle the rows of the others."""
        left = {}
        for key, rows in products.items():
            if all(self._ledger.is_known(row.draft.row) for row in rows):
                for row in rows:
                    self._ledger.tally.warn(row.draft.row.number, row.draft.warnings)
                    self._ledger.settle(Outcome(row.draft.row, Action.UNCHANGED))
            else:
                left[key] = rows
        return left

    def _settle(self, plans: Sequence[ProductPlan], outcomes: Mapping[int, Outcome]) -> None:
        for row in (row for plan in plans for row in plan.rows):
            if row.problems:
                self._fail(row.row.draft.row, row.problems)
                continue
            if row.number not in outcomes:  # the run ended before
                continue
            self._ledger.tally.warn(row.number, row.row.draft.warnings)
            if row.held is not None and not row.held.active and row.cells.get("active") != "1":
                self._ledger.tally.archived(row.number)
            self._ledger.settle(outcomes[row.number])

    def _fail(self, row: Row, problems: Sequence[Problem]) -> None:
        columns = self._parts.column_names
        named = tuple(replace(p, field=columns.get(p.field or "", p.field)) for p in problems)
        self._ledger.settle(Outcome(row, Action.FAILED, problems=tuple(dict.fromkeys(named))))

    def _remember(self, plan: ProductPlan, row: RowPlan) -> None:
        """Tell the memory of the run what the row's variant and product are known by."""
        cells = {**plan.cells, **row.cells}
        held = row.held.record_id if row.held is not None else None
        self._ledger.memory.remember(
            row.number, VARIANT, cells, external_id=row.external_id, database_id=held
        )

    def _strays(self, plans: Sequence[ProductPlan]) -> tuple[str, ...]:
        """Return the variants that came, went, or were archived without a row that names them."""
        templates = {
            int(token): plan
            for plan in plans
            if (token := self._parts.shipper.template_of(plan)).isdigit()
        }
        if self._odoo is None or not templates:
            return ()
        now = fetch_states(self._odoo, list(templates))
        found: list[str] = []
        for number, plan in templates.items():
            held = plan.held.variants if plan.held else []
            named = {row.held.record_id for row in plan.rows if row.held is not None}
            for variant in held:
                state = now.get(variant.record_id)
                kept = state is not None and (
                    state[1] == variant.active or variant.record_id in named
                )
                if not kept:
                    found.append(f"{variant.label} (id {variant.record_id})")
            known = {variant.record_id for variant in held} | self._landed(plan)
            found += [
                f"id {new}"
                for new, (template, _) in now.items()
                if template == number and new not in known
            ]
        return tuple(found)

    def _landed(self, plan: ProductPlan) -> set[int]:
        return {n for row in plan.rows if (n := self._parts.shipper.made(row)) is not None}
