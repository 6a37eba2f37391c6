from __future__ import annotations

from datetime import date, datetime, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from msgspec.structs import replace

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files import frame_source, open_writer
from odoo_ingestion.records import ERROR_COLUMNS, SourceFacts
from tests.files.reading import ERRORS, rows_of, write_failed


def test_the_rows_of_a_frame_hold_pythons_own_values() -> None:
    frame = pd.DataFrame(
        {
            "name": ["Tea", None],
            "price": [1.5, np.nan],
            "count": pd.array([1, None], dtype="Int64"),
            "at": [pd.Timestamp("2024-02-29 13:45"), pd.NaT],
            "lasts": pd.to_timedelta(["1 days", None]),
            "mixed": [np.int64(7), Decimal("1.50")],
            "old": [np.datetime64("2024-02-29"), date(2024, 2, 29)],
            5: [np.bool_(True), pd.NA],
        }
    )
    source = frame_source(frame)
    assert source.header == ("name", "price", "count", "at", "lasts", "mixed", "old", "5")
    assert source.facts.format == "dataframe"
    assert source.fraction_read() == 0.0
    first, second = list(source)
    assert source.fraction_read() == 1.0
    assert list(first.values.values()) == [
        "Tea",
        1.5,
        1,
        datetime(2024, 2, 29, 13, 45),
        timedelta(days=1),
        7,
        datetime(2024, 2, 29),
        True,
    ]
    assert type(first.values["mixed"]) is int
    assert type(first.values["at"]) is datetime
    assert list(second.values.values()) == [
        *[None] * 5,
        Decimal("1.50"),
        date(2024, 2, 29),
        None,
    ]
    assert (second.number, second.line) == (2, None)
    source.close()


def test_failed_rows_of_a_frame_go_to_json_lines(tmp_path: Path) -> None:
    source = frame_source(pd.DataFrame({"code": ["007"], "price": [1.5]}), "shop")
    failed = write_failed(source, list(source), tmp_path)
    assert failed.suffix == ".jsonl"
    assert rows_of(failed)[0].values == {"code": "007", "price": Decimal("1.5")}


def test_half_a_character_does_not_stop_the_failed_file(tmp_path: Path) -> None:
    names = pd.Series(["half \ud800 é", "whole"], dtype=object)
    source = frame_source(pd.DataFrame({"name": names}))
    rows = list(source)
    again = rows_of(write_failed(source, rows, tmp_path))
    assert [bool(row.problem) for row in again] == [True, False]
    assert "half \\ud800 é" in again[0].raw
    for format_ in ("csv", "xlsx"):
        path = tmp_path / f"other.{format_}"
        writer = open_writer(path, SourceFacts("t", format_), source.header, ERROR_COLUMNS)
        writer.write(replace(rows[0], raw=None), ERRORS)
        writer.close()
        assert "half" in rows_of(path)[0].values["name"]


def test_the_index_and_error_columns_are_not_read_and_that_is_said() -> None:
    frame = pd.DataFrame({"a": [1], "_error_row": ["3"]}, index=["x"])
    source = frame_source(frame)
    assert source.header == ("a",)
    assert [row.values for row in source] == [{"a": 1}]
    assert len(source.facts.notes) == 2


@pytest.mark.parametrize(
    ("frame", "words"),
    [
        (pd.DataFrame(), "there are no columns"),
        (pd.DataFrame({"a": []}), "there are no rows"),
        (pd.DataFrame([[1, 2]], columns=["a", "a"]), "two columns have the same name"),
        (pd.DataFrame([[1, 2, 3]]), "seems to be data"),
    ],
)
def test_a_frame_that_cannot_be_imported_is_refused(frame: pd.DataFrame, words: str) -> None:
    with pytest.raises(InputFileError, match=words):
        frame_source(frame)
