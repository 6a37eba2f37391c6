"""Runs that are killed at random moments and resumed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from odoo_ingestion.journal import Journal
from tests.odoo_reader import OdooReader
from tests.resuming.killed_files import KILLED, Killed
from tests.resuming.runs import Place, again, begin, go_on, kill_after, resume

SHORTEST, LONGEST = 0.05, 0.8


def kill_again_and_again(place: Place, odoo: OdooReader, kind: Killed, kills: int) -> None:
    """Kill imports of new files and their resumes so often, and check each when it is through."""
    dice = random.Random()
    kind.prepare(odoo)
    chosen = {"type": kind.type, **kind.options}
    killed = files = 0
    while killed < kills:
        files += 1
        path = place.folder / f"K{files}.csv"
        kind.write(path, kind.rows)
        before = len(odoo.xids(kind.model))
        ended = False
        work: Callable[..., None] = begin
        arguments: tuple[object, ...] = (place, str(path), chosen)
        while killed < kills and not ended:
            ended = not kill_after(dice.uniform(SHORTEST, LONGEST), work, *arguments)
            killed += not ended
            if not ended and journal_knows(place, path):
                work, arguments = go_on, (place,)
        known = journal_knows(place, path)
        result = resume(place) if known else again(place, path, **chosen)
        kind.check(path, kind.rows, result, odoo)
        made = result.records[kind.model]["created"]
        assert len(odoo.xids(kind.model)) - before == made
    second = again(place, path, **chosen)
    good = kind.rows - len(kind.bad)
    assert (second.count("unchanged"), second.count("failed")) == (good, len(kind.bad))


def journal_knows(place: Place, path: Path) -> bool:
    with Journal(place.config.journal) as journal:
        runs = journal.history.runs()
    return bool(runs) and runs[0].files[0].path == str(path)


@pytest.mark.parametrize("file", KILLED)
def test_killed_at_random_moments(place: Place, fresh_database: OdooReader, file: str) -> None:
    kill_again_and_again(place, fresh_database, KILLED[file], 10)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("file", KILLED)
def test_killed_at_random_moments_for_long(
    place: Place, fresh_database: OdooReader, file: str
) -> None:
    kill_again_and_again(place, fresh_database, KILLED[file], 67)
