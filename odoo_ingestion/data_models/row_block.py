"""Many rows of the same columns, read column by column."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from itertools import compress, repeat
from typing import Any, cast

from odoo_ingestion.data_models.base import RowChecker, Ruled
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.column_reader import ColumnReader, ReadColumn
from odoo_ingestion.data_models.drafts import EXTERNAL_ID, make_draft
from odoo_ingestion.data_models.late_columns import DATABASE_ID
from odoo_ingestion.named_cells import NamedCells
from odoo_ingestion.records import Draft, Reference, Row

_NOTHING = Ruled({}, {}, ())


class BlockReader:
    """Reads rows that have the same columns; of a row with anything wrong it says nothing.

    ``keys`` maps a column of the file to what it fills, ``left_out`` are columns that fill nothing;
    ``constants`` are the cells of all rows, ``relations`` the fields that name records, ``ranks``
    the values of all rows that give none of their own. A block with any other column is not read
    at all.
    """

    def __init__(
        self,
        keys: Mapping[str, str],
        left_out: Collection[str],
        constants: Mapping[str, str],
        relations: Collection[str],
        readers: Mapping[str, Converter],
        checker: RowChecker,
        ranks: Mapping[str, str],
    ) -> None:
        self._keys = keys
        self._left_out = left_out
        self._constants = constants
        self._relations = relations
        self._readers = {key: ColumnReader(read) for key, read in readers.items()}
        self._checker = checker
        self._ranks = ranks

    def read(self, rows: Sequence[Row]) -> Sequence[Draft | None]:
        """Return each row as a draft, in order; None for one that has to be read by itself."""
        said = [_names_of(row) for row in rows]
        names = next((names for names in said if names is not None), None)
        if names is None or not all(name in self._keys or name in self._left_out for name in names):
            return [None] * len(rows)
        if said.count(names) == len(rows):
            return self._drafts(self._columns(names, rows), rows)
        alike = [one == names for one in said]
        own = list(compress(rows, alike))
        read = iter(self._drafts(self._columns(names, own), own))
        return [next(read) if is_alike else None for is_alike in alike]

    def _columns(self, names: Sequence[str], rows: Sequence[Row]) -> dict[str, ReadColumn]:
        cells: dict[str, Sequence[Any]] = {
            key: (cell,) * len(rows) for key, cell in self._constants.items()
        }
        across = zip(*map(_cells_of, rows), strict=True)
        for name, column in zip(names, across, strict=True):
            if name in self._keys:
                cells[self._keys[name]] = column
        return {key: self._readers[key].read(column) for key, column in cells.items()}

    def _drafts(self, read: Mapping[str, ReadColumn], rows: Sequence[Row]) -> list[Draft | None]:
        wrong = {place for column in read.values() for place in column.wrong}
        ruled = self._follow_rules(read, len(rows), wrong)
        wrong.update(place for place, by_rule in enumerate(ruled) if by_rule.errors)
        told = {key: column for key, column in read.items() if key not in self._checker.ruled}
        texts = {key: column for key, column in told.items() if key not in self._relations}
        names = {key: column for key, column in told.items() if key in self._relations}
        texts |= _columns_of([by_rule.values for by_rule in ruled])
        names |= _columns_of([by_rule.references for by_rule in ruled])
        drafts = list(map(Draft, rows, _dicts(texts, len(rows)), _dicts(names, len(rows))))
        if not all(column.is_full for column in (*texts.values(), *names.values())):
            drafts = [_without_empty(draft) for draft in drafts]
        return self._finished(drafts, read, wrong)

    def _follow_rules(
        self, columns: Mapping[str, ReadColumn], count: int, wrong: Collection[int]
    ) -> list[Ruled]:
        if not any(key in columns for key in self._checker.ruled):
            return [_NOTHING] * count
        absent = ReadColumn((None,) * count, is_full=False)
        told = _across([columns.get(key, absent) for key in self._checker.ruled], count)
        follow = self._checker.follow_rules
        if not wrong:
            return list(map(follow, told))
        return [_NOTHING if place in wrong else follow(one) for place, one in enumerate(told)]

    def _finished(
        self,
        drafts: Sequence[Draft],
        columns: Mapping[str, ReadColumn],
        wrong: Collection[int],
    ) -> list[Draft | None]:
        """Return the drafts with what few files have: ids of their own, ranks, doubts, mistakes."""
        finished: list[Draft | None] = list(drafts)
        for place in wrong:
            finished[place] = None
        named = EXTERNAL_ID in columns or DATABASE_ID in columns
        doubtful = self._may_doubt(columns)
        if not (named or doubtful or self._ranks):
            return finished
        return [draft and self._with_the_rest(draft, doubtful=doubtful) for draft in finished]

    def _may_doubt(self, columns: Mapping[str, ReadColumn]) -> bool:
        """Tell whether any row may hold what looks wrong, as far as all of them show it."""
        texts = {
            key: [text for text in column.values if isinstance(text, str)]
            if column.wrong or not column.is_full
            else cast(Sequence[str], column.values)
            for key, column in columns.items()
            if key in self._checker.doubted
        }
        return self._checker.may_doubt(texts)

    def _with_the_rest(self, draft: Draft, *, doubtful: bool) -> Draft:
        values = dict(draft.values)
        doubts = self._checker.doubts(values) if doubtful else ()
        return make_draft(draft.row, values, draft.references, self._ranks, doubts)


def _names_of(row: Row) -> tuple[str, ...] | None:
    """Return the columns of a row; None for one of the wrong shape."""
    if row.problem is not None:
        return None
    values = row.values
    return values.header if type(values) is NamedCells else tuple(values)


def _cells_of(row: Row) -> Iterable[Any]:
    values = row.values
    return values.cells if type(values) is NamedCells else values.values()


def _columns_of(told: Sequence[Mapping[str, str | Reference]]) -> dict[str, ReadColumn]:
    """Return what rules say of rows as columns; most rows share what is said of them."""
    different = list({id(one): one for one in told}.values())
    if len(different) == 1:
        return {key: ReadColumn((value,) * len(told), True) for key, value in different[0].items()}
    keys = dict.fromkeys(key for one in different for key in one)
    return {
        key: ReadColumn([one.get(key) for one in told], all(key in one for one in different))
        for key in keys
    }


def _dicts(columns: Mapping[str, ReadColumn], count: int) -> list[dict[str, Any]]:
    """Return each row's cells by field; the columns are as long as each other."""
    keys = tuple(columns)
    return [dict(zip(keys, cells)) for cells in _across(list(columns.values()), count)]  # noqa: B905


def _across(columns: Sequence[ReadColumn], count: int) -> Iterator[tuple[Any, ...]]:
    """Yield row after row of what stands side by side in columns; nothing if there are none."""
    if not columns:
        return repeat((), count)
    return zip(*(column.values for column in columns), strict=True)


def _without_empty(draft: Draft) -> Draft:
    values = {key: cell for key, cell in draft.values.items() if cell is not None}
    references: dict[str, Reference] = {
        key: one for key, one in draft.references.items() if one is not None
    }
    return Draft(draft.row, values, references)
