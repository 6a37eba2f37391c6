"""Rows in the portions in which they are looked up: few at first, then as many as memory lets."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import islice

from odoo_ingestion.records import Row

FIRST_ROWS = 500
"""Rows of the first portion: the first call shall not wait for more."""

MOST_ROWS = 2_000
"""Rows of a portion: each costs a look-up by external id and one by key, in which a server whose
workers are all busy lets a caller wait as long as a call of load() takes."""

PORTION_CHARACTERS = 8_000_000
"""Characters of text that a portion holds, about: a few rows with large cells are one."""

_SAMPLE = 20


def portions(rows: Iterator[Row]) -> Iterator[list[Row]]:
    """Yield the rows in lists, none of them empty."""
    size = FIRST_ROWS
    while portion := list(islice(rows, size)):
        yield portion
        size = _next_size(portion)


def _next_size(portion: Sequence[Row]) -> int:
    """Return twice the size, up to what fits by the length of some of the rows."""
    sample = portion[:: max(1, len(portion) // _SAMPLE)]
    length = sum(_length(row) for row in sample) // len(sample)
    fitting = PORTION_CHARACTERS // max(1, length)
    return max(1, min(2 * len(portion), MOST_ROWS, max(FIRST_ROWS, fitting)))


def _length(row: Row) -> int:
    return sum(len(cell) for cell in row.values.values() if isinstance(cell, str))
