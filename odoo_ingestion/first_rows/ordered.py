"""Marks in order, with their rows: the newest in short runs, all others in pages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Collection

import numpy as np
from numpy.typing import NDArray

from odoo_ingestion.first_rows.pages import MARKS, Marks, Pages, Rows, merged

LONGEST_NEW = 1 << 14
"""Marks of the run that each list of new ones is put into."""

FEWEST_PAGED, MOST_PAGED = 100_000, 200_000
"""Marks of the next run, which go into the pages together: each time all pages are written anew."""

SHARE_PAGED = 8
"""One in so many is not in a page yet, between the fewest and the most."""

_ALL_BITS = int(MARKS)
_MOST_ROWS = (1 << 32) - 1


class Sorted:
    """Marks that are asked for, in order; ``order`` has the place of each in the list."""

    def __init__(self, marks: Collection[int]) -> None:
        listed = np.fromiter(marks, np.int64, len(marks)).view(np.uint64) & MARKS
        self.order: NDArray[np.intp] = np.argsort(listed, kind="stable")
        self.marks: Marks = listed[self.order]


class Run:
    """Sorted marks and their rows, 12 bytes each."""

    def __init__(self) -> None:
        self.clear()

    def clear(self) -> None:
        """Forget all."""
        self.marks: Marks = np.empty(0, np.uint64)
        self.rows: Rows = np.empty(0, np.uint32)
        self._seen = self.marks.data

    def put(self, marks: Marks, rows: Rows) -> None:
        """Put sorted marks among the others."""
        self.marks, self.rows = merged((self.marks, self.rows), (marks, rows))
        self._seen = self.marks.data  # Python reads it faster than the array

    def get(self, mark: int) -> int | None:
        """Return the row of a mark, None if there is no such mark."""
        place = bisect_left(self._seen, mark)
        if place < len(self._seen) and self._seen[place] == mark:
            return int(self.rows[place])
        return None

    def get_all(self, marks: Marks) -> dict[int, int]:
        """Return the row of each mark that is there, by its place among ``marks``."""
        if not len(self.marks):
            return {}
        near = self.marks.searchsorted(marks)
        hits = np.flatnonzero(self.marks.take(near, mode="clip") == marks)
        return dict(zip(hits.tolist(), self.rows[near[hits]].tolist(), strict=True))


class Ordered:
    """Finds marks among those that were added; none is added twice."""

    def __init__(self) -> None:
        self._new = Run()
        self._next = Run()
        self._pages = Pages()

    def add(self, asked: Sorted, rows: Collection[int]) -> None:
        """Add marks with their rows."""
        numbers = np.fromiter(rows, np.int64, len(rows))[asked.order]
        self._new.put(asked.marks, np.minimum(numbers, _MOST_ROWS).astype(np.uint32))
        if len(self._new.marks) < LONGEST_NEW:
            return
        self._next.put(self._new.marks, self._new.rows)
        self._new.clear()
        enough = min(self._pages.count // SHARE_PAGED, MOST_PAGED)
        if len(self._next.marks) >= max(FEWEST_PAGED, enough):
            self._pages.insert(self._next.marks, self._next.rows)
            self._next.clear()

    def get(self, mark: int) -> int | None:
        """Return the row of a mark, None if it was not added."""
        mark &= _ALL_BITS
        row = self._pages.get(mark)
        if row is None and len(self._next.marks):
            row = self._next.get(mark)
        if row is None and len(self._new.marks):
            row = self._new.get(mark)
        return row

    def get_all(self, asked: Sorted) -> dict[int, int]:
        """Return the row of each mark that was added, by its place in the list."""
        found: dict[int, int] = {}
        for some in (self._new, self._next, self._pages):
            if rows := some.get_all(asked.marks):
                places = asked.order[np.fromiter(rows, np.intp, len(rows))].tolist()
                found.update(zip(places, rows.values(), strict=True))
            if len(found) == len(asked.marks):
                break  # those that were added last are asked for most
        return found
