"""Names of attributes and values, in the forms in which they are shown and compared."""

from __future__ import annotations

import unicodedata
from typing import Any


def tidy(text: str) -> str:
    """Return a name without spaces around it and with single ones between its words."""
    return " ".join(text.split())


def fold(text: str) -> str:
    """Return what is equal for names that differ in case and blanks only."""
    return tidy(unicodedata.normalize("NFKC", text)).casefold()


def cell_text(cell: Any) -> str:
    """Return a cell as a name: a whole number of a JSON or Excel file has no decimals."""
    if isinstance(cell, float) and cell.is_integer():
        cell = int(cell)
    return tidy(str(cell))
