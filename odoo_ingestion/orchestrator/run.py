"""One file from its first row to its last outcome."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from typing import Protocol

from odoo_ingestion.data_models import Validator
from odoo_ingestion.errors import Interrupted, TooManyErrors
from odoo_ingestion.identity import Candidate, Identity, IdentityResolver
from odoo_ingestion.orchestrator.continuations import refuse_continuations
from odoo_ingestion.orchestrator.family import Fate, Spool
from odoo_ingestion.orchestrator.parents import ParentLinker
from odoo_ingestion.orchestrator.tally import Tally
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.ports import RowSource
from odoo_ingestion.progress_tracker import ProgressTracker
from odoo_ingestion.records import Action, Draft, Outcome, Problem, Record, Row
from odoo_ingestion.runs import ImportOptions, Progress
from odoo_ingestion.safeguards import Safeguard

_CHUNK_ROWS = 500
"""Rows that are looked up together; several batches' worth, so that look-ups stay few."""

_PROGRESS_SECONDS = 0.1


class Resolver(Protocol):
    """Makes records for relations that are missing, where the user allows it."""

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many were made, by model."""
        ...


class Processor(Protocol):
    """Takes records and reports an outcome for each, sooner or later."""

    def submit(self, record: Record) -> None:
        """Take a record; waits while too many are on their way."""
        ...

    def flush(self) -> None:
        """Wait until every record taken has its outcome."""
        ...


@dataclass(frozen=True, slots=True)
class Parts:
    """What a run needs of the other rooms, ready for one file."""

    validator: Validator
    resolver: Resolver
    identities: IdentityResolver
    safeguard: Safeguard
    tracker: ProgressTracker
    store: Callable[[Row, Sequence[Problem]], None]
    parents: ParentLinker
    lists: frozenset[str]


class FileRun:
    """Leads the rows of one file through the rooms and counts what becomes of them."""

    def __init__(
        self,
        source: RowSource,
        target: Target,
        parts: Parts,
        options: ImportOptions,
        stop: threading.Event,
        on_progress: Callable[[Progress], None],
    ) -> None:
        self._source = source
        self._target = target
        self._parts = parts
        self._options = options
        self._stop = stop
        self._on_progress = on_progress
        self._last_progress = 0.0
        self.tally = Tally()
        self._processor: Processor
        self._parents = parts.parents

    def run(self, processor: Processor) -> None:
        """Import the file; the counts are in ``tally`` also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed
        and what else ends a run.
        """
        self._processor = processor
        with Spool() as waiting:
            try:
                self._read_through(waiting)
                self._process_families(waiting)
            finally:
                self.tally.notices_before += self._parts.validator.notices
                self._parts.tracker.finish()
                self._report(force=True)

    def settle(self, outcome: Outcome) -> None:
        """Take in an outcome, in the thread that runs the import."""
        self.tally.settle(outcome, self._target.schema.model)
        self._parts.tracker.outcome(outcome)
        self._parents.settle(outcome)
        if outcome.action is Action.FAILED:
            self._parts.store(outcome.row, outcome.problems)
        self._report()

    def notice(self, text: str) -> None:
        """Take in a sentence for the summary."""
        self.tally.notices_before.append(text)

    @property
    def model(self) -> str:
        """The model that the file fills."""
        return self._target.schema.model

    def extra_records(self) -> Mapping[str, int]:
        """Return how many records were made for relations that were missing, by model."""
        return self._parts.resolver.created_records

    # --- stages -----------------------------------------------------------------------------

    def _read_through(self, waiting: Spool) -> None:
        """Read the whole file; rows that name a parent are put aside until the rest is in."""
        rows = refuse_continuations(iter(self._source), self._parts.lists)
        while chunk := list(islice(self._read(rows), _CHUNK_ROWS)):
            ready = []
            for draft in self._validate(chunk):
                if self._parents.has_parent(draft):
                    waiting.add(draft)
                else:
                    ready.append(draft)
            self._process(ready)
            self._check_stop()
        self._parts.tracker.reading_finished()
        self._processor.flush()

    def _read(self, rows: Iterator[Row]) -> Iterator[Row]:
        for row in rows:
            self.tally.read += 1
            self._parts.tracker.row_read(self._source.fraction_read())
            yield row

    def _validate(self, rows: Sequence[Row]) -> Iterator[Draft]:
        for row in rows:
            checked = self._parts.validator.validate(row)
            self._parts.tracker.row_validated()
            if isinstance(checked, Draft):
                self.tally.warn(row.number, checked.warnings)
                self._parents.add(checked)
                yield checked
            else:
                self._parents.add_failed(row, self._parts.validator.names_of)
                self._fail(row, checked)
        self._report()

    def _process(self, drafts: Sequence[Draft]) -> None:
        """Resolve, identify, guard and submit a chunk of drafts."""
        if not drafts:
            return
        candidates = []
        for draft, resolved in zip(drafts, self._parents.resolve(drafts), strict=True):
            if isinstance(resolved, tuple):
                self._fail(draft.row, resolved)
            else:
                candidates.append(self._candidate(draft, resolved))
        records = []
        for candidate, found in zip(
            candidates, self._parts.identities.identify(candidates), strict=True
        ):
            if not isinstance(found, Identity):
                self._fail(candidate.draft.row, found)
            elif record := self._record(candidate, found):
                records.append(record)
        for record, verdict in zip(records, self._parts.safeguard.check(records), strict=True):
            if isinstance(verdict, Record):
                self._parents.plan(verdict, dry_run=self._options.is_dry)
                self._processor.submit(verdict)
            else:
                self._fail(record.row, verdict)

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
            if len(ready) >= _CHUNK_ROWS:
                self._process(ready)
                ready = []
                self._check_stop()
        self._process(ready)
        self._processor.flush()
        self._check_stop()
        return later.count < waiting.count

    # --- parts ------------------------------------------------------------------------------

    def _candidate(self, draft: Draft, cells: Mapping[str, str]) -> Candidate:
        merged = {**draft.values, **cells}
        return Candidate(draft, merged, self._parents.path(merged))

    def _record(self, candidate: Candidate, identity: Identity) -> Record | None:
        """Return the record to send, or fail the row for what only a new record lacks."""
        draft = candidate.draft
        creates = identity.database_id is None
        if creates and (missing := self._parts.validator.missing_required(draft)):
            self._fail(draft.row, missing)
            return None
        if identity.archived and candidate.cells.get("active") != "1":
            self.tally.archived(draft.row.number)
        if identity.keyless:
            self.tally.keyless(draft.row.number)
        return Record(
            draft.row,
            self._target.schema.model,
            Action.CREATED if creates else Action.UPDATED,
            identity.external_id,
            identity.database_id,
            candidate.cells,
            adopt=identity.adopt,
        )

    def _fail(self, row: Row, problems: tuple[Problem, ...]) -> None:
        columns = self._parts.validator.column_names
        named = tuple(replace(p, field=columns.get(p.field or "", p.field)) for p in problems)
        self.settle(Outcome(row, Action.FAILED, problems=named))

    def _check_stop(self) -> None:
        if self._stop.is_set():
            raise Interrupted("stopped; what was on its way has landed")
        limit = self._options.max_errors
        if limit is not None and self.tally.failed >= limit:
            raise TooManyErrors(
                f"stopped after {self.tally.failed} failed rows (--max-errors {limit})",
                hint="Correct the rows in the failed-records file, or raise the limit.",
            )

    def _report(self, *, force: bool = False) -> None:
        now = time.monotonic()
        if force or now - self._last_progress >= _PROGRESS_SECONDS:
            self._last_progress = now
            self._on_progress(self._parts.tracker.snapshot())
