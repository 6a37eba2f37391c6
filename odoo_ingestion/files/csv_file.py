"""CSV: every cell is the text that stands in the file (RFC 4180, any separator, any line end)."""

from __future__ import annotations

import codecs
import csv
import io
from collections import deque
from collections.abc import Iterator, Mapping, Sequence
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import BLOCK, ROW_LIMIT, ByteStream
from odoo_ingestion.files.columns import Columns, read_columns
from odoo_ingestion.files.csv_layout import laid_out, restored
from odoo_ingestion.files.output import GrowingFile, safe_for_spreadsheets
from odoo_ingestion.files.row_source import FileSource
from odoo_ingestion.files.separator import (
    check_separator,
    find_separator,
    said_separator,
    shown_separator,
)
from odoo_ingestion.files.source_text import SourceText
from odoo_ingestion.files.text import Text, TooLong, find_encoding
from odoo_ingestion.records import Category, Problem, Row, SourceFacts

if TYPE_CHECKING:
    from _csv import Reader as CsvReader

_PEEKED_ROWS = 500

_QUOTES_HINT = 'Write a quote inside a quoted cell twice (""), and close every quoted cell.'
_WRONG_QUOTES = Problem(
    Category.FILE,
    "The quotes in this line do not match, so it cannot be cut into cells.",
    hint=_QUOTES_HINT,
)

# A process-wide setting of the csv module, 128 KiB by default; never made smaller here.
csv.field_size_limit(max(csv.field_size_limit(), ROW_LIMIT))


def open_csv(
    stream: ByteStream,
    path: str,
    *,
    encoding: str | None,
    separator: str | None,
    notes: tuple[str, ...],
) -> FileSource:
    """Open a CSV file; see `open_source` for the arguments."""
    codec, found = find_encoding(stream, encoding)
    separator = check_separator(separator) if separator is not None else _found(stream, codec)
    text = Text(stream, codec)
    table = _Table(text, separator)
    rows = table.rows()
    peeked = list(islice(rows, _PEEKED_ROWS))
    if not peeked:
        raise InputFileError(
            f"{stream.name}: there are no rows, only the header line.",
            hint="Add at least one row below the header.",
        )
    facts = SourceFacts(
        path=path,
        format="csv",
        encoding=codec,
        separator=separator,
        compression=stream.compression,
        notes=(*notes, *found, *table.columns.notes()),
    )
    return FileSource(
        facts,
        table.columns.header,
        peeked,
        rows,
        position=text.fraction_read,
        release=stream.close,
    )


def _found(stream: ByteStream, codec: str) -> str:
    sample = stream.peek(BLOCK)
    start = sample.decode(codec, "replace").removeprefix("\ufeff")
    return said_separator(start) or find_separator(start, whole=len(sample) < BLOCK)


