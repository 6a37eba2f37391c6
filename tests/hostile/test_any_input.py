"""Whatever a table holds and however the command is put, every row has its outcome."""

from __future__ import annotations

import contextlib
import io
import os
import tempfile
import uuid
from collections.abc import Iterator, Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.utils.exceptions import IllegalCharacterError

from odoo_ingestion.cli.app import run
from tests.hostile.bad_files import FORMATS, WRITERS
from tests.hostile.conftest import Said, checked, login_of
from tests.odoo_reader import OdooReader

ANY = settings(
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
NASTY = [
    *(
        "",
        " ",
        "0",
        "1e400",
        "-",
        "NULL",
        "a,b",
        '"',
        "\n",
        "2024-02-30",
        "=1+1",
        "Ä",
        "\x00",
        "🙂",
    ),
    *("true", "All / A", "base.be", "Belgium", "x" * 300, "\ud800", "__export__.a"),
]
TEXT = st.one_of(st.text(max_size=8), st.sampled_from(NASTY))
COLUMNS = {
    "partners": ["id", ".id", "ref", "name", "vat", "email", "parent_id", "parent_id/id", "type",
                 "country_id", "state_id", "category_id", "is_company", "lang", "customer_rank",
                 "active", "partner_latitude", "company_id", "user_id/.id", "bank_ids/acc_number"],
    "products": ["id", "sku", "name", "price", "cost", "barcode", "categ_id", "type", "weight",
                 "uom_id", "taxes_id", "product_tag_ids", "sale_ok", "sequence", "image_1920",
                 "seller_ids/partner_id", "attribute_line_ids/attribute_id"],
    "categories": ["id", "name", "path", "parent_id", "parent_id/id", "complete_name"],
}  # fmt: skip


class _Stream(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="utf-8", newline="")

    def text(self) -> str:
        self.flush()
        buffer = self.buffer
        assert isinstance(buffer, io.BytesIO)
        return buffer.getvalue().decode()


def said_by(*words: str) -> Said:
    """Run a command in this process; hypothesis has no use for capsys."""
    out, err = _Stream(), _Stream()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
        code = run(words)
    return Said(code, out.text(), err.text())


@contextlib.contextmanager
def elsewhere() -> Iterator[Path]:
    before = Path.cwd()
    with tempfile.TemporaryDirectory() as name:
        os.chdir(name)
        try:
            yield Path(name)
        finally:
            os.chdir(before)


@st.composite
def tables(draw: st.DrawFn, most: int = 4) -> tuple[str, str, list[dict[str, str]]]:
    kind = draw(st.sampled_from(sorted(COLUMNS)))
    names = draw(st.lists(st.sampled_from(COLUMNS[kind]), min_size=1, max_size=5, unique=True))
    rows = draw(
        st.lists(st.fixed_dictionaries(dict.fromkeys(names, TEXT)), min_size=1, max_size=most)
    )
    return kind, draw(st.sampled_from(FORMATS)), rows


def import_table(kind: str, form: str, rows: list[dict[str, str]], *options: str) -> Said | None:
    """Import a table; None where its format cannot hold it."""
    try:
        content = WRITERS[form](rows)
    except (ValueError, IllegalCharacterError):  # half characters, control characters in Excel
        return None
    with elsewhere():
        Path(f"a.{form}").write_bytes(content)
        words = ("import", f"a.{form}", "--type", kind, "--json", *options)
        said = checked(said_by(*words), words)
        for name in said.json["failed_files"]:
            again = ("retry", name, "--json", "--dry-run", "--offline")
            retried = checked(said_by(*again), again)
            assert retried.json["read"] == said.json["failed"] or retried.code == 2
        return said


@settings(ANY, max_examples=100)
@given(tables(), st.booleans())
def test_any_table_checked_offline_ends_with_an_outcome_for_every_row(
    table: tuple[str, str, list[dict[str, str]]], lenient: bool
) -> None:
    options = ("--ignore-unknown-columns",) if lenient else ()
    import_table(*table, "--dry-run", "--offline", *options)


@settings(ANY, max_examples=10)
@given(tables())
def test_any_table_imported_twice_changes_nothing_the_second_time(
    odoo: OdooReader, table: tuple[str, str, list[dict[str, str]]]
) -> None:
    first = import_table(*table, "--ignore-unknown-columns")
    second = import_table(*table, "--ignore-unknown-columns")
    if first is None or second is None or first.code > 1:
        return
    assert second.json["created"] == 0, (first.json, second.json)
    assert second.json["failed"] == first.json["failed"], (first.json, second.json)


OPTIONS: dict[str, Sequence[str] | None] = {
    "--type": ["partners", "products", "categories", "partner", "", "é"],
    "--model": ["res.partner", "res.bank", "no.model", ""],
    "--dry-run": None,
    "--no-dry-run": None,
    "--dry-run-server": None,
    "--odoo-version": ["19.0", "17.0", "14.0", "x"],
    "--mode": ["upsert", "create", "update", "delete"],
    "--key": ["ref", "ref,name", ",", "nonsense", "country_id", "id"],
    "--company": ["1", "My Company", "0", "Nobody"],
    "--format": ["csv", "json", "xlsx", "doc", ""],
    "--encoding": ["utf-8", "cp1252", "utf-16", "x"],
    "--separator": [",", ";", "tab", "", '"', "\n"],
    "--clear-empty": ["name", "city,ref", "nonsense", ""],
    "--batch-size": ["1", "auto", "0", "1e3"],
    "--workers": ["1", "auto", "33", "-1"],
    "--max-errors": ["1", "0", "x"],
    "--set": ["city=Gent", "name=X", "=", "x", "country_id=BE", "lang=xx"],
    "--lang": ["en_US", "fr_FR", "", "xx"],
    "--context": ["a=1", "lang=fr_FR", "tz=Nowhere/Land", "active_test=false", "x={", "=", "a=[1]"],
    "--create-missing": ["category_id", "country_id", "name", "nonsense"],
    "--with-tracking": None,
    "--no-tracking": None,
    "--ignore-unknown-columns": None,
    "--failed-dir": ["f", "a.csv", "/proc/x"],
    "--quiet": None,
    "--verbose": None,
    "--file": ["a.csv", "missing.csv", "."],
    "--username": ["admin", "nobody"],
}


@st.composite
def command_lines(draw: st.DrawFn) -> list[str]:
    names = draw(st.lists(st.sampled_from(sorted(OPTIONS)), max_size=5))
    words = draw(st.lists(st.sampled_from(["a.csv", "b.json", "missing", "-", ""]), max_size=2))
    # Otherwise nearly every line ends at once, as nothing says what the rows are.
    words += draw(st.sampled_from([[], ["--type", "partners", "a.csv"], ["--model", "res.bank"]]))
    for name in names:
        values = OPTIONS[name]
        words += [name] if values is None else [name, draw(st.sampled_from(sorted(values)))]
    return words


def run_line(words: list[str], *more: str) -> None:
    with elsewhere():
        Path("a.csv").write_text(f"ref,name,city\n{uuid.uuid4()},a,Gent\nx,,\n")
        Path("b.json").write_text('[{"name": "b"}, 3]')
        checked(said_by("import", *words, "--json", *more), ("import", "--json"))


@pytest.fixture
def no_input(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"name\nFrom stdin\n")))


@settings(ANY, max_examples=100)
@given(command_lines())
def test_any_command_line_offline_ends_well(no_input: None, words: list[str]) -> None:
    run_line(words, "--dry-run", "--offline")


@settings(ANY, max_examples=15)
@given(command_lines())
def test_any_command_line_on_odoo_ends_well(
    no_input: None, odoo: OdooReader, words: list[str]
) -> None:
    assert login_of(odoo)["ODOO_URL"] == os.environ["ODOO_URL"]
    run_line(words)
