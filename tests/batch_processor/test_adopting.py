"""Records made by hand get their external ids before they are sent."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.errors import (
    AccessRefused,
    ConnectionFailed,
    UnknownFate,
)
from odoo_ingestion.records import Action, Record
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import ScriptedOdoo, record


def adopted(number: int, database_id: int, **cells: str) -> Record:
    return record(number, Action.UPDATED, database_id=database_id, adopt=True, values=cells)


def test_adopted_records_get_their_external_ids_whether_they_change_or_not() -> None:
    odoo = ScriptedOdoo()
    ids = [odoo.add(name="Same"), odoo.add(name="Old")]
    records = [adopted(1, ids[0], name="Same"), adopted(2, ids[1], name="New")]
    assert Run(odoo).load(records) == {Action.UNCHANGED: 1, Action.UPDATED: 1}
    assert odoo.external_ids == {"t.r1": ids[0], "t.r2": ids[1]}
    assert odoo.created == {}


def test_an_external_id_that_is_there_already_is_not_created_again() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add("t.r1", name="Old")
    assert Run(odoo).load([adopted(1, number, name="New")]) == {Action.UPDATED: 1}
    assert ("ir.model.data", "create") not in odoo.calls


def test_an_external_id_of_another_record_fails_the_row() -> None:
    odoo = ScriptedOdoo()
    odoo.add("t.r1", name="Owner")
    other = odoo.add(name="Other")
    run = Run(odoo)
    assert run.load([adopted(1, other, name="New")]) == {Action.FAILED: 1}
    assert "already belongs" in run.problems()[0].message


def test_without_rights_on_external_ids_records_are_updated_by_database_id() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add(name="Old")

    def refuse(*args: Any, **more: Any) -> Any:
        raise AccessRefused("no rights on ir.model.data")

    odoo.answers["ir.model.data", "search_read"] = refuse
    run = Run(odoo)
    assert run.load([adopted(1, number, name="New")]) == {Action.UPDATED: 1}
    assert run.outcomes[0].external_id is None
    assert "may not give existing records an external id" in run.notices[0]


def test_an_adoption_of_unknown_fate_is_looked_up_and_not_sent_blindly_again() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add(name="Old")
    creations: list[int] = []

    def create_and_lose_the_answer(values: list[dict[str, Any]]) -> Any:
        creations.append(len(values))
        odoo._create_external_ids("ir.model.data", values)
        raise UnknownFate("connection lost")

    odoo.answers["ir.model.data", "create"] = create_and_lose_the_answer
    assert Run(odoo).load([adopted(1, number, name="New")]) == {Action.UPDATED: 1}
    assert creations == [1]


def test_an_adoption_that_never_works_ends_the_run() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add(name="Old")

    def lose(values: list[dict[str, Any]]) -> Any:
        raise UnknownFate("connection lost")

    odoo.answers["ir.model.data", "create"] = lose
    run = Run(odoo)
    with run.processor as processor:
        processor.submit(adopted(1, number, name="New"))
        with pytest.raises(ConnectionFailed, match="connection lost"):
            processor.flush()
    assert run.unsent() == {1}
