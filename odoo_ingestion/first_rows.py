"""Which row was the first with a mark, for millions of rows in little memory."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Entries = NDArray[np.uint64]

_ROW_BITS = 26
_REST_BITS = 38
_BUCKET_BITS = 20
_BUCKETS = 1 << _BUCKET_BITS
MARK_BITS = _BUCKET_BITS + _REST_BITS
_MARKS = (1 << MARK_BITS) - 1
_RESTS = (1 << _REST_BITS) - 1
_ROWS = (1 << _ROW_BITS) - 1

_RECENT = 100_000
"""Marks in the dictionary; more cost memory, fewer cost time, as each time all the others move."""
_MOVED_AT_ONCE = 1 << 17


class FirstRows:
    """Remembers for each mark the first row that had it.

    A mark is any whole number, such as a hash, of which 58 bits count; rows are numbers below
    67,108,864, which those beyond it are taken for. Memory: 8 bytes a mark, and 20 MB at most
    beside them. Two marks out of n pass for the same with a probability of n * n / 2**59: for
    1,000,000 it is 1 in 570,000, for 10,000,000 it is 1 in 5,700.

    The last marks stand in a dictionary. The others are sorted: their first 20 bits say in which
    part of one long array they are and need no place in it, the other 38 stand there before the
    26 bits of the row.
    """

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._entries: Entries | None = None
        self._starts: NDArray[np.uint32] | None = None
        self._seen: memoryview[int] | None = None
        self._parts: memoryview[int] | None = None

    def get(self, mark: int) -> int | None:
        """Return the first row that had the mark, None if no row had it."""
        mark &= _MARKS
        row = self._recent.get(mark)
        if row is not None or self._seen is None or self._parts is None:
            return row
        part = mark >> _REST_BITS
        rest = mark & _RESTS
        end = self._parts[part + 1]
        place = bisect_left(self._seen, rest << _ROW_BITS, self._parts[part], end)
        if place == end:
            return None
        entry = self._seen[place]
        return entry & _ROWS if entry >> _ROW_BITS == rest else None

    def keep(self, mark: int, row: int) -> int:
        """Return the first row that had the mark, which is this one if none had it before."""
        first = self.get(mark)
        if first is not None:
            return first
        self._recent[mark & _MARKS] = row if row <= _ROWS else _ROWS
        if len(self._recent) >= _RECENT:
            self._move()
        return row

    def get_all(self, marks: Sequence[int]) -> dict[int, int]:
        """Return the first row of each mark that a row had, by the mark's place in the list."""
        if self._seen is None and self._recent.keys().isdisjoint(marks):
            return {}
        rows = map(self.get, marks)
        return {place: row for place, row in enumerate(rows) if row is not None}

    def keep_all(self, marks: Sequence[int], rows: Sequence[int]) -> dict[int, int]:
        """Keep marks; return the first row of each that another had, by its place in the list."""
        kept = map(self.keep, marks, rows)
        return {
            p: first for p, (first, row) in enumerate(zip(kept, rows, strict=True)) if first != row
        }

    def _move(self) -> None:
        """Put the marks of the dictionary in their places among the others."""
        import numpy as np

        marks = np.fromiter(self._recent.keys(), np.uint64, len(self._recent))
        rows = np.fromiter(self._recent.values(), np.uint64, len(self._recent))
        order = np.argsort(marks)
        marks, rows = marks[order], rows[order]
        if self._entries is None or self._starts is None:
            self._entries = np.empty(0, np.uint64)
            self._starts = np.zeros(_BUCKETS + 1, np.uint32)
        self._seen = self._parts = None  # they hold on to the memory that is about to grow
        _insert(self._entries, self._starts, marks, rows)
        self._seen, self._parts = self._entries.data, self._starts.data
        self._recent.clear()


def _insert(entries: Entries, starts: NDArray[np.uint32], marks: Entries, rows: Entries) -> None:
    """Insert sorted marks; from the last part to the first, so that nothing needs a copy."""
    import numpy as np

    count = len(entries)
    entries.resize(count + len(marks), refcheck=False)
    new = ((marks & np.uint64(_RESTS)) << np.uint64(_ROW_BITS)) | rows
    parts = marks >> np.uint64(_REST_BITS)
    edges = np.linspace(0, _BUCKETS, count // _MOVED_AT_ONCE + 2).astype(np.uint64)
    ends = np.searchsorted(parts, edges)
    for index in range(len(edges) - 2, -1, -1):
        first, last = int(edges[index]), int(edges[index + 1])
        begin, end = int(ends[index]), int(ends[index + 1])
        low, high = int(starts[first]), int(starts[last])
        own = np.arange(first, last, dtype=np.uint64).repeat(np.diff(starts[first : last + 1]))
        held = entries[low:high]
        whole = (own << np.uint64(_REST_BITS)) | (held >> np.uint64(_ROW_BITS))
        places = np.searchsorted(whole, marks[begin:end])
        entries[low + begin : high + end] = np.insert(held, places, new[begin:end])
    added = np.bincount(parts.astype(np.int64), minlength=_BUCKETS)
    starts[1:] += np.cumsum(added).astype(np.uint32)
