"""What passes is tried again; what is too heavy is halved."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    ServerBusy,
    UnknownFate,
)
from odoo_ingestion.records import Action, Category
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import Cells, ScriptedOdoo, error, record

ASKED = ("res.users", "context_get")
"""The call that only asks whether Odoo answers."""

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_conflict_told_inside_the_answer_is_tried_again_and_counted() -> None:
    odoo = ScriptedOdoo()
    text = "could not serialize access due to concurrent update"
    answers: list[Any] = [{"ids": False, "messages": [error(text, 0)]}] * 2
    odoo.before_load = lambda model, rows: answers.pop() if answers else None
    run = Run(odoo)
    assert run.load([record(n) for n in range(10)]) == {Action.CREATED: 10}
    assert odoo.sent() == [10, 10, 10]
    assert run.processor.retries == {"concurrent_update": 2}


def test_a_conflict_that_does_not_pass_fails_the_row_in_the_end() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if any(cells["id"] == "t.r1" for cells in rows):
            raise ConcurrentUpdate("deadlock detected")

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(n) for n in range(4)]) == {Action.CREATED: 3, Action.FAILED: 1}
    assert run.problems()[0].message == "deadlock detected"


def busy_unless_asked(odoo: ScriptedOdoo, *, until: int) -> Callable[[str, list[Cells]], None]:
    """Return a hook for a server that takes no load() before it was so often asked for a sign."""

    def hook(model: str, rows: list[Cells]) -> None:
        if odoo.calls.count(ASKED) < until:
            raise ServerBusy("502 Bad Gateway")

    return hook


@pytest.mark.parametrize("rows", [1, 10])
def test_while_the_server_is_busy_it_is_asked_for_a_sign_and_no_row_fails(rows: int) -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = busy_unless_asked(odoo, until=2)
    run = Run(odoo)
    assert run.load([record(n) for n in range(rows)]) == {Action.CREATED: rows}
    assert odoo.sent() == [rows] * 5
    assert run.processor.retries == {"busy": 4}


def test_a_server_that_gives_no_sign_ends_the_run_and_fails_no_row() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = busy_unless_asked(odoo, until=1)

    def away() -> None:
        raise ConnectionFailed("away for ten minutes")

    odoo.answers[ASKED] = away
    run = Run(odoo)
    handed = run.load_until(ConnectionFailed, [record(1)])
    assert (run.settled(), run.unsent()) == (set(), handed)


def test_a_server_that_takes_all_but_one_row_refuses_that_row() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if any(cells["id"] == "t.r1" for cells in rows):
            raise ServerBusy("502 Bad Gateway")

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(n) for n in range(4)]) == {Action.CREATED: 3, Action.FAILED: 1}
    (problem,) = run.problems()
    assert (problem.category, problem.message) == (Category.CONNECTION, "502 Bad Gateway")


def test_a_batch_too_heavy_for_the_server_is_halved_until_it_passes() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if len(rows) > 10:
            raise UnknownFate("the server closed the connection")

    odoo.before_load = hook
    run = Run(odoo, workers=1)
    assert run.load([record(n) for n in range(200)]) == {Action.CREATED: 200}
    assert odoo.sent()[0] == 100
    assert odoo.sent()[-1] <= 10


def test_a_row_that_always_kills_the_worker_fails_with_the_message() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if any(cells["id"] == "t.r5" for cells in rows):
            raise UnknownFate("the server closed the connection")

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(n) for n in range(20)]) == {Action.CREATED: 19, Action.FAILED: 1}
    (problem,) = run.problems()
    assert problem.category is Category.CONNECTION
    assert problem.message == "the server closed the connection"
