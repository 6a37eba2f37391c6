"""A file of quantities, from its first row to its last outcome."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import islice
from typing import IO, Protocol

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.data_models import Validator
from odoo_ingestion.inventory import (
    Asked,
    Count,
    InventoryDesk,
    Planned,
    missing_in,
    read_asked,
)
from odoo_ingestion.orchestrator.inventory.counted_places import (
    CountedPlaces,
    PlannedPlaces,
    is_planned,
)
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Action, Draft, Outcome, Problem, Row
from odoo_ingestion.runs import ImportOptions

_CHUNK_ROWS = 500
"""Rows that are looked up together."""

_CALL_ROWS = 100
"""Counts that are sent in one call, unless the user says otherwise: a few seconds of Odoo's."""

_SPOOL_MEMORY = 8 * 2**20

Cells = Mapping[str, str]


class Resolver(Protocol):
    """Answers the relations of drafts with cells, or says what is wrong."""

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many records were made for relations that were missing, by model."""
        ...

    def resolve(
        self,
        drafts: Sequence[Draft],
        *,
        fields: Collection[str] | None = None,
        create: bool = True,
    ) -> Sequence[Cells | tuple[Problem, ...]]:
        """Return cells or problems for each draft."""
        ...


class InventoryParts(Struct, frozen=True):
    """What a run needs of the other rooms; ``desk`` is None in a dry run without a server."""

    validator: Validator
    resolver: Resolver
    desk: InventoryDesk | None


class InventoryRun:
    """Leads the rows of a file through the rooms, in two passes.

    First every row is read, checked and located, so that rows about the same place are known
    before anything is sent: none of them is taken, since which is right cannot be told. Then what
    is left is compared and sent. Located rows wait on disk where they are many.
    """

    def __init__(
        self, source: RowSource, parts: InventoryParts, options: ImportOptions, ledger: Ledger
    ) -> None:
        self._source = source
        self._parts = parts
        self._options = options
        self._ledger = ledger
        self._places = CountedPlaces()
        self._planned_places = PlannedPlaces()

    def execute(self) -> None:
        """Import the file; the counts are in the ledger also when this raises.

        Raises InputFileError where the file breaks, Interrupted, TooManyErrors, ConnectionFailed.
        """
        try:
            with tempfile.SpooledTemporaryFile(max_size=_SPOOL_MEMORY) as waiting:
                located = self._read_through(waiting)
                waiting.seek(0)
                self._process(_unpickled(waiting, located))
        finally:
            self._ledger.tally.notices_before += self._parts.validator.notices
            self._tell_added_before()
            self._ledger.finish()

    def extra_records(self) -> Mapping[str, int]:
        """Return how many lots and other records were made on the way, by model."""
        lots = self._parts.desk.created_records if self._parts.desk else {}
        return {**self._parts.resolver.created_records, **lots}

    # --- first pass -------------------------------------------------------------------------

    def _read_through(self, waiting: IO[bytes]) -> int:
        """Put every located row aside and return how many there are."""
        located = 0
        rows = self._ledger.read(iter(self._source))
        while chunk := list(islice(rows, _CHUNK_ROWS)):
            for count in self._locate(list(self._validate(chunk))):
                self._places.add(count)
                pickle.dump(count, waiting, protocol=pickle.HIGHEST_PROTOCOL)
                located += 1
            self._ledger.check_stop()
        self._ledger.reading_finished()
        return located

    def _validate(self, rows: Sequence[Row]) -> Iterator[Draft]:
        for row in rows:
            checked = self._parts.validator.validate(row)
            self._ledger.validated()
            problems = missing_in(checked) if isinstance(checked, Draft) else checked
            if problems or not isinstance(checked, Draft):
                self._fail(row, problems)
                continue
            self._ledger.tally.warn(row.number, checked.warnings)
            yield checked
        self._ledger.report()

    def _locate(self, drafts: Sequence[Draft]) -> Iterator[Count]:
        """Yield the rows whose places are known; settle the others."""
        asked: list[Asked] = []
        planned: list[tuple[Draft, Cells]] = []
        for draft, cells in zip(drafts, self._parts.resolver.resolve(drafts), strict=True):
            if isinstance(cells, tuple):
                self._fail(draft.row, cells)
            elif self._parts.desk is None or not all(map(str.isdecimal, cells.values())):
                planned.append((draft, cells))
            else:
                asked.append(read_asked(draft, cells))
        yield from self._locate_planned(planned)
        if self._parts.desk is None:
            return
        for row, found in zip(asked, self._parts.desk.locate(asked), strict=True):
            if isinstance(found, Count):
                yield found
            else:
                self._fail(row.row, found)

    def _locate_planned(self, rows: Sequence[tuple[Draft, Cells]]) -> Iterator[Count]:
        """Yield the rows of a dry run that name records which do not exist yet, or offline."""
        desk = self._parts.desk
        found: Sequence[int | tuple[Problem, ...]] = [0 for _ in rows]
        if desk is not None and rows:
            found = desk.locate_planned([self._planned(draft, cells) for draft, cells in rows])
        for (draft, cells), location in zip(rows, found, strict=True):
            if isinstance(location, int):
                yield self._planned_places.count(draft, cells, location)
            else:
                self._fail(draft.row, location)

    def _planned(self, draft: Draft, cells: Cells) -> Planned:
        product, location = (cells.get(f"{name}_id/.id", "") for name in ("product", "location"))
        of_product = {} if product.isdecimal() else self._ledger.memory.planned(product)
        is_new_location = bool(location) and not location.isdecimal()
        return Planned(read_asked(draft, cells), of_product, is_new_location)

    # --- second pass ------------------------------------------------------------------------

    def _process(self, counts: Iterator[Count]) -> None:
        desk = self._parts.desk
        size = self._options.batch_size or _CALL_ROWS
        while chunk := list(islice(counts, size)):
            ready = []
            for count in chunk:
                problem = self._places.problem(count)
                if self._ledger.is_known(count.row):
                    self._ledger.settle(Outcome(count.row, Action.UNCHANGED))
                elif problem is not None:
                    self._fail(count.row, (problem,))
                elif desk is None or is_planned(count):
                    self._ledger.settle(Outcome(count.row, Action.CREATED))
                else:
                    ready.append(count)
            if desk is not None:
                desk.process(ready, self._settle)
            self._ledger.check_stop()

    # --- parts ------------------------------------------------------------------------------

    def _settle(self, outcome: Outcome) -> None:
        if outcome.action is Action.FAILED:
            self._fail(outcome.row, outcome.problems)
        else:
            self._ledger.settle(outcome)

    def _fail(self, row: Row, problems: Sequence[Problem]) -> None:
        columns = self._parts.validator.column_names
        named = tuple(replace(p, field=columns.get(p.field or "", p.field)) for p in problems)
        self._ledger.settle(Outcome(row, Action.FAILED, problems=named))

    def _tell_added_before(self) -> None:
        before = self._parts.desk.added_before if self._parts.desk else 0
        if before:
            what = "difference was" if before == 1 else "differences were"
            self._ledger.notice(
                f"{before} {what} added by an earlier import under the same reference and not again"
            )


def _unpickled(file: IO[bytes], number: int) -> Iterator[Count]:
    for _ in range(number):
        yield pickle.load(file)  # noqa: S301 - written by this process, never named
