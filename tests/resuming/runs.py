"""Imports that are killed, and what Odoo and the files must then hold."""

from __future__ import annotations

import csv
import multiprocessing
import os
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from odoo_ingestion.config import Config
from odoo_ingestion.files import open_source
from odoo_ingestion.journal import Journal, RunEntry
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import ImportOptions, RunResult, stored_options
from tests.odoo_reader import OdooReader

BAD = 10
CHILD = 7
_PROCESSES = multiprocessing.get_context("forkserver")
_PROCESSES.set_forkserver_preload(["tests.resuming.runs"])


@dataclass(frozen=True)
class Place:
    """Where a test's runs take place: a folder and a database."""

    folder: Path
    url: str
    database: str
    username: str
    password: str

    @classmethod
    def of(cls, folder: Path, reader: OdooReader) -> Place:
        return cls(folder, reader.url, reader.database, reader.username, reader.password)

    @property
    def config(self) -> Config:
        return Config(
            url=self.url,
            database=self.database,
            username=self.username,
            api_key=self.password,
            journal=self.folder / "journal.sqlite",
        )


def write_partners(path: Path, rows: int) -> None:
    """Write a file in which every tenth row fails and every seventh names a row far behind it."""
    mark = path.stem
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(("ref", "name", "parent_id"))
        for n in range(rows):
            above = rows - 1 - n
            child = n % CHILD == 0 and n < rows // 2 and above % BAD and above % CHILD
            parent = f"{mark}-{above}" if child else ""
            writer.writerow((f"{mark}-{n}", "" if n % BAD == 0 else f"{mark} {n}", parent))


def options(place: Place, **changes: Any) -> ImportOptions:
    """Return the options of an import in small calls, so that there is much to break off."""
    values: dict[str, Any] = {"type": "partners", "batch_size": 5, "workers": 2}
    return ImportOptions(**{**values, "failed_dir": place.folder / "failed", **changes})


def begin(place: Place, path: str, changes: Mapping[str, Any]) -> None:
    """Import a file, in whatever process this is."""
    os.chdir(place.folder)
    OdooImporter(place.config).run([path], options(place, **changes))


def go_on(place: Place) -> None:
    """Resume the last run, in whatever process this is."""
    os.chdir(place.folder)
    resume(place)


def resume(place: Place, *, force: bool = False) -> RunResult:
    run = last_run(place)
    chosen = stored_options(run.options)
    return OdooImporter(place.config).resume(run, chosen, force=force)


def last_run(place: Place) -> RunEntry:
    with Journal(place.config.journal) as journal:
        return journal.history.runs()[0]


def kill_after(seconds: float, work: Any, *arguments: Any) -> bool:
    """Do work in a process of its own and kill it after so long; return whether it was killed."""
    process = _PROCESSES.Process(target=work, args=arguments)
    process.start()
    process.join(seconds)
    was_running = process.is_alive()
    process.kill()
    process.join(10)
    process.close()
    return was_running


@contextmanager
def under_way(work: Any, *arguments: Any) -> Iterator[Any]:
    """Do work in a process of its own, which is killed in the end if it still runs."""
    process = _PROCESSES.Process(target=work, args=arguments)
    process.start()
    try:
        yield process
    finally:
        process.kill()
        process.join(10)
        process.close()


def finish(work: Any, *arguments: Any) -> int | None:
    """Do work in a process of its own until it ends; return its exit code, below 0 for a signal."""
    process = _PROCESSES.Process(target=work, args=arguments)
    process.start()
    process.join(120)
    process.kill()
    process.join(10)
    code = process.exitcode
    process.close()
    return code


def wait_for_rows(place: Place, rows: int) -> None:
    """Return once so many rows of the last run are settled in the journal."""
    deadline = time.monotonic() + 60
    while time.monotonic() < deadline:
        if place.config.journal.exists():
            with Journal(place.config.journal) as journal:
                runs = journal.history.runs()
                numbers = journal.history.file_numbers(runs[0].run_id) if runs else []
                if sum(sum(journal.history.counts(one).values()) for one in numbers) >= rows:
                    return
        time.sleep(0.02)
    raise AssertionError("the run does not come on")


def check(path: Path, rows: int, result: RunResult, odoo: OdooReader) -> None:
    """Check that the summary is that of a run that was never broken, and Odoo and files as well."""
    mark = path.stem
    bad = {f"{mark}-{n}" for n in range(rows) if n % BAD == 0}
    good = {f"{mark}-{n}" for n in range(rows)} - bad
    counts = {name: result.count(name) for name in ("created", "updated", "unchanged", "skipped")}
    assert counts == {"created": len(good), "updated": 0, "unchanged": 0, "skipped": 0}
    assert (result.count("read"), result.count("failed")) == (rows, len(bad))
    assert result.status == "completed_with_failures"
    assert result.records == {"res.partner": {"created": len(good), "updated": 0}}
    assert result.errors == {"validation": len(bad)}

    found = odoo.search_read(
        "res.partner", [("ref", "=like", f"{mark}-%")], ["ref", "parent_id"], limit=0
    )
    assert sorted(partner["ref"] for partner in found) == sorted(good)
    named = {record_id for name, record_id in odoo.xids("res.partner").items()}
    assert {partner["id"] for partner in found} <= named
    (failed,) = result.failed_files
    with open_source(failed) as source:
        assert sorted(row.values["ref"] for row in source) == sorted(bad)


def again(place: Place, path: Path, **changes: Any) -> RunResult:
    """Import the file once more, as another run."""
    chosen = options(place, batch_size=None, **changes)
    return OdooImporter(place.config).run([str(path)], chosen)
