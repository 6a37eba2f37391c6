"""Batches are cut by columns, by rows and by bytes; sizes follow what calls take."""

from __future__ import annotations

from collections.abc import Iterator

from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Call, Landed, NoAnswer, Refused
from odoo_ingestion.batch_processor.cutting import (
    Cutter,
    Limits,
    pieces,
    size_of,
)
from odoo_ingestion.batch_processor.sizing import LARGEST_SIZE, BatchSizer
from odoo_ingestion.records import Action, Category, Problem, Record
from tests.batch_processor.scripted_odoo import record

SILENT = NoAnswer(Problem(Category.CONNECTION, "no answer"))
ROOMY = Limits(1000, 10**9)


def taken_in(cutter: Cutter, records: list[Record], limits: Limits) -> Iterator[tuple[Record, ...]]:
    place = 0
    while place < len(records):
        place, full = cutter.take_in(records, place, lambda _: limits)
        yield from full


def cut(records: list[Record], limits: Limits) -> list[list[int]]:
    cutter = Cutter()
    batches = list(taken_in(cutter, records, limits))
    batches.extend(cutter.take_all())
    return [[each.row.number for each in batch] for batch in batches]


def test_a_batch_holds_at_most_so_many_rows() -> None:
    assert cut([record(n) for n in range(7)], Limits(3, 10**9)) == [[0, 1, 2], [3, 4, 5], [6]]


def test_a_batch_holds_at_most_so_many_bytes() -> None:
    records = [record(n, external_id=f"{n}", name="x" * 9) for n in range(5)]
    assert cut(records, Limits(100, 25)) == [[0, 1], [2, 3], [4]]


def test_a_record_larger_than_a_batch_goes_alone() -> None:
    records = [record(0), record(1, name="x" * 500), record(2)]
    assert cut(records, Limits(100, 100)) == [[0], [1], [2]]


def test_bytes_are_counted_in_utf_8() -> None:
    assert size_of(record(1, external_id="t.1", name="é€")) == 3 + 2 + 3
    assert size_of(record(1, external_id=None, database_id=1, name="abc")) == 3


def test_records_that_fill_other_columns_do_not_share_a_batch() -> None:
    records = [record(0, name="a"), record(1, name="a", email="b"), record(2, name="c")]
    assert cut(records, ROOMY) == [[0, 2], [1]]


def test_the_order_of_the_columns_does_not_matter() -> None:
    records = [record(0, name="a", email="b"), record(1, email="b", name="a")]
    assert cut(records, ROOMY) == [[0, 1]]


def test_new_changed_adopted_and_unnamed_records_do_not_share_a_batch() -> None:
    records = [
        record(0),
        record(1, Action.UPDATED, database_id=1),
        record(2, Action.UPDATED, database_id=2, adopt=True),
        record(3, Action.UPDATED, external_id=None, database_id=3),
        record(4, model="product.template"),
    ]
    assert cut(records, ROOMY) == [[0], [1], [2], [3], [4]]


def test_one_external_id_is_never_twice_in_a_batch() -> None:
    twice = [record(n, external_id="t.same") for n in range(2)]
    assert cut([*twice, record(2)], ROOMY) == [[0], [1, 2]]


def test_records_of_many_column_sets_do_not_wait_without_bound() -> None:
    cutter = Cutter()
    limits = Limits(2, 10**9)
    waiting = 0
    for number in range(500):
        waiting += 1
        sparse = record(number, values={f"column_{number}": "x"})
        for batch in taken_in(cutter, [sparse], limits):
            waiting -= len(batch)
    assert waiting <= 41


@given(
    st.lists(st.tuples(st.integers(0, 3), st.integers(0, 40)), max_size=60),
    st.integers(1, 10),
    st.integers(1, 120),
)
def test_cutting_loses_and_doubles_nothing_and_keeps_the_limits(
    shapes: list[tuple[int, int]], rows: int, size: int
) -> None:
    records = [
        replace(record(n), values={f"c{column}": "x" * length})
        for n, (column, length) in enumerate(shapes)
    ]
    batches = cut(records, Limits(rows, size))
    assert sorted(number for batch in batches for number in batch) == list(range(len(records)))
    for batch in batches:
        assert len(batch) <= rows
        assert len(batch) == 1 or sum(size_of(records[n]) for n in batch) <= size
        assert batch == sorted(batch)
        assert len({tuple(records[n].values) for n in batch}) == 1


