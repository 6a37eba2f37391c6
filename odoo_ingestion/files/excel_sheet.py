"""The first sheet of an .xlsx workbook, row by row."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, BinaryIO
from xml.etree.ElementTree import Element, ParseError

from defusedxml.common import DefusedXmlException
from defusedxml.ElementTree import iterparse
from openpyxl.utils import column_index_from_string
from openpyxl.utils.datetime import (
    CALENDAR_MAC_1904,
    CALENDAR_WINDOWS_1900,
    from_excel,
)

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.excel_cells import (
    BROKEN_ERROR,
    ErrorValue,
    Formula,
    read_moment,
    read_number,
    unescape,
    without_time,
)
from odoo_ingestion.files.excel_package import Package, local_name, read_text

_DIGITS = "0123456789"


class XlsxSheet:
    """The rows of a workbook's first sheet."""

    format = "xlsx"

    def __init__(self, file: BinaryIO, name: str) -> None:
        self._name = name
        with told(name):
            self._package = Package(file, name)
            if not self._package.sheets:
                raise InputFileError(
                    f"{name}: the workbook has no sheet with cells.",
                    hint="Put the rows on a sheet of their own, the first one.",
                )
            entry, *others = self._package.sheets
            self.title, self.hidden = entry.title, entry.hidden
            self.other_titles = [other.title for other in others]
            self._part = entry.part
            self._size = self._package.size(self._part)
            self._texts = self._package.texts()
            self._time_styles = self._package.time_styles()
        mac = self._package.from_1904
        self._epoch = CALENDAR_MAC_1904 if mac else CALENDAR_WINDOWS_1900
        self._source: zipfile.ZipExtFile | None = None
        self._columns: dict[str, int] = {}

    def rows(self) -> Iterator[tuple[int, list[Any]]]:
        """Yield the number and the cells, up to the last filled one, of each row that has any."""
        number = 0
        with told(self._name), self._package.open(self._part) as source:
            self._source = source
            rows: Element | None = None
            for event, element in iterparse(source, events=("start", "end")):
                kind = local_name(element)
                if event == "start":
                    rows = element if kind == "sheetData" else rows
                elif kind == "row":
                    number = int(float(element.get("r", number + 1)))
                    cells = self._cells(element)
                    # Also a row without cells would stay in the memory, a million times over.
                    if rows is not None:
                        rows.clear()
                    if cells:
                        yield number, cells
                elif kind == "sheetData":
                    return

    def fraction_read(self) -> float:
        """Return how much of the sheet's XML has been read, 0..1."""
        if self._source is None or not self._size:
            return 0.0
        return 1.0 if self._source.closed else min(1.0, self._source.tell() / self._size)

    def close(self) -> None:
        """Release the workbook."""
        self._package.close()

    def _cells(self, row: Element) -> list[Any]:
        cells: list[Any] = []
        column = 0
        for element in row:
            place = element.get("r")
            column = self._column(place) if place else column + 1
            cell = self._cell(element)
            if cell is not None and cell != "":
                cells.extend([None] * (column - len(cells)))
                cells[column - 1] = cell
        return cells

    def _column(self, place: str) -> int:
        letters = place.rstrip(_DIGITS)
        if letters not in self._columns:
            self._columns[letters] = column_index_from_string(letters)
        return self._columns[letters]

    def _cell(self, element: Element) -> Any:
        kind = element.get("t", "n")
        text: str | None = None
        formula: Element | None = None
        for part in element:
            name = local_name(part)
            if name == "v":
                text = part.text
            elif name == "f":
                formula = part
            elif name == "is":
                return read_text(part)
        if text:
            return self._value(kind, text, element.get("s", "0"))
        if formula is None or kind == "str":
            return None
        # Excel writes the result beside the formula; a program that cannot reckon leaves it out.
        return Formula("=" + (formula.text or ""))

    def _value(self, kind: str, text: str, style: str) -> Any:
        try:
            if kind == "n":
                number = read_number(text)
                shown_as = self._time_styles.get(int(style))
                return number if shown_as is None else self._moment(number, shown_as)
            if kind == "s":
                return self._texts[int(text)]
            if kind == "b":
                return bool(int(text))
            if kind == "d":
                return read_moment(text)
        except (ValueError, IndexError, OverflowError):
            return ErrorValue(BROKEN_ERROR)
        return ErrorValue(text) if kind == "e" else unescape(text)

    def _moment(self, number: float | ErrorValue, shown_as: str) -> Any:
        if isinstance(number, ErrorValue):
            return number
        moment = from_excel(number, self._epoch, timedelta=shown_as == "timedelta")
        return without_time(moment, whole_days=shown_as == "date")


@contextmanager
def told(name: str) -> Iterator[None]:
    """Turn the libraries' errors into ours."""
    try:
        yield
    except DefusedXmlException as e:
        raise InputFileError(
            f"{name} has XML that defines entities: that is a malicious file.",
            hint="Do not open it.",
        ) from e
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError) as e:
        raise InputFileError(
            f"{name} is not a whole Excel workbook: {str(e).rstrip('.')}.",
            hint="Get the file again, or open it in a spreadsheet and save it as .xlsx.",
        ) from e
    except RuntimeError as e:
        raise InputFileError(
            f"{name} is protected by a password.", hint="Save it without one."
        ) from e
    except (ParseError, ValueError, LookupError) as e:
        raise InputFileError(
            f"{name} is not a sound Excel workbook: {e}.",
            hint="Open it in a spreadsheet and save it as .xlsx.",
        ) from e
