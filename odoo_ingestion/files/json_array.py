"""JSON: an array of objects, or an object that holds exactly one, read piece by piece."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import BLOCK, ROW_LIMIT, ByteStream
from odoo_ingestion.files.json_rows import (
    DEEPEST,
    RowMaker,
    failed_object,
    source_of_rows,
)
from odoo_ingestion.files.json_values import Decoder, decode_plain
from odoo_ingestion.files.output import GrowingFile
from odoo_ingestion.files.row_source import FileSource, in_blocks
from odoo_ingestion.files.text import Text, find_encoding
from odoo_ingestion.records import Row, SourceFacts

_BLANKS = re.compile(r"[ \t\r\n]*")
# The longest word that a piece may cut in two, so that the rest is wanted before it is judged.
_CUT_WORD = 16


def open_json(
    stream: ByteStream, path: str, *, encoding: str | None, notes: tuple[str, ...]
) -> FileSource:
    """Open a JSON file; see `open_source` for the arguments."""
    codec, found = find_encoding(stream, encoding)
    wanted: tuple[str, ...] = ()
    start = stream.peek(BLOCK).decode(codec, "replace").removeprefix("\ufeff")
    if start.lstrip().startswith("{"):
        stream.make_rewindable()
        wanted = _only_array(stream, codec)
        stream.rewind()
        notes += (f"The rows are those of {'.'.join(wanted)!r}.",)
    maker = RowMaker()
    rows = _rows(Cursor(Text(stream, codec)), wanted, maker)
    blocks = in_blocks(rows, lambda: stream.delivered)
    facts = SourceFacts(
        path=path,
        format="json",
        encoding=codec,
        compression=stream.compression,
        notes=(*notes, *found),
    )
    return source_of_rows(
        blocks, maker, stream, facts, position=stream.fraction_read, no_rows=_no_rows
    )


def _no_rows(name: str, rows: list[Row]) -> InputFileError:
    if not rows:
        return InputFileError(f"{name}: the array is empty.", hint="There is nothing to import.")
    return InputFileError(
        f"{name}: the array holds no objects with columns as keys.",
        hint='A row looks like {"name": "Chair", "price": 12.5}.',
    )


def _only_array(stream: ByteStream, codec: str) -> tuple[str, ...]:
    """Return the keys that lead to the one array of objects; reads the file to its end."""
    counts: dict[tuple[str, ...], int] = {}
    for element in Cursor(Text(stream, codec)).elements():
        if isinstance(element.value, dict):
            counts[element.path] = counts.get(element.path, 0) + 1
    if not counts:
        raise InputFileError(
            f"{stream.name}: it is one object and holds no array of objects.",
            hint='Put the rows into an array: [{"name": "Chair"}, {"name": "Table"}].',
        )
    if len(counts) > 1:
        names = ", ".join(f"{'.'.join(path)} ({count})" for path, count in counts.items())
        raise InputFileError(
            f"{stream.name}: it holds {len(counts)} arrays of objects, and only one can be "
            f"imported: {names}.",
            hint="Save the array that you want as a file of its own.",
        )
    return next(iter(counts))


def _rows(cursor: Cursor, wanted: tuple[str, ...], maker: RowMaker) -> Iterator[Row]:
    number = 0
    for element in cursor.elements():
        if element.path == wanted:
            number += 1
            yield maker.make(number, element.line, element.value, element.text, element.doubled)


class Element(NamedTuple):
    """An element of an array: where the array is, what it holds, its text and its line."""

    path: tuple[str, ...]
    value: Any
    text: str
    line: int
    doubled: str | None


class Cursor:
    """A place in a JSON text of which only a part is in memory.

    Every departure from JSON is an InputFileError with the byte and the line. The standard
    library's decoder reads the values. (The C back end of ijson 3.6, which would be the library for
    this, ends the process on an integer of more than 4,300 digits, and keeps the last of two equal
    keys.)
    """

    def __init__(self, text: Text) -> None:
        self._text = text
        self._pieces = text.pieces()
        self._ended = False
        self._buffer = ""
        self._place = 0
        self._bytes = 0
        self._line = 1
        self._counted = 0
        self._decoder = Decoder()

    def next_character(self) -> str:
        """Go to the next character that is not blank and return it; empty at the end."""
        while True:
            self._place = _BLANKS.match(self._buffer, self._place).end()  # type: ignore[union-attr]
            if self._place < len(self._buffer):
                return self._buffer[self._place]
            if self._ended:
                return ""
            self._read_on()

    def elements(self) -> Iterator[Element]:
        """Yield the elements of every array that is the text or in its objects."""
        yield from self._walk((), self._only_character())
        if self.next_character():
            raise self._broken("something follows after the end of the JSON text")

    def _only_character(self) -> str:
        character = self.next_character()
        if not character:
            raise InputFileError(
                f"{self._text.stream.name} is empty.", hint="Check that the right file was saved."
            )
        return character

    def _walk(self, path: tuple[str, ...], character: str) -> Iterator[Element]:
        if len(path) > DEEPEST:
            raise self._broken(f"it is nested deeper than {DEEPEST} levels")
        if character == "[":
            self._place += 1
            yield from self._array(path)
        elif character == "{":
            self._place += 1
            for key in self._keys():
                yield from self._walk((*path, key), self.next_character())
        else:
            self._value()

    def _array(self, path: tuple[str, ...]) -> Iterator[Element]:
        if self.next_character() == "]":
            self._place += 1
            return
        while True:
            self.next_character()
            line = self._line_here()
            value, text = self._value()
            yield Element(path, value, text, line, self._decoder.doubled)
            if not self._comma("]"):
                return

    def _keys(self) -> Iterator[str]:
        if self.next_character() == "}":
            self._place += 1
            return
        while True:
            if self.next_character() != '"':
                raise self._broken("a key in quotes is missing")
            key, _ = self._value()
            if self.next_character() != ":":
                raise self._broken("a colon is missing after a key")
            self._place += 1
            yield key
            if not self._comma("}"):
                return

    def _comma(self, end: str) -> bool:
        """Pass a comma (true) or the end of an array or object (false)."""
        character = self.next_character()
        if character not in (",", end) or not character:
            raise self._broken(f"a comma or {end} is missing")
        self._place += 1
        return character == ","

    def _plain_object(self) -> tuple[dict[str, Any], str] | None:
        """Pass an object without objects in it, the common row; return it and its text."""
        end = self._buffer.find("}", self._place) + 1
        text = self._buffer[self._place : end]
        if not end or "\\" in text or "{" in text[1:] or text.count('"') % 2:
            return None  # it may end elsewhere
        value = decode_plain(text)
        if value is None:
            return None
        self._place = end
        return value, text

    def _value(self) -> tuple[Any, str]:
        """Pass a value; return it and its text."""
        begin = self.next_character()
        if begin == "{" and (plain := self._plain_object()) is not None:
            self._decoder.doubled = None
            return plain
        while True:
            try:
                value, end = self._decoder.decode(self._buffer, self._place)
            except json.JSONDecodeError as e:
                # A string or a word may go on in the next piece: only then is it worth reading.
                cut = e.msg.startswith("Unterminated") or e.pos >= len(self._buffer) - _CUT_WORD
                if self._ended or not cut or not begin:
                    raise self._broken(_words(e), e.pos) from e
            except RecursionError as e:
                raise self._broken(f"it is nested deeper than {DEEPEST} levels") from e
            else:
                if end - self._place > ROW_LIMIT:
                    raise self._too_long()
                if end < len(self._buffer) or self._ended:
                    text = self._buffer[self._place : end]
                    self._place = end
                    return value, text
            if self._is_full():
                raise self._too_long()
            self._read_on()

    def _too_long(self) -> InputFileError:
        return self._broken(f"a value is longer than {ROW_LIMIT >> 20} million characters")

    def _is_full(self) -> bool:
        return len(self._buffer) - self._place > ROW_LIMIT

    def _read_on(self) -> None:
        """Drop what is behind and read more: at least as much as is kept, so that it ends soon."""
        self._line = self._line_here()
        behind, kept = self._buffer[: self._place], self._buffer[self._place :]
        self._bytes += self._text.size_of(behind)
        self._place = self._counted = 0
        pieces = [kept]
        size = 0
        while size <= len(kept):
            piece = next(self._pieces, None)
            if piece is None:
                self._ended = True
                break
            pieces.append(piece)
            size += len(piece)
        self._buffer = "".join(pieces)

    def _line_here(self) -> int:
        self._line += self._buffer.count("\n", self._counted, self._place)
        self._counted = self._place
        return self._line

    def _broken(self, what: str, place: int | None = None) -> InputFileError:
        place = self._place if place is None else place
        line = self._line_here() + self._buffer.count("\n", self._place, place)
        offset = self._text.mark + self._bytes + self._text.size_of(self._buffer[:place])
        if place >= len(self._buffer) and self._ended:
            what = "it ends in the middle"
        return InputFileError(
            f"{self._text.stream.name}, line {line}: the JSON is broken at byte {offset}: {what}.",
            hint="Repair it there, or export the file again.",
        )


def _words(error: json.JSONDecodeError) -> str:
    return error.msg[:1].lower() + error.msg[1:]


class JsonWriter:
    """Appends objects to a new file that is a JSON array, closed after each of them."""

    def __init__(self, path: Path) -> None:
        self._file = GrowingFile(path, b"[", end=b"\n]\n")
        self._first = True

    @property
    def path(self) -> Path:
        """The file that is written."""
        return self._file.path

    def write(self, row: Row, extra: Mapping[str, str]) -> None:
        """Append a row; raises OutputFileError."""
        between = b"\n" if self._first else b",\n"
        self._file.append(between + failed_object(row, extra))
        self._first = False

    def close(self) -> None:
        """Complete the file; raises OutputFileError."""
        self._file.close()
