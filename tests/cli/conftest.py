"""A stand-in for the orchestrator, and a way to run commands as a shell would."""

from __future__ import annotations

import json
import signal
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import orchestrator
from odoo_ingestion.cli.app import run
from odoo_ingestion.records import SourceFacts
from odoo_ingestion.runs import FileResult, FileStart, ImportOptions, Progress, RunResult

LOGIN = {
    "ODOO_URL": "https://odoo.example.com",
    "ODOO_DATABASE": "shop",
    "ODOO_USERNAME": "ann@example.com",
    "ODOO_API_KEY": "s3cr3t-k3y",
}


def file_result(file: str = "products.csv", **counts: Any) -> FileResult:
    numbers = dict.fromkeys(("created", "updated", "unchanged", "skipped", "failed"), 0)
    told = {name: counts[name] for name in numbers if name in counts}
    numbers |= told
    return FileResult(
        file,
        "products",
        "product.template",
        sum(numbers.values()),
        **numbers,
        failed_file=counts.get("failed_file"),
        seconds=2.0,
    )


def run_result(*files: FileResult, **changes: Any) -> RunResult:
    values: dict[str, Any] = {
        "run_id": "20261120-120000-abc",
        "status": "completed",
        "dry_run": False,
        "type": "products",
        "model": "product.template",
        "files": files,
        "url": LOGIN["ODOO_URL"],
        "database": "shop",
        "company": "My Company",
        "lang": "en_US",
        "records": {},
        "errors": {},
        "seconds": 2.0,
    }
    return RunResult(**{**values, **changes})


def file_start(file: str = "products.csv", **changes: Any) -> FileStart:
    values: dict[str, Any] = {
        "file": file,
        "facts": SourceFacts(file, "csv", "utf-8", ";"),
        "type": "products",
        "model": "product.template",
        "dry_run": False,
        "url": LOGIN["ODOO_URL"],
        "database": "shop",
        "user": "Ann",
        "company": "My Company",
        "lang": "en_US",
        "columns": (("sku", "default_code"), ("name", "name")),
        "ignored": (),
        "notices": (),
    }
    return FileStart(**{**values, **changes})


@dataclass
class FakeRuns:
    """What the stand-in was asked to do, and what it answers."""

    answer: RunResult | Exception = field(
        default_factory=lambda: run_result(file_result(created=3))
    )
    starts: Sequence[FileStart] = ()
    snapshots: Sequence[Progress] = ()
    during: Callable[[Any], None] | None = None
    config: Any = None
    paths: list[str] = field(default_factory=list)
    options: ImportOptions = field(default_factory=ImportOptions)


@pytest.fixture
def runs(monkeypatch: pytest.MonkeyPatch) -> FakeRuns:
    """Stands in for the orchestrator."""
    fake = FakeRuns()

    class Importer:
        def __init__(self, config: Any, *, on_start: Any, on_progress: Any, stop: Any) -> None:
            fake.config = config
            self.on_start, self.on_progress, self.stop = on_start, on_progress, stop

        def run(self, paths: Sequence[str], options: ImportOptions) -> RunResult:
            fake.paths, fake.options = list(paths), options
            for start in fake.starts:
                self.on_start(start)
            for snapshot in fake.snapshots:
                self.on_progress(snapshot)
            if fake.during is not None:
                fake.during(self)
            if isinstance(fake.answer, Exception):
                raise fake.answer
            return fake.answer

    monkeypatch.setattr(orchestrator, "OdooImporter", Importer)
    return fake


@pytest.fixture(autouse=True)
def quiet_machine(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An empty folder, a configured login, and signals as they were."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr("sys.argv", ["odoo-ingestion"])
    for name in (
        "ODOO_DB",
        "ODOO_PASSWORD",
        "ODOO_PROTOCOL",
        "ODOO_LOG_DIR",
        "ODOO_FAILED_DIR",
        "NO_COLOR",
    ):
        monkeypatch.delenv(name, raising=False)
    for name, value in LOGIN.items():
        monkeypatch.setenv(name, value)
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    yield
    for number, handler in before.items():
        signal.signal(number, handler)


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@pytest.fixture
def command(capsys: pytest.CaptureFixture[str]) -> Callable[..., Said]:
    """Runs a command line and returns what it said."""

    def run_command(*words: str) -> Said:
        capsys.readouterr()
        code = run(words)
        captured = capsys.readouterr()
        return Said(code, captured.out, captured.err)

    return run_command