class _Table:
    """Cuts lines into rows; a row has the number of the line where it begins."""

    def __init__(self, text: Text, separator: str) -> None:
        self._text = text
        self._name = text.stream.name
        self._separator = separator
        self._blanks = " \t\r\n".replace(separator, "")
        self._lines = text.lines()
        self._open = text.open_lines
        self._again: deque[str] = deque()
        self._ended = False
        self._names: Sequence[str] = ()
        self._base = self._line = 1
        self._reader = self._new_reader()
        self.columns = self._read_header()

    def rows(self) -> Iterator[Row]:
        """Yield the rows below the header; raises InputFileError where the file is broken."""
        header, plain_count = self.columns.header, self.columns.plain_count
        text, forget = self._text, self._open.clear
        number = 0
        while True:
            line, base, reader = self._line, self._base, self._reader
            try:
                for cells in reader:
                    # The common case is kept short: a million rows go through here.
                    if len(cells) == plain_count and not text.has_nul:
                        number += 1
                        yield Row(number, line, dict(zip(header, cells)), tuple(cells))  # noqa: B905
                    elif not self._is_blank():
                        number += 1
                        yield self._odd_row(number, line, cells)
                    forget()
                    line = base + reader.line_num
                return
            except csv.Error as e:
                number += 1
                self._line = line
                yield self._broken_row(number, e)
            except TooLong as e:
                self._line = line
                raise self._too_long([*self._open, e.rest]) from e

    def _new_reader(self) -> CsvReader:
        # strict: a cell that is quoted wrongly is told of, not guessed at.
        return csv.reader(self._recorded(), delimiter=self._separator, strict=True)

    def _recorded(self) -> Iterator[str]:
        """Yield the lines and keep those of the row that is being cut."""
        keep, again = self._open.append, self._again
        while again:
            line = again.popleft()
            keep(line)
            yield line
        for line in self._lines:
            keep(line)
            yield line
        self._ended = True

    def _read_header(self) -> Columns:
        try:
            for cells in self._reader:
                blank = self._is_blank()
                self._open.clear()
                line, self._line = self._line, self._base + self._reader.line_num
                said = line == 1 and "".join(cells).startswith("sep=") and len(cells) <= 2
                if not said and not blank:
                    self._names = cells
                    return read_columns(cells, f"{self._name}, line {line}")
        except csv.Error as e:
            raise InputFileError(
                f"{self._name}, line {self._line}: the quotes in the header line do not match.",
                hint=_QUOTES_HINT,
            ) from e
        except TooLong as e:
            raise self._too_long([*self._open, e.rest]) from e
        raise InputFileError(
            f"{self._name} is empty: it has neither a header nor rows.",
            hint="Check that the right file was saved.",
        )

    def _is_blank(self) -> bool:
        """Tell whether the row just cut is nothing but spaces; quotes around nothing are a cell."""
        return len(self._open) == 1 and not self._open[0].strip(self._blanks)

    def _odd_row(self, number: int, line: int, cells: Sequence[str]) -> Row:
        place = self.columns.cell_without_name(cells)
        if place is not None:
            raise InputFileError(
                f"{self._name}, line {line}: column {place + 1} has a value "
                f"({cells[place][:60]!r}) but no name in the header.",
                hint="Name the column in the header line, or empty it.",
            )
        own = self.columns.own_cells(cells)
        if self.columns.has_errors:
            count = len(self.columns.header)
            return self._row_of(number, line, restored(own, count, self._separator))
        return self._row_of(number, line, own)

    def _row_of(self, number: int, line: int, own: tuple[str, ...] | SourceText) -> Row:
        if isinstance(own, SourceText):
            return Row(number, line, {}, own, _WRONG_QUOTES)
        values = dict(zip(self.columns.header, own, strict=False))
        return Row(number, line, values, own, self._problem_of(own))

    def _problem_of(self, own: tuple[str, ...]) -> Problem | None:
        header = self.columns.header
        few = len(own) < len(header)
        shown = shown_separator(self._separator)
        if few or any(own[len(header) :]):
            return Problem(
                Category.FILE,
                f"The row has {len(own)} cells, the header has {len(header)}.",
                hint="Add the cells that are missing, even if they are empty."
                if few
                else f"Put quotes around a cell that holds the separator, {shown}.",
            )
        for name, cell in zip(header, own, strict=False):
            if "\0" in cell:
                return Problem(
                    Category.FILE,
                    f"The cell holds a zero byte, which no text may hold: {cell[:60]!r}.",
                    name,
                    "Remove it; the file may be damaged.",
                )
        return None

    def _broken_row(self, number: int, error: csv.Error) -> Row:
        """Give up the first line of what could not be cut; the lines after it are cut anew."""
        lines = list(self._open)
        self._open.clear()
        if self._ended:
            raise self._unclosed(lines) from error
        if len("".join(lines)) > ROW_LIMIT:
            raise self._too_long(lines) from error
        self._again.extendleft(reversed(lines[1:]))
        row = Row(number, self._line, {}, SourceText(lines[0].rstrip("\r\n")), _WRONG_QUOTES)
        self._base = self._line = self._line + 1
        self._reader = self._new_reader()
        return row

    def _unclosed(self, lines: Sequence[str]) -> InputFileError:
        return InputFileError(
            f"{self._name}, line {self._line}: a quote is opened in {self._column_at_end(lines)} "
            "and never closed.",
            hint="Close the quoted cell with a quote, or write a quote that belongs to the text "
            'twice ("").',
        )

    def _too_long(self, lines: Sequence[str]) -> InputFileError:
        return InputFileError(
            f"{self._name}, line {self._line}: the row is longer than {ROW_LIMIT >> 20} million "
            f"characters, in {self._column_at_end(lines)}.",
            hint="Shorten the cell. If the row is short in truth, a closing quote is missing.",
        )

    def _column_at_end(self, lines: Sequence[str]) -> str:
        start = "".join(lines)[: ROW_LIMIT - 1]
        *_, cells = csv.reader(io.StringIO(start, newline=""), delimiter=self._separator)
        place = len(cells)
        name = f" ({self._names[place - 1]})" if place <= len(self._names) else ""
        return f"column {place}{name}"


class CsvWriter:
    """Appends rows to a new CSV file: UTF-8 with byte order mark, CRLF, the input's separator.

    A row is written with its own cells, whatever their number: see `csv_layout`.
    """

    def __init__(
        self, path: Path, facts: SourceFacts, header: Sequence[str], extra_columns: Sequence[str]
    ) -> None:
        self._separator = facts.separator or ","
        self._header = tuple(header)
        self._extra_columns = tuple(extra_columns)
        first = self._line([*header, *extra_columns])
        self._file = GrowingFile(path, codecs.BOM_UTF8 + first)

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._file.path

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        own = row.raw
        if own is None:
            cells = (row.values.get(name) for name in self._header)
            own = tuple("" if cell is None else str(cell) for cell in cells)
        errors = [safe_for_spreadsheets(extra.get(name, "")) for name in self._extra_columns]
        self._file.append(self._line(laid_out(own, len(self._header), errors)))

    def close(self) -> None:
        """Complete the file; raises OutputFileError."""
        self._file.close()

    def _line(self, cells: Sequence[str]) -> bytes:
        line = io.StringIO()
        csv.writer(line, delimiter=self._separator, lineterminator="\r\n").writerow(cells)
        return line.getvalue().encode("utf-8", "backslashreplace")
