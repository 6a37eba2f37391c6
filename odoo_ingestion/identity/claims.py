"""Which row of a file claims which record, so that no two rows mean the same one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from odoo_ingestion.identity.first_rows import FirstRows
from odoo_ingestion.identity.keys import Key, KeyValue

KeyInChain = tuple[int, Key, KeyValue]
"""A key that a row fills: its place in the chain, its fields, their values."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """A row that asks for a record: ``keys`` are all that it fills, in the chain's order.

    ``named``: the file gives the row's external id or database id itself. ``name`` is its external
    id, ``derived`` tells that this is made of the first key, and of nothing else.
    """

    row: int
    keys: Sequence[KeyInChain]
    named: bool
    name: str = ""
    derived: bool = False


class _Kind(NamedTuple):
    """How a row claims a key.

    ``told_apart``: it fills an earlier key of the chain too. ``creates``: it is named by the file
    and makes a record. ``by_name``: by its external id, which is derived from the key.
    """

    named: bool
    told_apart: bool
    creates: bool
    by_name: bool


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
        self._kinds: dict[int, tuple[_Kind, ...]] = {}
        """How keys have been claimed so far, by their place in the chain: most files know one."""
        self._sorts: tuple[str, ...] = ()

    def same_key(self, claimant: Claimant) -> int | None:
        """Return the earlier row that is the same record by a key, or None."""
        for position, key, values in claimant.keys:
            is_first = claimant.keys[0][0] == position
            found = []
            for kind in self._kinds.get(position, ()):
                if (claimant.named and kind.named) or (kind.told_apart and not is_first):
                    continue
                row = self._first.get(self._mark(claimant, position, key, values, kind))
                if row is not None and row != claimant.row:
                    found.append((kind.named, kind.told_apart, row))
            if found:
                return min(found)[2]
        return None

    def has_created(self, claimant: Claimant, key: Key) -> bool:
        """Tell whether an earlier row with the same key, both named by the file, makes a record."""
        return claimant.named and any(
            self._first.get(hash((own, values, kind))) is not None
            for position, own, values in claimant.keys
            if own == key
            for kind in self._kinds.get(position, ())
            if kind.creates
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
        first = self._first_of_sorts(claimant.name, "name", "derived")
        if first is not None and first != claimant.row:
            return first
        if record_id is not None:
            first = self._first_of_sorts(record_id, "record", "record of key")
            if first is not None and first != claimant.row:
                self._note("name", claimant.name, claimant.row)
                return first
            self._note_record(claimant, record_id)
        if claimant.named or not claimant.derived:
            self._note("name", claimant.name, claimant.row)
        self._note_keys(claimant, creates=claimant.named and record_id is None)
        return None

    # --- parts ------------------------------------------------------------------------------

    def _first_of_sorts(self, what: str | int, *sorts: str) -> int | None:
        rows = [self._first.get(hash((sort, what))) for sort in sorts if sort in self._sorts]
        return min((row for row in rows if row is not None), default=None)

    def _note(self, sort: str, what: str | int, row: int) -> None:
        if sort not in self._sorts:
            self._sorts = (*self._sorts, sort)
        self._first.keep(hash((sort, what)), row)

    def _note_record(self, claimant: Claimant, record_id: int) -> None:
        first = claimant.keys[0] if claimant.keys else None
        if first is None or first[0] != 0:
            self._note("record", record_id, claimant.row)
            return
        self._note("record of key", record_id, claimant.row)
        self._first.keep(hash(("key", record_id, first)), claimant.row)

    def _note_keys(self, claimant: Claimant, *, creates: bool) -> None:
        for position, key, values in claimant.keys:
            told_apart = claimant.keys[0][0] < position
            by_name = claimant.derived and not told_apart
            kind = _Kind(claimant.named, told_apart, creates, by_name)
            known = self._kinds.get(position, ())
            if kind not in known:
                self._kinds[position] = tuple(sorted((*known, kind)))
            if by_name:
                self._note("derived", claimant.name, claimant.row)
            else:
                self._first.keep(hash((key, values, kind)), claimant.row)

    def _mark(
        self, claimant: Claimant, position: int, key: Key, values: KeyValue, kind: _Kind
    ) -> int:
        if not kind.by_name:
            return hash((key, values, kind))
        own = claimant.derived and claimant.keys[0][0] == position
        return hash(("derived", claimant.name if own else self._name_of(key, values)))
