"""What the server refuses fails the rows to blame, and those only."""

from __future__ import annotations

from typing import Any

from odoo_ingestion.errors import (
    ServerBug,
    ValidationRefused,
)
from odoo_ingestion.records import Action, Category
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import Cells, ScriptedOdoo, record


def test_a_user_without_rights_costs_one_call_a_batch() -> None:
    odoo = ScriptedOdoo(lambda cells: "You are not allowed to create 'Contact' records")
    odoo.rights["create"] = False
    run = Run(odoo, batch_size=100)
    assert run.load([record(n) for n in range(200)]) == {Action.FAILED: 200}
    assert odoo.sent() == [100, 100]
    assert odoo.calls.count(("res.partner", "has_access")) == 1
    assert {problem.category for problem in run.problems()} == {Category.PERMISSION}


def test_older_servers_are_asked_for_rights_in_their_own_way() -> None:
    odoo = ScriptedOdoo(lambda cells: "no", version="17.0")
    Run(odoo).load([record(1)])
    assert ("res.partner", "check_access_rights") in odoo.calls
    assert ("res.partner", "has_access") not in odoo.calls


def test_a_fault_that_the_columns_cause_fails_all_rows_at_once() -> None:
    odoo = ScriptedOdoo()
    odoo.unknown_columns = frozenset({"name"})
    run = Run(odoo)
    assert run.load([record(n) for n in range(60)]) == {Action.FAILED: 60}
    assert odoo.calls.count(("res.partner", "load")) == 2
    assert {problem.message for problem in run.problems()} == {"Invalid field name"}


def test_a_fault_that_one_row_causes_fails_that_row_only() -> None:
    odoo = ScriptedOdoo()

    def hook(model: str, rows: list[Cells]) -> None:
        if any(cells["id"] == "t.r13" for cells in rows):
            raise ValidationRefused("The text holds the NUL character.", hint="Remove it.")

    odoo.before_load = hook
    run = Run(odoo)
    assert run.load([record(n) for n in range(60)]) == {Action.CREATED: 59, Action.FAILED: 1}
    (problem,) = run.problems()
    assert (problem.message, problem.hint) == ("The text holds the NUL character.", "Remove it.")


def test_empty_ids_without_a_message_are_a_refusal() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = lambda model, rows: {"ids": False, "messages": []} if rows else None
    run = Run(odoo)
    assert run.load([record(1), record(2)]) == {Action.FAILED: 2}
    assert "no reason" in run.problems()[0].message


def test_warnings_of_a_landed_batch_are_told_once() -> None:
    odoo = ScriptedOdoo()
    warning = {"type": "warning", "message": "Found multiple matches"}
    odoo.before_load = lambda model, rows: {"ids": [1] * len(rows), "messages": [warning]}
    run = Run(odoo, batch_size=1)
    assert run.load([record(1), record(2)]) == {Action.CREATED: 2}
    assert run.notices == ["Odoo warns (res.partner): Found multiple matches"]


def test_a_server_that_does_not_tell_rights_refuses_row_by_row() -> None:
    odoo = ScriptedOdoo(lambda cells: None if cells["name"] else "no name")

    def refuse(*args: Any, **more: Any) -> Any:
        raise ServerBug("has_access is broken")

    odoo.answers["res.partner", "has_access"] = refuse
    run = Run(odoo)
    assert run.load([record(1), record(2, name="")]) == {Action.CREATED: 1, Action.FAILED: 1}
