"""Rows -> documents: which rows of a flat file belong together, wherever they stand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from odoo_ingestion.records import Category, Problem, Row

Key = tuple[str, tuple[str, ...]]
_TWO = -1


class Grouper:
    """Numbers the documents of a flat file in the order in which they begin.

    ``keys`` are the columns that name a document, the strongest first: each the columns of one key
    (``("id",)``, ``("order",)``). ``own`` are all the columns of the document, ``is_empty`` tells
    the cells that say nothing, ``noun`` says what a document is (``order``).

    A row that fills a key belongs to the document with that key. One that fills none goes on with
    the document of the row above when it fills no column of a document, or repeats what that one
    says; else it begins a document without a key. Memory: one entry a key (about 200 bytes).
    """

    def __init__(
        self,
        keys: Sequence[tuple[str, ...]],
        own: Sequence[str],
        is_empty: Callable[[Any], bool],
        noun: str,
    ) -> None:
        self._keys = keys
        self._own = own
        self._is_empty = is_empty
        self._noun = noun
        self._group_of: dict[Key, int] = {}
        self._count = 0
        self._last = -1
        self._last_cells: dict[str, str] = {}
        self._last_has_key = False

    def place(self, row: Row) -> tuple[int, Problem | None]:
        """Return the number of the row's document, and what is wrong with its place."""
        cells = self._cells(row)
        keys = self._keys_of(cells)
        if keys:
            return self._by_key(keys, cells)
        if row.problem is not None and self._count:
            return self._last, None  # a broken row: what it belongs to fails with it
        if self._last < 0 or (cells and not self._repeats(cells)):
            problem = None
            if not cells and row.problem is None:
                problem = Problem(
                    Category.VALIDATION,
                    f"the first row of the file says nothing of its {self._noun}",
                    None,
                    f"Fill in the columns of the {self._noun} in the first row of each.",
                )
            return self._begin((), cells), problem
        if cells and not self._last_has_key:
            return self._last, _undecided(self._noun)
        return self._last, None

    def _by_key(self, keys: Sequence[Key], cells: dict[str, str]) -> tuple[int, Problem | None]:
        group = self._group_of.get(keys[0])
        if group is None:
            return self._begin(keys, cells), None
        if group == _TWO:
            return self._begin((), cells), Problem(
                Category.AMBIGUOUS_RECORD,
                f"{keys[0][1][0]!r} names two {self._noun}s of this file",
                keys[0][0],
                f"Give each of their rows the id of its {self._noun}.",
            )
        self._name(keys, group)
        self._note(group, cells, has_key=True)
        return group, None

    def _begin(self, keys: Sequence[Key], cells: dict[str, str]) -> int:
        group = self._count
        self._count += 1
        self._name(keys, group)
        self._last_cells = {}
        self._note(group, cells, has_key=bool(keys))
        return group

    def _name(self, keys: Sequence[Key], group: int) -> None:
        for key in keys:
            if self._group_of.setdefault(key, group) != group:
                self._group_of[key] = _TWO

    def _note(self, group: int, cells: dict[str, str], *, has_key: bool) -> None:
        if group != self._last:
            self._last_cells = {}
        self._last = group
        self._last_cells |= cells
        self._last_has_key = has_key

    def _cells(self, row: Row) -> dict[str, str]:
        values = row.values
        return {
            name: str(values[name]).strip()
            for name in self._own
            if name in values and not self._is_empty(values[name])
        }

    def _keys_of(self, cells: Mapping[str, str]) -> list[Key]:
        return [
            ("/".join(key), tuple(cells[name] for name in key))
            for key in self._keys
            if all(name in cells for name in key)
        ]

    def _repeats(self, cells: Mapping[str, str]) -> bool:
        return all(self._last_cells.get(name) == cell for name, cell in cells.items())


def _undecided(noun: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"it may go on with the {noun} of the row above or begin another one: they look the same",
        None,
        f"Give each {noun} a number, or leave its columns empty in the rows that go on with it.",
    )
