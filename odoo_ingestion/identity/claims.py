"""Which row of a file claims which record, so that no two rows mean the same one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import cache
from itertools import compress

from msgspec import Struct

from odoo_ingestion.external_ids import digest
from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.identity.keys import Key, KeyText, KeyValue, text_of, values_of

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


class Claimants(Struct, frozen=True):
    """Rows whose external ids are derived from the key at the place ``lead``, their first one.

    ``columns`` has for each of the chain's ``keys`` what each row gives for it,
    ``records`` the records that exist already, by the place of their row among ``rows``.
    """

    rows: Sequence[int]
    names: Sequence[str]
    lead: int
    keys: Sequence[Key]
    columns: Sequence[Sequence[KeyText]]
    records: Mapping[int, int]


_BY_NAME, _CREATES, _TOLD_APART, _NAMED = 1, 2, 4, 8
"""How a row claims a key: by its external id, which is derived from the key; while it makes a
record and the file names it; beside an earlier key of the chain; and named by the file."""

_KINDS = 16
_SPREAD = 0x9E3779B97F4A7C15
_MARK_BITS = (1 << 62) - 1


def _salt(sort: int) -> int:
    """Return what keeps the marks of one sort of claim apart from those of all others."""
    return int(digest(f"claims {sort}"), 16) & _MARK_BITS


_NAME, _DERIVED, _RECORD, _RECORD_OF_KEY, _KEY_OF_RECORD = (_salt(sort) for sort in range(1, 6))


@cache
def _kind_salt(position: int, kind: int) -> int:
    """Return the salt of a way to claim the key at a place of the chain."""
    return _salt((position + 1) * _KINDS + kind)


def _spread(record_id: int) -> int:
    """Return the number of a record as a mark whose bits are as good as those of a hash."""
    return record_id * _SPREAD & _MARK_BITS


def _key_of_record(record_id: int, values: KeyValue) -> int:
    return _spread(record_id) ^ hash(text_of(values)) ^ _KEY_OF_RECORD


class Claims:
    """The records and keys that the rows of one file have claimed so far.

    A row that creates a record claims its keys as well as a record that exists does: what a later
    row finds must not depend on whether the earlier one has landed yet. Two rows clash by a key
    unless an earlier key of the chain tells them apart, or both are named by the file.

    ``name_of`` derives the external id of a key. Memory: a mark of ``FirstRows`` for each key that
    a row fills and each external id that the file gives, two for a record that exists. There it is
    told what a mark takes, and how unlikely it is that different ones are taken for the same.
    """

    def __init__(self, name_of: Callable[[Key, KeyValue], str]) -> None:
        self._name_of = name_of
        self._first = FirstRows()
        self._kinds: dict[int, tuple[int, ...]] = {}
        """How keys have been claimed so far, by their place in the chain: most files know one."""
        self._sorts: set[int] = set()

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
            self._first.get(hash(text_of(values)) ^ _kind_salt(position, kind)) is not None
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
        is_held = self._first.get(_spread(record_id) ^ _RECORD_OF_KEY) is not None
        return is_held and self._first.get(_key_of_record(record_id, first[2])) is None

    def claim(self, claimant: Claimant, record_id: int | None) -> int | None:
        """Give the row its external id and record, or return the row that has one of them."""
        row = claimant.row
        name = hash(claimant.name)
        first = self._first_of(name, _NAME, _DERIVED)
        if first is not None and first != row:
            return first
        if record_id is not None:
            first = self._first_of(_spread(record_id), _RECORD, _RECORD_OF_KEY)
            if first is not None and first != row:
                self._note(_NAME, name, row)
                return first
            self._note_record(claimant, record_id)
        if not claimant.derived:
            self._note(_NAME, name, row)
        self._note_keys(claimant, creates=claimant.named and record_id is None)
        return None

    # --- many at once -----------------------------------------------------------------------

    def clashes(self, rows: Claimants) -> set[int]:
        """Return the places of the rows of which one by one an earlier one might be told.

        They are not compared with each other.
        """
        found: set[int] = set()
        names = [hash(name) for name in rows.names]
        for sort in self._sorts & {_NAME, _DERIVED}:
            found.update(self._first.get_all([name ^ sort for name in names]))
        places = list(rows.records)
        spread = [_spread(record_id) for record_id in rows.records.values()]
        for sort in self._sorts & {_RECORD, _RECORD_OF_KEY} if places else ():
            held = self._first.get_all([record ^ sort for record in spread])
            found.update(places[index] for index in held)
        for position in range(rows.lead, len(rows.columns)):
            for kind in self._kinds.get(position, ()):
                asked = not kind & (_BY_NAME if position == rows.lead else _TOLD_APART)
                if asked:
                    found.update(self._with_key(rows, position, kind))
        return found

    def claim_all(self, rows: Claimants, start: int, end: int) -> None:
        """Give rows their external ids and records: those from ``start`` to ``end``, without it.

        None of them clashes with an earlier row of the file, or with another of them.
        """
        if start == end:
            return
        numbers = rows.rows[start:end]
        self._sorts.add(_DERIVED)
        self._add_kind(rows.lead, _BY_NAME)
        names = [hash(name) ^ _DERIVED for name in rows.names[start:end]]
        self._first.keep_all(names, numbers, new=True)
        for position in range(rows.lead + 1, len(rows.columns)):
            column = rows.columns[position][start:end]
            if any(column):
                self._add_kind(position, _TOLD_APART)
                salt = _kind_salt(position, _TOLD_APART)
                filled = numbers if all(column) else list(compress(numbers, column))
                self._first.keep_all([hash(text) ^ salt for text in column if text], filled)
        if rows.records:
            self._claim_records(rows, start, end)

    def first_claims(self, position: int, texts: Sequence[str]) -> list[dict[int, int]]:
        """Return the first rows that claimed texts as the one field of the key at ``position``.

        There is an answer for each way in which any of them was claimed, by the place among the
        texts. Claims by an id that is derived from the key itself are left out: to ask for those,
        all ids would have to be derived once more.
        """
        found = []
        for kind in self._kinds.get(position, ()):
            if not kind & _BY_NAME:
                salt = _kind_salt(position, kind)
                found.append(self._first.get_all([hash(text) ^ salt for text in texts]))
        return [rows for rows in found if rows]

    def _claim_records(self, rows: Claimants, start: int, end: int) -> None:
        records = rows.records
        places = [place for place in range(start, end) if place in records]
        numbers = [rows.rows[place] for place in places]
        sort = _RECORD if rows.lead else _RECORD_OF_KEY
        self._sorts.add(sort)
        spread = [_spread(records[place]) for place in places]
        self._first.keep_all([record ^ sort for record in spread], numbers, new=True)
        if rows.lead == 0:
            texts = rows.columns[0]
            marks = [
                record ^ hash(texts[place]) ^ _KEY_OF_RECORD
                for place, record in zip(places, spread, strict=True)
            ]
            self._first.keep_all(marks, numbers)

    def _with_key(self, rows: Claimants, position: int, kind: int) -> Iterator[int]:
        """Yield the places of the rows whose key has been claimed in one way."""
        column = rows.columns[position]
        places = [place for place, text in enumerate(column) if text]
        if kind & _BY_NAME:
            key = rows.keys[position]
            names = [self._name_of(key, values_of(column[place])) for place in places]
            marks = [hash(name) ^ _DERIVED for name in names]
        else:
            salt = _kind_salt(position, kind)
            marks = [hash(column[place]) ^ salt for place in places]
        return (places[index] for index in self._first.get_all(marks))

    # --- parts ------------------------------------------------------------------------------

    def _first_of(self, what: int, *sorts: int) -> int | None:
        """Return the first row that noted something under one of the sorts."""
        first: int | None = None
        for sort in sorts:
            if sort in self._sorts:
                row = self._first.get(what ^ sort)
                if row is not None and (first is None or row < first):
                    first = row
        return first

    def _note(self, sort: int, what: int, row: int) -> None:
        self._sorts.add(sort)
        self._first.keep(what ^ sort, row)

    def _note_record(self, claimant: Claimant, record_id: int) -> None:
        first = claimant.keys[0] if claimant.keys else None
        if first is None or first[0] != 0:
            self._note(_RECORD, _spread(record_id), claimant.row)
            return
        self._note(_RECORD_OF_KEY, _spread(record_id), claimant.row)
        self._first.keep(_key_of_record(record_id, first[2]), claimant.row)

    def _note_keys(self, claimant: Claimant, *, creates: bool) -> None:
        how = (_NAMED if claimant.named else 0) | (_CREATES if creates else 0)
        by_name = claimant.derived
        for position, _, values in claimant.keys:
            self._add_kind(position, how | _BY_NAME if by_name else how)
            if by_name:
                self._note(_DERIVED, hash(claimant.name), claimant.row)
            else:
                self._first.keep(hash(text_of(values)) ^ _kind_salt(position, how), claimant.row)
            how, by_name = how | _TOLD_APART, False

    def _add_kind(self, position: int, kind: int) -> None:
        known = self._kinds.get(position, ())
        if kind not in known:
            self._kinds[position] = (*known, kind)

    def _mark(
        self, claimant: Claimant, position: int, key: Key, values: KeyValue, kind: int
    ) -> int:
        if not kind & _BY_NAME:
            return hash(text_of(values)) ^ _kind_salt(position, kind)
        own = claimant.derived and claimant.keys[0][0] == position
        return hash(claimant.name if own else self._name_of(key, values)) ^ _DERIVED
