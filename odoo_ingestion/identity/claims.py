"""Which row of a file claims which record, so that no two rows mean the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.identity.keys import Key, KeyValue

KeyInChain = tuple[int, Key, KeyValue]
"""A key that a row fills: its place in the chain, its fields, their values."""


class Claimant(Struct, frozen=True):
    """A row that asks for a record: ``keys`` are all that it fills, in the chain's order.

    ``named``: the file gives the row's external id or database id itself. ``name`` is its external
    id, ``derived`` tells that this is made of the first key, and of nothing else.
    """

    row: int
    keys: Sequence[KeyInChain]
    named: bool
    name: str = ""
    derived: bool = False


_BY_NAME, _CREATES, _TOLD_APART, _NAMED = 1, 2, 4, 8
"""How a row claims a key: by its external id, which is derived from the key; while it makes a
record and the file names it; beside an earlier key of the chain; and named by the file."""


class Claims:
    """The records and keys that the rows of one file have claimed so far.

    A row that creates a record claims its keys as well as a record that exists does: what a later
    row finds must not depend on whether the earlier one has landed yet. Two rows clash by a key
    unless an earlier key of the chain tells them apart, or both are named by the file.

    ``name_of`` derives the external id of a key. Memory: 8 bytes for each key that a row fills and
    each external id that the file gives, 16 for a record that exists. ``FirstRows`` tells how
    unlikely it is that different ones are taken for the same.
    """

    def __init__(self, name_of: Callable[[Key, KeyValue], str]) -> None:
        self._name_of = name_of
        self._first = FirstRows()
        self._kinds: dict[int, tuple[int, ...]] = {}
        """How keys have been claimed so far, by their place in the chain: most files know one."""
        self._sorts: set[str] = set()

    def same_key(self, claimant: Claimant) -> int | None:
        """Return the earlier row that is the same record by a key, or None."""
        for position, key, values in claimant.keys:
            is_first = claimant.keys[0][0] == position
            found = []
            for kind in self._kinds.get(position, ()):
                if (claimant.named and kind & _NAMED) or (kind & _TOLD_APART and not is_first):
                    continue
                row = self._first.get(self._mark(claimant, position, key, values, kind))
                if row is not None and row != claimant.row:
                    found.append((kind & (_NAMED | _TOLD_APART), row))
            if found:
                return min(found)[1]
        return None

    def has_created(self, claimant: Claimant, key: Key) -> bool:
        """Tell whether an earlier row with the same key, both named by the file, makes a record."""
        return claimant.named and any(
            self._first.get(hash((own, values, kind))) is not None
            for position, own, values in claimant.keys
            if own == key
            for kind in self._kinds.get(position, ())
            if kind & _CREATES
        )

    def is_somebody_else(self, claimant: Claimant, record_id: int) -> bool:
        """Tell whether an earlier row with another first key has claimed the record."""
        first = claimant.keys[0] if claimant.keys else None
        if first is None or first[0] != 0:
            return False
        is_held = self._first.get(hash(("record of key", record_id))) is not None
        return is_held and self._first.get(hash(("key", record_id, first))) is None

    def claim(self, claimant: Claimant, record_id: int | None) -> int | None:
        """Give the row its external id and record, or return the row that has one of them."""
        row = claimant.row
        first = self._first_of(claimant.name, "name", "derived")
        if first is not None and first != row:
            return first
        if record_id is not None:
            first = self._first_of(record_id, "record", "record of key")
            if first is not None and first != row:
                self._note("name", claimant.name, row)
                return first
            self._note_record(claimant, record_id)
        if not claimant.derived:
            self._note("name", claimant.name, row)
        self._note_keys(claimant, creates=claimant.named and record_id is None)
        return None

    # --- parts ------------------------------------------------------------------------------

    def _first_of(self, what: str | int, *sorts: str) -> int | None:
        """Return the first row that noted something under one of the sorts."""
        first: int | None = None
        for sort in sorts:
            if sort in self._sorts:
                row = self._first.get(hash((sort, what)))
                if row is not None and (first is None or row < first):
                    first = row
        return first

    def _note(self, sort: str, what: str | int, row: int) -> None:
        self._sorts.add(sort)
        self._first.keep(hash((sort, what)), row)

    def _note_record(self, claimant: Claimant, record_id: int) -> None:
        first = claimant.keys[0] if claimant.keys else None
        if first is None or first[0] != 0:
            self._note("record", record_id, claimant.row)
            return
        self._note("record of key", record_id, claimant.row)
        self._first.keep(hash(("key", record_id, first)), claimant.row)

    def _note_keys(self, claimant: Claimant, *, creates: bool) -> None:
        how = (_NAMED if claimant.named else 0) | (_CREATES if creates else 0)
        by_name = claimant.derived
        for position, key, values in claimant.keys:
            kind = how | _BY_NAME if by_name else how
            known = self._kinds.get(position, ())
            if kind not in known:
                self._kinds[position] = (*known, kind)
            if by_name:
                self._note("derived", claimant.name, claimant.row)
            else:
                self._first.keep(hash((key, values, kind)), claimant.row)
            how, by_name = how | _TOLD_APART, False

    def _mark(
        self, claimant: Claimant, position: int, key: Key, values: KeyValue, kind: int
    ) -> int:
        if not kind & _BY_NAME:
            return hash((key, values, kind))
        own = claimant.derived and claimant.keys[0][0] == position
        return hash(("derived", claimant.name if own else self._name_of(key, values)))
