"""A line of the log says when, how grave, which run, and what; and is one line."""

from __future__ import annotations

import json
import logging
import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.logs import JsonLines, Redaction, TextLines, forget_run, name_run

RUN = "20261120-173444-a1b2c3"


@pytest.fixture(autouse=True)
def run() -> Iterator[None]:
    name_run(RUN)
    yield
    forget_run()


def record(message: str, *args: Any, **facts: Any) -> logging.LogRecord:
    made = logging.LogRecord("odoo_ingestion.x", logging.WARNING, "x.py", 1, message, args, None)
    made.created = 1795196084.1239
    for name, value in facts.items():
        setattr(made, name, value)
    return made


def failure() -> logging.LogRecord:
    made = record("lost s3cr3t")
    try:
        raise ValueError("s3cr3t of ann@example.com")
    except ValueError:
        made.exc_info = sys.exc_info()
    return made


def test_a_json_line_has_all_that_is_known() -> None:
    line = json.loads(JsonLines(Redaction()).format(record("went %s", "well", file="a.csv", row=3)))
    assert line == {
        "time": "2026-11-20T17:34:44.123Z",
        "level": "WARNING",
        "logger": "odoo_ingestion.x",
        "thread": "MainThread",
        "run_id": RUN,
        "message": "went well",
        "file": "a.csv",
        "row": 3,
    }


def test_a_text_line_has_all_that_is_known() -> None:
    assert TextLines(Redaction()).format(record("went well", row=3, category="validation")) == (
        f"2026-11-20T17:34:44.123Z WARNING {RUN} MainThread odoo_ingestion.x: "
        "went well [row=3 category=validation]"
    )


def test_lines_before_a_run_belong_to_none() -> None:
    forget_run()
    assert json.loads(JsonLines(Redaction()).format(record("x")))["run_id"] is None
    assert " WARNING - MainThread" in TextLines(Redaction()).format(record("x"))


@pytest.mark.parametrize("kind", [JsonLines, TextLines])
def test_message_facts_and_traceback_are_redacted(kind: type[JsonLines | TextLines]) -> None:
    lines = kind(Redaction(["s3cr3t"]))
    text = lines.format(failure()) + lines.format(
        record("'x' is wrong", file="s3cr3t/ann@example.com.csv", field="email")
    )
    assert "ValueError" in text
    assert "s3cr3t" not in text
    assert "ann@example.com" not in text
    assert "'x'" not in text


@given(st.text(), st.text())
def test_any_text_makes_one_json_line_and_no_line_of_its_own(message: str, file: str) -> None:
    made = record("%s", message, file=file)
    line = JsonLines(Redaction(keep_personal=True)).format(made)
    assert "\n" not in line
    assert json.loads(line)["message"] == message
    for further in TextLines(Redaction()).format(made).splitlines()[1:]:
        assert not re.match(r"\S", further)
