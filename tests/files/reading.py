"""What the tests of this folder share: files made of bytes, read in one go."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from odoo_ingestion.files import failed_suffix, open_source, open_writer
from odoo_ingestion.files.row_source import FileSource
from odoo_ingestion.records import ERROR_COLUMNS, Row

ERRORS = {
    "_error_row": "7",
    "_error_category": "validation",
    "_error_field": "price",
    "_error_message": 'Not a number: "x", or\nis it?',
    "_error_hint": "=SUM(A1)",
}


def put(folder: Path, name: str, content: bytes | str) -> Path:
    """Write a file (text as UTF-8) and return its path."""
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def read(path: Path, **options: Any) -> tuple[FileSource, list[Row]]:
    """Open a file and read all of its rows."""
    with open_source(path, **options) as source:
        return source, list(source)


def rows_of(path: Path, **options: Any) -> list[Row]:
    """Read all rows of a file."""
    return read(path, **options)[1]


def write_failed(source: FileSource, rows: list[Row], folder: Path) -> Path:
    """Write rows to a failed-records file beside the source's name and return its path."""
    path = folder / f"failed{failed_suffix(source.facts)}"
    writer = open_writer(path, source.facts, source.header, ERROR_COLUMNS)
    for row in rows:
        writer.write(row, ERRORS)
    writer.close()
    assert writer.path == path
    return path


def content_of(row: Row) -> tuple[Any, ...]:
    """Return what a row holds, wherever it stands in its file."""
    return row.values, row.raw, row.problem
