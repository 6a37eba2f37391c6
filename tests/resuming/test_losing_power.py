"""The machine loses power in the middle of a run: what reached the disk by then is what there is.

A process that is stopped stands for the machine: its journal is copied as it lies there, the
process is killed, and the copy is put in the journal's place, its log spoilt as a disk may do it.
"""

from __future__ import annotations

import os
import random
import shutil
import signal
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from odoo_ingestion.files import open_source
from odoo_ingestion.journal import Journal
from odoo_ingestion.runs import RunResult
from tests.odoo_reader import OdooReader
from tests.resuming.runs import (
    BAD,
    Place,
    again,
    begin,
    check,
    resume,
    under_way,
    wait_for_rows,
    write_partners,
)

ROWS = 150
Spoil = Callable[[Path, random.Random], None]


def tear(log: Path, dice: random.Random) -> None:
    """Leave half a page behind what was promised to be on the disk, as of a write under way."""
    with log.open("ab") as file:
        file.write(dice.randbytes(dice.randrange(1, 5_000)))


def cut(log: Path, dice: random.Random) -> None:
    """Cut the log anywhere, as on a disk that promises and does not keep."""
    os.truncate(log, dice.randrange(log.stat().st_size + 1))


def lose_power(place: Place, path: Path, spoil: Spoil, dice: random.Random) -> None:
    """Import a file and let the machine lose its power at a random moment."""
    journal = place.config.journal
    log = journal.with_name(f"{journal.name}-wal")
    with under_way(begin, place, str(path), {}) as process:
        wait_for_rows(place, dice.randrange(5, ROWS // 3))
        time.sleep(dice.uniform(0, 0.1))
        os.kill(process.pid, signal.SIGSTOP)
        kept = [shutil.copy(part, f"{part}.kept") for part in (journal, log)]
    for part in (journal, log, journal.with_name(f"{journal.name}-shm")):
        part.unlink(missing_ok=True)
    for copy in kept:
        Path(copy).rename(copy.removesuffix(".kept"))
    spoil(log, dice)


def go_on(place: Place, path: Path) -> RunResult:
    """Resume the run if the journal still knows it, else import the file again."""
    with Journal(place.config.journal) as journal:
        known = journal.history.runs()
    return resume(place) if known and known[0].is_open else again(place, path)


def check_converged(path: Path, result: RunResult, odoo: OdooReader) -> None:
    """Check that every good row is there once and accounted for, whatever it counts as."""
    bad = {f"{path.stem}-{n}" for n in range(ROWS) if n % BAD == 0}
    good = {f"{path.stem}-{n}" for n in range(ROWS)} - bad
    landed = sum(result.count(name) for name in ("created", "updated", "unchanged"))
    assert (result.count("read"), landed, result.count("failed")) == (ROWS, len(good), len(bad))
    found = odoo.search_read("res.partner", [("ref", "=like", f"{path.stem}-%")], ["ref"])
    assert sorted(partner["ref"] for partner in found) == sorted(good)
    (failed,) = result.failed_files
    with open_source(failed) as source:
        assert sorted(row.values["ref"] for row in source) == sorted(bad)


def lose_power_again_and_again(place: Place, odoo: OdooReader, spoil: Spoil, times: int) -> None:
    dice = random.Random()
    for number in range(times):
        here = replace(place, folder=place.folder / f"{spoil.__name__}{number}")
        here.folder.mkdir()
        path = here.folder / f"P{spoil.__name__}{number}.csv"
        write_partners(path, ROWS)
        lose_power(here, path, spoil, dice)
        result = go_on(here, path)
        check_converged(path, result, odoo)
        if spoil is tear:
            check(path, ROWS, result, odoo)


@pytest.fixture
def shared_place(shared_place: Place, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.setenv("PYTHONPATH", str(Path(__file__).parents[2]))
    return shared_place


@pytest.mark.parametrize("spoil", [tear, pytest.param(cut, marks=pytest.mark.soak)])
def test_what_lost_its_power_goes_on(
    shared_place: Place, module_database: OdooReader, spoil: Spoil
) -> None:
    lose_power_again_and_again(shared_place, module_database, spoil, 1)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("spoil", [tear, cut])
def test_what_loses_its_power_often_goes_on(
    shared_place: Place, module_database: OdooReader, spoil: Spoil
) -> None:
    lose_power_again_and_again(shared_place, module_database, spoil, 30)
