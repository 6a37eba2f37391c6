"""Records -> groups that fill the same columns -> batches, by rows and by bytes. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from zlib import crc32

from msgspec import Struct, field

from odoo_ingestion.records import Action, Line, Record

LANES = 4
"""Groups into which records below others are dealt out by whom they stand below."""

_PARENT, _TEMPLATE = "parent_id/.id", "product_tmpl_id/.id"
"""Columns that name a record on which Odoo writes when one below it is loaded."""

_KEYS_REMEMBERED = 1_000
"""Sets of columns whose groups are remembered; a file of sparse rows may have one for each row."""

PENDING_GROUPS = 20
"""Records that wait for their batch to fill, in batches: a sparse file has many column sets."""


class Limits(Struct, frozen=True):
    """How large a batch may be: rows of load(), and bytes of cell text."""

    rows: int
    bytes: int


class GroupKey(Struct, frozen=True):
    """What records of one call have in common."""

    model: str
    action: Action
    columns: tuple[str, ...]
    by_external_id: bool
    adopt: bool
    lines_field: str = ""
    line_columns: tuple[str, ...] = ()
    lane: int | None = None


class _Group(Struct):
    records: list[Record] = field(default_factory=list)
    rows: int = 0
    size: int = 0
    external_ids: set[str] = field(default_factory=set)


class Cutter:
    """Collects records by group and hands out batches as they fill."""

    def __init__(self) -> None:
        self._groups: dict[GroupKey, _Group] = {}
        self._keys: dict[tuple[object, ...], GroupKey] = {}
        self._rows = 0
        self._bytes = 0

    def take_in(
        self, records: Sequence[Record], start: int, limits: Callable[[Action], Limits]
    ) -> tuple[int, list[tuple[Record, ...]]]:
        """Take records from ``start`` on until batches are full; return where to go on, and them.

        ``limits`` is asked once for each kind of records. A record larger than the limits goes
        alone. Two records with one external id never share a batch: in one call of load() only
        the last of them would count.
        """
        known: dict[Action, Limits] = {}
        full: list[tuple[Record, ...]] = []
        for place in range(start, len(records)):
            record = records[place]
            limit = known.get(record.action)
            if limit is None:
                limit = known[record.action] = limits(record.action)
            self._put(record, limit, full)
            if full:
                return place + 1, full
        return len(records), full

    def _put(self, record: Record, limits: Limits, full: list[tuple[Record, ...]]) -> None:
        """Take a record; ``full`` gets the batches that are full by now."""
        key = self._key(record)
        size = size_of(record)
        rows = len(record.lines) or 1
        group = self._groups.get(key)
        if group and (
            group.size + size > limits.bytes
            or record.external_id in group.external_ids
            or (record.lines and group.rows + rows > limits.rows)
        ):
            full.append(self._take(key))
            group = None
        if group is None:
            group = self._groups[key] = _Group()
        group.records.append(record)
        group.rows += rows
        group.size += size
        if record.external_id is not None:
            group.external_ids.add(record.external_id)
        self._rows += rows
        self._bytes += size
        if group.rows >= limits.rows or group.size >= limits.bytes:
            full.append(self._take(key))
        while self._rows > PENDING_GROUPS * limits.rows or self._bytes > 2 * limits.bytes:
            full.append(self._take(self._largest()))

    def _key(self, record: Record) -> GroupKey:
        """Return ``group_key`` of a record, from memory where it has no lines: files have few."""
        if record.lines:
            return group_key(record)
        values = record.values
        alike = (
            tuple(values),
            record.model,
            record.action,
            record.external_id is not None,
            record.adopt,
            record.lines_field,
            lane_of(values),
        )
        key = self._keys.get(alike)
        if key is None:
            if len(self._keys) >= _KEYS_REMEMBERED:
                self._keys.clear()
            key = self._keys[alike] = group_key(record)
        return key

    def _take(self, key: GroupKey) -> tuple[Record, ...]:
        group = self._groups.pop(key)
        self._rows -= group.rows
        self._bytes -= group.size
        return tuple(group.records)

    def _largest(self) -> GroupKey:
        return max(self._groups, key=lambda key: self._groups[key].size)

    def take_all(self) -> Iterator[tuple[Record, ...]]:
        """Yield every group as it is, in the order in which the groups were begun."""
        for key in list(self._groups):
            yield self._take(key)


def group_key(record: Record) -> GroupKey:
    """Return what a record must share with the others of its batch.

    An empty cell overrides a default or clears a field, so records share a batch only when they
    fill the same columns, and most of their lines do. Without an external id a record is addressed
    by its database id.
    """
    return GroupKey(
        record.model,
        record.action,
        tuple(sorted(record.values)),
        record.external_id is not None,
        record.adopt,
        record.lines_field,
        usual_columns(record.lines),
        lane_of(record.values),
    )


def lane_of(values: Mapping[str, str]) -> int | None:
    """Return which records must not be sent in two calls at once: those below the same record.

    None for a record that stands below no other.
    """
    above = values.get(_PARENT) or values.get(_TEMPLATE)
    return crc32(above.encode()) % LANES if above else None


def usual_columns(lines: Sequence[Line]) -> tuple[str, ...]:
    """Return the columns, sorted, that most of the lines fill; the first such of several."""
    if not lines:
        return ()
    counts = Counter(tuple(sorted(line.values)) for line in lines)
    return counts.most_common(1)[0][0]


def rows_of(record: Record) -> int:
    """Return the rows of load() that a record takes: one for each line, at least one."""
    return len(record.lines) or 1


def size_of(record: Record) -> int:
    """Return the bytes of cell text of a record and its lines, in UTF-8."""
    total = _size(record.external_id, record.values)
    for line in record.lines:
        total += _size(line.external_id, line.values)
    return total


def _size(external_id: str | None, values: Mapping[str, str]) -> int:
    text = "".join(values.values())
    own = len(text) if text.isascii() else len(text.encode("utf-8", "surrogatepass"))
    return own + len(external_id or "")


def fitting(records: Sequence[Record], rows: int) -> int:
    """Return how many of the first records take at most ``rows`` rows; at least one."""
    taken = 0
    for count, record in enumerate(records):
        taken += rows_of(record)
        if taken > rows and count:
            return count
    return len(records)


def pieces(records: Sequence[Record], rows: int) -> list[tuple[Record, ...]]:
    """Return records cut into runs that take at most ``rows`` rows, or are one record; in order."""
    cut = []
    while records:
        count = fitting(records, rows)
        cut.append(tuple(records[:count]))
        records = records[count:]
    return cut


def smaller_at_the_end(
    batches: Sequence[tuple[Record, ...]], workers: int, rows: int
) -> Iterator[tuple[Record, ...]]:
    """Yield batches, of new records the last for each worker in parts of at most ``rows`` rows.

    So the workers end at about the same time. Records that exist stay together, to be compared in
    as few calls as can be.
    """
    for left, records in zip(range(len(batches), 0, -1), batches, strict=True):
        parts = left <= workers and records[0].action is Action.CREATED
        yield from pieces(records, rows) if parts else (records,)
