"""Columns of translations: the cells of one row, by language and field."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from odoo_ingestion.data_models.cell_errors import CellError, is_no_value
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Category, Column, ModelSchema, Problem, Row

if TYPE_CHECKING:
    from odoo_ingestion.data_models.base import RecordModel


class Translations:
    """Reads the columns that have a language; an empty cell leaves the translation as it is."""

    def __init__(
        self, columns: Sequence[Column], schema: ModelSchema, model: type[RecordModel]
    ) -> None:
        self._readers = {
            column.name: (column, model.reader(schema.fields[column.field], column, Notation()))
            for column in columns
        }

    def __bool__(self) -> bool:
        return bool(self._readers)

    def __contains__(self, name: str) -> bool:
        return name in self._readers

    def read(self, row: Row) -> tuple[dict[str, dict[str, str]], list[Problem]]:
        """Return the values by language and field, and what is wrong with cells."""
        values: dict[str, dict[str, str]] = {}
        problems: list[Problem] = []
        for name, (column, reader) in self._readers.items():
            cell = row.values.get(name)
            if is_no_value(cell):
                continue
            try:
                values.setdefault(column.lang or "", {})[column.field] = str(reader(cell))
            except CellError as error:
                problem = Problem(Category.VALIDATION, error.message, name, error.hint)
                problems.append(problem)
        return values, problems
