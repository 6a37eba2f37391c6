"""The program as a process: how fast it answers, and how it ends."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from odoo_ingestion import __version__

PROGRAM = [str(Path(sys.executable).with_name("odoo-ingestion"))]
MODULE = [sys.executable, "-m", "odoo_ingestion"]


def run(*words: str, program: list[str] = PROGRAM) -> subprocess.CompletedProcess[str]:
    return subprocess.run([*program, *words], capture_output=True, text=True, check=False)


@pytest.mark.parametrize("program", [PROGRAM, MODULE])
def test_it_tells_its_version(program: list[str]) -> None:
    said = run("--version", program=program)
    assert (said.returncode, said.stdout) == (0, f"odoo-ingestion {__version__}\n")


def test_the_help_names_the_exit_codes() -> None:
    assert "Exit codes" in run("--help").stdout


def test_the_options_of_an_import_stand_under_headings() -> None:
    page = run("import", "--help").stdout
    headings = [line for line in page.splitlines() if line.endswith(":") and line[0] != " "]
    assert headings[:4] == ["Arguments:", "The files:", "Trying it first:", "What is written:"]
    assert headings[-1] == "Options:"  # of every command: --help
    assert "  FILE  The files; - is standard input." in page
    before, after = page.split("What is written:")
    assert "--dry-run " in before
    assert "--create-missing" in after


def test_help_loads_nothing_heavy() -> None:
    code = (
        "import sys; from odoo_ingestion.cli.app import run; run(['--help']); "
        "heavy = {'pandas', 'pyarrow', 'pydantic', 'openpyxl', 'urllib3', 'rich', 'psutil'}; "
        "sys.exit(', '.join(sorted(heavy & set(sys.modules))) or 0)"
    )
    said = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr


@pytest.mark.parametrize(
    "command", ["import", "retry", "check", "fields", "template", "sandbox", "demo"]
)
def test_every_command_has_help_without_a_secret_among_its_options(command: str) -> None:
    said = run(command, "--help")
    assert said.returncode == 0
    assert command in said.stdout
    assert "--api-key" not in said.stdout
    assert "--password" not in said.stdout


@pytest.mark.parametrize("words", [[], ["sandbox"]])
def test_no_command_shows_the_help(words: list[str]) -> None:
    said = run(*words)
    assert said.returncode == 2
    assert said.stderr.startswith("Usage: ")


def test_a_command_that_is_none_is_wrong_usage() -> None:
    said = run("imprt", "x.csv")
    assert said.returncode == 2
    assert "imprt" in said.stderr
    assert "Traceback" not in said.stderr


@pytest.mark.parametrize(
    "words",
    [
        ["fields", "res.partner", "--offline", "--json"],
        ["fields", "res.partner", "--offline"],
        ["template", "--type", "products"],
    ],
)
def test_a_reader_that_goes_away_changes_no_exit_code(words: list[str]) -> None:
    with subprocess.Popen(
        [*PROGRAM, *words], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.wait(60) == 0
        assert process.stderr is not None
        assert process.stderr.read() == ""
