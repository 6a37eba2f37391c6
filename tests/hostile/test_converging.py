"""Any table of text: each row is counted once, and correcting what failed comes to an end."""

from __future__ import annotations

import csv
import gzip
import io
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.files import open_source
from tests.hostile.bad_files import WRITERS
from tests.hostile.conftest import checked
from tests.hostile.test_any_input import ANY, elsewhere, said_by

OFFLINE = ("--dry-run", "--offline", "--json")
PARTNERS = ("--type", "partners")
# What no format can hold: half a character, and in Excel control characters.
TEXT = st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12)
HEADERS = st.lists(TEXT.filter(str.strip), max_size=3)


def quoted_csv(rows: Sequence[Mapping[str, Any]]) -> bytes:
    text = io.StringIO()
    writer = csv.writer(text, quoting=csv.QUOTE_ALL)
    writer.writerows([list(rows[0]), *(list(row.values()) for row in rows)])
    return text.getvalue().encode()


SOUND: Mapping[str, Callable[[Sequence[Mapping[str, Any]]], bytes]] = {
    **WRITERS,
    "csv": quoted_csv,
    "csv.gz": lambda rows: gzip.compress(quoted_csv(rows)),
    "jsonl.gz": lambda rows: gzip.compress(WRITERS["jsonl"](rows)),
}


def told_by(*words: str) -> dict[str, Any]:
    return checked(said_by(*words), words).json


@settings(ANY, max_examples=60)
@given(st.sampled_from(sorted(SOUND)), HEADERS, st.data())
def test_every_row_of_any_table_is_counted_once(
    form: str, headers: list[str], data: st.DataObject
) -> None:
    columns = dict.fromkeys(["ref", "name", *headers])
    cells = st.fixed_dictionaries({**dict.fromkeys(columns, TEXT), "ref": st.just("")})
    rows = data.draw(st.lists(cells, min_size=1, max_size=5))
    # The columns in the same order in every row, for those writers that go by it.
    rows = [{name: row[name] for name in columns} for row in rows]
    rows = [{**row, "ref": f"R{number}"} for number, row in enumerate(rows)]
    with elsewhere():
        Path(f"a.{form}").write_bytes(SOUND[form](rows))
        told = told_by("import", f"a.{form}", *PARTNERS, *OFFLINE, "--ignore-unknown-columns")
        if told["error"] is not None:  # the header was refused: nothing was read
            assert told["read"] == 0
            return
        assert told["read"] == len(rows)
        stored = [row for name in told["failed_files"] for row in rows_of(name)]
        refs = [row["ref"] for row in stored]
        assert len(refs) == len(set(refs)) == told["failed"]
        given_rows = rows_of(f"a.{form}")
        assert all(row in given_rows for row in stored), "the input's own cells stay exact"


@settings(ANY, max_examples=60)
@given(st.sampled_from(sorted(SOUND)), st.binary(max_size=200))
def test_any_bytes_under_any_name_end_well(form: str, content: bytes) -> None:
    with elsewhere():
        Path(f"a.{form}").write_bytes(content)
        told_by("import", f"a.{form}", *PARTNERS, *OFFLINE, "--ignore-unknown-columns")


def rows_of(path: str) -> list[dict[str, Any]]:
    with open_source(path) as source:
        return [dict(row.values) for row in source]


BAD_OR_GOOD = {
    "name": st.sampled_from(["", "Ann"]),
    "is_company": st.sampled_from(["yes", "perhaps"]),
    "comment": TEXT,
}
CORRECT = {"name": "Corrected", "is_company": "no"}


@pytest.mark.parametrize("form", sorted(WRITERS))
def test_correcting_some_of_what_failed_comes_to_an_end(form: str) -> None:
    @settings(ANY, max_examples=12)
    @given(st.lists(st.fixed_dictionaries(BAD_OR_GOOD), min_size=1, max_size=5), st.data())
    def converge(table: list[dict[str, str]], data: st.DataObject) -> None:
        rows = [{"ref": f"R{number}", **row} for number, row in enumerate(table)]
        with elsewhere():
            Path(f"a.{form}").write_bytes(SOUND[form](rows))
            told = told_by("import", f"a.{form}", *PARTNERS, *OFFLINE)
            passed = told["created"]
            while told["failed"]:
                name = told["failed_file"]
                failed = rows_of(name)
                assert len(failed) == told["failed"] == len(rows) - passed
                count = data.draw(st.integers(1, len(failed)))
                edited = [{**row, **CORRECT} for row in failed[:count]] + failed[count:]
                Path(name).write_bytes(SOUND[form](edited))
                told = told_by("retry", name, "--json")
                assert (told["created"], told["failed"]) == (count, len(failed) - count)
                passed += count
            assert passed == len(rows)

    converge()
