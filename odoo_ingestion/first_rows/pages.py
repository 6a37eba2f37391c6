"""Millions of marks in order with their rows, in 7.5 bytes each."""

from __future__ import annotations

from bisect import bisect_left
from mmap import mmap

import numpy as np
from numpy.typing import NDArray

Marks = NDArray[np.uint64]
Rows = NDArray[np.uint32]

_BUCKET_BITS = 20
_BUCKETS = 1 << _BUCKET_BITS
_REST_BITS = 36
_LOW_BITS = 32
MARKS = np.uint64((1 << (_BUCKET_BITS + _REST_BITS)) - 1)
_RESTS = (1 << _REST_BITS) - 1
_LOWS = (1 << _LOW_BITS) - 1

_PAGE = 1 << 15
"""Marks of a page: what is written anew at once takes some ten times the memory of a page."""
_COUNTED_AT_ONCE = 1 << 16
"""Buckets that are gone through together: all at once would need more than many pages do."""

_WIDEST = 1_000
"""Marks of a bucket that are compared all at once; hashes fill them evenly, and far less."""


class Page:
    """Marks without their first 20 bits, and their rows, each piece of them beside its like.

    A mark has 32 bits and 4 bits, a row 16 bits, 8 bits, and 8 more where any row needs them.
    """

    def __init__(self, marks: Marks, rows: Rows, space: NDArray[np.uint8]) -> None:
        """Put marks and rows into ``space``, of which ``space_for`` tells how large it is."""
        self.count = count = len(marks)
        self.space = space
        size = len(space) * 2 // 15
        self.low = space[: size * 4].view(np.uint32)[:count]
        self._row_low = space[size * 4 : size * 6].view(np.uint16)[:count]
        self._row_high = space[size * 6 : size * 7][:count]
        self._high = space[size * 7 :]
        self._row_top: NDArray[np.uint8] | None = None
        self.low[:] = marks & np.uint64(_LOWS)
        high = ((marks >> np.uint64(_LOW_BITS)) & np.uint64(15)).astype(np.uint8)
        self._high[: (count + 1) // 2] = high[::2]
        self._high[: count // 2] |= high[1::2] << np.uint8(4)
        self._row_low[:] = rows & np.uint32(0xFFFF)
        self._row_high[:] = (rows >> np.uint32(16)) & np.uint32(0xFF)
        if count and rows.max() >= 1 << 24:
            self._row_top = (rows >> np.uint32(24)).astype(np.uint8)

    @staticmethod
    def space_for(size: int) -> NDArray[np.uint8]:
        """Return the space of a page of so many marks.

        It is asked of the system itself: among what comes and goes, pages would leave gaps.
        """
        return np.frombuffer(mmap(-1, size * 15 // 2), np.uint8)

    def rests(self) -> Marks:
        """Return all marks without their first bits."""
        high = np.empty(self.count + 1, np.uint64)[: self.count]
        high[::2] = self._high[: (self.count + 1) // 2] & np.uint8(15)
        high[1::2] = self._high[: self.count // 2] >> np.uint8(4)
        high <<= np.uint64(_LOW_BITS)
        high |= self.low
        return high

    def rows(self) -> Rows:
        """Return all rows."""
        rows = self._row_high.astype(np.uint32)
        rows <<= np.uint32(16)
        rows |= self._row_low
        if self._row_top is not None:
            rows |= self._row_top.astype(np.uint32) << np.uint32(24)
        return rows

    def rest(self, place: int) -> int:
        """Return one mark without its first bits."""
        high = int(self._high[place >> 1]) >> (place & 1) * 4 & 15
        return high << _LOW_BITS | int(self.low[place])

    def row(self, place: int) -> int:
        """Return one row."""
        top = int(self._row_top[place]) << 24 if self._row_top is not None else 0
        return top | int(self._row_high[place]) << 16 | int(self._row_low[place])


class Pages:
    """Finds marks by their first 20 bits, which tell where in the pages the others stand.

    Pages are written anew one by one, so that growing needs little beside them.
    """

    def __init__(self, size: int = _PAGE) -> None:
        self._size = size
        self._pages: list[Page] = []
        self._starts: NDArray[np.uint32] = np.zeros(0, np.uint32)
        self._begins = self._starts.data

    @property
    def count(self) -> int:
        """How many marks there are."""
        return int(self._starts[-1]) if self._pages else 0

    def get(self, mark: int) -> int | None:
        """Return the row of a mark, None if there is no such mark."""
        if not self._pages:
            return None
        bucket, rest = mark >> _REST_BITS, mark & _RESTS
        begin, end = self._begins[bucket], self._begins[bucket + 1]
        if begin == end:
            return None
        page, place = divmod(begin, self._size)
        near = self._pages[page].low[place : place + end - begin]
        if len(near) == end - begin <= _WIDEST and (rest & _LOWS) not in near.tolist():
            return None  # of most marks that are asked for, this is all
        place = bisect_left(range(end), rest, begin, end, key=self._rest)
        if place == end or self._rest(place) != rest:
            return None
        return self._pages[place // self._size].row(place % self._size)

    def get_all(self, marks: Marks) -> dict[int, int]:
        """Return the row of each mark that is there, by its place among the sorted ``marks``."""
        if not self._pages:
            return {}
        buckets = marks >> np.uint64(_REST_BITS)
        first = self._starts[buckets].astype(np.int64)
        widths = self._starts[buckets + np.uint64(1)].astype(np.int64) - first
        first_page, last_page = first // self._size, (first + widths - 1) // self._size
        apart = (widths > 0) & ((first_page != last_page) | (widths > _WIDEST))
        rows = ((at, self.get(int(marks[at]))) for at in np.flatnonzero(apart).tolist())
        found = {at: row for at, row in rows if row is not None}
        widths[apart] = 0
        asked = np.repeat(np.arange(len(marks)), widths)
        shift = first - first_page * self._size - np.cumsum(widths) + widths
        places = np.arange(len(asked)) + shift[asked]
        held = self._lows(places, first_page[asked])
        lows = (marks & np.uint64(_LOWS)).astype(np.uint32)
        for hit in np.flatnonzero(held == lows[asked]).tolist():
            at, place = int(asked[hit]), int(places[hit])
            page = self._pages[int(first_page[at])]
            if page.rest(place) == int(marks[at]) & _RESTS:
                found[at] = page.row(place)
        return found

    def _lows(self, places: NDArray[np.int64], pages: NDArray[np.int64]) -> NDArray[np.uint32]:
        """Return the lower bits of the marks at places of pages, which are in order."""
        edges = pages.searchsorted(np.arange(len(self._pages) + 1)).tolist()
        held = np.empty(len(places), np.uint32)
        for number, page in enumerate(self._pages):
            own = slice(edges[number], edges[number + 1])
            if own.start < own.stop:
                held[own] = page.low[places[own]]
        return held

    def insert(self, marks: Marks, rows: Rows) -> None:
        """Put sorted marks among the others."""
        if not self._pages:
            self._starts = np.zeros(_BUCKETS + 1, np.uint32)
            self._begins = self._starts.data  # Python reads it faster than the array
        new = _Writer(self._size)
        begin = 0
        for number, page in enumerate(self._pages):
            held = self._whole(number)
            is_last = number == len(self._pages) - 1
            end = len(marks) if is_last else int(marks.searchsorted(held[0][-1]))
            new.spare.append(page.space)
            new.write(*merged(held, (marks[begin:end], rows[begin:end])))
            begin = end
        if not self._pages:
            new.write(marks, rows)
        new.finish()
        self._pages = new.pages
        self._count(marks)

    def _rest(self, place: int) -> int:
        return self._pages[place // self._size].rest(place % self._size)

    def _whole(self, number: int) -> tuple[Marks, Rows]:
        """Return the marks of a page with their first bits, and their rows."""
        page = self._pages[number]
        begin = number * self._size
        end = begin + page.count
        first = int(np.searchsorted(self._starts, np.uint32(begin), side="right")) - 1
        last = int(np.searchsorted(self._starts, np.uint32(end), side="left"))
        buckets = np.empty(page.count, np.uint64)
        at = 0
        for some in range(first, last, _COUNTED_AT_ONCE):
            edge = min(some + _COUNTED_AT_ONCE, last)
            counts = np.diff(self._starts[some : edge + 1].clip(begin, end))
            own = np.repeat(np.arange(some, edge, dtype=np.uint64), counts)
            buckets[at : at + len(own)] = own
            at += len(own)
        buckets <<= np.uint64(_REST_BITS)
        buckets |= page.rests()
        return buckets, page.rows()

    def _count(self, marks: Marks) -> None:
        """Let the buckets begin where they do once sorted marks were put among the others."""
        buckets = marks >> np.uint64(_REST_BITS)
        for first in range(0, _BUCKETS, _COUNTED_AT_ONCE):
            last = first + _COUNTED_AT_ONCE
            begin, end = np.searchsorted(buckets, np.array([first, last], np.uint64)).tolist()
            own = (buckets[begin:end] - np.uint64(first)).astype(np.intp)
            before = np.cumsum(np.bincount(own, minlength=_COUNTED_AT_ONCE)) + begin
            self._starts[first + 1 : last + 1] += before.astype(np.uint32)


class _Writer:
    """Writes marks to pages, into the space of the pages that they come from."""

    def __init__(self, size: int) -> None:
        self.pages: list[Page] = []
        self.spare: list[NDArray[np.uint8]] = []
        self._size = size
        self._left: tuple[Marks, Rows] = np.empty(0, np.uint64), np.empty(0, np.uint32)

    def write(self, marks: Marks, rows: Rows) -> None:
        """Write marks that come after all others."""
        marks = np.concatenate((self._left[0], marks))
        rows = np.concatenate((self._left[1], rows))
        while len(marks) >= self._size:
            self._add(marks[: self._size], rows[: self._size])
            marks, rows = marks[self._size :], rows[self._size :]
        self._left = marks.copy(), rows.copy()

    def finish(self) -> None:
        """Write the marks that are left."""
        if len(self._left[0]):
            self._add(*self._left)

    def _add(self, marks: Marks, rows: Rows) -> None:
        space = self.spare.pop() if self.spare else Page.space_for(self._size)
        self.pages.append(Page(marks, rows, space))


def merged(held: tuple[Marks, Rows], new: tuple[Marks, Rows]) -> tuple[Marks, Rows]:
    """Return two runs of sorted marks, and their rows, as one."""
    count = len(held[0]) + len(new[0])
    places = np.searchsorted(held[0], new[0]) + np.arange(len(new[0]))
    is_held = np.ones(count, np.bool_)
    is_held[places] = False
    marks, rows = np.empty(count, np.uint64), np.empty(count, np.uint32)
    marks[places], rows[places] = new
    marks[is_held], rows[is_held] = held
    return marks, rows
