"""Bad rows stand alone, good ones land, whatever the server says."""

from __future__ import annotations

from collections.abc import Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.batch_processor.answers import (
    Answer,
    Fault,
    Landed,
    NoAnswer,
    Refused,
    problems_of,
    suspects,
)
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.records import Category, Problem, Record
from tests.batch_processor.scripted_odoo import record

PROBLEM = Problem(Category.VALIDATION, "no")


class Server:
    """Refuses a call that holds a bad row and blames the rows that ``blame`` picks."""

    def __init__(self, bad: set[int], blame: Sequence[list[int]]) -> None:
        self.bad = bad
        self.blame = list(blame)
        self.landed: list[int] = []
        self.calls: list[int] = []

    def send(self, records: tuple[Record, ...]) -> Answer:
        numbers = [each.row.number for each in records]
        self.calls.append(len(numbers))
        if not self.bad.intersection(numbers):
            self.landed.extend(numbers)
            return Landed(tuple(numbers))
        named = self.blame[len(self.calls) % len(self.blame)] if self.blame else []
        return Refused(tuple(Fault(PROBLEM, (row,)) for row in named))


def settle(server: Server, size: int) -> tuple[list[int], list[int]]:
    landed: list[int] = []
    failed: list[int] = []
    for piece, answer in isolate(tuple(record(n) for n in range(size)), server.send):
        target = landed if isinstance(answer, Landed) else failed
        target.extend(each.row.number for each in piece)
    return landed, failed


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_every_good_row_lands_once_and_every_bad_one_fails_whatever_is_blamed(
    data: st.DataObject,
) -> None:
    size = data.draw(st.integers(0, 60))
    rows = st.integers(0, max(size, 1))
    bad = data.draw(st.sets(rows, max_size=12)) & set(range(size))
    blame = data.draw(st.lists(st.lists(st.integers(-2, 70), max_size=12), max_size=5))
    server = Server(bad, blame)
    landed, failed = settle(server, size)
    assert sorted(landed) == sorted(set(range(size)) - bad)
    assert sorted(server.landed) == sorted(landed)
    assert sorted(failed) == sorted(bad)


def test_a_batch_without_bad_rows_takes_one_call() -> None:
    server = Server(set(), [])
    assert settle(server, 100) == (list(range(100)), [])
    assert server.calls == [100]


def test_named_rows_are_sent_alone_after_the_rest() -> None:
    server = Server({7, 60}, [[7, 60]])
    _, failed = settle(server, 100)
    assert failed == [7, 60]
    assert server.calls == [100, 50, 48, 1, 1]


def test_a_falsely_named_row_lands_when_it_is_sent_alone() -> None:
    server = Server({3}, [[3, 8]])
    landed, failed = settle(server, 10)
    assert failed == [3]
    assert landed[-1] == 8


def test_the_first_row_named_beside_others_is_kept_in() -> None:
    server = Server({5}, [[0, 5]])
    settle(server, 10)
    assert server.calls == [10, 9, 1]


def test_unnamed_errors_halve_the_batch() -> None:
    server = Server({0}, [])
    settle(server, 64)
    assert server.calls == [64, 32, 16, 8, 4, 2, 1, 1, 2, 4, 8, 16, 32]


def test_a_server_that_blames_whatever_comes_first_is_not_asked_for_every_row() -> None:
    server = Server({63}, [[0]])
    landed, failed = settle(server, 64)
    assert (len(landed), failed) == (63, [63])
    assert len(server.calls) < 30


def test_a_refusal_of_the_whole_call_costs_one_call() -> None:
    calls = []

    def send(records: tuple[Record, ...]) -> Answer:
        calls.append(len(records))
        return Refused((Fault(PROBLEM),), whole=True)

    settled = list(isolate(tuple(record(n) for n in range(100)), send))
    assert calls == [100]
    assert [len(piece) for piece, _ in settled] == [100]


def test_a_row_that_kills_every_call_is_found_by_halving() -> None:
    def send(records: tuple[Record, ...]) -> Answer:
        if any(each.row.number == 5 for each in records):
            return NoAnswer(PROBLEM)
        return Landed(tuple(each.row.number for each in records))

    settled = list(isolate(tuple(record(n) for n in range(16)), send))
    dead = [piece for piece, answer in settled if isinstance(answer, NoAnswer)]
    assert [each.row.number for piece in dead for each in piece] == [5]
    assert sum(len(piece) for piece, _ in settled) == 16


def test_what_send_raises_goes_through_and_leaves_the_rest_unsettled() -> None:
    def send(records: tuple[Record, ...]) -> Answer:
        raise ConnectionError

    with pytest.raises(ConnectionError):
        list(isolate((record(1),), send))


def test_no_records_take_no_call() -> None:
    server = Server(set(), [])
    assert settle(server, 0) == ([], [])
    assert server.calls == []


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ([(0,), (3,)], [3]),
        ([(0,), (0,), (3,)], [0, 3]),
        ([(0,)], [0]),
        ([(2, 3)], [2, 3]),
        ([()], []),
        ([(99,), (-1,)], []),
    ],
)
def test_suspects_are_the_named_rows_that_are_in_the_call(
    rows: list[tuple[int, ...]], expected: list[int]
) -> None:
    assert suspects([Fault(PROBLEM, each) for each in rows], 5) == expected


def test_the_same_reason_is_told_once() -> None:
    other = Problem(Category.SERVER, "other")
    faults = (Fault(PROBLEM, (0,)), Fault(PROBLEM, (0,)), Fault(other))
    assert problems_of(Refused(faults)) == (PROBLEM, other)
    assert problems_of(NoAnswer(other)) == (other,)
