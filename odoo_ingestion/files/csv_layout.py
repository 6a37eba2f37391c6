"""How a failed-records CSV holds rows that have too few cells, too many, or none that can be cut.

The `_error_*` cells must stand in their columns, so such a row is laid out by these rules, and read
back to what it was:

- too many cells: those beyond the header follow after the `_error_*` cells;
- too few: empty cells are added, and one cell after the `_error_*` cells says ``_error_cells=2``;
- wrong quotes: the line as it was is the first cell, and that cell says ``_error_cells=line``.

Once a person has filled in the cells that were missing, or repaired the line, the row is read as it
then stands; the mark need not be removed.
"""

from __future__ import annotations

import csv
from collections.abc import Sequence

from odoo_ingestion.files.source_text import SourceText

_MARK = "_error_cells="
_LINE = _MARK + "line"


def laid_out(own: Sequence[str], count: int, extra: Sequence[str]) -> list[str]:
    """Return the cells to write for a row of a table with ``count`` columns."""
    if isinstance(own, SourceText):
        return [str(own), *[""] * (count - 1), *extra, _LINE]
    if len(own) < count:
        return [*own, *[""] * (count - len(own)), *extra, f"{_MARK}{len(own)}"]
    return [*own[:count], *extra, *own[count:]]


def restored(own: tuple[str, ...], count: int, separator: str) -> tuple[str, ...] | SourceText:
    """Return the cells that a row had before it was laid out, or as a person has edited it.

    ``own`` are its cells without the `_error_*` columns. A line that still cannot be cut is text.
    """
    named, beyond = own[:count], own[count:]
    if not beyond or not beyond[0].startswith(_MARK) or any(beyond[1:]):
        return own
    if beyond[0] == _LINE:
        return named if any(named[1:]) else _cut(named[0], separator)
    kept = beyond[0].removeprefix(_MARK)
    if kept.isdecimal() and not any(named[int(kept) :]):
        return named[: int(kept)]
    return named


def _cut(text: str, separator: str) -> tuple[str, ...] | SourceText:
    try:
        rows = list(csv.reader([text], delimiter=separator, strict=True))
    except csv.Error:
        return SourceText(text)
    return tuple(rows[0]) if rows else SourceText(text)
