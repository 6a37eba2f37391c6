"""The cells of an Excel workbook: what they hold, and what of it is no value."""

from __future__ import annotations

import math
import re
from datetime import date, datetime, time, timedelta
from typing import Any

BROKEN_ERROR = "#VALUE!"

# ECMA-376 part 1, 22.9.2.19: a character that XML cannot hold stands as _xHHHH_.
_ESCAPED = re.compile(r"_x([0-9A-Fa-f]{4})_")
_TO_ESCAPE = re.compile(r"[\x00-\x08\x0b-\x1f\ufffe\uffff\ud800-\udfff]|_(?=x[0-9A-Fa-f]{4}_)")

# Beyond it a float has no digits after the point, and not all of those before it.
_EXACT = 2**53


class Formula(str):
    """A formula (with ``=``) whose result the workbook does not hold."""

    __slots__ = ()


class ErrorValue(str):
    """The result of a formula that failed, like ``#REF!``."""

    __slots__ = ()


def unescape(text: str) -> str:
    """Return a text of a workbook with its escaped characters as they are."""
    return _ESCAPED.sub(_character, text) if "_x" in text else text


def _character(escaped: re.Match[str]) -> str:
    character = chr(int(escaped[1], 16))
    # Half a character cannot stand alone in a text.
    return escaped[0] if "\ud800" <= character <= "\udfff" else character


def escape(text: str) -> str:
    """Return a text as a workbook can hold it; `unescape` gives it back."""
    return _TO_ESCAPE.sub(lambda found: f"_x{ord(found[0]):04X}_", text)


def plain_number(value: float) -> int | float:
    """Return a whole number as int: Excel holds every number as a float."""
    return int(value) if value.is_integer() and abs(value) < _EXACT else value


def read_number(text: str) -> int | float | ErrorValue:
    """Return a number as it stands in a sheet's XML; one that is none is an error."""
    try:
        if not any(sign in text for sign in ".eE"):
            return int(text)
        value = float(text)
    except ValueError:
        return ErrorValue(BROKEN_ERROR)
    return plain_number(value) if math.isfinite(value) else ErrorValue(BROKEN_ERROR)


def read_moment(text: str) -> date | datetime | time:
    """Return a date or time as it stands in a sheet's XML in ISO 8601; raises ValueError."""
    if "T" in text:
        return datetime.fromisoformat(text).replace(tzinfo=None)
    return time.fromisoformat(text) if ":" in text else date.fromisoformat(text)


def without_time(moment: Any, *, whole_days: bool) -> Any:
    """Return a date for a midnight where the cell's format shows no time (``whole_days``)."""
    if whole_days and isinstance(moment, datetime) and moment.time() == time():
        return moment.date()
    return moment


def is_broken(cell: Any) -> bool:
    """Tell a cell that holds no value although it is not empty."""
    return isinstance(cell, Formula | ErrorValue)


def value_of(cell: Any) -> Any:
    """Return what a cell says: None where it is broken."""
    return None if is_broken(cell) else cell


def is_moment(cell: Any) -> bool:
    """Tell dates, times and durations."""
    return isinstance(cell, date | time | timedelta)
