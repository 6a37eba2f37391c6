"""Dates and times, in the notation that load() reads."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

from odoo_ingestion.data_models.cell_errors import CellError, refuse, shown
from odoo_ingestion.runs import DateFormat

_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})", re.ASCII)
_YEAR_LAST = re.compile(r"(\d{1,2})([-/.])(\d{1,2})\2(\d{4})(?!\d)", re.ASCII)
_LIKE_A_DATE = re.compile(r"(\d{1,2})[-/. ](\d{1,2})[-/. ](\d{4})(?!\d)", re.ASCII)
_SHORT_YEAR = re.compile(r"\d{1,2}[-/.]\d{1,2}[-/.]\d{2}(?!\d)", re.ASCII)
_TIME = re.compile(
    r"(?:T|\s+)(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(Z|[+-]\d{2}(?::?\d{2})?)?",
    re.ASCII | re.IGNORECASE,
)

_DATE_HINT = "Write it as year-month-day, like 2024-12-31."
_DATETIME_HINT = "Write it like 2024-12-31 23:59:59."

_ORDERS: Mapping[DateFormat, str] = {DateFormat.DMY: "day first", DateFormat.MDY: "month first"}


def read_date(cell: Any, date_format: DateFormat = DateFormat.ISO) -> str:
    """Return a date as ``YYYY-MM-DD``; a time is accepted only when it is midnight.

    Text may be year-month-day whatever ``date_format`` says beside it. Raises CellError.
    """
    if isinstance(cell, datetime):
        moment, zoned = cell.replace(tzinfo=None), cell.tzinfo is not None
    elif isinstance(cell, date):
        return cell.isoformat()
    elif isinstance(cell, str):
        moment, offset = _parse(cell, date_format, "a date", _DATE_HINT)
        zoned = offset is not None
    else:
        raise refuse(cell, "a date", _DATE_HINT)
    if zoned or moment.time() != time():
        raise CellError(f"{shown(cell)} has a time, and the field holds a date", _DATE_HINT)
    return moment.date().isoformat()


def read_datetime(cell: Any, zone: ZoneInfo, date_format: DateFormat = DateFormat.ISO) -> str:
    """Return a moment as ``YYYY-MM-DD HH:MM:SS`` in the user's time zone, as load() takes it.

    Text without an offset is in that zone already; parts of a second are dropped. Raises CellError.
    """
    if isinstance(cell, datetime):
        moment, offset = cell.replace(tzinfo=None), cell.utcoffset()
    elif isinstance(cell, date):
        moment, offset = datetime.combine(cell, time()), None
    elif isinstance(cell, str):
        moment, offset = _parse(cell, date_format, "a date and time", _DATETIME_HINT)
    else:
        raise refuse(cell, "a date and time", _DATETIME_HINT)
    if offset is not None:
        moment = _to_zone(moment, offset, zone, cell)
    return moment.replace(microsecond=0).isoformat(sep=" ")


def _to_zone(moment: datetime, offset: timedelta, zone: ZoneInfo, cell: Any) -> datetime:
    try:
        exact = moment.replace(tzinfo=timezone(offset)).astimezone(UTC)
        local = exact.astimezone(zone)
    except (OverflowError, ValueError):  # year 1 or 9999, an offset of a day or more
        raise refuse(cell, "a date and time", _DATETIME_HINT) from None
    naive = local.replace(tzinfo=None)
    # load() reads the hour that occurs twice in autumn as winter time (ir.fields.converter).
    if naive.replace(tzinfo=zone, fold=1).astimezone(UTC) != exact:
        raise CellError(
            f"{shown(cell)} is an hour that occurs twice in {zone.key}",
            "Set the user's time zone in Odoo to UTC for this import.",
        )
    return naive


def _parse(
    cell: str, date_format: DateFormat, is_not: str, hint: str
) -> tuple[datetime, timedelta | None]:
    """Return what text says: the moment, and the offset from UTC where it names one."""
    text = cell.strip()
    found = _find_day(text, date_format)
    if found is None:
        raise refuse(cell, is_not, _hint(text, date_format) or hint)
    (year, month, day), clock = found
    at = _TIME.fullmatch(clock) if clock else None
    if clock and at is None:
        raise refuse(cell, is_not, hint)
    try:
        if at is None:
            return datetime(year, month, day), None
        moment = datetime(year, month, day, int(at[1]), int(at[2]), int(at[3] or 0))
        return moment, _offset(at[4])
    except ValueError:  # 2024-02-30, 25:00
        raise CellError(
            f"{shown(cell)} does not exist in the calendar", _hint(text, date_format) or hint
        ) from None


def _find_day(text: str, date_format: DateFormat) -> tuple[tuple[int, int, int], str] | None:
    """Return year, month and day, and the text behind them."""
    if found := _DATE.match(text):
        return (int(found[1]), int(found[3]), int(found[4])), text[found.end() :]
    found = _YEAR_LAST.match(text)
    if found is None or date_format == DateFormat.ISO:
        return None
    first, second, year = int(found[1]), int(found[3]), int(found[4])
    month, day = (first, second) if date_format == DateFormat.MDY else (second, first)
    return (year, month, day), text[found.end() :]


def _offset(text: str | None) -> timedelta | None:
    if text is None:
        return None
    if text in ("Z", "z"):
        return timedelta()
    digits = text[1:].replace(":", "")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:] or 0))
    return -size if text[0] == "-" else size


def _hint(text: str, date_format: DateFormat) -> str | None:
    """Return how to write or to announce ``31/12/2024``: both ways for ``03/04/2024``."""
    if _SHORT_YEAR.match(text):
        return "Write the year with four digits, like 2024-12-31."
    found = _LIKE_A_DATE.match(text)
    if found is None:
        return None
    first, second, year = (int(part) for part in found.groups())
    ways = {
        order: written
        for order, day, month in ((DateFormat.DMY, first, second), (DateFormat.MDY, second, first))
        if (written := _written(year, month, day)) is not None
    }
    if not ways:
        return None
    told = " or ".join(f"{order} ({_ORDERS[order]})" for order in ways if order != date_format)
    option = f", or import with --date-format {told}" if told else ""
    return f"Write {' or '.join(dict.fromkeys(ways.values()))}{option}."


def _written(year: int, month: int, day: int) -> str | None:
    """Return a day as text, None for one that the calendar does not have."""
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return None
