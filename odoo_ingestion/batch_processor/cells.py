"""The two arguments of load(): its columns, and its rows of cells. Pure."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from odoo_ingestion import external_ids
from odoo_ingestion.records import Batch, Record


class Cells(Struct):
    """Columns and rows of one call; ``owners`` has the position of the record of each row."""

    columns: list[str]
    rows: list[list[str]]
    owners: Sequence[int]


def cells_of(batch: Batch, records: Sequence[Record]) -> Cells:
    """Return what load() is sent of records that fill the same columns, and so do all their lines.

    The first row of a document carries its own cells and its first line, the rows after it only
    the cells of a line: load() reads them on as long as every other cell is empty (``load()`` and
    ``_extract_records``, Odoo 14 to 19).
    """
    by_external_id = records[0].external_id is not None
    columns = ["id" if by_external_id else ".id", *batch.columns]
    names = batch.columns
    rows = [[_address(batch, record), *map(record.values.__getitem__, names)] for record in records]
    if not records[0].lines:
        return Cells(columns, rows, range(len(rows)))
    return _with_lines(columns, rows, records)


def _address(batch: Batch, record: Record) -> str:
    """Return what a record goes by; in the call of another model, by that of its variant."""
    if batch.model != record.model:
        return external_ids.of_variant(record.external_id or "") or ""
    return record.external_id or str(record.database_id)


def _with_lines(columns: list[str], firsts: list[list[str]], records: Sequence[Record]) -> Cells:
    field = records[0].lines_field
    names = tuple(records[0].lines[0].values)
    empty = [""] * len(columns)
    rows: list[list[str]] = []
    owners: list[int] = []
    for position, (first, record) in enumerate(zip(firsts, records, strict=True)):
        for number, line in enumerate(record.lines):
            own = empty if number else first
            rows.append([*own, line.external_id, *(line.values[name] for name in names)])
            owners.append(position)
    return Cells([*columns, *(f"{field}/{name}" for name in ("id", *names))], rows, owners)
