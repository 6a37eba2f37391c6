"""The number of calls in flight follows what a simulated server takes."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable

import pytest

from odoo_ingestion.batch_processor.answers import Call, Landed, NoAnswer
from odoo_ingestion.batch_processor.tuning import (
    MOST_WORKERS,
    STRETCHES_BETWEEN_TRIALS,
    Pace,
    Stretch,
    WorkerTuner,
    decide,
)
from odoo_ingestion.records import Category, Problem

LANDED = Landed(())
SILENT = NoAnswer(Problem(Category.CONNECTION, "no answer"))


def paces(rate: Callable[[int], float], stretches: int = 60, start: int = 2) -> list[int]:
    """Return the calls in flight, stretch by stretch, of a server with such a rate at each."""
    pace, seen = Pace(start), []
    for _ in range(stretches):
        seen.append(pace.workers)
        pace = decide(pace, Stretch(rate(pace.workers)))
    return seen


@pytest.mark.parametrize("server_workers", [2, 3, 4, 6])
def test_as_many_calls_are_in_flight_as_the_server_has_workers(server_workers: int) -> None:
    seen = Counter(paces(lambda workers: 100.0 * min(workers, server_workers)))
    assert seen.most_common(1)[0][0] == server_workers
    assert max(seen) == server_workers + 1


def test_what_one_more_call_does_not_bring_is_given_up_at_once_and_seldom_tried() -> None:
    seen = paces(lambda workers: 200.0 / workers, stretches=4 + STRETCHES_BETWEEN_TRIALS)
    assert seen == [2, 3, *[2] * (STRETCHES_BETWEEN_TRIALS + 1), 3]


def test_however_much_a_server_takes_there_is_an_end() -> None:
    assert max(paces(lambda workers: 100.0 * workers)) == MOST_WORKERS


def test_trouble_lowers_the_number_and_keeps_it_there_for_a_while() -> None:
    pace = decide(Pace(4, rate=100.0), Stretch(500.0, trouble=True))
    assert pace.workers == 3
    for _ in range(STRETCHES_BETWEEN_TRIALS):
        pace = decide(pace, Stretch(100.0))
        assert pace.workers == 3
    assert decide(pace, Stretch(100.0)).workers == 4


def test_the_last_call_in_flight_stays() -> None:
    assert decide(Pace(1), Stretch(0.0, trouble=True)).workers == 1


class Simulation:
    """A tuner beside a clock that moves only by what the calls take."""

    def __init__(self, workers: int = 2) -> None:
        self.now = 0.0
        self.retries = 0
        self.allowed: list[int] = []
        self.tuner = WorkerTuner(
            workers, lambda: self.retries, self.allowed.append, lambda: self.now
        )

    def land(self, calls: int, seconds: float = 1.0, size: int = 100) -> None:
        for _ in range(calls):
            self.now += seconds
            self.tuner.learn(Call(size, seconds, LANDED), size)


def test_calls_of_one_size_are_gathered_before_more_are_in_flight() -> None:
    run = Simulation()
    run.land(7)
    assert run.allowed == []
    run.land(3)
    assert run.allowed == [3]


def test_rates_at_different_sizes_are_not_compared() -> None:
    run = Simulation()
    for size in (100, 200, 400, 600, 800, 1_200, 2_000, 3_000, 4_500, 6_000, 8_000):
        run.land(3, size=size)
    assert run.allowed == []


def test_short_calls_have_to_be_many() -> None:
    run = Simulation()
    run.land(100, seconds=0.01)
    assert run.allowed == []
    run.land(110, seconds=0.01)
    assert run.allowed == [3]


@pytest.mark.parametrize("trouble", ["retried", "silent", "slow"])
def test_one_call_in_trouble_is_enough(trouble: str) -> None:
    run = Simulation(4)
    run.land(1)
    run.retries += trouble == "retried"
    answer = SILENT if trouble == "silent" else LANDED
    run.tuner.learn(Call(100, 60.0 if trouble == "slow" else 1.0, answer), 100)
    assert run.allowed == [3]
