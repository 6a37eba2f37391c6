"""The first sheet of an old .xls workbook (Excel 97 to 2003), row by row.

xlrd reads them: python-calamine, which is faster, gives an error like ``#REF!`` as an empty text.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, BinaryIO

import xlrd
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDoc, CompDocError
from xlrd.formula import FormulaError

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.excel_cells import (
    BROKEN_ERROR,
    ErrorValue,
    plain_number,
    without_time,
)

_MOST_BYTES = 512 * 1024**2


class XlsSheet:
    """The rows of a workbook's first sheet; such a sheet has at most 65,536."""

    format = "xls"

    def __init__(self, file: BinaryIO, name: str) -> None:
        content = file.read(_MOST_BYTES + 1)
        if len(content) > _MOST_BYTES:
            raise InputFileError(f"{name} is too large for the .xls format.")
        with _told(name):
            _check_chain(CompDoc(content, logfile=io.StringIO()).SSAT)
            # xlrd reports what it finds odd on the standard output if it is not told otherwise.
            self._book = xlrd.open_workbook(
                file_contents=content, on_demand=True, ragged_rows=True, logfile=io.StringIO()
            )
            self._sheet = self._book.sheet_by_index(0)
        self.title = self._sheet.name
        self.hidden = self._sheet.visibility != 0
        self.other_titles = self._book.sheet_names()[1:]
        self._row = 0

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the number and the cells, up to the last filled one, of each row that has any."""
        for row in range(self._sheet.nrows):
            self._row = row
            cells = [
                self._cell(kind, value)
                for kind, value in zip(
                    self._sheet.row_types(row),
                    self._sheet.row_values(row),
                    strict=True,
                )
            ]
            while cells and cells[-1] is None:
                cells.pop()
            if cells:
                yield row + 1, cells

    def fraction_read(self) -> float:
        """Return how many of the rows have been read, 0..1."""
        return self._row / self._sheet.nrows if self._sheet.nrows else 1.0

    def close(self) -> None:
        """Release the workbook."""
        self._book.release_resources()

    def _cell(self, kind: int, value: Any) -> Any:
        if kind == xlrd.XL_CELL_TEXT:
            return value or None
        if kind == xlrd.XL_CELL_NUMBER:
            return plain_number(value)
        if kind == xlrd.XL_CELL_BOOLEAN:
            return bool(value)
        if kind == xlrd.XL_CELL_ERROR:
            return ErrorValue(xlrd.error_text_from_code.get(value, BROKEN_ERROR))
        return self._moment(value) if kind == xlrd.XL_CELL_DATE else None

    def _moment(self, value: float) -> Any:
        try:
            moment = xlrd.xldate_as_datetime(value, self._book.datemode)
        except (xlrd.XLDateError, OverflowError, ValueError):
            return ErrorValue(BROKEN_ERROR)
        # A value below 1 is a time of day.
        return moment.time() if 0 <= value < 1 else without_time(moment, whole_days=True)


def _check_chain(following: Sequence[int]) -> None:
    """Refuse a table of blocks in which a chain runs in a circle: xlrd would follow it for ever."""
    ended: set[int] = set()
    for start in range(len(following)):
        path: set[int] = set()
        place = start
        while 0 <= place < len(following) and place not in ended:
            if place in path:
                raise CompDocError("a chain of blocks runs in a circle")
            path.add(place)
            place = following[place]
        ended |= path


@contextmanager
def _told(name: str) -> Iterator[None]:
    try:
        yield
    except (XLRDError, CompDocError, FormulaError) as e:
        if "encrypted" in str(e).lower():
            raise InputFileError(
                f"{name} is protected by a password.", hint="Save it without one."
            ) from e
        raise InputFileError(
            f"{name} is not an Excel workbook that can be read: {e}.",
            hint="Open it in a spreadsheet and save it as .xlsx.",
        ) from e
    except (
        struct.error,
        LookupError,
        ValueError,
        AssertionError,
        TypeError,
        AttributeError,
        RecursionError,
    ) as e:
        # xlrd checks little: a damaged file meets it in any of these ways.
        raise InputFileError(
            f"{name} is a damaged Excel workbook.",
            hint="Open it in a spreadsheet and save it as .xlsx.",
        ) from e
