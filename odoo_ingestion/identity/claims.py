"""Which row of a file claims which record, so that no two rows mean the same one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from odoo_ingestion.identity.keys import Key, KeyValue

KeyInChain = tuple[int, Key, KeyValue]
"""A key that a row fills: its place in the chain, its fields, their values."""


@dataclass(frozen=True, slots=True)
class Claimant:
    """A row that asks for a record: ``keys`` are all that it fills, in the chain's order.

    ``named``: the file gives the row's external id or database id itself.
    """

    row: int
    keys: Sequence[KeyInChain]
    named: bool


class Claims:
    """The records and keys that the rows of one file have claimed so far.

    A row that creates a record claims its keys as well as a record that exists does: what a later
    row finds must not depend on whether the earlier one has landed yet. Two rows clash by a key
    unless an earlier key of the chain tells them apart, or both are named by the file.

    Memory: one entry per row, per record and per key (about 100 bytes each).
    """

    def __init__(self) -> None:
        self._by_name: dict[int, int] = {}
        self._by_record: dict[int, int] = {}
        self._first_key_of: dict[int, int] = {}
        self._by_key: dict[int, int] = {}
        self._created: set[int] = set()

    def same_key(self, claimant: Claimant) -> int | None:
        """Return the earlier row that is the same record by a key, or None."""
        for position, key, values in claimant.keys:
            for named in (False,) if claimant.named else (False, True):
                for told_apart in (False, True):
                    if told_apart and claimant.keys[0][0] < position:
                        continue
                    row = self._by_key.get(hash((key, values, named, told_apart)))
                    if row is not None and row != claimant.row:
                        return row
        return None

    def has_created(self, claimant: Claimant, key: Key) -> bool:
        """Tell whether an earlier row with the same key, both named by the file, makes a record."""
        return claimant.named and any(
            hash((key, values)) in self._created
            for _, own_key, values in claimant.keys
            if own_key == key
        )

    def is_somebody_else(self, claimant: Claimant, record_id: int) -> bool:
        """Tell whether an earlier row with another first key has claimed the record."""
        held = self._first_key_of.get(record_id)
        first = claimant.keys[0] if claimant.keys else None
        return held is not None and first is not None and first[0] == 0 and hash(first) != held

    def claim(self, claimant: Claimant, name: str, record_id: int | None) -> int | None:
        """Give the row its external id and record, or return the row that has one of them."""
        row = claimant.row
        first = self._by_name.setdefault(hash(name), row)
        if first == row and record_id is not None:
            first = self._by_record.setdefault(record_id, row)
        if first != row:
            return first
        self._note_keys(claimant, record_id)
        return None

    def _note_keys(self, claimant: Claimant, record_id: int | None) -> None:
        for position, key, values in claimant.keys:
            told_apart = claimant.keys[0][0] < position
            entry = hash((key, values, claimant.named, told_apart))
            self._by_key.setdefault(entry, claimant.row)
            if claimant.named and record_id is None:
                self._created.add(hash((key, values)))
        if record_id is not None and claimant.keys and claimant.keys[0][0] == 0:
            self._first_key_of[record_id] = hash(claimant.keys[0])
