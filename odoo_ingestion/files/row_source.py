"""An opened input: its facts, its header and its rows, whatever the format."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from types import TracebackType
from typing import Any

from odoo_ingestion.files.byte_stream import ROW_LIMIT
from odoo_ingestion.records import Category, Problem, Row, SourceFacts


class FileSource:
    """The rows of one input, to be read once and in order (a `RowSource`).

    ``peeked`` are the rows that were read to learn the header, ``rows`` the ones after them.
    ``position`` tells how much of the input has been read, 0..1 or None; ``release`` closes it.
    """

    def __init__(
        self,
        facts: SourceFacts,
        header: tuple[str, ...],
        peeked: Iterable[Row],
        rows: Iterator[Row],
        *,
        position: Callable[[], float | None],
        release: Callable[[], None],
    ) -> None:
        self._facts = facts
        self._header = header
        self._peeked = list(peeked)
        self._rows = rows
        self._position = position
        self._release = release
        self._delivered = 0
        self._begun = False
        self._ended = False
        self._closed = False
        self._last: float | None = None

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
        if self._begun:
            raise RuntimeError("the rows of a source can be read only once")
        self._begun = True
        return self._deliver()

    def _deliver(self) -> Iterator[Row]:
        for row in self._peeked:
            self._delivered += 1
            yield row
        yield from self._rows
        self._ended = True

    def fraction_read(self) -> float | None:
        """Return how much of the input has been consumed, 0..1, or None where unknown."""
        if self._ended:
            return 1.0
        if self._closed:
            return self._last
        position = self._position()
        if position is None:
            return None
        if self._delivered < len(self._peeked):
            return position * self._delivered / len(self._peeked)
        return position

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
