"""An import whose Odoo goes away in the middle: waited for, given up, or stopped by the user."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.config import Config
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import Progress, RunResult
from tests.connection_manager.gate import Gate
from tests.odoo_reader import OdooReader

ROWS = 300


@pytest.fixture
def gate(module_database: OdooReader) -> Iterator[Gate]:
    with Gate(module_database.url) as gate:
        yield gate


@pytest.fixture
def run(
    gate: Gate, module_database: OdooReader, tmp_path: Path
) -> Callable[..., tuple[RunResult, list[str]]]:
    """Imports partners named after a word; at the first that landed, ``act`` is carried out."""

    def import_them(
        name: str, act: Callable[[], None], stop: threading.Event | None = None, **settings: Any
    ) -> tuple[RunResult, list[str]]:
        path = tmp_path / f"{name}.csv"
        path.write_text("ref,name\n" + "".join(f"{name}-{n},{name} {n}\n" for n in range(ROWS)))
        notes: list[str] = []
        acted = threading.Event()

        def watch(progress: Progress) -> None:
            if progress.note:
                notes.append(progress.note)
            if progress.created and not acted.is_set():
                acted.set()
                act()

        config = Config(
            _env_file=None,
            url=gate.url,
            database=module_database.database,
            username=module_database.username,
            api_key=module_database.password,
            retry_max_wait=0.1,
            **({"breaker_seconds": 1.5} | settings),
        )
        importer = OdooImporter(config, on_progress=watch, stop=stop)
        result = importer.import_file(
            path, type="partners", batch_size=20, workers=2, failed_dir=tmp_path
        )
        return result, notes

    return import_them


def landed(reader: OdooReader, name: str) -> int:
    found: int = reader.call("res.partner", "search_count", [["ref", "=like", f"{name}-%"]])
    return found


def test_an_outage_is_waited_for_and_shown_and_every_row_lands_once(
    run: Any, gate: Gate, module_database: OdooReader
) -> None:
    timers = []

    def go_away() -> None:
        gate.shut()
        timers.append(threading.Timer(3.0, gate.open))
        timers[0].start()

    result, notes = run("outage", go_away)

    timers[0].join()
    assert (result.status, result.count("created")) == ("completed", ROWS)
    assert landed(module_database, "outage") == ROWS
    assert any("refuses connections; asking again in" in note for note in notes)
    assert any("calls had to be repeated" in notice for notice in result.notices)


def test_an_odoo_that_stays_away_ends_the_run_and_the_same_command_goes_on(
    run: Any, gate: Gate, module_database: OdooReader
) -> None:
    result, _ = run("gone", gate.shut, give_up_after=1.0)

    assert result.status == "failed"
    assert result.error["code"] == "connection"
    assert result.count("failed") == 0
    assert sum(map(result.count, ("created", "skipped"))) == result.count("read")

    gate.open()
    again, _ = run("gone", lambda: None)
    assert again.status == "completed"
    assert landed(module_database, "gone") == ROWS


def test_a_stop_during_an_outage_ends_the_run_soon(run: Any, gate: Gate) -> None:
    stop = threading.Event()
    moments: list[float] = []

    def stop_it() -> None:
        moments.append(time.monotonic())
        stop.set()

    def go_away_and_stop() -> None:
        gate.shut()
        threading.Timer(0.5, stop_it).start()

    result, _ = run("stopped", go_away_and_stop, stop=stop, breaker_seconds=60.0)

    assert result.status == "interrupted"
    assert time.monotonic() - moments[0] < 5
    assert result.count("failed") == 0
