"""Many rows of the same columns, read column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import Any

from odoo_ingestion.data_models.base import RowChecker
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.column_reader import ColumnReader, ReadColumn
from odoo_ingestion.records import Reference, Row

ReadRow = tuple[dict[str, str], dict[str, Reference], tuple[str, ...]]
"""The values of one row by field, what it names by field, and the doubts about it."""


class BlockReader:
    """Reads rows that have the same columns; of a row with anything wrong it says nothing.

    ``keys`` maps a column of the file to what it fills, ``left_out`` are columns that fill nothing;
    ``constants`` are the cells of all rows, ``relations`` the fields that name records. A block
    with any other column is not read at all.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        left_out: Collection[str],
        constants: Mapping[str, str],
        relations: Collection[str],
        readers: Mapping[str, Converter],
        checker: RowChecker,
    ) -> None:
        self._keys = keys
        self._left_out = left_out
        self._constants = constants
        self._relations = relations
        self._readers = {key: ColumnReader(read) for key, read in readers.items()}
        self._checker = checker

    def read(self, rows: Sequence[Row]) -> Sequence[ReadRow | None]:
        """Return what each row says, in order; None for one that has to be read by itself."""
        names = next((tuple(row.values) for row in rows if row.problem is None), ())
        if not names or not all(name in self._keys or name in self._left_out for name in names):
            return [None] * len(rows)
        alike = [row.problem is None and tuple(row.values) == names for row in rows]
        if all(alike):
            return self._rows(self._columns(names, rows), len(rows))
        own = list(compress(rows, alike))
        read = iter(self._rows(self._columns(names, own), len(own)))
        return [next(read) if is_alike else None for is_alike in alike]

    def _columns(self, names: Sequence[str], rows: Sequence[Row]) -> dict[str, ReadColumn]:
        cells: dict[str, Sequence[Any]] = {
            key: (cell,) * len(rows) for key, cell in self._constants.items()
        }
        for name, column in zip(names, zip(*(r.values.values() for r in rows)), strict=True):  # noqa: B905 - alike
            if name in self._keys:
                cells[self._keys[name]] = column
        return {key: self._readers[key].read(column) for key, column in cells.items()}

    def _rows(self, columns: Mapping[str, ReadColumn], count: int) -> list[ReadRow | None]:
        checker = self._checker
        wrong = {place for column in columns.values() for place in column.wrong}
        is_full = all(column.is_full for column in columns.values())
        own = [key for key in columns if key not in checker.ruled]
        texts = [key for key in own if key not in self._relations]
        names = [key for key in own if key in self._relations]
        absent = ReadColumn((None,) * count, is_full=False)
        said = zip(
            _across([columns[key] for key in texts], count),
            _across([columns[key] for key in names], count),
            _across([columns.get(key, absent) for key in checker.ruled], count),
            strict=True,
        )
        read: list[ReadRow | None] = []
        for place, (cells, named, told) in enumerate(said):
            ruled = None if place in wrong else checker.follow_rules(told)
            if ruled is None or ruled.errors:
                read.append(None)
                continue
            values = dict(zip(texts, cells))  # noqa: B905 - as long as each other, for every row
            references = dict(zip(names, named))  # noqa: B905 - as above
            if not is_full:
                values = {key: cell for key, cell in values.items() if cell is not None}
                references = {key: one for key, one in references.items() if one is not None}
            values.update(ruled.values)
            if ruled.references:
                references.update(ruled.references)
            read.append((values, references, checker.doubts(values)))
        return read


def _across(columns: Sequence[ReadColumn], count: int) -> Iterator[tuple[Any, ...]]:
    """Yield row after row of what stands side by side in columns; nothing if there are none."""
    if not columns:
        return repeat((), count)
    return zip(*(column.values for column in columns), strict=True)
