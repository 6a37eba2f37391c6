"""What the rows of a run came to, for the relations of the rows behind them.

Odoo tells of records that landed. It cannot tell of records that a dry run would create, of names
that it would change, and of rows that failed: these are kept here.
"""

from __future__ import annotations

import sys
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion import external_ids
from odoo_ingestion.records import Action, Outcome
from odoo_ingestion.relations import known_by, sort_of
from odoo_ingestion.runs import RunRecord

_TWINS: Mapping[str, str] = {
    "product.template": "product.product",
    "product.product": "product.template",
}
"""Odoo creates a template with its variant, and a variant with its template, under one name."""

_ALSO_KEPT: Mapping[str, frozenset[str]] = {
    "res.partner": frozenset({"street", "street2", "zip", "city", "type", "vat"}),
    "product.template": frozenset({"type", "detailed_type", "tracking"}),
    "product.product": frozenset({"type", "detailed_type", "tracking"}),
}
"""Cells that the checks of rows that name a record ask for: a contact shares its parent's address,
and only some products have stock."""


class RunMemory:
    """The records of a run that Odoo cannot tell of, by model and by what they are known by.

    ``dry_run`` false keeps failed rows only. Memory: about 1.5 kB a row that is kept,
    none for rows that landed. Used by the thread that runs the import.
    """

    def __init__(self, *, dry_run: bool) -> None:
        self.dry_run = dry_run
        self._named: dict[tuple[str, str], list[RunRecord]] = defaultdict(list)
        self._by_id: dict[str, RunRecord] = {}
        self._changed: dict[tuple[str, int], RunRecord] = {}
        self._planned: dict[str, RunRecord] = {}

    def named(self, model: str, keys: Collection[str]) -> Sequence[RunRecord]:
        """Return the records that answer to one of the keys, which are folded names."""
        found = [record for key in keys for record in self._named.get((model, key), ())]
        return list({id(record): record for record in found}.values())

    def by_external_id(self, name: str) -> RunRecord | None:
        """Return the record that has a complete external id."""
        return self._by_id.get(name)

    def changed(self, model: str, record_id: int) -> RunRecord | None:
        """Return what the dry run would write on a record that exists, None for others."""
        return self._changed.get((model, record_id))

    def planned(self, token: str) -> Mapping[str, str]:
        """Return the cells that a dry run plans for the record that a ``.id`` cell names."""
        record = self._planned.get(token)
        return record.cells if record else {}

    def add(self, record: RunRecord, *, exists: bool = False) -> None:
        """Take in a record; ``exists`` for one that Odoo has and a dry run would change."""
        if record.external_id and (record.failed or record.external_id not in self._by_id):
            self._by_id[record.external_id] = record
        if record.token:
            self._planned[record.token] = record
        if exists:
            self._changed[record.model, int(record.token)] = record
        self._enter(record)
        twin = _TWINS.get(record.model)
        if twin and not exists:
            self._enter(replace(record, model=twin))

    def _enter(self, record: RunRecord) -> None:
        keys = {
            sort_of(text, is_path=name == "complete_name")
            for name in known_by(record.model)
            if (text := record.cells.get(name))
        }
        if path := record.cells.get("complete_name"):
            keys.add(sort_of(path, is_path=False))
        for key in keys:
            self._named[record.model, key].append(record)


class _Pending(Struct, frozen=True):
    """A record that a row speaks of, until the row has its outcome."""

    model: str
    cells: Mapping[str, str]
    external_id: str | None
    database_id: int | None


class FileMemory:
    """Feeds the memory of a run from one file; without a memory it keeps nothing.

    ``file`` is a name that no other file of the run has; ``keeps`` is false for the file behind
    which nobody asks.

    ``remember`` tells what a row's record is known by, ``settle`` what became of the row.
    """

    def __init__(
        self, memory: RunMemory | None = None, file: str = "", *, keeps: bool = True
    ) -> None:
        self._memory = memory
        self._keeps = keeps and memory is not None
        self._file = file.replace(",", "_")  # commas part the ids of a many2many cell
        self._pending: dict[int, list[_Pending]] = defaultdict(list)

    @property
    def wanted(self) -> bool:
        """Whether anything is kept: else rows need not be remembered."""
        return self._keeps

    def token(self, row: int) -> str:
        """Return what stands for the record that a dry run would create for a row."""
        return f"new:{self._file}:{row}"

    def planned(self, token: str) -> Mapping[str, str]:
        """Return the cells that a dry run plans for the record that a ``.id`` cell names."""
        return self._memory.planned(token) if self._memory else {}

    def changed(self, model: str, record_id: int) -> Mapping[str, str]:
        """Return the cells that a dry run would write on a record that exists."""
        record = self._memory.changed(model, record_id) if self._memory else None
        return record.cells if record else {}

    def remember(
        self,
        row: int,
        model: str,
        cells: Mapping[str, str],
        *,
        external_id: str | None = None,
        database_id: int | None = None,
    ) -> None:
        """Note a record that a row speaks of, until ``settle`` tells what became of the row.

        ``cells`` are load() cells, or names alone. ``database_id`` is set where the record exists.
        The last word on a model counts; several models may be told of one row.
        """
        if not self._keeps:
            return
        known = [one for one in self._pending[row] if one.model != model]
        name = external_ids.complete(external_id) if external_id else None
        kept = _kept(model, cells)
        self._pending[row] = [*known, _Pending(model, kept, name, database_id)]

    def settle(self, outcome: Outcome) -> None:
        """Keep what Odoo cannot tell of a row's records, now that its outcome is known."""
        if self._memory is None or not self._keeps:
            return
        for pending in self._pending.pop(outcome.row.number, ()):
            self._keep(self._memory, pending, outcome)

    def _keep(self, memory: RunMemory, pending: _Pending, outcome: Outcome) -> None:
        number = outcome.row.number
        if outcome.action is Action.FAILED:
            failed = f"row {number} of {self._file}"
            memory.add(
                RunRecord(
                    pending.model, pending.cells, external_id=pending.external_id, failed=failed
                )
            )
        elif memory.dry_run and outcome.action in (Action.CREATED, Action.UPDATED):
            exists = pending.database_id is not None
            memory.add(
                RunRecord(
                    pending.model,
                    pending.cells,
                    str(pending.database_id) if exists else self.token(number),
                    pending.external_id,
                ),
                exists=exists,
            )


def _kept(model: str, cells: Mapping[str, str]) -> dict[str, str]:
    """Return the cells that relations and checks ask for; equal texts share their memory."""
    wanted = {*known_by(model), *_ALSO_KEPT.get(model, ())}
    return {
        sys.intern(name): sys.intern(cell) if len(cell) < _SHORT else cell
        for name, cell in cells.items()
        if name in wanted or name.endswith("/.id") or cell in ("0", "1")
    }


_SHORT = 8
"""Characters of a cell that is likely to stand in many rows: an id, a yes or no, a type."""
