"""A file whose rows are a record each, from its first row to its last outcome."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import ExitStack
from functools import partial

from msgspec.structs import replace

from odoo_ingestion.batch_processor import one_by_one
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.plain.chunks import MOST_ROWS, portions
from odoo_ingestion.orchestrator.plain.continuations import refuse_continuations
from odoo_ingestion.orchestrator.plain.family import Fate, Spool, joined
from odoo_ingestion.orchestrator.plain.following import Following
from odoo_ingestion.orchestrator.plain.parts import Parts
from odoo_ingestion.orchestrator.plain.preparation import Preparation
from odoo_ingestion.orchestrator.processors import OpenProcessor, Processor
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Action, Draft, Outcome, Problem, Record, Row
from odoo_ingestion.runs import ImportOptions


class PlainRun:
    """Leads the rows of a file, each of which is a record, through the rooms."""

    def __init__(
        self,
        source: RowSource,
        target: Target,
        parts: Parts,
        options: ImportOptions,
        ledger: Ledger,
        open_processor: OpenProcessor,
    ) -> None:
        self._source = source
        self._model = target.schema.model
        self._parts = parts
        self._options = options
        self._ledger = ledger
        self._open_processor = open_processor
        self._processor: Processor
        self._parents = parts.parents
        self._settle_each = one_by_one(self._settle)
        self._following = Following(
            parts.followers,
            self._model,
            ledger.settle,
            self._count,
            ledger.notice,
            dry_run=options.is_dry,
            settle_unfinished=partial(ledger.settle, keep=False),
        )
        self._preparation = Preparation(
            parts, self._model, ledger.tally, self._following.expect, self._fail
        )

    def execute(self) -> None:
        """Import the file; the counts are in the ledger also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed
        and what else ends a run.
        """
        try:
            with ExitStack() as rooms, Spool() as waiting:
                if self._parts.images is not None:
                    rooms.enter_context(self._parts.images)
                rooms.enter_context(self._following)
                processor = self._open_processor(self._settle_all, self._ledger.notice)
                self._processor = rooms.enter_context(processor)
                try:
                    self._read_through(waiting)
                    self._process_families(waiting)
                finally:
                    self._ledger.tally.notices_before += self._parts.validator.notices
                    if self._parts.images is not None:
                        self._ledger.tally.notices_before += self._parts.images.notices
                    self._ledger.finish()
        finally:  # also of the calls that were on their way when the run stopped
            for part in (self._processor, self._following):
                self._ledger.tally.retries.update(part.retries)

    def _settle_all(self, told: Sequence[Outcome]) -> None:
        if self._parents.has_family or self._parts.followers:
            self._settle_each(told)
        else:
            self._ledger.settle(*told)

    def _settle(self, told: Outcome) -> None:
        outcome = self._ledger.final(told)
        if self._parents.has_family:
            self._parents.settle(outcome)
        if not self._parts.followers:
            self._ledger.settle(outcome)
        elif not self._following.take(outcome):
            self._count(self._model, outcome.action)
            self._ledger.settle(outcome)

    def _count(self, model: str, action: Action) -> None:
        if action is Action.CREATED or action is Action.UPDATED:
            self._ledger.tally.records[model, action] += 1

    def extra_records(self) -> Mapping[str, int]:
        """Return how many records were made for relations that were missing, by model."""
        return self._parts.resolver.created_records

    # --- stages -----------------------------------------------------------------------------

    def _read_through(self, waiting: Spool) -> None:
        """Read the whole file; rows that name a parent are put aside until the rest is in."""
        rows = refuse_continuations(iter(self._source), self._parts.lists)
        for chunk in portions(self._ledger.read(rows)):
            ready = self._validate(chunk)
            if self._parents.has_family:
                ready = list(self._without_parents(ready, waiting))
            self._process(ready)
            self._ledger.check_stop()
        self._ledger.reading_finished()
        self._flush()

    def _without_parents(self, drafts: Sequence[Draft], waiting: Spool) -> Iterator[Draft]:
        """Yield the drafts that name no parent, put the others aside."""
        for draft in drafts:
            if self._parents.has_parent(draft):
                waiting.add(draft)
            else:
                yield draft

    def _validate(self, rows: Sequence[Row]) -> list[Draft]:
        """Return the rows that pass, fail the others."""
        drafts = []
        told = self._parents.has_family or self._ledger.memory.wanted
        for row, checked in zip(rows, self._check(rows), strict=True):
            if isinstance(checked, Draft):
                drafts.append(checked)
                if checked.warnings:
                    self._ledger.tally.warn(row.number, checked.warnings)
                if told:
                    self._parents.add(checked)
                    self._remember(row, checked.values, checked.external_id)
            else:
                self._parents.add_failed(row, self._parts.validator.names_of)
                if self._ledger.memory.wanted:
                    names = self._parts.validator.names_of(row)
                    self._remember(row, names, names.get("id"))
                self._fail(row, checked)
        self._ledger.validated(len(rows))
        self._ledger.report()
        return drafts

    def _check(self, rows: Sequence[Row]) -> Iterator[Draft | tuple[Problem, ...]]:
        checked = self._parts.validator.validate_all(rows)
        accounts = self._parts.accounts
        return map(accounts.attach, rows, checked) if accounts is not None else checked

    def _process(self, drafts: Sequence[Draft]) -> None:
        """Resolve, identify, guard and submit a chunk of drafts."""
        if not drafts:
            return
        self._submit(self._preparation.records(drafts))

    def _submit(self, records: Sequence[Record]) -> None:
        """Load the images of records and hand them over, then what follows those that landed."""
        images = self._parts.images
        if images is None and not (self._parents.has_family or self._ledger.memory.wanted):
            self._processor.submit_all(records)
            self._following.send()
            return
        known = [record for record in records if self._ledger.is_known(record.row)]
        for record in known:  # nothing of them is sent again, and no image fetched
            self._parents.plan(record, dry_run=False)
            self._remember_record(record)
            self._processor.submit(record)
        records = [record for record in records if not self._ledger.is_known(record.row)]
        loading = images.load(records) if images else ((record, record) for record in records)
        for record, loaded in loading:
            if isinstance(loaded, Record):
                self._parents.plan(loaded, dry_run=self._options.is_dry)
                self._remember_record(loaded)
                self._processor.submit(loaded)
            else:
                self._fail(record.row, loaded)
        self._following.send()

    def _flush(self) -> None:
        self._processor.flush()
        self._following.flush()

    def _process_families(self, waiting: Spool) -> None:
        """Process the rows with parents, wave after wave: parents land before their children."""
        while waiting.count:
            with Spool() as later:
                if not self._process_wave(waiting, later):
                    for draft in waiting:
                        self._fail(draft.row, (self._parents.loop(draft),))
                    return
                waiting.refill(later)

    def _process_wave(self, waiting: Spool, later: Spool) -> bool:
        """Process the rows whose parents have landed; return whether there were any."""
        ready: list[Draft] = []
        for draft in waiting:
            fate = self._parents.fate(draft)
            if fate is Fate.PENDING:
                later.add(draft)
            elif isinstance(fate, Problem):
                self._fail(draft.row, (fate,))
            else:
                ready.append(draft)
            if len(ready) >= MOST_ROWS:
                self._process(ready)
                ready = []
                self._ledger.check_stop()
        self._process(ready)
        self._flush()
        self._ledger.check_stop()
        return later.count < waiting.count

    # --- parts ------------------------------------------------------------------------------

    def _remember(self, row: Row, names: Mapping[str, str], external_id: str | None) -> None:
        self._ledger.memory.remember(row.number, self._model, names, external_id=external_id)

    def _remember_record(self, record: Record) -> None:
        """Tell the memory of the run what the row's record is known by once it has landed."""
        if not self._ledger.memory.wanted:
            return
        above, name = self._parents.path(record.values) or ("", "")
        path = {"complete_name": joined(above, name)} if name else {}
        self._ledger.memory.remember(
            record.row.number,
            record.model,
            {**record.values, **path},
            external_id=record.external_id,
            database_id=record.database_id,
        )

    def _fail(self, row: Row, problems: tuple[Problem, ...]) -> None:
        columns = self._parts.validator.column_names
        named = tuple(replace(p, field=columns.get(p.field or "", p.field)) for p in problems)
        self._settle(Outcome(row, Action.FAILED, problems=named))
