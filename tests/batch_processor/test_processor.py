"""Records land in batches, each exactly once, with their database ids."""

from __future__ import annotations

import threading
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.records import Action, Record
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import ScriptedOdoo, error, record


def test_records_land_in_batches_with_their_database_ids() -> None:
    odoo = ScriptedOdoo()
    run = Run(odoo, batch_size=40)
    assert run.load([record(n) for n in range(100)]) == {Action.CREATED: 100}
    assert sorted(odoo.sent()) == [20, 40, 40]
    by_name = {outcome.external_id: outcome.database_id for outcome in run.outcomes}
    assert by_name == odoo.external_ids


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_with_any_bad_rows_and_any_lies_each_good_row_is_created_exactly_once(
    data: st.DataObject,
) -> None:
    size = data.draw(st.integers(1, 50))
    bad = data.draw(st.sets(st.integers(0, size - 1), max_size=10))
    lies = data.draw(st.lists(st.lists(st.integers(-1, 60), max_size=8), min_size=1, max_size=4))
    turn = iter(range(10**9))

    def name(found: Any, rows: int) -> list[dict[str, Any]]:
        blamed = lies[next(turn) % len(lies)]
        return [error("lie", row) for row in blamed] or [error("no row named")]

    odoo = ScriptedOdoo(lambda cells: "bad" if int(cells["id"][3:]) in bad else None, name)
    run = Run(odoo, batch_size=data.draw(st.integers(1, 60)), workers=2)
    outcome = run.load([record(n) for n in range(size)])
    assert outcome[Action.CREATED] == size - len(bad)
    assert {o.row.number for o in run.outcomes if o.action is Action.FAILED} == bad
    assert odoo.created == Counter({f"t.r{n}": 1 for n in range(size) if n not in bad})


def test_rows_are_grouped_by_model_action_columns_and_address() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add(name="Old")
    run = Run(odoo)
    run.load(
        [
            record(1, name="A"),
            record(2, name="B", email="b@x"),
            record(3, name="C"),
            record(4, email="d@x", name="D"),
            record(5, Action.UPDATED, external_id=None, database_id=number, name="New"),
        ]
    )
    columns = sorted(tuple(rows[0]) for rows, _ in odoo.loads)
    assert columns == [(".id", "name"), ("id", "name"), ("id", "name", "email")]


def test_new_records_are_not_tracked_and_changed_ones_are() -> None:
    odoo = ScriptedOdoo()
    number = odoo.add("t.r2", name="Old")
    Run(odoo).load([record(1), record(2, Action.UPDATED, database_id=number, name="New")])
    assert {rows[0]["id"]: context for rows, context in odoo.loads} == {
        "t.r1": {"tracking_disable": True},
        "t.r2": {},
    }


def test_a_record_without_any_id_is_a_mistake_of_the_caller() -> None:
    run = Run(ScriptedOdoo())
    with run.processor as processor, pytest.raises(ValueError, match="row 1"):
        processor.submit(record(1, external_id=None))


def test_records_below_the_same_record_are_never_sent_in_two_calls_at_once() -> None:
    odoo = ScriptedOdoo()
    lock, on_their_way, clashes = threading.Lock(), Counter[str](), list[str]()

    def hook(model: str, rows: list[dict[str, str]]) -> None:
        above = {row["parent_id/.id"] for row in rows}
        with lock:
            on_their_way.update(above)
            clashes.extend(name for name in above if on_their_way[name] > 1)
        threading.Event().wait(0.001)  # lets another call come in between
        with lock:
            on_their_way.subtract(above)

    odoo.before_load = hook
    run = Run(odoo, batch_size=5, workers=4)
    children = [
        record(n, values={"name": f"Child {n}", "parent_id/.id": str(n % 7)}) for n in range(300)
    ]
    assert run.load(children) == {Action.CREATED: 300}
    assert clashes == []


def test_the_last_records_are_shared_out_in_smaller_calls(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    odoo = ScriptedOdoo()
    go_on = threading.Event()
    odoo.before_load = lambda model, rows: go_on.wait(20) and None
    run = Run(odoo, workers=2)
    with run.processor as processor:
        for n in range(600):
            processor.submit(record(n))
        parts = list(processor._halved())

        def let_go() -> list[tuple[Record, ...]]:
            go_on.set()
            return parts

        monkeypatch.setattr(processor, "_halved", let_go)
        processor.flush()
    assert sum(odoo.sent()) == 600
    assert len(parts[-1]) <= 50


def test_records_handed_over_together_land_as_those_handed_over_one_by_one() -> None:
    records = [
        *(record(n, name=f"a{n}") for n in range(700)),
        *(record(n, name="b", email="c") for n in range(700, 900)),
    ]
    odoo = ScriptedOdoo()
    run = Run(odoo)
    with run.processor as processor:
        processor.submit_all(records[:500])
        processor.submit_all([])
        processor.submit_all(records[500:])
        processor.flush()
    assert run.settled() == set(range(900))
    assert odoo.created == Counter({f"t.r{n}": 1 for n in range(900)})
    assert not run.unsent()


def test_the_first_call_leaves_before_all_records_of_a_list_are_cut() -> None:
    first = threading.Event()
    odoo = ScriptedOdoo()
    odoo.before_load = lambda model, rows: first.set()
    run = Run(odoo, batch_size=10)

    class Records(list[Record]):
        """A list that knows whether a call had left when the last record was asked for."""

        left = False

        def __getitem__(self, place: Any) -> Any:
            if place == len(self) - 1:
                self.left = first.wait(10)
            return super().__getitem__(place)

    records = Records(record(n) for n in range(100))
    with run.processor as processor:
        processor.submit_all(records)
        processor.flush()
    assert records.left


def test_a_list_with_a_record_without_any_id_is_not_taken_at_all() -> None:
    run = Run(ScriptedOdoo())
    with pytest.raises(ValueError, match="row 1"), run.processor as processor:
        processor.submit_all([record(0), record(1, external_id=None)])
    assert not run.settled() | run.unsent()
