"""Runs that are killed at random moments and resumed: nothing is lost, nothing is there twice."""

from __future__ import annotations

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from odoo_ingestion.journal import Journal
from tests.odoo_reader import OdooReader
from tests.resuming.runs import (
    Place,
    again,
    begin,
    check,
    go_on,
    kill_after,
    resume,
    write_partners,
)

ROWS = 300
SHORTEST, LONGEST = 0.05, 0.8


def kill_again_and_again(place: Place, odoo: OdooReader, kills: int) -> None:
    """Kill imports of new files and their resumes so often, and check each when it is through."""
    dice = random.Random()
    killed = files = 0
    while killed < kills:
        files += 1
        path = place.folder / f"K{files}.csv"
        write_partners(path, ROWS)
        before = len(odoo.xids("res.partner"))
        ended = False
        work: Callable[..., None] = begin
        arguments: tuple[object, ...] = (place, str(path))
        while killed < kills and not ended:
            ended = not kill_after(dice.uniform(SHORTEST, LONGEST), work, *arguments)
            killed += not ended
            if not ended and journal_knows(place, path):
                work, arguments = go_on, (place,)
        result = resume(place) if journal_knows(place, path) else again(place, path)
        check(path, ROWS, result, odoo)
        assert len(odoo.xids("res.partner")) - before == result.count("created")
    second = again(place, path)
    assert (second.count("unchanged"), second.count("failed")) == (ROWS - ROWS // 10, ROWS // 10)


def journal_knows(place: Place, path: Path) -> bool:
    with Journal(place.config.journal) as journal:
        runs = journal.history.runs()
    return bool(runs) and runs[0].files[0].path == str(path)


def test_killed_at_random_moments(place: Place, fresh_database: OdooReader) -> None:
    kill_again_and_again(place, fresh_database, 30)


@pytest.mark.soak
@pytest.mark.timeout(3_600)
def test_killed_at_random_moments_for_long(place: Place, fresh_database: OdooReader) -> None:
    kill_again_and_again(place, fresh_database, 200)
