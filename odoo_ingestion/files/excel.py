"""Excel workbooks: the first sheet, its first filled row being the header."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from openpyxl.utils import get_column_letter

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import ByteStream
from odoo_ingestion.files.columns import Columns, read_columns
from odoo_ingestion.files.detection import OLE_MAGIC, ZIP_MAGIC
from odoo_ingestion.files.excel_cells import Formula, is_broken, value_of
from odoo_ingestion.files.excel_old_sheet import XlsSheet
from odoo_ingestion.files.excel_sheet import XlsxSheet
from odoo_ingestion.files.row_source import FileSource, in_blocks, peek, too_long
from odoo_ingestion.records import Category, Problem, Row, SourceFacts

_PEEKED_ROWS = 500


def open_excel(stream: ByteStream, path: str, *, notes: tuple[str, ...]) -> FileSource:
    """Open an Excel workbook; see `open_source`.

    A text cell stays text, a whole number is an int (Excel has only floats), dates are date or
    datetime, a formula is its last result. A row with a formula that has none, or with an error
    like ``#REF!``, has a problem. Empty cells are None, rows of nothing but them are no rows.
    ``line`` is the row's number in the sheet, ``raw`` its cells.
    """
    sheet = _open_sheet(stream)
    table = _Table(sheet, stream.name)
    rows = in_blocks(table.rows())
    peeked = peek(rows, _PEEKED_ROWS)
    if not peeked:
        raise InputFileError(
            f"{stream.name}, sheet {sheet.title!r}: there are no rows, only the header.",
            hint="The first sheet is read. Add at least one row below its header.",
        )
    facts = SourceFacts(
        path=path,
        format=sheet.format,
        compression=stream.compression,
        sheet=sheet.title,
        notes=(*notes, *_sheet_notes(sheet), *table.notes),
    )

    def release() -> None:
        sheet.close()
        stream.close()

    return FileSource(
        facts, table.header, peeked, rows, position=sheet.fraction_read, release=release
    )


def _open_sheet(stream: ByteStream) -> XlsxSheet | XlsSheet:
    magic = stream.peek(len(OLE_MAGIC))
    if magic.startswith(ZIP_MAGIC):
        return XlsxSheet(stream.seekable_file(), stream.name)
    if magic.startswith(OLE_MAGIC):
        return XlsSheet(stream.seekable_file(), stream.name)
    raise InputFileError(
        f"{stream.name} is not an Excel workbook.",
        hint="If it is a text file, force its format with --format csv.",
    )


def _sheet_notes(sheet: XlsxSheet | XlsSheet) -> tuple[str, ...]:
    notes = []
    if sheet.hidden:
        notes.append(f"The sheet {sheet.title!r} is hidden in the workbook.")
    if sheet.other_titles:
        others = ", ".join(repr(title) for title in sheet.other_titles)
        notes.append(f"Only the first sheet, {sheet.title!r}, is read, not {others}.")
    return tuple(notes)


class _Table:
    def __init__(self, sheet: XlsxSheet | XlsSheet, name: str) -> None:
        self._where = f"{name}, sheet {sheet.title!r}"
        self._sheet_rows = sheet.rows()
        self._columns, line = self._read_header()
        self.header = self._columns.header
        self.notes = self._columns.notes()
        if line > 1:
            self.notes += (f"The header is in row {line}; the rows above it are empty.",)

    def _read_header(self) -> tuple[Columns, int]:
        for line, cells in self._sheet_rows:
            names = ["" if cell is None else str(cell) for cell in cells]
            return read_columns(names, f"{self._where}, row {line}"), line
        raise InputFileError(
            f"{self._where}: the sheet is empty.",
            hint="The first sheet is read. Move the one to import to the front.",
        )

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header."""
        count = len(self.header)
        number = 0
        for line, cells in self._sheet_rows:
            place = self._columns.cell_without_name(cells)
            if place is not None:
                raise InputFileError(
                    f"{self._where}, row {line}: cell {_address(place, line)} has a value "
                    f"({str(cells[place])[:60]!r}) but no name in the header.",
                    hint="Name the column in the header, or empty it.",
                )
            cells.extend([None] * (self._columns.width - len(cells)))
            own = _trimmed(self._columns.own_cells(cells), count)
            if not any(cell is not None for cell in own):
                continue
            number += 1
            values = {name: value_of(cell) for name, cell in zip(self.header, own, strict=False)}
            yield Row(number, line, values, own, self._problem_of(line, own, values))

    def _problem_of(
        self, line: int, own: tuple[Any, ...], values: dict[str, Any]
    ) -> Problem | None:
        for place, cell in enumerate(own[: len(self.header)]):
            if is_broken(cell):
                address = _address(self._columns.positions[place], line)
                return self._broken_cell(address, place, cell)
        beyond = own[len(self.header) :]
        if any(cell is not None for cell in beyond):
            return Problem(
                Category.FILE,
                f"The row has {len(own)} cells, the header has {len(self.header)}.",
                hint="Name the column in the header, or empty the cells beyond it.",
            )
        return too_long(values)

    def _broken_cell(self, address: str, place: int, cell: str) -> Problem:
        if isinstance(cell, Formula):
            return Problem(
                Category.FILE,
                f"Cell {address} is a formula without a result: {cell[:60]}.",
                self.header[place],
                "Open the file in a spreadsheet and save it, or put the value in its place.",
            )
        return Problem(
            Category.FILE,
            f"Cell {address} is the error {cell}.",
            self.header[place],
            "Correct the formula, or put the value in its place.",
        )


def _address(place: int, line: int) -> str:
    return f"{get_column_letter(place + 1)}{line}"


def _trimmed(own: tuple[Any, ...], count: int) -> tuple[Any, ...]:
    """Leave off the empty cells beyond the header."""
    while len(own) > count and own[-1] is None:
        own = own[:-1]
    return own