def test_pieces_are_runs_in_order() -> None:
    records = tuple(record(n) for n in range(5))
    assert [len(piece) for piece in pieces(records, 2)] == [2, 2, 1]
    assert pieces((), 2) == []


def test_sizes_grow_while_calls_are_quick() -> None:
    sizer = BatchSizer()
    for _ in range(40):
        sizer.learn(Call(sizer.rows, 0.5, Landed(())))
    assert sizer.rows == LARGEST_SIZE


def test_no_call_risks_more_than_an_eighth_of_what_landed_before() -> None:
    sizer = BatchSizer()
    landed = 0
    while sizer.rows < LARGEST_SIZE:
        landed += sizer.rows
        sizer.learn(Call(sizer.rows, 0.5, Landed(())))
        assert sizer.rows <= max(100, landed / 8)
    assert landed < 12_000


def test_sizes_shrink_to_what_fits_into_the_target_time() -> None:
    sizer = BatchSizer()
    sizer.learn(Call(100, 20.0, Landed(())))
    assert sizer.rows == 25
    sizer.learn(Call(25, 500.0, Landed(())))
    assert sizer.rows == 1


def test_sizes_do_not_grow_past_the_target_time() -> None:
    sizer = BatchSizer()
    for _ in range(100):
        sizer.learn(Call(sizer.rows, sizer.rows * 0.04, Landed(())))
    assert sizer.rows == 125


def test_a_small_batch_says_nothing_about_growing() -> None:
    sizer = BatchSizer()
    sizer.learn(Call(3, 0.01, Landed(())))
    assert sizer.rows == 100


def test_documents_go_in_larger_calls_from_the_start() -> None:
    sizer = BatchSizer()
    sizer.expect_documents()
    assert sizer.rows == 500
    for _ in range(10):
        sizer.learn(Call(sizer.rows, 0.5, Landed(())))
        sizer.expect_documents()
    assert sizer.rows == LARGEST_SIZE
    sizer.learn(Call(500, 0.5, Refused(())))
    sizer.expect_documents()
    assert sizer.rows == 50


def test_a_size_that_the_user_chose_holds_for_documents_too() -> None:
    sizer = BatchSizer(30)
    sizer.expect_documents()
    assert sizer.rows == 30


def test_after_a_refusal_batches_are_small_and_stay_so_where_bad_rows_keep_coming() -> None:
    sizer = BatchSizer()
    for _ in range(20):
        for _ in range(20):
            sizer.learn(Call(sizer.rows, 0.1, Landed(())))
        sizer.learn(Call(10, 0.1, Refused(())))
        assert sizer.rows == 50


def test_long_after_a_refusal_batches_are_large_again() -> None:
    sizer = BatchSizer()
    sizer.learn(Call(100, 0.1, Refused(())))
    landed = 0
    while sizer.rows < LARGEST_SIZE:
        landed += sizer.rows
        sizer.learn(Call(sizer.rows, 0.1, Landed(())))
        assert sizer.rows <= max(50, landed / 40)
    assert landed < 50_000


def test_a_call_without_answer_halves_the_size() -> None:
    sizer = BatchSizer()
    sizer.learn(Call(100, 0.0, SILENT))
    assert sizer.rows == 50
    sizer.learn(Call(1, 0.0, SILENT))
    assert sizer.rows == 1


def test_the_users_own_size_stands() -> None:
    sizer = BatchSizer(30)
    sizer.learn(Call(30, 60.0, Landed(())))
    sizer.learn(Call(10, 0.1, Refused(())))
    sizer.learn(Call(30, 0.0, SILENT))
    assert sizer.rows == 30
