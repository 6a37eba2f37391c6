"""A dry run acknowledges, compares and, if told to, lets the server judge; it never writes."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest

from odoo_ingestion.batch_processor import Planner
from odoo_ingestion.batch_processor.answers import Answer, Fault, Landed, NoAnswer, Refused
from odoo_ingestion.batch_processor.judging import judge_in_company
from odoo_ingestion.errors import ConnectionFailed
from odoo_ingestion.records import (
    Action,
    Category,
    FieldSpec,
    ModelSchema,
    Outcome,
    Problem,
    Record,
)
from tests.batch_processor.scripted_odoo import SCHEMA, Cells, ScriptedOdoo, error, record

WRITING = {"load", "create", "write", "unlink"}


class Rehearsed(ScriptedOdoo):
    """Rolls every load back, naming the impossible cell and the bad rows as Odoo 19 does."""

    def _load(
        self, model: str, columns: list[str], rows: list[list[str]], context: dict[str, Any]
    ) -> Any:
        cells = [dict(zip(columns, row, strict=True)) for row in rows]
        self.loads.append((cells, context))
        column = ".id" if "id" in columns else "write_date"
        messages = [error("impossible", 0, field=column)] if cells[0][column] else []
        bad = [(row, why) for row, each in enumerate(cells) if (why := self.refuse(each))]
        return {"ids": False, "messages": [*messages, *self.name(bad, len(cells))]}


def plan(
    odoo: ScriptedOdoo,
    records: list[Record],
    *,
    on_server: bool,
    notices: list[str] | None = None,
    schema: ModelSchema = SCHEMA,
) -> list[Outcome]:
    outcomes: list[Outcome] = []
    told: list[str] = [] if notices is None else notices
    with Planner(
        odoo,
        schema,
        on_outcomes=outcomes.extend,
        on_notice=told.append,
        validate_on_server=on_server,
    ) as planner:
        for each in records:
            planner.submit(each)
        planner.flush()
    assert sorted(o.row.number for o in outcomes) == sorted(r.row.number for r in records)
    return sorted(outcomes, key=lambda outcome: outcome.row.number)


def actions(outcomes: list[Outcome]) -> Counter[Action]:
    return Counter(outcome.action for outcome in outcomes)


def test_a_dry_run_tells_what_would_happen_by_reading_only() -> None:
    odoo = ScriptedOdoo()
    ids = [odoo.add(f"t.r{n}", name=f"Name {n}") for n in range(2)]
    records = [
        record(0, Action.UPDATED, database_id=ids[0]),
        record(1, Action.UPDATED, database_id=ids[1], name="New"),
        record(2),
        record(3, Action.UPDATED, database_id=99),
    ]
    outcomes = plan(odoo, records, on_server=False)
    assert [outcome.action for outcome in outcomes] == [
        Action.UNCHANGED,
        Action.UPDATED,
        Action.CREATED,
        Action.FAILED,
    ]
    assert outcomes[2].external_id == "t.r2"
    assert not WRITING & {method for _, method in odoo.calls}


def test_the_server_names_the_bad_rows_as_in_a_real_run() -> None:
    odoo = Rehearsed(lambda cells: "no name" if not cells["name"] else None)
    records = [record(n, name="" if n in {0, 7} else "x") for n in range(60)]
    outcomes = plan(odoo, records, on_server=True)
    assert actions(outcomes) == {Action.CREATED: 58, Action.FAILED: 2}
    assert [o.row.number for o in outcomes if o.problems] == [0, 7]
    assert [problem.message for problem in outcomes[0].problems] == ["no name"]
    assert all(cells[0][".id"] == "-1" for cells, _ in odoo.loads)
    assert not odoo.external_ids


def test_records_that_change_nothing_are_not_shown_to_the_server() -> None:
    odoo = Rehearsed()
    number = odoo.add("t.r0", name="Name 0")
    same = record(0, Action.UPDATED, database_id=number)
    assert actions(plan(odoo, [same], on_server=True)) == {Action.UNCHANGED: 1}
    assert odoo.loads == []


def test_a_record_to_be_adopted_is_shown_by_its_database_id_and_told_by_its_external_id() -> None:
    odoo = Rehearsed()
    number = odoo.add(name="Old")
    wanted = record(0, Action.UPDATED, database_id=number, adopt=True, name="New")
    (outcome,) = plan(odoo, [wanted], on_server=True)
    assert (outcome.action, outcome.external_id) == (Action.UPDATED, "t.r0")
    ((cells, _),) = odoo.loads
    assert cells == [{".id": str(number), "write_date": "rehearsal", "name": "New"}]
    assert odoo.external_ids == {}


def test_cells_that_name_planned_records_are_left_out_and_that_is_said_once() -> None:
    odoo = Rehearsed()
    records = [record(n, values={"name": "x", "country_id/.id": f"new:{n}"}) for n in range(3)]
    notices: list[str] = []
    outcomes = plan(odoo, records, on_server=True, notices=notices)
    assert actions(outcomes) == {Action.CREATED: 3}
    assert [set(cells[0]) for cells, _ in odoo.loads] == [{"id", ".id", "name"}]
    assert len(notices) == 1


def test_a_record_whose_required_relation_is_only_planned_is_not_shown() -> None:
    odoo = Rehearsed()
    required = FieldSpec("country_id", "many2one", relation="res.country", required=True)
    schema = ModelSchema("res.partner", "19.0", {**SCHEMA.fields, "country_id": required})
    planned = record(1, values={"name": "x", "country_id/.id": "new:1"})
    assert actions(plan(odoo, [planned], on_server=True, schema=schema)) == {Action.CREATED: 1}
    assert odoo.loads == []


def test_warnings_beside_the_impossible_cell_refuse_nothing() -> None:
    warning = {"type": "warning", "message": "several matches"}
    odoo = Rehearsed(name=lambda bad, size: [warning])
    notices: list[str] = []
    assert actions(plan(odoo, [record(1)], on_server=True, notices=notices)) == {Action.CREATED: 1}
    assert notices == ["Odoo warns (res.partner): several matches"]


def test_a_server_that_keeps_a_dry_runs_rows_ends_the_run_at_once() -> None:
    odoo = ScriptedOdoo()

    def keep(model: str, rows: list[Cells]) -> Any:
        return {"ids": [1], "messages": []}

    odoo.before_load = keep
    with pytest.raises(ConnectionFailed, match="had to roll back"):
        plan(odoo, [record(1)], on_server=True)
    assert len(odoo.loads) == 1


def test_stopping_leaves_the_rest_unsent() -> None:
    odoo = Rehearsed(lambda cells: "bad", lambda bad, size: [error("nobody named")])
    outcomes: list[Outcome] = []
    with Planner(odoo, SCHEMA, on_outcomes=outcomes.extend, validate_on_server=True) as planner:
        for n in range(5):
            planner.submit(record(n))
        planner.stop()
    assert len(planner.unsent()) + len(outcomes) == 5


def judge(answers: list[Answer]) -> Answer:
    waiting = list(answers)
    verdict = judge_in_company(lambda piece: waiting.pop(0), [record(0), record(1)], (record(2),))
    assert not waiting
    return verdict


BAD = Fault(Problem(Category.VALIDATION, "bad"), (0,))
LOST = Fault(Problem(Category.MISSING_RELATION, "refers to nothing"), (0,))
CLASH = Fault(Problem(Category.DUPLICATE, "twice"), (2,))
OTHER = Fault(Problem(Category.DUPLICATE, "another row"), (1,))
SILENT = NoAnswer(Problem(Category.CONNECTION, "no answer"))


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([Refused((BAD,))], Refused((BAD,))),
        ([SILENT], SILENT),
        ([Landed(()), Landed(())], Landed(())),
        ([Landed(()), Refused((CLASH, OTHER))], Refused((CLASH,))),
        ([Landed(()), Refused((OTHER,))], Landed(())),
        ([Landed(()), SILENT], Landed(())),
        ([Refused((LOST,)), Landed(())], Landed(())),
        ([Refused((LOST,)), Refused((OTHER,))], Refused((LOST,))),
    ],
)
def test_a_suspect_is_judged_alone_and_then_beside_the_accepted_rows(
    answers: list[Answer], expected: Answer
) -> None:
    assert judge(answers) == expected


def test_new_records_are_told_at_once_and_by_no_thread() -> None:
    threads: set[str] = set()
    planner = Planner(
        ScriptedOdoo(),
        SCHEMA,
        on_outcomes=lambda outcomes: threads.add(threading.current_thread().name),
    )
    before = threading.active_count()
    with planner:
        planner.submit_all([record(n) for n in range(2_000)])
        assert threads == {threading.current_thread().name}
        assert threading.active_count() == before
        planner.flush()


def test_a_connection_lost_over_new_records_ends_the_dry_run_and_loses_none() -> None:
    class Gone(ScriptedOdoo):
        def call(self, *args: Any, **kwargs: Any) -> Any:
            raise ConnectionFailed("gone")

    outcomes: list[Outcome] = []
    planner = Planner(Gone(), SCHEMA, on_outcomes=outcomes.extend)
    with pytest.raises(ConnectionFailed), planner:
        planner.submit_all([record(n) for n in range(2_000)])
        planner.flush()
    assert not outcomes
    assert {each.row.number for each in planner.unsent()} == set(range(2_000))
