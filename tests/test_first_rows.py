"""The first row with a mark is remembered, however many rows there are."""

from __future__ import annotations

import random
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.first_rows import FirstRows, ordered, pages, rows


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let few marks be what otherwise only millions are."""
    make_small(monkeypatch)


def make_small(monkeypatch: pytest.MonkeyPatch, recent: int = 50) -> None:
    monkeypatch.setattr(rows, "RECENT", recent)
    monkeypatch.setattr(rows, "MOVED_AT_ONCE", recent)
    monkeypatch.setattr(ordered, "LONGEST_NEW", recent)
    monkeypatch.setattr(ordered, "FEWEST_PAGED", 3 * recent)
    monkeypatch.setattr(ordered, "Pages", lambda: pages.Pages(4 * recent))


@pytest.mark.parametrize("count", [10, 999, 1000, 5200])
def test_the_first_row_of_a_mark_is_remembered_however_many_there_are(
    count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    make_small(monkeypatch, 500)
    first = FirstRows()
    marks = [hash(("mark", str(number))) for number in range(count)]
    for number, mark in enumerate(marks, start=1):
        assert first.get(mark) is None
        assert first.keep(mark, number) == number
        assert first.keep(marks[number // 2], count + number) <= number
    assert [first.get(mark) for mark in marks] == list(range(1, count + 1))
    assert first.get(hash("another")) is None


@pytest.mark.usefixtures("small")
def test_marks_that_differ_in_few_bits_are_told_apart() -> None:
    first = FirstRows()
    marks = [*range(120), *(number << 36 for number in range(1, 120)), (1 << 56) - 1]
    marks += [(number << 30) + 7777 for number in range(1, 2000)]
    for row, mark in enumerate(marks, start=1):
        first.keep(mark, row)
    assert [first.get(mark) for mark in marks] == list(range(1, len(marks) + 1))
    assert first.get_all(marks) == dict(enumerate(range(1, len(marks) + 1)))


@pytest.mark.usefixtures("small")
def test_many_marks_of_the_same_beginning_are_found() -> None:
    first = FirstRows()
    marks = list(range(0, 9000, 3))
    assert first.keep_all(marks, marks) == {}
    assert first.get_all([7, 6, 8997, 9000]) == {1: 6, 2: 8997}


@pytest.mark.usefixtures("small")
def test_rows_beyond_sixteen_million_are_told_by_their_number() -> None:
    first = FirstRows()
    numbers = [(1 << 24) + number - 300 for number in range(900)]
    marks = [hash(str(number)) for number in numbers]
    for start in range(0, 900, 100):
        first.keep_all(marks[start : start + 100], numbers[start : start + 100])
    assert [first.get(mark) for mark in marks] == numbers
    assert first.get_all(marks) == dict(enumerate(numbers))


MARKS = st.integers(-(1 << 55), (1 << 55) - 1) | st.integers(0, 300)
LISTS = st.lists(st.lists(MARKS, max_size=60) | st.integers(0, 1 << 20), max_size=12)


@settings(max_examples=40, deadline=None)
@given(LISTS)
def test_many_marks_are_kept_together_as_one_after_the_other(
    lists: list[list[int] | int],
) -> None:
    with pytest.MonkeyPatch.context() as patched:
        make_small(patched, 30)
        together, alone = FirstRows(), FirstRows()
        plain: dict[int, int] = {}
        for number, part in enumerate(lists):
            marks = part if isinstance(part, list) else _random_marks(part)
            numbers = [1000 * number + at for at in range(len(marks))]
            known = {at: plain[mark] for at, mark in enumerate(marks) if mark in plain}
            assert together.get_all(marks) == alone.get_all(marks) == known
            kept = together.keep_all(marks, numbers)
            firsts = [alone.keep(mark, row) for mark, row in zip(marks, numbers, strict=True)]
            assert firsts == [
                plain.setdefault(mark, row) for mark, row in zip(marks, numbers, strict=True)
            ]
            others = enumerate(zip(firsts, numbers, strict=True))
            assert kept == {at: first for at, (first, row) in others if first != row}


def _random_marks(seed: int) -> list[int]:
    numbers = random.Random(seed)
    return [numbers.getrandbits(55) for _ in range(100)]


def test_few_marks_need_no_numpy() -> None:
    script = (
        "import sys; from odoo_ingestion.first_rows import FirstRows; first = FirstRows();"
        "first.keep_all(range(50_000), range(50_000)); print('numpy' in sys.modules)"
    )
    told = subprocess.run(
        [sys.executable, "-c", script], check=True, capture_output=True, text=True
    )
    assert told.stdout == "False\n"


GROWTH = """
from odoo_ingestion.first_rows import FirstRows

def peak():
    status = open("/proc/self/status").read()
    return int(status.partition("VmHWM:")[2].split()[0]) * 1024

first = FirstRows()
for start in range(0, 5_000_000, 2_000):
    rows = range(start, start + 2_000)
    for salt in (1 << 50, 1 << 45):
        first.keep_all([hash(str(row)) ^ salt for row in rows], rows)
    if rows[-1] == 99_999:
        before = peak()
print((peak() - before) / 4_900_000)
"""


@pytest.mark.soak
def test_five_million_rows_of_two_marks_grow_the_process_by_at_most_16_bytes_each() -> None:
    told = subprocess.run(
        [sys.executable, "-c", GROWTH], check=True, capture_output=True, text=True
    )
    assert float(told.stdout) <= 16
