"""The cells of one column in many rows, read together: what is common to them is looked at once."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from decimal import Decimal
from enum import Enum
from types import NoneType
from typing import Any, Final

from msgspec import Struct

from odoo_ingestion.data_models.amounts import are_short, read_float
from odoo_ingestion.data_models.cell_errors import NULLS, CellError, is_no_value
from odoo_ingestion.data_models.cells import Converter, read_stripped
from odoo_ingestion.data_models.texts import GUARDED, read_text
from odoo_ingestion.records import Reference

DAMAGED = "\ufffd"
"""What a program writes for a character that it could not read."""

_MOST_KEPT = 10_000
"""Different cells of one column whose values are remembered."""
_SAMPLE = 40
"""Cells of a column that was of many different ones by which it is judged again."""
_NUMBERS = frozenset((int, float, Decimal))
_LONGEST_KEPT = 200
"""Characters of a cell that may be remembered: the names of categories, not descriptions."""


class Unread(Enum):
    """Stands for a cell that is wrong or doubtful: its row is read by itself, which says why."""

    CELL = 0


UNREAD: Final = Unread.CELL

ColumnValue = str | Reference | Unread | None
"""What a cell came to; None for one that holds no value."""


class ReadColumn(Struct, frozen=True):
    """The values of a column in order; ``wrong`` are the places of those that are UNREAD."""

    values: Sequence[ColumnValue]
    is_full: bool
    wrong: Sequence[int] = ()


class ColumnReader:
    """Reads a column's cells by its converter, as if each were read by itself.

    A column of few different cells is read once for each of them, and so is a column whose cells
    all look as load() takes them. Memory: ``_MOST_KEPT`` short cells.
    """

    def __init__(self, read: Converter) -> None:
        self._read = read
        self._as_they_are = _AS_THEY_ARE.get(read)
        self._kept: dict[Any, ColumnValue] = {}
        self._many = False
        """Whether the cells read last were too different for it to pay to remember them."""

    def read(self, cells: Sequence[Any]) -> ReadColumn:
        """Return the value of each cell, in order."""
        kinds = set(map(type, cells))
        if kinds == {str, NoneType}:
            cells = ["" if cell is None else cell for cell in cells]
        elif kinds != {str}:
            return self._read_numbers(cells, kinds) or self._read_each(cells)
        return self._read_few(cells) or self._read_alike(cells) or self._read_each(cells)

    def _read_few(self, cells: Sequence[str]) -> ReadColumn | None:
        """Read cells most of which have been met before, or are the same."""
        if self._many and 2 * len(set(cells[:_SAMPLE]).difference(self._kept)) > _SAMPLE:
            return None
        different = set(cells)
        new = different.difference(self._kept)
        self._many = len(new) * 2 > len(cells)
        if self._many or max(map(len, new), default=0) > _LONGEST_KEPT:
            return None
        if len(self._kept) + len(new) > _MOST_KEPT:
            self._kept.clear()
            new = different
        for cell in new:
            self._kept[cell] = self._read_one(cell)
        kept = self._kept
        values = list(map(kept.__getitem__, cells))
        odd = [kept[cell] for cell in different if kept[cell] is None or kept[cell] is UNREAD]
        return ReadColumn(values, None not in odd, _wrong(values) if UNREAD in odd else ())

    def _read_alike(self, cells: Sequence[str]) -> ReadColumn | None:
        """Read cells all of which, but for empty ones, are written as load() takes them."""
        if self._as_they_are is None:
            return None
        if all(map(str.strip, cells)) and NULLS.isdisjoint(cells):
            found = self._as_they_are(cells)
            return ReadColumn(found, is_full=True) if found is not None else None
        filled = [cell for cell in cells if not is_no_value(cell)]
        found = self._as_they_are(filled) if filled else filled
        if found is None:
            return None
        values = iter(found)
        spread = [None if is_no_value(cell) else next(values) for cell in cells]
        return ReadColumn(spread, is_full=False)

    def _read_numbers(self, cells: Sequence[Any], kinds: set[type]) -> ReadColumn | None:
        """Read numbers all of which have, as Python writes them, no more digits than most have."""
        if self._read is not read_float or not kinds <= _NUMBERS or not all(cells):
            return None
        try:
            texts = list(map(str, cells))
        except ValueError:  # Python writes no integer of more than 4,300 digits
            return None
        return ReadColumn(texts, is_full=True) if are_short(texts) else None

    def _read_each(self, cells: Sequence[Any]) -> ReadColumn:
        values = [self._read_one(cell) for cell in cells]
        return ReadColumn(values, None not in values, _wrong(values))

    def _read_one(self, cell: Any) -> ColumnValue:
        if is_no_value(cell):
            return None
        try:
            value = self._read(cell)
        except CellError:
            return UNREAD
        return UNREAD if isinstance(value, str) and DAMAGED in value else value


def _wrong(values: Sequence[ColumnValue]) -> list[int]:
    return [place for place, value in enumerate(values) if value is UNREAD]


# --- cells that need no change --------------------------------------------------------------


def _texts(cells: Sequence[str]) -> Sequence[str] | None:
    """Return texts if ``read_text`` would leave all of them as they are."""
    joined = "".join(cells)
    if not joined.isprintable() or DAMAGED in joined or any(g in joined for g in GUARDED):
        return None
    return cells


def _stripped(cells: Sequence[str]) -> Sequence[str] | None:
    return None if _texts(cells) is None else list(map(str.strip, cells))


def _numbers(cells: Sequence[str]) -> Sequence[str] | None:
    """Return numbers if ``read_float`` would leave all of them as they are."""
    return cells if are_short(cells) else None


_AS_THEY_ARE: Mapping[Converter, Callable[[Sequence[str]], Sequence[str] | None]] = {
    read_text: _texts,
    read_stripped: _stripped,
    read_float: _numbers,
}
