"""Where no terminal is, texts look as rich would print them, and rich is not loaded for them."""

from __future__ import annotations

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

import odoo_ingestion
from odoo_ingestion.cli.plain_console import PlainConsole, is_plain, rich_console
from odoo_ingestion.cli.screen import print_facts, print_line, print_words
from odoo_ingestion.cli.streams import Outlet

PACKAGE = Path(odoo_ingestion.__file__).parent

TEXTS = [
    "",
    "Reading",
    "two\nlines",
    "a line at the end\n",
    "blanks at the end  ",
    "a\ttab",
    "a bell \a and a return \r",
    "Käse 商品 \U0001f600",
    "half a character \ud800",
    "[bold]no markup[/bold] :smile:",
    "word " * 60,
    "x" * 450,
]


@pytest.fixture(autouse=True)
def _no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("FORCE_COLOR", "TTY_COMPATIBLE", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)


def both() -> tuple[PlainConsole, io.StringIO, object, io.StringIO]:
    plain, drawn = io.StringIO(), io.StringIO()
    return PlainConsole(Outlet(plain)), plain, rich_console(Outlet(drawn)), drawn


@pytest.mark.parametrize("text", TEXTS)
def test_a_line_looks_as_rich_would_print_it(text: str) -> None:
    console, plain, other, drawn = both()
    print_line(console, text)
    print_line(other, text)  # type: ignore[arg-type]  # the other kind of console
    assert plain.getvalue() == drawn.getvalue()


@pytest.mark.parametrize("text", TEXTS)
def test_words_are_broken_as_rich_would_print_them(text: str) -> None:
    console, plain, other, drawn = both()
    print_words(console, text, lead="Error: ", style="bold red")
    print_words(other, text, lead="Error: ", style="bold red")  # type: ignore[arg-type]
    assert plain.getvalue() == drawn.getvalue()


@pytest.mark.parametrize("text", TEXTS)
def test_a_message_looks_as_rich_would_print_it(text: str) -> None:
    console, plain, other, drawn = both()
    console.print(text)
    console.print(text, soft_wrap=True)
    other.print(text)  # type: ignore[attr-defined]
    other.print(text, soft_wrap=True)  # type: ignore[attr-defined]
    assert plain.getvalue() == drawn.getvalue()


@pytest.mark.parametrize("text", TEXTS)
def test_facts_stand_in_the_same_columns(text: str) -> None:
    console, plain, other, drawn = both()
    facts = [("  File", "CSV, utf-8"), ("  Note", text), ("", "one more note")]
    print_facts(console, facts)
    print_facts(other, facts)  # type: ignore[arg-type]
    assert plain.getvalue() == drawn.getvalue()


@pytest.mark.parametrize("name", ["FORCE_COLOR", "TTY_COMPATIBLE"])
def test_who_asks_for_colours_gets_them_without_a_terminal(
    monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    assert is_plain(Outlet(io.StringIO()))
    monkeypatch.setenv(name, "1")
    assert not is_plain(Outlet(io.StringIO()))


def test_an_import_for_a_script_loads_nothing_that_it_does_not_need(tmp_path: Path) -> None:
    (tmp_path / "p.csv").write_text("default_code,name\nA,Chair\n", "utf-8")
    code = (
        "import sys; from odoo_ingestion.cli.app import run; "
        "code = run(['import', 'p.csv', '--type', 'products', '--dry-run', '--offline', '--json']);"
        "heavy = {'pandas', 'numpy', 'pyarrow', 'openpyxl', 'rich', 'asyncio', 'urllib3', "
        "'psutil', 'prometheus_client', 'filelock', 'dotenv'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or code)"
    )
    said = subprocess.run(
        [sys.executable, "-c", code],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env=os.environ | {"PYTHONPATH": str(PACKAGE.parent)},
    )
    assert said.returncode == 0, said.stderr
