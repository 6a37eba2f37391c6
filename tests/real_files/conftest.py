"""What the tests on real files share: the files, imports of them, and the commands."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.cli.app import run as run_command_line
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]


@dataclass(frozen=True)
class Ended:
    """How a command ended: its exit code and the object that it printed."""

    code: int
    told: dict[str, Any]


Command = Callable[..., Ended]


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a file into the module's database, with the options of the library."""

    def run(path: Path, **options: Any) -> RunResult:
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, **options)

    return run


@pytest.fixture
def command(
    module_database: OdooReader,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> Command:
    """Run a command line with ``--json`` on the module's database, as a user in an empty folder."""
    monkeypatch.chdir(tmp_path)
    for name in ("ODOO_DB", "ODOO_PASSWORD", "ODOO_LOG_DIR", "ODOO_FAILED_DIR"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("ODOO_URL", module_database.url)
    monkeypatch.setenv("ODOO_DATABASE", module_database.database)
    monkeypatch.setenv("ODOO_USERNAME", module_database.username)
    monkeypatch.setenv("ODOO_API_KEY", module_database.password)

    def run(*words: str) -> Ended:
        capsys.readouterr()
        code = run_command_line([*words, "--json"])
        return Ended(code, json.loads(capsys.readouterr().out))

    return run
