"""Marks in order, with their rows: the newer ones in one array, all others in pages."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from odoo_ingestion.first_rows.pages import MARKS, Marks, Pages, Rows, merged

FEWEST_PAGED = 100_000
"""Marks to be put in the pages together; each time all pages are written anew."""

SHARE_PAGED = 48
"""One in so many, where there are millions: 12 bytes each until then, 0.3 for one of all."""

_MOST_ROWS = (1 << 32) - 1


class Ordered:
    """Finds marks among those that were added; none is added twice."""

    def __init__(self) -> None:
        self._marks: Marks = np.empty(0, np.uint64)
        self._rows: Rows = np.empty(0, np.uint32)
        self._pages = Pages()

    def add(self, rows: Mapping[int, int]) -> None:
        """Add marks with their rows."""
        marks = np.fromiter(rows.keys(), np.int64, len(rows)).view(np.uint64) & MARKS
        numbers = np.fromiter(rows.values(), np.int64, len(rows))
        order = np.argsort(marks, kind="stable")
        new = marks[order], np.minimum(numbers[order], _MOST_ROWS).astype(np.uint32)
        self._marks, self._rows = merged((self._marks, self._rows), new)
        if len(self._marks) >= max(FEWEST_PAGED, self._pages.count // SHARE_PAGED):
            self._pages.insert(self._marks, self._rows)
            self._marks, self._rows = self._marks[:0].copy(), self._rows[:0].copy()

    def get(self, mark: int) -> int | None:
        """Return the row of a mark, None if it was not added."""
        mark &= int(MARKS)
        place = bisect_left(self._marks.data, mark)
        if place < len(self._marks) and self._marks[place] == mark:
            return int(self._rows[place])
        return self._pages.get(mark)

    def get_all(self, marks: Sequence[int]) -> dict[int, int]:
        """Return the row of each mark that was added, by its place in the list."""
        asked, places = np.unique(
            np.array(marks, np.int64).view(np.uint64) & MARKS, return_inverse=True
        )
        found = self._pages.get_all(asked)
        if len(self._marks):
            near: NDArray[np.intp] = np.searchsorted(self._marks, asked)
            near[near == len(self._marks)] = 0
            for at in np.flatnonzero(self._marks[near] == asked).tolist():
                found[at] = int(self._rows[near[at]])
        if not found:
            return {}
        return {place: found[at] for place, at in enumerate(places.tolist()) if at in found}
