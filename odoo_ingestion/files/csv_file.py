"""CSV: every cell is the text that stands in the file (RFC 4180, any separator, any line end)."""

from __future__ import annotations

import codecs
import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from itertools import count as count_from
from itertools import repeat
from pathlib import Path

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import BLOCK, ROW_LIMIT, ByteStream
from odoo_ingestion.files.columns import Columns, read_columns
from odoo_ingestion.files.csv_cutter import Cutter, split_plain
from odoo_ingestion.files.csv_layout import laid_out, restored
from odoo_ingestion.files.output import GrowingFile, safe_for_spreadsheets
from odoo_ingestion.files.row_source import FileSource, in_blocks, peek
from odoo_ingestion.files.separator import (
    check_separator,
    find_separator,
    said_separator,
    shown_separator,
)
from odoo_ingestion.files.source_text import SourceText
from odoo_ingestion.files.text import Text, TooLong, find_encoding, lines_of
from odoo_ingestion.records import Category, NamedCells, Problem, Row, SourceFacts

_PEEKED_ROWS = 500

_QUOTES_HINT = 'Write a quote inside a quoted cell twice (""), and close every quoted cell.'
_WRONG_QUOTES = Problem(
    Category.FILE,
    "The quotes in this line do not match, so it cannot be cut into cells.",
    hint=_QUOTES_HINT,
)


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
    blocks = table.blocks()
    peeked = peek(blocks, _PEEKED_ROWS)
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
        blocks,
        position=text.fraction_read,
        release=stream.close,
    )


def _found(stream: ByteStream, codec: str) -> str:
    sample = stream.peek(BLOCK)
    start = sample.decode(codec, "replace").removeprefix("\ufeff")
    return said_separator(start) or find_separator(start, whole=len(sample) < BLOCK)


class _Table:
    """Makes rows of what was cut; a row has the number of the line where it begins."""

    def __init__(self, text: Text, separator: str) -> None:
        self._text = text
        self._name = text.stream.name
        self._separator = separator
        self._blanks = " \t\r\n".replace(separator, "")
        self._cutter = Cutter(text, separator)
        self._names: Sequence[str] = ()
        self._number = 0
        self.columns = self._read_header()

    def blocks(self) -> Iterator[list[Row]]:
        """Yield the rows below the header; raises InputFileError where the file is broken."""
        try:
            for text in self._cutter.blocks():
                rows = self._plain_rows(text)
                if rows is not None:
                    yield rows
                else:
                    yield from in_blocks(self._rows(lines_of(text)), self._place)
        except TooLong as e:
            raise self._too_long([e.rest]) from e

    def _place(self) -> int:
        return self._text.stream.delivered

    def _plain_rows(self, text: str) -> list[Row] | None:
        """Return the rows of a text without quotes; the common case is kept short."""
        count = self.columns.plain_count
        if count is None or self._text.has_nul:
            return None
        cells = split_plain(text, self._separator, count)
        if cells is None:
            return None
        number, line = self._number + 1, self._cutter.line
        self._number += len(cells)
        self._cutter.line += len(cells)
        values = map(NamedCells, repeat(self.columns.header), cells)
        return list(map(Row, range(number, self._number + 1), count_from(line), values, cells))

    def _rows(self, lines: list[str]) -> Iterator[Row]:
        """Yield the rows that begin in these lines."""
        cutter, header, plain_count = self._cutter, self.columns.header, self.columns.plain_count
        text = self._text
        while True:
            try:
                for cells in cutter.cut(lines):
                    if len(cells) == plain_count and not text.has_nul:
                        self._number = number = self._number + 1
                        own = tuple(cells)
                        yield Row(number, cutter.line, NamedCells(header, own), own)
                    elif not self._is_blank():
                        self._number += 1
                        yield self._odd_row(self._number, cutter.line, cells)
                return
            except csv.Error as e:
                row, lines = self._broken_row(e)
                yield row
            except TooLong as e:
                raise self._too_long([*text.open_lines, e.rest]) from e

    def _read_header(self) -> Columns:
        try:
            for text in self._cutter.blocks():
                for cells in self._cutter.cut(lines_of(text)):
                    line = self._cutter.line
                    said = line == 1 and "".join(cells).startswith("sep=") and len(cells) <= 2
                    if not said and not self._is_blank():
                        self._cutter.put_back()
                        self._names = cells
                        return read_columns(cells, f"{self._name}, line {line}")
        except csv.Error as e:
            raise InputFileError(
                f"{self._name}, line {self._cutter.line}: the quotes in the header line do not "
                "match.",
                hint=_QUOTES_HINT,
            ) from e
        except TooLong as e:
            raise self._too_long([*self._text.open_lines, e.rest]) from e
        raise InputFileError(
            f"{self._name} is empty: it has neither a header nor rows.",
            hint="Check that the right file was saved.",
        )

    def _is_blank(self) -> bool:
        """Tell whether the row just cut is nothing but spaces; quotes around nothing are a cell."""
        lines = self._cutter.row_lines()
        return len(lines) == 1 and not lines[0].strip(self._blanks)

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

    def _broken_row(self, error: csv.Error) -> tuple[Row, list[str]]:
        """Give up the first line of what could not be cut; return the lines to be cut anew."""
        cutter = self._cutter
        lines = cutter.row_lines()
        if cutter.ended:
            raise self._unclosed(lines) from error
        if len("".join(lines)) > ROW_LIMIT:
            raise self._too_long(lines) from error
        self._number += 1
        text = SourceText(lines[0].rstrip("\r\n"))
        row = Row(self._number, cutter.line, {}, text, _WRONG_QUOTES)
        return row, cutter.give_up_line()

    def _unclosed(self, lines: Sequence[str]) -> InputFileError:
        return InputFileError(
            f"{self._name}, line {self._cutter.line}: a quote is opened in "
            f"{self._column_at_end(lines)} and never closed.",
            hint="Close the quoted cell with a quote, or write a quote that belongs to the text "
            'twice ("").',
        )

    def _too_long(self, lines: Sequence[str]) -> InputFileError:
        return InputFileError(
            f"{self._name}, line {self._cutter.line}: the row is longer than {ROW_LIMIT >> 20} "
            f"million characters, in {self._column_at_end(lines)}.",
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
