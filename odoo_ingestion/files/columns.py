"""The header of a table (CSV, Excel): which cells of a line belong to which column."""

from __future__ import annotations

import re
from collections.abc import Sequence
from operator import itemgetter
from typing import Any

from msgspec import Struct

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.records import ERROR_COLUMNS

_NUMBER = re.compile(r"[-+]?[\d\s.,]*\d[\d\s.,]*%?")
_DATE = re.compile(r"\d{4}[-/]\d\d?[-/]\d\d?|\d\d?[-/.]\d\d?[-/.]\d{4}")
# No column is ever named so: a moment, an e-mail address, a UUID.
_CERTAINLY_DATA = re.compile(
    r"\d{4}-\d\d-\d\d[ T]\d\d:\d\d.*|[^\s@]+@[^\s@]+\.\w+|"
    r"[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}"
)


class Columns(Struct, frozen=True):
    """The columns of a table.

    ``header`` are the names without the `_error_*` columns and those without a name; ``positions``
    are their places in a line, ``width`` is the place after the last named column, ``unnamed`` are
    places without a name (in a failed-records file only those before ``width``: what stands beyond
    belongs to its layout); ``has_errors`` is true for a failed-records file.
    """

    header: tuple[str, ...]
    positions: tuple[int, ...]
    width: int
    unnamed: tuple[int, ...]
    has_errors: bool

    @property
    def plain_count(self) -> int | None:
        """The number of cells in a line whose cells are the header's, one for one; else None."""
        return self.width if len(self.header) == self.width and not self.unnamed else None

    def own_cells(self, cells: Sequence[Any]) -> tuple[Any, ...]:
        """Return the cells of the input's own columns, then those beyond the named ones."""
        if len(self.header) == self.width:
            return tuple(cells)
        if len(cells) < self.width:
            return tuple(cells[place] for place in self.positions if place < len(cells))
        own = itemgetter(*self.positions)(cells)
        return (*(own if len(self.positions) > 1 else (own,)), *cells[self.width :])

    def notes(self) -> tuple[str, ...]:
        """Tell what is left out of the header."""
        notes = []
        if self.has_errors:
            notes.append("The _error_* columns of the failed-records file are left out.")
        within = [str(place + 1) for place in self.unnamed if place < self.width]
        if within:
            notes.append(f"Columns without a name and without values: {', '.join(within)}.")
        return tuple(notes)

    def cell_without_name(self, cells: Sequence[Any]) -> int | None:
        """Return the place of a cell that has a value and stands under no name, if there is one."""
        for place in self.unnamed:
            if place < len(cells) and cells[place] not in ("", None):
                return place
        return None


def read_columns(names: Sequence[str], where: str) -> Columns:
    """Understand a header line; ``where`` (file and line) begins the messages.

    Raises InputFileError for a header that has no names, the same one twice, or is data.
    """
    if not any(name.strip() for name in names):
        raise InputFileError(f"{where}: the header has no column names.", hint=_HEADER_HINT)
    width = max(place for place, name in enumerate(names) if name.strip()) + 1
    named = [place for place in range(width) if names[place].strip()]
    own = tuple(place for place in named if names[place] not in ERROR_COLUMNS)
    has_errors = len(own) < len(named)
    check_names([names[place] for place in own], where)
    return Columns(
        header=tuple(names[place] for place in own),
        positions=own,
        width=width,
        unnamed=tuple(
            place
            for place, name in enumerate(names)
            if not name.strip() and (place < width or not has_errors)
        ),
        has_errors=has_errors,
    )


_HEADER_HINT = "The first line must name the columns, for example: name,email,phone"


def check_names(names: Sequence[str], where: str) -> None:
    """Refuse column names that cannot be told apart or are no names.

    A name that is a moment, an e-mail address or a UUID, or most of them being numbers or dates:
    that is a line of data. Raises InputFileError.
    """
    if not names:
        raise InputFileError(f"{where}: there are no columns.", hint=_HEADER_HINT)
    if _look_like_data(names):
        raise InputFileError(
            f"{where}: the first line seems to be data, not column names: {_shown(names)}.",
            hint=_HEADER_HINT,
        )
    seen: dict[str, int] = {}
    for place, name in enumerate(names, start=1):
        if name in seen:
            raise InputFileError(
                f"{where}: two columns have the same name {name!r} (columns {seen[name]} and "
                f"{place}).",
                hint="Rename or remove one of them.",
            )
        seen[name] = place


def _look_like_data(names: Sequence[str]) -> bool:
    texts = [name.strip() for name in names]
    if any(_CERTAINLY_DATA.fullmatch(text) for text in texts):
        return True
    data = sum(1 for text in texts if _NUMBER.fullmatch(text) or _DATE.fullmatch(text))
    return data * 2 > len(texts)


def _shown(names: Sequence[str]) -> str:
    text = ", ".join(names[:6])
    return text[:80] + ("..." if len(names) > 6 or len(text) > 80 else "")
