from datetime import UTC, date, datetime, timedelta, timezone
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.moments import read_date, read_datetime
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.errors import UsageError
from odoo_ingestion.runs import DateFormat

PARIS = ZoneInfo("Europe/Paris")
DMY, MDY = DateFormat.DMY, DateFormat.MDY


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2024-02-29", "2024-02-29"),
        (" 2024/2/8 ", "2024-02-08"),
        ("2024.12.31", "2024-12-31"),
        ("2024-02-28 00:00:00", "2024-02-28"),
        ("2024-02-28T00:00", "2024-02-28"),
        (date(2024, 2, 28), "2024-02-28"),
        (datetime(2024, 2, 28), "2024-02-28"),
        (date(33, 4, 3), "0033-04-03"),
    ],
)
def test_a_date_is_read(cell: Any, text: str) -> None:
    assert read_date(cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "2024-02-30",
        "2024-13-01",
        "0000-01-01",
        "20240228",
        "2024-02/28",
        "2024-02-281",
        "28 February 2024",
        "2024-02-28 14:30",
        "2024-02-28T00:00:00Z",
        datetime(2024, 2, 28, 14, 30),
        datetime(2024, 2, 28, tzinfo=UTC),
        45350,
        True,
    ],
)
def test_what_is_no_date_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_date(cell)


@pytest.mark.parametrize(
    ("cell", "hint"),
    [
        ("31/12/2024", "Write 2024-12-31, or import with --date-format dmy (day first)."),
        ("12/31/2024", "Write 2024-12-31, or import with --date-format mdy (month first)."),
        (
            "03.04.2024",
            "Write 2024-04-03 or 2024-03-04, or import with --date-format dmy (day first) or mdy "
            "(month first).",
        ),
        (
            "05/05/2024",
            "Write 2024-05-05, or import with --date-format dmy (day first) or mdy (month first).",
        ),
        ("45/45/2024", "Write it as year-month-day, like 2024-12-31."),
        ("30/02/2024", "Write it as year-month-day, like 2024-12-31."),
        ("31/12/24", "Write the year with four digits, like 2024-12-31."),
    ],
)
def test_a_day_first_date_is_told_how_to_be_written(cell: str, hint: str) -> None:
    with pytest.raises(CellError) as caught:
        read_date(cell)
    assert caught.value.hint == hint


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("2024-07-01 12:00:00", "2024-07-01 12:00:00"),
        ("2024-07-01T12:00", "2024-07-01 12:00:00"),
        ("2024-07-01", "2024-07-01 00:00:00"),
        ("2024-07-01 12:00:00.987", "2024-07-01 12:00:00"),
        ("2024-07-01T12:00:00Z", "2024-07-01 14:00:00"),
        ("2024-01-01t23:30:00z", "2024-01-02 00:30:00"),
        ("2024-07-01T12:00:00+0530", "2024-07-01 08:30:00"),
        ("2024-07-01 12:00:00 -08", "2024-07-01 22:00:00"),
        (date(2024, 7, 1), "2024-07-01 00:00:00"),
        (datetime(2024, 7, 1, 12, 0, 0, 5), "2024-07-01 12:00:00"),
        (datetime(2024, 7, 1, 12, tzinfo=timezone(timedelta(hours=1))), "2024-07-01 13:00:00"),
    ],
)
def test_a_moment_is_read_in_the_users_time_zone(cell: Any, text: str) -> None:
    assert read_datetime(cell, PARIS) == text


@pytest.mark.parametrize(
    "cell",
    [
        "2024-07-01 25:00",
        "2024-07-01 12:00:60",
        "2024-07-01 noon",
        "0001-01-01T00:00:00+14:00",
        "2024-07-01T12:00:00+99:00",
        "12:00",
        3,
        True,
    ],
)
def test_what_is_no_moment_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_datetime(cell, PARIS)


def test_the_hour_that_occurs_twice_is_refused_where_it_would_be_stored_as_the_other() -> None:
    assert read_datetime("2024-10-27T01:30:00Z", PARIS) == "2024-10-27 02:30:00"
    with pytest.raises(CellError, match="occurs twice in Europe/Paris"):
        read_datetime("2024-10-27T00:30:00Z", PARIS)


# --- the file's own notation ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "date_format", "text"),
    [
        ("31/12/2024", DMY, "2024-12-31"),
        (" 1.2.2024 ", DMY, "2024-02-01"),
        ("01-02-2024 00:00", DMY, "2024-02-01"),
        ("12/31/2024", MDY, "2024-12-31"),
        ("1-2-2024", MDY, "2024-01-02"),
        ("2024-02-01", DMY, "2024-02-01"),
        ("2024/02/01", MDY, "2024-02-01"),
        (date(2024, 2, 1), MDY, "2024-02-01"),
    ],
)
def test_a_date_is_read_in_the_notation_that_is_said(
    cell: Any, date_format: DateFormat, text: str
) -> None:
    assert read_date(cell, date_format) == text


def test_a_moment_too_and_its_offset_counts() -> None:
    assert read_datetime("01/07/2024 12:30", PARIS, DMY) == "2024-07-01 12:30:00"
    assert read_datetime("07.01.2024T12:30:15Z", PARIS, MDY) == "2024-07-01 14:30:15"
    assert read_datetime("07-01-2024", PARIS, MDY) == "2024-07-01 00:00:00"


@pytest.mark.parametrize(
    ("cell", "date_format", "message", "hint"),
    [
        ("12/31/2024", DMY, "does not exist", "--date-format mdy (month first)."),
        ("31/12/2024", MDY, "does not exist", "--date-format dmy (day first)."),
        ("30/02/2024", DMY, "does not exist", "Write it as year-month-day"),
        ("31/12/24", DMY, "is not a date", "Write the year with four digits"),
        ("31/12.2024", DMY, "is not a date", "Write 2024-12-31."),
        ("31/12/20244", DMY, "is not a date", "Write it as year-month-day"),
        ("31/12/2024 noon", DMY, "is not a date", "Write it as year-month-day"),
        ("31/12/2024 12:00", DMY, "has a time", "Write it as year-month-day"),
    ],
)
def test_another_notation_than_the_one_said_is_never_guessed(
    cell: str, date_format: DateFormat, message: str, hint: str
) -> None:
    with pytest.raises(CellError, match=message) as caught:
        read_date(cell, date_format)
    assert hint in (caught.value.hint or "")


def test_the_notation_may_be_named_in_plain_text_and_an_unknown_one_is_refused() -> None:
    found = Notation("UTC", "mdy")  # type: ignore[arg-type] # as a library may call it
    assert read_date("02/01/2024", found.date_format) == "2024-02-01"
    with pytest.raises(UsageError, match="'ymd'") as caught:
        Notation("UTC", "ymd")  # type: ignore[arg-type] # as a library may call it
    assert "one of iso, dmy, mdy" in (caught.value.hint or "")
