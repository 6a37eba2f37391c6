"""Finds out what separates the cells of a CSV file."""

from __future__ import annotations

import csv
import io
import re

from msgspec import Struct

from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ERROR_COLUMNS

# Where two fit equally well it is the rarer one: a comma may be a decimal comma.
SEPARATORS = ("|", "\t", ";", ",")

_NAMES = {"tab": "\t", "\\t": "\t", "comma": ",", "semicolon": ";", "pipe": "|"}
_SAMPLE_ROWS = 200
_SAID = re.compile(r'"?sep=(.)"?(\r\n|\r|\n)')


def said_separator(start: str) -> str | None:
    """Return the separator of a first line ``sep=;``, which Excel understands, if there is one."""
    said = _SAID.match(start)
    return said[1] if said else None


def check_separator(name: str) -> str:
    """Return the one character that a user's ``--separator`` means; raises UsageError."""
    separator = _NAMES.get(name.lower(), name)
    if len(separator) != 1 or separator.isalnum() or separator in '"\r\n\0 ':
        raise UsageError(
            f"{name!r} cannot separate cells.",
            hint="Name one character: comma, semicolon, tab, pipe, or the character itself.",
        )
    return separator


class _Fit(Struct, frozen=True, order=True):
    """How well a separator fits, the better the greater."""

    names_error_columns: bool
    same_width: float
    width: int


def shown_separator(separator: str) -> str:
    """Return a separator as a person can read it."""
    return "tab" if separator == "\t" else repr(separator)


def find_separator(start: str, *, whole: bool) -> str:
    """Return the separator of a file that starts with that text (``whole``: nothing follows).

    It is the one that cuts the rows most often into as many cells as the header, quotes respected;
    between equals the one that cuts into more. Separators that the header lacks, or that most rows
    lack, do not count: a decimal comma or ``Name, first`` are no separators. In a file of one
    column it is one that no row contains.
    """
    fits: dict[str, _Fit] = {}
    unused = []
    for separator in SEPARATORS:
        rows = _rows(start, separator, whole)
        width = len(rows[0]) if rows else 0
        below = rows[1:]
        cut = sum(1 for row in below if len(row) > 1)
        if width > 1 and cut * 2 >= len(below):
            same = sum(1 for row in below if len(row) == width)
            share = same / len(below) if below else 1.0
            fits[separator] = _Fit(not set(ERROR_COLUMNS).isdisjoint(rows[0]), share, width)
        elif width < 2 and not cut:
            unused.append(separator)
    if fits:
        return max(fits, key=lambda separator: fits[separator])
    return unused[-1] if unused else ","


def _rows(start: str, separator: str, whole: bool) -> list[list[str]]:
    """Cut a sample into rows; its last one is left off when more text follows it."""
    rows = []
    for row in csv.reader(io.StringIO(start, newline=""), delimiter=separator):
        if row:
            rows.append(row)
        if len(rows) > _SAMPLE_ROWS:
            return rows
    if not whole and len(rows) > 1:
        rows.pop()
    return rows
