"""Writes rows of Excel workbooks to a new .xlsx file."""

from __future__ import annotations

import pickle
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
from openpyxl.cell import WriteOnlyCell

from odoo_ingestion.files.excel_cells import (
    ErrorValue,
    Formula,
    escape,
    is_moment,
)
from odoo_ingestion.files.output import cannot_write, safe_for_spreadsheets
from odoo_ingestion.files.spool import Spool
from odoo_ingestion.records import Row, SourceFacts


class ExcelWriter:
    """Writes rows to a new .xlsx file, cell by cell as they were read, with text columns appended.

    A formula that had a result is written as that result; cells beyond the header stand after the
    extra columns. `close` makes the file; until then its rows are in the spool beside it, and with
    their types in a nameless file that the system removes if the run is killed.
    """

    def __init__(
        self, path: Path, facts: SourceFacts, header: Sequence[str], extra_columns: Sequence[str]
    ) -> None:
        self._spool = Spool(path)
        self._title = facts.sheet or "Sheet1"
        self._header = tuple(header)
        self._extra_columns = tuple(extra_columns)
        self._typed = tempfile.TemporaryFile(dir=path.parent)  # noqa: SIM115 - see close
        self._closed = False

    @property
    def path(self) -> Path:
        """The file that is written by `close`."""
        return self._spool.path

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        self._spool.write(row, extra)
        count = len(self._header)
        own = row.raw
        if own is None:
            own = tuple(row.values.get(name) for name in self._header)
        cells = [*own[:count], *[None] * (count - len(own))]
        cells += [safe_for_spreadsheets(extra.get(name, "")) for name in self._extra_columns]
        cells += own[count:]
        try:
            pickle.dump(cells, self._typed)
        except OSError as e:
            raise cannot_write(self.path, e) from e

    def close(self) -> None:
        """Make the file; raises OutputFileError, and then the rows are still in the spool."""
        if not self._closed:
            self._closed = True
            self._spool.complete(self._make)

    def _make(self, path: Path) -> None:
        book = openpyxl.Workbook(write_only=True)
        sheet = book.create_sheet(self._title[:31])
        sheet.append([_cell(sheet, name) for name in (*self._header, *self._extra_columns)])
        with self._typed as rows:
            size = rows.tell()
            rows.seek(0)
            while rows.tell() < size:
                cells = pickle.load(rows)  # noqa: S301 - nobody else can write into this file
                sheet.append([_cell(sheet, value) for value in cells])
        sheet.close()
        book.save(path)


def _cell(sheet: Any, value: Any) -> Any:
    """Return a cell that the library writes as it is.

    Left alone, it takes texts with ``=`` for formulas and ``#N/A`` for errors, cuts long ones, and
    rounds numbers to 16 digits.
    """
    if value is None or is_moment(value):
        return value
    cell: Any = WriteOnlyCell(sheet)
    cell._value, cell.data_type = _stored(value)
    return cell


def _stored(value: Any) -> tuple[Any, str]:
    """Return a value as it stands in the file, and the letter of its type (ECMA-376 18.18.11)."""
    if isinstance(value, bool):
        return int(value), "b"
    if isinstance(value, int | float):
        return repr(value), "n"
    if isinstance(value, Formula):
        return str(value), "f"
    if isinstance(value, ErrorValue):
        return str(value), "e"
    return escape(str(value)), "s"
