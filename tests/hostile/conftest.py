"""Two ways to run the tool as an unfriendly user would: in this process, and as one of its own."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.cli.app import run
from tests.odoo_reader import OdooReader

PROGRAM = [sys.executable, "-m", "odoo_ingestion"]
WITHOUT_POWERS = (
    ("setpriv", "--bounding-set=-dac_override,-dac_read_search", "--") if os.geteuid() == 0 else ()
)
"""Before a command: root has no more rights to files than their modes give."""
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """The one object on standard output."""
        told = json.loads(self.out)
        assert isinstance(told, dict)
        return told

    @property
    def counts(self) -> dict[str, int]:
        """The outcomes that are not 0."""
        told = self.json
        return {name: told[name] for name in OUTCOMES if told[name]}


Command = Callable[..., Said]
Import = Callable[..., Said]


def checked(said: Said, words: tuple[str, ...]) -> Said:
    """Check what must hold however a command ends."""
    everything = said.out + said.err
    assert 0 <= said.code <= 4, everything
    assert "Traceback" not in everything
    assert "bug of ours" not in everything
    if "--json" in words and words[0] in ("import", "retry"):
        told = said.json
        assert told["read"] == sum(told[name] for name in OUTCOMES), told
        assert (said.code == 0) == (told["status"] == "completed"), told
        if told["error"] is None:
            assert bool(told["failed"]) == (said.code == 1), told
            assert bool(told["failed_files"]) == bool(told["failed"]), told
        assert sum(told["errors"].values()) == told["failed"], told
    return said


def login_of(reader: OdooReader) -> dict[str, str]:
    """Return the environment that names a database and a user."""
    return {
        "ODOO_URL": reader.url,
        "ODOO_DATABASE": reader.database,
        "ODOO_USERNAME": reader.username,
        "ODOO_API_KEY": reader.password,
    }


def start(
    *words: str,
    folder: Path,
    login: Mapping[str, str],
    before: Sequence[str] = (),
    **options: Any,
) -> subprocess.Popen[str]:
    """Start the program as a process of its own, ``before`` it the words of another command."""
    clean = {name: value for name, value in os.environ.items() if not name.startswith("ODOO_")}
    options = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, "text": True} | options
    env = clean | dict(login) | options.pop("env", {})
    return subprocess.Popen([*before, *PROGRAM, *words], cwd=folder, env=env, **options)


def ended(process: subprocess.Popen[str], words: tuple[str, ...], timeout: float = 120) -> Said:
    """Wait for a process and return what it said, checked."""
    out, err = process.communicate(timeout=timeout)
    return checked(Said(process.returncode, out or "", err or ""), words)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty current folder, no settings from outside, and signals as they were."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("ODOO_")]:
        monkeypatch.delenv(name)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield tmp_path
    for number, handler in before.items():
        signal.signal(number, handler)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Command:
    """Runs a command line in this process, which is quicker, and checks how it ended."""

    def run_command(*words: str) -> Said:
        capsys.readouterr()
        code = run(words)
        captured = capsys.readouterr()
        return checked(Said(code, captured.out, captured.err), words)

    return run_command


@pytest.fixture
def odoo(module_database: OdooReader, monkeypatch: pytest.MonkeyPatch) -> OdooReader:
    """The module's database, named by the environment."""
    for name, value in login_of(module_database).items():
        monkeypatch.setenv(name, value)
    return module_database


@pytest.fixture
def imported(command: Command, odoo: OdooReader) -> Import:
    """Writes a CSV, imports it as partners (or as told) and returns what was said."""

    def run(text: str, *options: str) -> Said:
        Path("a.csv").write_text(text, encoding="utf-8")
        kind = () if {"--type", "--model"} & set(options) else ("--type", "partners")
        return command("import", "a.csv", *kind, "--json", *options)

    return run
