"""Imports through the proxy and without it, and what must hold of each."""

from __future__ import annotations

import csv
import itertools
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.config import Config
from tests.odoo_reader import OdooReader
from tests.reliability.cases import Case
from tests.reliability.fault_proxy import fault_proxy
from tests.reliability.files import Cells, File

_numbers = itertools.count(1)
OUTCOMES = ("created", "updated", "unchanged", "skipped", "failed")
BATCH_ROWS = 10


@dataclass(frozen=True)
class Place:
    """A database to import into, and where files go; ``key`` is an API key of its user."""

    reader: OdooReader
    key: str
    folder: Path

    def config(self, protocol: str, url: str | None = None, **settings: Any) -> Config:
        """Return settings that wait little between tries."""
        fixed: dict[str, Any] = {
            "url": url or self.reader.url,
            "database": self.reader.database,
            "username": self.reader.username,
            "api_key": self.key,
            "protocol": protocol,
            "timeout": 60.0,
            "retry_max_wait": 0.3,
            "tries": 8,
        }
        return Config(_env_file=None, **(fixed | settings))


class Trial:
    """One file of one test, imported as often as is needed."""

    def __init__(self, place: Place, file: File, protocol: str) -> None:
        self.place = place
        self.file = file
        self.protocol = protocol
        self.mark = f"{file.type[:2].upper()}{next(_numbers):03d}"
        self.path = place.folder / f"{self.mark}.csv"
        self.path.write_text(file.text(self.mark), encoding="utf-8")
        file.prepare(place.reader, self.mark)

    @property
    def wanted(self) -> Counter[Cells]:
        """What the good rows come to."""
        return Counter(self.file.wanted(self.mark))

    @property
    def held(self) -> Counter[Cells]:
        """What Odoo holds of them, as the tests' own reader sees it."""
        return Counter(self.file.held(self.place.reader, self.mark))

    def run(self, url: str | None = None, settings: Mapping[str, Any] | None = None) -> RunResult:
        """Import the file; rows in are outcomes out, and the failed-records file is whole."""
        config = self.place.config(self.protocol, url, **(settings or {}))
        result = OdooImporter(config).import_file(
            self.path,
            type=self.file.type,
            batch_size=BATCH_ROWS,
            workers=1,
            failed_dir=self.place.folder / "failed",
            **self.file.options,
        )
        assert result.count("read") == sum(result.count(name) for name in OUTCOMES)
        assert len(failed_rows(result)) == result.count("failed")
        return result

    def meet(self, case: Case, call: int) -> RunResult:
        """Import the file through a proxy whose n-th writing call meets the fault."""
        with fault_proxy(self.place.reader.url, {call: case.fault}, self.file.writes) as proxy:
            result = self.run(proxy.url, case.settings)
        assert proxy.met == [call], f"there were {len(proxy.calls)} writing calls"
        return result


def failed_rows(result: RunResult) -> set[int]:
    """Return the numbers of the rows in the failed-records file."""
    rows = [int(row["_error_row"]) for row in _failed(result)]
    assert len(rows) == len(set(rows))
    return set(rows)


def incomplete_rows(result: RunResult) -> set[int]:
    """Return the rows of orders of which the run, when it ended, had not sent every line."""
    told = "without all of its lines"
    orders = {row["order"] for row in _failed(result) if told in row["_error_message"]}
    return {int(row["_error_row"]) for row in _failed(result) if row.get("order") in orders}


def _failed(result: RunResult) -> list[dict[str, str]]:
    rows: list[dict[str, str]] = []
    for name in result.failed_files:
        with Path(name).open(encoding="utf-8-sig", newline="") as file:
            rows += csv.DictReader(file)
    return rows


def check_landed(trial: Trial, result: RunResult) -> None:
    """Check a run that a fault could not end: every good row landed, only bad ones failed."""
    assert result.error is None, result.error
    assert failed_rows(result) == trial.file.bad
    assert trial.held == trial.wanted
    changed = result.count("created") + result.count("updated")
    assert changed == trial.wanted.total()


def check_stopped(trial: Trial, result: RunResult) -> None:
    """Check a run that a fault ended: it says so, and tells of no row what is not so."""
    assert result.error is not None
    assert (result.status, result.error["code"]) == ("failed", "connection")
    assert result.error["hint"]
    held = trial.held
    assert held <= trial.wanted
    assert failed_rows(result) - incomplete_rows(result) <= trial.file.bad
    assert result.count("created") + result.count("updated") <= held.total()
    assert result.count("skipped") or incomplete_rows(result)
    early = any("not imported, because the run ended early" in told for told in result.notices)
    assert early == bool(result.count("skipped"))


def check_completed(trial: Trial) -> None:
    """Check that the same file, imported again without a fault, ends as an unbroken run would."""
    before = trial.held.total()
    again = trial.run()
    check_same(trial, again)
    assert again.count("unchanged") == before


def check_same(trial: Trial, result: RunResult) -> None:
    """Check that a run leaves Odoo as an unbroken one would, whatever it had to do."""
    assert result.error is None, result.error
    assert failed_rows(result) == trial.file.bad
    assert trial.held == trial.wanted


def check_unchanged(trial: Trial) -> None:
    """Check that the same file once more changes nothing."""
    once_more = trial.run()
    check_same(trial, once_more)
    assert once_more.count("unchanged") == trial.wanted.total()
