"""What lasts: an Odoo that stays away, a key that is taken back. The run waits, or can go on."""

from __future__ import annotations

import itertools
import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.config import Config
from odoo_ingestion.journal import Journal
from odoo_ingestion.runs import ImportOptions, Progress, stored_options
from odoo_ingestion.sandbox import default_home
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.postgres import Cluster, find_postgres
from tests.connection_manager.test_real_odoo import make_api_key
from tests.odoo_reader import OdooReader
from tests.reliability import faults
from tests.reliability.fault_proxy import Call, Fault, fault_proxy
from tests.reliability.runs import OUTCOMES, Place

MORE_THAN_TRIES = 8
_numbers = itertools.count(1)


@dataclass(frozen=True)
class Told:
    """What a run came to, and what its progress said that it waited for."""

    result: RunResult
    notes: list[str]

    @property
    def counts(self) -> Mapping[str, int]:
        """The outcomes that there were."""
        counts = {name: self.result.count(name) for name in OUTCOMES}
        assert self.result.count("read") == sum(counts.values())
        return {name: count for name, count in counts.items() if count}


@pytest.fixture(scope="module")
def place(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> Place:
    folder = tmp_path_factory.mktemp("outages")
    return Place(module_database, make_api_key(module_database), folder)


def partners(place: Place, rows: int) -> tuple[str, Path]:
    """Write a file of partners that no other test writes; return their mark, and the file."""
    mark = f"AWAY{next(_numbers)}"
    path = place.folder / f"{mark}.csv"
    lines = [f"{mark}-{n},Partner {n}\n" for n in range(rows)]
    path.write_text("ref,name\n" + "".join(lines), encoding="utf-8")
    return mark, path


def import_(
    config: Config, path: Path, then: Callable[[Progress], None] = lambda progress: None
) -> Told:
    notes: list[str] = []

    def watch(progress: Progress) -> None:
        if progress.note:
            notes.append(progress.note)
        then(progress)

    options = ImportOptions("partners", batch_size=5, workers=1, failed_dir=path.parent / "failed")
    return Told(OdooImporter(config, on_progress=watch).run([str(path)], options), notes)


def resume(config: Config, broken: RunResult) -> Told:
    with Journal(config.journal) as journal:
        run = journal.history.run(broken.run_id)
    assert run is not None and run.is_open
    chosen = stored_options(run.options)
    return Told(OdooImporter(config).resume(run, chosen), [])


def held(place: Place, mark: str) -> int:
    return place.reader.count("res.partner", [("ref", "=like", f"{mark}-%")])


def from_the_first_load_on() -> Callable[[Call], bool]:
    """Return what counts every call, whatever it asks, once one was to write."""
    begun = threading.Event()

    def counts(call: Call) -> bool:
        if call.method == "load":
            begun.set()
        return begun.is_set()

    return counts


def away_for(calls: int) -> Mapping[int, Fault]:
    return dict.fromkeys(range(1, calls + 1), faults.bad_gateway)


def test_a_row_alone_in_its_call_waits_as_long_as_odoo_is_away(place: Place) -> None:
    mark, path = partners(place, rows=1)
    script = away_for(MORE_THAN_TRIES)
    with fault_proxy(place.reader.url, script, from_the_first_load_on()) as proxy:
        config = place.config("xmlrpc", proxy.url, breaker_seconds=0.2)
        told = import_(config, path)
    assert len(proxy.met) == MORE_THAN_TRIES
    assert (told.counts, told.result.error) == ({"created": 1}, None)
    assert held(place, mark) == 1


def test_a_row_alone_in_its_call_is_resumed_where_odoo_stayed_away(place: Place) -> None:
    mark, path = partners(place, rows=1)
    with fault_proxy(place.reader.url, away_for(10_000), from_the_first_load_on()) as proxy:
        settings = {"breaker_seconds": 1.2, "give_up_after": 2.0}
        told = import_(place.config("json2", proxy.url, **settings), path)
        assert told.result.error is not None
        assert (told.result.status, told.result.error["code"]) == ("failed", "connection")
        assert told.counts == {"skipped": 1}
        assert any("asking again in" in note for note in told.notes)
    assert resume(place.config("json2"), told.result).counts == {"created": 1}
    assert held(place, mark) == 1


def test_what_a_busy_odoo_asks_for_is_waited_for_and_shown(place: Place) -> None:
    mark, path = partners(place, rows=5)
    script = {1: faults.too_many_requests("2")}
    with fault_proxy(place.reader.url, script, from_the_first_load_on()) as proxy:
        told = import_(place.config("json2", proxy.url), path)
    assert told.counts == {"created": 5}
    assert any("again in" in note for note in told.notes)
    assert held(place, mark) == 5


def test_a_key_that_is_taken_back_in_the_middle_ends_the_run_which_another_key_resumes(
    place: Place,
) -> None:
    mark, path = partners(place, rows=200)
    reader = place.reader
    key = make_api_key(reader)
    revoked = threading.Event()

    def take_back(progress: Progress) -> None:
        if progress.created and not revoked.is_set():
            revoked.set()
            take_back_the_newest_key(reader)

    told = import_(Place(reader, key, place.folder).config("json2"), path, take_back)
    error: Any = told.result.error
    assert (told.result.status, error["code"]) == ("failed", "login")
    assert "refuses the login" in error["message"] and "ODOO_API_KEY" in error["hint"]
    assert key not in str(told.result)
    assert set(told.counts) == {"created", "skipped"}
    assert resume(place.config("json2"), told.result).counts == {"created": 200}
    assert held(place, mark) == 200


def take_back_the_newest_key(reader: OdooReader) -> None:
    """Delete it where Odoo looks it up at each call: Odoo lets nobody do so from outside."""
    binaries = find_postgres()
    assert binaries is not None
    cluster = Cluster(default_home(), service_account(), binaries)
    cluster.query(
        "DELETE FROM res_users_apikeys WHERE id = (SELECT max(id) FROM res_users_apikeys)",
        reader.database,
    )
