"""However a run ends, every record is settled or unsent, and no thread is left."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest

from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings, one_by_one
from odoo_ingestion.errors import (
    ConnectionFailed,
    NotSent,
    OdooIngestionError,
    OutputFileError,
    UnknownFate,
)
from odoo_ingestion.records import Action, Outcome
from tests.batch_processor.runs import Run, raising
from tests.batch_processor.scripted_odoo import SCHEMA, Cells, ScriptedOdoo, error, record

pytestmark = pytest.mark.usefixtures("no_waiting")


def test_a_server_that_never_answers_ends_the_run_and_no_row_is_lost() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = raising(*[UnknownFate("no answer")] * 500)
    run = Run(odoo, batch_size=10, workers=1)
    handed = run.load_until(ConnectionFailed, [record(n) for n in range(100)])
    assert run.settled() | run.unsent() == handed
    assert not run.settled() & run.unsent()
    assert len(odoo.sent()) < 40


@pytest.mark.parametrize("gone", [NotSent("refused"), ConnectionFailed("gone")])
def test_a_lost_connection_is_raised_and_the_rest_is_unsent(gone: OdooIngestionError) -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = raising(None, None, *[gone] * 100)
    run = Run(odoo, batch_size=10)
    handed = run.load_until(ConnectionFailed, [record(n) for n in range(100)])
    assert run.settled() | run.unsent() == handed
    assert not run.settled() & run.unsent()
    assert len(run.settled()) == 20


def test_the_error_is_raised_again_by_every_further_call() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = raising(*[ConnectionFailed("gone")] * 9)
    run = Run(odoo, batch_size=1)
    handed = run.load_until(ConnectionFailed, [record(1)])
    with pytest.raises(ConnectionFailed):
        run.processor.flush()
    with pytest.raises(ConnectionFailed):
        run.processor.submit(record(2))
    assert handed == {1}
    assert run.unsent() == {1, 2}


def test_rows_that_landed_before_the_connection_was_lost_are_told() -> None:
    """The first half of a halved batch landed, the second never got an answer."""
    odoo = ScriptedOdoo()
    odoo.before_load = raising(UnknownFate("too heavy"), None, *[NotSent("gone")] * 9)
    run = Run(odoo, batch_size=10)
    with pytest.raises(ConnectionFailed), run.processor as processor:
        for n in range(10):
            processor.submit(record(n))
        processor.flush()
    assert run.settled() == {0, 1, 2, 3, 4}
    assert run.unsent() == {5, 6, 7, 8, 9}


def test_rows_whose_check_fails_after_landing_have_landed() -> None:
    odoo = ScriptedOdoo()

    def lose(*args: Any, **more: Any) -> Any:
        raise UnknownFate("connection lost")

    odoo.answers["res.partner", "read"] = lose
    run = Run(odoo)
    assert run.load([record(1)]) == {Action.CREATED: 1}
    assert "not checked" in run.notices[0]


def test_a_bug_in_a_worker_surfaces_and_its_rows_are_unsent() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = lambda model, rows: {"ids": ["x"] * len(rows), "messages": [1]}
    run = Run(odoo)
    with pytest.raises(AttributeError), run.processor as processor:
        processor.submit(record(1))
        processor.flush()
    assert run.unsent() == {1}


def test_a_call_whose_answer_is_another_calls_is_repeated() -> None:
    odoo = ScriptedOdoo()
    answers = iter([True])
    odoo.before_load = lambda model, rows: next(answers, None)
    run = Run(odoo)
    with run.processor as processor:
        processor.submit(record(1))
        processor.flush()

    assert [outcome.action for outcome in run.outcomes] == [Action.CREATED]
    assert sum(run.processor.retries.values()) == 1


def stop_in_the_first_call(run: Run, odoo: ScriptedOdoo, rows: int) -> None:
    """Hand rows in, and stop while the first call is on its way; it ends afterwards."""
    begun = threading.Event()

    def hook(model: str, cells: list[Cells]) -> None:
        begun.set()
        assert run.processor._stopping.wait(10)

    odoo.before_load = hook
    for n in range(rows):
        run.processor.submit(record(n))
    assert begun.wait(10)
    run.processor.stop()


def test_stopping_finishes_the_calls_in_flight_and_sends_no_more() -> None:
    odoo = ScriptedOdoo()
    run = Run(odoo, batch_size=5, workers=1)
    stop_in_the_first_call(run, odoo, 30)
    run.processor.submit(record(30))
    run.processor.stop()
    assert run.settled() == set(range(5))
    assert run.unsent() == set(range(5, 31))
    assert odoo.sent() == [5]


def test_stopping_ends_the_search_for_bad_rows_after_the_call_in_flight() -> None:
    odoo = ScriptedOdoo(lambda cells: "bad", lambda bad, rows: [error("no row named")])
    run = Run(odoo, batch_size=50, workers=1)
    stop_in_the_first_call(run, odoo, 500)
    assert odoo.sent() == [50]
    assert run.unsent() == set(range(500))


def test_a_call_that_was_cut_short_by_stopping_fails_no_row() -> None:
    odoo = ScriptedOdoo()
    run = Run(odoo, batch_size=1, workers=1)
    begun = threading.Event()

    def hook(model: str, rows: list[Cells]) -> None:
        begun.set()
        assert run.processor._stopping.wait(10)
        raise UnknownFate("no answer")

    odoo.before_load = hook
    for n in range(5):
        run.processor.submit(record(n))
    assert begun.wait(10)
    run.processor.stop()
    assert (run.settled(), run.unsent()) == (set(), set(range(5)))
    assert odoo.sent() == [1]


def test_reading_waits_when_sending_is_slow() -> None:
    odoo = ScriptedOdoo()
    go_on = threading.Event()
    odoo.before_load = lambda model, rows: go_on.wait(10) and None
    run = Run(odoo, batch_size=1, workers=2)
    handed: list[int] = []

    def submit_all() -> None:
        for n in range(60):
            run.processor.submit(record(n))
            handed.append(n)

    caller = threading.Thread(target=submit_all)
    caller.start()
    in_hand = 2 * 1 + 2 * 1 + 4 * 5 + 4  # running, waiting alone, waiting in fives, uncut
    while len(handed) < in_hand and caller.is_alive():
        time.sleep(0.01)
    time.sleep(0.1)
    waiting = len(handed)
    go_on.set()
    caller.join(10)
    run.processor.flush()
    run.processor.stop()
    assert waiting == in_hand
    assert run.settled() == set(range(60))


def test_every_settled_row_is_delivered_even_when_storing_one_fails() -> None:
    odoo = ScriptedOdoo()
    told: list[int] = []

    def store(outcome: Outcome) -> None:
        told.append(outcome.row.number)
        if outcome.row.number % 2:
            raise OutputFileError("disk full")

    processor = BatchProcessor(odoo, SCHEMA, BatchSettings(), on_outcomes=one_by_one(store))
    with pytest.raises(OutputFileError), processor:
        for n in range(9):
            processor.submit(record(n))
        processor.flush()
    assert told == list(range(9))


def test_no_thread_is_left_behind() -> None:
    before = threading.active_count()
    Run(ScriptedOdoo(), batch_size=1, workers=4).load([record(n) for n in range(20)])
    assert threading.active_count() == before


def test_a_keyboard_interrupt_loses_no_row() -> None:
    odoo = ScriptedOdoo()
    outcomes: list[Outcome] = []

    def interrupt(outcome: Outcome) -> None:
        outcomes.append(outcome)
        if len(outcomes) == 3:
            raise KeyboardInterrupt

    processor = BatchProcessor(
        odoo, SCHEMA, BatchSettings(batch_size=2), on_outcomes=one_by_one(interrupt)
    )
    handed = 0
    with pytest.raises(KeyboardInterrupt), processor:
        for n in range(30):
            handed += 1
            processor.submit(record(n))
        processor.flush()
    numbers = [o.row.number for o in outcomes] + [r.row.number for r in processor.unsent()]
    assert sorted(numbers) == list(range(handed))


def test_short_memory_makes_batches_smaller() -> None:
    odoo = ScriptedOdoo()
    processor = BatchProcessor(
        odoo,
        SCHEMA,
        BatchSettings(workers=1),
        on_outcomes=lambda outcomes: None,
        available=lambda: 1024 * 1024,
    )
    with processor:
        for n in range(100):
            processor.submit(record(n, name="x" * 8 * 1024))
        processor.flush()
    assert max(odoo.sent()) == 7


def test_of_a_list_that_ends_the_run_every_record_is_settled_or_unsent() -> None:
    odoo = ScriptedOdoo()
    odoo.before_load = raising(None, ConnectionFailed("gone"))
    run = Run(odoo, batch_size=5, workers=1)
    records = [record(n) for n in range(1_000)]
    with pytest.raises(ConnectionFailed), run.processor as processor:
        processor.submit_all(records)
        processor.flush()
    assert run.settled()
    assert run.unsent()
    assert run.settled() | run.unsent() == set(range(1_000))
    assert not run.settled() & run.unsent()


def test_of_a_list_whose_outcomes_cannot_be_stored_no_record_is_lost() -> None:
    told: list[int] = []

    def store(outcome: Outcome) -> None:
        told.append(outcome.row.number)
        if len(told) == 3:
            raise OSError("disk full")

    processor = BatchProcessor(
        ScriptedOdoo(), SCHEMA, BatchSettings(batch_size=5), on_outcomes=one_by_one(store)
    )
    with pytest.raises(OSError, match="disk full"), processor:
        processor.submit_all([record(n) for n in range(1_000)])
        processor.flush()
    unsent = {each.row.number for each in processor.unsent()}
    assert unsent | set(told) == set(range(1_000))
    assert not unsent & set(told)
    assert len(told) == len(set(told))
