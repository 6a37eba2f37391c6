"""Cuts the text of a CSV into rows of cells, and knows the lines of the row that is being cut."""

from __future__ import annotations

import csv
from collections.abc import Iterator
from itertools import chain

from odoo_ingestion.files.byte_stream import ROW_LIMIT
from odoo_ingestion.files.text import Text, lines_of

# A process-wide setting of the csv module, 128 KiB by default; never made smaller here.
csv.field_size_limit(max(csv.field_size_limit(), ROW_LIMIT))


class Cutter:
    """Takes a text block by block; a row that does not end in its block goes on in the next ones.

    ``line`` is the line of the file where the row begins that was cut last, or comes next.
    """

    def __init__(self, text: Text, separator: str) -> None:
        self.line = 1
        self.ended = False
        """True once a row was looked for beyond the end of the text."""
        self._text = text
        self._separator = separator
        self._blocks = text.blocks()
        self._rest = ""
        # The lines that the csv module was given from the start of the row on: the number of
        # those before, of those up to the end of the row before, of those it has taken.
        self._lines: list[str] = []
        self._forgotten = self._done = self._taken = 0

    def blocks(self) -> Iterator[str]:
        """Yield the blocks that nobody has cut yet; raises TooLong."""
        if self._rest:
            rest, self._rest = self._rest, ""
            yield rest
        # Not "yield from": who stops looking here must not close them.
        while (block := next(self._blocks, None)) is not None:
            yield block

    def cut(self, lines: list[str]) -> Iterator[list[str]]:
        """Yield the cells of the rows that begin in these lines.

        Raises csv.Error for a row whose quotes do not match, and TooLong.
        """
        self._lines, self._forgotten, self._done, self._taken = lines, 0, 0, 0
        base = self.line
        # strict: a cell that is quoted wrongly is told of, not guessed at.
        reader = csv.reader(
            chain.from_iterable(self._given()), delimiter=self._separator, strict=True
        )
        try:
            for cells in reader:
                self._taken = reader.line_num
                yield cells
                self._done = self._taken
                self.line = base + self._taken
        finally:
            self._taken = reader.line_num

    def _given(self) -> Iterator[list[str]]:
        """Yield the lines, then those of further blocks as long as a row has begun."""
        yield self._lines
        while True:
            del self._lines[: self._done - self._forgotten]
            self._forgotten = self._done
            self._text.open_lines[:] = self._lines
            if not self._lines:
                return
            block = next(self._blocks, None)
            if block is None:
                self.ended = True
                return
            more = lines_of(block)
            self._lines += more
            yield more

    def row_lines(self) -> list[str]:
        """Return the lines of the row that is being cut, as far as they were taken."""
        return self._lines[self._done - self._forgotten : self._taken - self._forgotten]

    def give_up_line(self) -> list[str]:
        """Return the lines given that come after the first one of the row; that one is passed."""
        self.line += 1
        self._text.open_lines.clear()
        return self._lines[self._done - self._forgotten + 1 :]

    def put_back(self) -> None:
        """Let the lines after the row that was cut last be the next block."""
        self.line += self._taken - self._done
        self._rest = "".join(self._lines[self._taken - self._forgotten :])


def split_plain(text: str, separator: str, count: int) -> list[tuple[str, ...]] | None:
    """Return the rows of a text in which each line is one, with ``count`` cells and no quotes.

    None for a text that is not so: it takes the csv module then. In half of its time.
    """
    if '"' in text or len(text) > ROW_LIMIT:
        return None
    if "\r" in text:
        text = text.replace("\r\n", "\n")
        if "\r" in text:
            return None
    if not text.endswith("\n"):
        text += "\n"
    # The end of each line becomes a cell of its own, by which its cells are counted.
    cells = text.replace("\n", f"{separator}\n{separator}").split(separator)
    del cells[-1]
    ends = cells[count :: count + 1]
    if not len(ends) == ends.count("\n") == text.count("\n") == len(cells) / (count + 1):
        return None
    if count == 1 and "" in cells:
        return None  # an empty line is no row
    del cells[count :: count + 1]
    return list(zip(*[iter(cells)] * count, strict=True))
