"""JSON Lines: one object a line; a line that is none becomes a row with a problem."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from pathlib import Path

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import ROW_LIMIT, ByteStream
from odoo_ingestion.files.json_rows import (
    RowMaker,
    failed_object,
    source_of_rows,
)
from odoo_ingestion.files.output import GrowingFile
from odoo_ingestion.files.row_source import FileSource
from odoo_ingestion.files.text import Text, TooLong, find_encoding, lines_of
from odoo_ingestion.records import Row, SourceFacts


def open_json_lines(
    stream: ByteStream, path: str, *, encoding: str | None, notes: tuple[str, ...]
) -> FileSource:
    """Open a JSON Lines file; see `open_source` for the arguments."""
    codec, found = find_encoding(stream, encoding)
    text = Text(stream, codec)
    maker = RowMaker()
    blocks = _blocks(text, maker)
    facts = SourceFacts(
        path=path,
        format="jsonl",
        encoding=codec,
        compression=stream.compression,
        notes=(*notes, *found),
    )
    return source_of_rows(
        blocks, maker, stream, facts, position=text.fraction_read, no_rows=_no_rows
    )


def _no_rows(name: str, rows: list[Row]) -> InputFileError:
    for row in rows:
        if row.problem is not None:
            return InputFileError(
                f"{name}, line {row.line}: {row.problem.message} No other line can be read either.",
                hint='Each line must be an object, like {"name": "Chair", "price": 12.5}.',
            )
    return InputFileError(f"{name}: there are no rows.", hint="There is nothing to import.")


def _blocks(text: Text, maker: RowMaker) -> Iterator[list[Row]]:
    number = line = 0
    make = maker.make_of_text
    try:
        for block in text.blocks():
            rows = []
            for line, content in enumerate(_lines(block), start=line + 1):  # noqa: B020
                if content and not content.isspace():
                    number += 1
                    rows.append(make(number, line, content))
            yield rows
    except TooLong as e:
        raise InputFileError(
            f"{text.stream.name}, line {line + 1}: the line is longer than {ROW_LIMIT >> 20} "
            "million characters.",
            hint="In JSON Lines each row is one line. An array is the format json.",
        ) from e


def _lines(block: str) -> list[str]:
    """Return the lines without their ends."""
    if "\r" in block:
        return [line.rstrip("\r\n") for line in lines_of(block)]
    return block.removesuffix("\n").split("\n")


class JsonLinesWriter:
    """Appends objects to a new file, one a line."""

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path, b"")

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._file.path

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        self._file.append(failed_object(row, extra) + b"\n")

    def close(self) -> None:
        """Complete the file; raises OutputFileError."""
        self._file.close()
