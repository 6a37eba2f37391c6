"""Rows that go on with the record of the row above: refused together with it, never half taken.

Odoo's export with labels spreads the tags of one record over several rows. Taken alone, the first
row would replace all the tags by its one.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from msgspec.structs import replace

from odoo_ingestion.data_models import is_no_value
from odoo_ingestion.errors import InputFileError
from odoo_ingestion.records import Category, Column, ModelSchema, Problem, Row

_HINT = (
    "Export from Odoo with 'I want to update data (import-compatible export)', or write all "
    "values into one cell, separated by commas."
)


def list_columns(columns: Sequence[Column], schema: ModelSchema) -> frozenset[str]:
    """Return the columns of the file whose fields hold several records."""
    return frozenset(
        column.name
        for column in columns
        if column.field in schema.fields and schema.fields[column.field].type == "many2many"
    )


def refuse_continuations(rows: Iterator[Row], lists: frozenset[str]) -> Iterator[Row]:
    """Yield the rows in order; continuation rows and the rows that they go on with get a problem.

    A continuation row fills nothing but ``lists``, the columns that hold several records.
    """
    if not lists:
        yield from rows
        return
    held: Row | None = None
    try:
        for row in rows:
            continues = held is not None and _fills_only(row, lists)
            if held is not None:
                yield _refused(held, f"row {row.number} goes on with it") if continues else held
            held = _refused(row, "it goes on with the row above") if continues else row
    except InputFileError:
        if held is not None:  # the file breaks behind it: it counts as read all the same
            yield held
        raise
    if held is not None:
        yield held


def _fills_only(row: Row, lists: frozenset[str]) -> bool:
    filled = {name for name, cell in row.values.items() if not is_no_value(cell)}
    return bool(filled) and filled <= lists


def _refused(row: Row, why: str) -> Row:
    if row.problem is not None:
        return row
    message = f"one record is spread over several rows: {why}"
    return replace(row, problem=Problem(Category.FILE, message, None, _HINT))
