"""Columns that the header does not have: keys that turn up in a later row of a JSON file."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping

from odoo_ingestion.data_models.cell_errors import shown
from odoo_ingestion.records import Category, Column, ColumnKind, Problem

BindLate = Callable[[str], Column | None]
"""Binds a column by its name, or answers None where no field is meant."""

DATABASE_ID = ".id"


def key_of(column: Column) -> str:
    """Return what a column fills: its field, or ``.id`` for the record's own database id."""
    by_database = column.field == "id" and column.kind is ColumnKind.DATABASE_ID
    return DATABASE_ID if by_database else column.field


class LateColumns:
    """Decides what becomes of a column when its first value turns up."""

    def __init__(
        self, bind: BindLate | None, ignored: Collection[str], *, ignore_unknown: bool
    ) -> None:
        self._bind = bind
        self._ignored = set(ignored)
        self._ignore_unknown = ignore_unknown
        self._refused: dict[str, Problem] = {}
        self._notices: list[str] = []

    @property
    def notices(self) -> tuple[str, ...]:
        """A sentence for each column that was left out because its field is not known."""
        return tuple(self._notices)

    @property
    def ignored(self) -> Collection[str]:
        """The columns that are left out so far, in their own names."""
        return self._ignored

    def meet(
        self, name: str, row_number: int, taken: Mapping[str, Column]
    ) -> Column | Problem | None:
        """Return the column, the problem of rows that have it, or None if it is left out.

        ``taken`` maps what is filled already (see ``key_of``) to its column.
        """
        if name in self._ignored:
            return None
        if name in self._refused:
            return self._refused[name]
        column = self._bind(name) if self._bind else None
        if column is not None and key_of(column) not in taken:
            return column
        if self._ignore_unknown and column is None:
            self._ignored.add(name)
            self._notices.append(
                f"column {shown(name)}, first seen in row {row_number}, is not known and left out"
            )
            return None
        self._refused[name] = self._refuse(name, row_number, column, taken)
        return self._refused[name]

    def _refuse(
        self, name: str, row_number: int, column: Column | None, taken: Mapping[str, Column]
    ) -> Problem:
        if column is None:
            reason = "is not known"
        else:
            other = taken[key_of(column)].name
            reason = f"is for {column.field}, which column {shown(other)} fills already"
        return Problem(
            Category.VALIDATION,
            f"column {shown(name)} appears first in row {row_number} and {reason}",
            name,
            "Rename or remove it, or use --ignore-unknown-columns.",
        )
