"""JSON objects and rows: nested objects become dotted columns, what is broken stays as it is."""

from __future__ import annotations

import json
import math
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from typing import Any

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import ByteStream
from odoo_ingestion.files.json_values import Decoder, decode_plain, encode
from odoo_ingestion.files.row_source import FileSource
from odoo_ingestion.files.source_text import SourceText
from odoo_ingestion.records import ERROR_COLUMNS, Category, Problem, Row, SourceFacts

ERROR_TEXT = "_error_text"
"""The key under which a failed-records file holds the text of an item that is no sound object."""

DEEPEST = 64
"""Levels of lists and objects that one row may have."""

PEEKED_ROWS = 1000
PEEKED_BYTES = 8 * 1024 * 1024

_ERROR_KEYS = frozenset((*ERROR_COLUMNS, ERROR_TEXT))
_BLANKS = " \t\r\n"
_TOO_DEEP = f"It is nested deeper than {DEEPEST} levels."
_NESTED = frozenset((dict, list))
_NOT_PLAIN = frozenset((dict, float, type(None)))


class RowMaker:
    """Makes rows of decoded values; nested objects become dotted columns.

    ``parents`` are dotted columns' own names, like ``address`` of ``address.city``: where such a
    one is null the row just has no address.
    """

    def __init__(self) -> None:
        self.parents: Collection[str] = ()
        self._decoder = Decoder()

    def make(
        self,
        number: int,
        line: int | None,
        value: Any,
        text: str,
        doubled: str | None = None,
        *,
        sound: bool = False,
    ) -> Row:
        """Return the row of a value that stands in the input as ``text``.

        ``doubled`` is a key that it has twice; ``sound`` says that no half characters are in it.
        """
        if not isinstance(value, dict):
            return _broken(number, line, text, "It is not an object with columns as keys.")
        if not _ERROR_KEYS.isdisjoint(value):
            if isinstance(value.get(ERROR_TEXT), str) and _ERROR_KEYS.issuperset(value):
                return self.make_of_text(number, line, value[ERROR_TEXT])
            value = {key: cell for key, cell in value.items() if key not in _ERROR_KEYS}
        kinds = set(map(type, value.values()))
        fault = self._fault(value, kinds, doubled)
        if fault is None and not sound and "\\u" in text and not _is_sound(value):
            fault = "A \\u escape in it is half a character."
        if fault is not None:
            return _broken(number, line, text, fault)
        if _NOT_PLAIN.isdisjoint(kinds):
            return Row(number, line, value, value)
        values: dict[str, Any] = {}
        twice = flatten(value, values, self.parents)
        if twice is not None:
            return _broken(number, line, text, f"The column {twice!r} is there twice.")
        return Row(number, line, values, value)

    def make_of_text(self, number: int, line: int | None, text: str) -> Row:
        """Return the row of a text that should be one JSON object."""
        plain = decode_plain(text)
        if plain is not None:
            return self.make(number, line, plain, text, sound=True)
        try:
            value, end = self._decoder.decode(text, len(text) - len(text.lstrip(_BLANKS)))
        except json.JSONDecodeError as e:
            fault = f"It is not valid JSON: {e.msg}, at column {e.pos + 1}."
            return _broken(number, line, text, fault)
        except RecursionError:
            return _broken(number, line, text, _TOO_DEEP)
        if text[end:].strip(_BLANKS):
            fault = f"It is not valid JSON: more text follows at column {end + 1}."
            return _broken(number, line, text, fault)
        return self.make(number, line, value, text, self._decoder.doubled)

    def _fault(self, value: dict[str, Any], kinds: set[type], doubled: str | None) -> str | None:
        if doubled is not None:
            return f"The key {doubled!r} is there twice."
        if not _NESTED.isdisjoint(kinds) and depth(value) > DEEPEST:
            return _TOO_DEEP
        return None


def _broken(number: int, line: int | None, text: str, message: str) -> Row:
    problem = Problem(Category.FILE, message, hint="Repair it: " + text[:80])
    return Row(number, line, {}, SourceText(text), problem)


