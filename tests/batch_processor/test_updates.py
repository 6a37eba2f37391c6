"""Existing records are compared first, and what landed is read back."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.errors import (
    AccessRefused,
    OdooIngestionError,
    ServerBug,
)
from odoo_ingestion.records import Action, Category
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import Cells, ScriptedOdoo, record


def test_records_that_change_nothing_are_not_sent() -> None:
    odoo = ScriptedOdoo()
    ids = [odoo.add(f"t.r{n}", name=f"Name {n}") for n in range(3)]
    records = [record(n, Action.UPDATED, database_id=ids[n]) for n in range(3)]
    records[1] = record(1, Action.UPDATED, database_id=ids[1], name="Changed")
    run = Run(odoo)
    assert run.load(records) == {Action.UNCHANGED: 2, Action.UPDATED: 1}
    assert odoo.sent() == [1]
    assert odoo.held[ids[1]]["name"] == "Changed"


def test_a_cell_that_cannot_be_compared_is_always_sent() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add("t.r1", name="Name 1")
    same = record(
        1, Action.UPDATED, database_id=number, values={"name": "Name 1", "country_id/id": "base.be"}
    )
    assert Run(odoo).load([same]) == {Action.UPDATED: 1}


def test_a_record_deleted_before_it_is_compared_fails() -> None:
    run = Run(ScriptedOdoo())
    assert run.load([record(1, Action.UPDATED, database_id=77)]) == {Action.FAILED: 1}
    assert run.problems()[0].category is Category.NOT_FOUND


def test_a_record_deleted_after_it_was_compared_is_made_anew_and_said_so() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add("t.r1", name="Old")

    def delete(model: str, rows: list[Cells]) -> None:
        odoo.external_ids.pop("t.r1", None)

    odoo.before_load = delete
    run = Run(odoo)
    changed = record(1, Action.UPDATED, database_id=number, name="New")
    assert run.load([changed]) == {Action.CREATED: 1}
    assert run.outcomes[0].database_id != number


def test_what_odoo_does_not_keep_is_named() -> None:
    odoo = ScriptedOdoo()
    odoo.keep = lambda cells: {**cells, "phone": "+32 1"}
    run = Run(odoo)
    run.load([record(1, name="A", phone="1", comment="x")])
    assert run.outcomes[0].not_kept == ("phone",)


def test_archived_records_without_external_id_are_sent_where_archived_ones_are_seen() -> None:
    odoo = ScriptedOdoo()
    ids = [odoo.add(name="a", active=True), odoo.add(name="b", active=False)]
    records = [
        record(n, Action.UPDATED, external_id=None, database_id=ids[n], name="new") for n in (0, 1)
    ]
    assert Run(odoo).load(records) == {Action.UPDATED: 2}
    contexts = {rows[0][".id"]: context for rows, context in odoo.loads}
    assert contexts == {str(ids[0]): {}, str(ids[1]): {"active_test": False}}


def test_fields_that_may_not_be_read_are_left_out_with_a_notice() -> None:
    odoo = ScriptedOdoo()
    ids = [odoo.add(f"t.r{n}", name=f"Name {n}", email="x") for n in (0, 1)]

    def read(chunk: list[int], fields: list[str], **more: Any) -> Any:
        if "email" in fields:
            raise AccessRefused("email is secret")
        return odoo._read("res.partner", chunk, fields, "", {})

    odoo.answers["res.partner", "read"] = read
    odoo.answers["res.partner", "fields_get"] = lambda names, attributes: {
        name: {} for name in names if name != "email"
    }
    run = Run(odoo)
    records = [
        record(n, Action.UPDATED, database_id=ids[n], name=f"Name {n}", email="x") for n in (0, 1)
    ]
    assert run.load(records) == {Action.UPDATED: 2}
    assert run.notices == [
        "res.partner: this user may not read email: what is sent is not checked."
    ]


@pytest.mark.parametrize(
    "refusal", [AccessRefused("hidden by a rule"), ServerBug("a computed field broke")]
)
def test_records_that_cannot_be_read_are_sent_unchecked_with_a_notice(
    refusal: OdooIngestionError,
) -> None:
    odoo = ScriptedOdoo()
    number = odoo.add("t.r1", name="Name 1")

    def refuse(*args: Any, **more: Any) -> Any:
        raise refusal

    odoo.answers["res.partner", "read"] = refuse
    odoo.answers["res.partner", "fields_get"] = refuse
    run = Run(odoo)
    assert run.load([record(1, Action.UPDATED, database_id=number)]) == {Action.UPDATED: 1}
    assert len(run.notices) == 1
    assert refusal.message in run.notices[0]
