"""An opened input: its facts, its header and its rows, whatever the format."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator, Mapping
from operator import length_hint
from types import TracebackType
from typing import Any

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files.byte_stream import ROW_LIMIT
from odoo_ingestion.records import Category, Problem, Row, SourceFacts

_ROWS_IN_BLOCK = 1000


class FileSource:
    """The rows of one input, to be read once and in order (a `RowSource`).

    ``peeked`` are the rows that were read to learn the header, ``blocks`` the ones after them as
    lists, each as soon as it is read. ``position`` tells how much of the input has been read, 0..1
    or None; ``release`` closes it.
    """

    def __init__(
        self,
        facts: SourceFacts,
        header: tuple[str, ...],
        peeked: list[Row],
        blocks: Iterator[list[Row]],
        *,
        position: Callable[[], float | None],
        release: Callable[[], None],
    ) -> None:
        self._facts = facts
        self._header = header
        self._peeked = peeked
        self._blocks = blocks
        self._position = position
        self._release = release
        self._begun = False
        self._ended = False
        self._closed = False
        self._last: float | None = None
        # What is delivered now: its rows not taken yet, and where in the input it begins.
        self._count = len(peeked)
        self._untaken: Iterator[Row] | None = iter(peeked)
        self._before: float | None = 0.0

    @property
    def facts(self) -> SourceFacts:
        """What was detected: format, encoding, separator, sheet."""
        return self._facts

    @property
    def header(self) -> tuple[str, ...]:
        """The column names, as the file has them, in its order."""
        return self._header

    def __iter__(self) -> Iterator[Row]:
        """Yield the rows; raises InputFileError where the file is broken."""
        return self._one_by_one(self._read())

    def _one_by_one(self, blocks: Iterator[list[Row]]) -> Iterator[Row]:
        for block in blocks:
            self._untaken = iter(block)
            yield from self._untaken

    def _read(self) -> Iterator[list[Row]]:
        if self._begun:
            raise RuntimeError("the rows of a source can be read only once")
        self._begun = True
        return self._all_blocks()

    def _all_blocks(self) -> Iterator[list[Row]]:
        peeked, self._peeked = self._peeked, []
        yield peeked
        del peeked
        while True:
            self._before, self._untaken = self._position(), None
            block = next(self._blocks, None)
            if block is None:
                break
            self._count = len(block)
            yield block
        self._ended = True

    def fraction_read(self) -> float | None:
        """Return how much of the input has been consumed, 0..1, or None where unknown."""
        if self._ended:
            return 1.0
        if self._closed:
            return self._last
        position = self._position()
        if position is None or self._before is None or self._untaken is None:
            return position
        left = length_hint(self._untaken) / self._count if self._count else 0.0
        return position - (position - self._before) * left

    def close(self) -> None:
        """Release the file."""
        if not self._closed:
            self._last = self.fraction_read()
            self._closed = True
            self._release()

    def __enter__(self) -> FileSource:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()


def in_blocks(rows: Iterator[Row], place: Callable[[], int] | None = None) -> Iterator[list[Row]]:
    """Yield rows in lists; where reading them raises InputFileError, after those before it.

    A list ends where more of the input was read for its last row: ``place`` tells how much was.
    Without that it ends after some hundred rows.
    """
    most = _ROWS_IN_BLOCK if place is None else sys.maxsize
    place = place or (lambda: 0)
    block: list[Row] = []
    begun = place()
    try:
        for row in rows:
            block.append(row)
            if len(block) >= most or place() != begun:
                yield block
                block, begun = [], place()
    except InputFileError:
        if block:
            yield block
        raise
    if block:
        yield block


def peek(blocks: Iterator[list[Row]], enough: int) -> list[Row]:
    """Return the rows of as many lists as it takes to have so many rows, where there are."""
    peeked: list[Row] = []
    for block in blocks:
        peeked += block
        if len(peeked) >= enough:
            break
    return peeked


def too_long(values: Mapping[str, Any]) -> Problem | None:
    """Return the problem of a row that has a cell beyond ROW_LIMIT, if it has one."""
    for name, cell in values.items():
        if isinstance(cell, str | bytes) and len(cell) > ROW_LIMIT:
            return Problem(
                Category.FILE,
                f"The cell is longer than {ROW_LIMIT >> 20} million characters.",
                name,
                "Shorten it.",
            )
    return None
