"""The first rows of marks: the last ones in a dictionary, all others in order."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from odoo_ingestion.first_rows.ordered import Ordered, Sorted

RECENT = 100_000
"""Marks that a dictionary holds before any is put in order: small files never need to."""

MOVED_AT_ONCE = 1 << 15
"""Marks in the dictionary beside others in order; more cost memory, fewer cost time."""


class FirstRows:
    """Remembers for each mark the first row that had it.

    A mark is a whole number of 64 bits with sign, such as a hash, of which the lower 56 bits count;
    a row is a number below 4,294,967,296. Memory: 7.5 bytes a mark (8.5 beyond 16,777,215 rows),
    and 20 MB at most beside them: for a dictionary of the last marks, an index of 4 MB, and what
    is put in order just now. Growing copies a page of 246 kB at a time.

    Two marks out of n pass for the same with a probability of n * n / 2**57: for 1,000,000 it is
    1 in 144,000, for 10,000,000 it is 1 in 1,440.
    """

    def __init__(self) -> None:
        self._recent: dict[int, int] = {}
        self._ordered: Ordered | None = None
        self._sorted: type[Sorted]

    def get(self, mark: int) -> int | None:
        """Return the first row that had the mark, None if no row had it."""
        row = self._recent.get(mark)
        if row is not None or self._ordered is None:
            return row
        return self._ordered.get(mark)

    def keep(self, mark: int, row: int) -> int:
        """Return the first row that had the mark, which is this one if none had it before."""
        first = self.get(mark)
        if first is not None:
            return first
        self._recent[mark] = row
        self._move_if_many()
        return row

    def get_all(self, marks: Sequence[int]) -> dict[int, int]:
        """Return the first row of each mark that a row had, by the mark's place in the list."""
        found = self._recent_of(marks)
        if self._ordered is not None:
            found |= self._ordered.get_all(self._sorted(marks))
        return found

    def keep_all(
        self, marks: Sequence[int], rows: Sequence[int], *, new: bool = False
    ) -> dict[int, int]:
        """Keep the mark of each row; return the first row of each mark that another row had.

        It does what ``keep`` does with one after the other, in a fraction of the time. The answer
        is by the place in the lists. ``new``: no row had any of the marks, which nobody asks then.
        """
        found = {} if new else self._recent_of(marks)
        if self._ordered is not None:
            asked = self._sorted(marks)
            found |= {} if new else self._ordered.get_all(asked)
            if not found and (new or len(set(marks)) == len(marks)):
                self._ordered.add(asked, rows)
                return {}
        if not found and len(set(marks)) == len(marks):
            self._recent.update(zip(marks, rows, strict=True))
        else:
            for place, (mark, row) in enumerate(zip(marks, rows, strict=True)):
                if place not in found:
                    found[place] = self._recent.setdefault(mark, row)
        self._move_if_many()
        return {place: first for place, first in found.items() if first != rows[place]}

    def _recent_of(self, marks: Sequence[int]) -> dict[int, int]:
        recent = self._recent
        if not recent or recent.keys().isdisjoint(marks):
            return {}
        return {place: recent[mark] for place, mark in enumerate(marks) if mark in recent}

    def _move_if_many(self) -> None:
        """Put the marks of the dictionary in order among the others once they are many."""
        count = len(self._recent)
        if count < MOVED_AT_ONCE or (self._ordered is None and count < RECENT):
            return
        if self._ordered is None:
            from odoo_ingestion.first_rows import ordered  # small files need no numpy

            self._ordered = ordered.Ordered()
            self._sorted = ordered.Sorted
        self._ordered.add(self._sorted(self._recent.keys()), self._recent.values())
        self._recent.clear()
