"""What passes is tried again; what is too heavy is halved."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ServerBusy,
    UnknownFate,
)
from odoo_ingestion.records import Action, Category
from tests.batch_processor.runs import Run, raising
from tests.batch_processor.scripted_odoo import Cells, ScriptedOdoo, error, record

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_conflict_told_inside_the_answer_is_tried_again_and_counted() -> None:
    odoo = ScriptedOdoo()
    text = "could not serialize access due to concurrent update"
    answers: list[Any] = [{"ids": False, "messages": [error(text, 0)]}] * 2
    odoo.before_load = lambda model, rows: answers.pop() if answers else None
    run = Run(odoo)
    assert run.load([record(n) for n in range(10)]) == {Action.CREATED: 10}
    assert odoo.sent() == [10, 10, 10]
    assert run.processor.retries == 2


def test_a_conflict_that_does_not_pass_fails_the_row_in_the_end() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if any(cells["id"] == "t.r1" for cells in rows):
            raise ConcurrentUpdate("deadlock detected")

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(n) for n in range(4)]) == {Action.CREATED: 3, Action.FAILED: 1}
    assert run.problems()[0].message == "deadlock detected"


def test_a_busy_server_is_asked_again_after_the_time_it_names(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = raising(ServerBusy("come back later", retry_after=0.01))
    run = Run(odoo)
    assert run.load([record(1)]) == {Action.CREATED: 1}
    assert run.processor.retries == 1


def test_a_busy_server_is_no_fault_of_a_single_row() -> None:
    odoo = ScriptedOdoo()
    busy = [ServerBusy("come back later")] * 5

    def hook(model: str, rows: list[Cells]) -> None:
        if busy:
            raise busy.pop()

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(1)]) == {Action.CREATED: 1}
    assert run.processor.retries == 5


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