def _is_sound(value: Any) -> bool:
    try:
        encode(value).encode()
    except UnicodeEncodeError:
        return False
    return True


def depth(value: Any) -> int:
    """Return how many levels of lists and objects a value has."""
    levels = 0
    level = [value]
    while level := [item for item in level if isinstance(item, dict | list)]:
        levels += 1
        level = [part for item in level for part in _parts(item)]
    return levels


def _parts(value: dict[str, Any] | list[Any]) -> Iterable[Any]:
    return value.values() if isinstance(value, dict) else value


def flatten(
    value: Mapping[str, Any],
    into: dict[str, Any],
    parents: Collection[str] = (),
    prefix: str = "",
) -> str | None:
    """Put the cells of an object under dotted names; return a name that two of them have, if any.

    NaN, which stands for no value where it is written at all, is None. Lists stay lists.
    """
    for key, cell in value.items():
        name = prefix + key
        if isinstance(cell, dict):
            twice = flatten(cell, into, parents, name + ".")
            if twice is not None:
                return twice
            continue
        if cell is None and name in parents:
            continue
        if name in into:
            return name
        into[name] = None if isinstance(cell, float) and math.isnan(cell) else cell
    return None


def failed_object(row: Row, extra: Mapping[str, str]) -> bytes:
    """Return a failed row as a JSON object: its own keys, or its text, and the extra ones."""
    if isinstance(row.raw, SourceText):
        own: Mapping[str, Any] = {ERROR_TEXT: str(row.raw)}
    else:
        own = row.raw if isinstance(row.raw, Mapping) else row.values
    # Half a character, which a data frame may hold, has no bytes but in JSON an escape.
    return encode({**own, **extra}).encode("utf-8", "backslashreplace")


def _peek_rows(blocks: Iterator[list[Row]], stream: ByteStream) -> list[Row]:
    """Read rows until there are a thousand, or 8 MiB of them."""
    peeked: list[Row] = []
    for block in blocks:
        peeked += block
        if len(peeked) >= PEEKED_ROWS or stream.delivered > PEEKED_BYTES:
            break
    return peeked


def _learn_header(rows: list[Row]) -> tuple[tuple[str, ...], frozenset[str]]:
    """Return the columns in the order of their first appearance, and the parents among the names.

    A name that is only ever null, while others are dotted below it, is no column.
    """
    names: dict[str, bool] = {}
    for row in rows:
        for name, cell in row.values.items():
            names[name] = names.get(name, False) or cell is not None
    parents = set()
    for name in names:
        head = name
        while "." in head:
            head = head.rpartition(".")[0]
            parents.add(head)
    without = frozenset(name for name in parents if not names.get(name, False))
    return tuple(name for name in names if name not in without), without


def _without_parents(row: Row, parents: Collection[str]) -> Row:
    """Return a row that was made before the parents were known as it would be made now."""
    if parents and not row.values.keys().isdisjoint(parents):
        values = {name: cell for name, cell in row.values.items() if name not in parents}
        return Row(row.number, row.line, values, row.raw, row.problem)
    return row


def source_of_rows(
    blocks: Iterator[list[Row]],
    maker: RowMaker,
    stream: ByteStream,
    facts: SourceFacts,
    *,
    position: Callable[[], float | None],
    no_rows: Callable[[str, list[Row]], InputFileError],
) -> FileSource:
    """Return the source of rows that ``maker`` makes; their first ones make its header.

    ``no_rows`` tells, from the file's name and its first rows, why there is no header.
    """
    peeked = _peek_rows(blocks, stream)
    header, maker.parents = _learn_header(peeked[:PEEKED_ROWS])
    if not header:
        raise no_rows(stream.name, peeked)
    return FileSource(
        facts,
        header,
        [_without_parents(row, maker.parents) for row in peeked],
        blocks,
        position=position,
        release=stream.close,
    )
