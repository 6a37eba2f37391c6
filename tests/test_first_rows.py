"""The first row with a mark is remembered, however many rows there are."""

from __future__ import annotations

import pytest

from odoo_ingestion import first_rows
from odoo_ingestion.first_rows import FirstRows


@pytest.mark.parametrize("rows", [10, 999, 1000, 5200])
def test_the_first_row_of_a_mark_is_remembered_however_many_there_are(
    rows: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(first_rows, "_RECENT", 1000)
    monkeypatch.setattr(first_rows, "_MOVED_AT_ONCE", 700)
    first = FirstRows()
    marks = [hash(("mark", str(number))) for number in range(rows)]
    for number, mark in enumerate(marks, start=1):
        assert first.get(mark) is None
        assert first.keep(mark, number) == number
        assert first.keep(marks[number // 2], rows + number) <= number
    assert [first.get(mark) for mark in marks] == list(range(1, rows + 1))
    assert first.get(hash("another")) is None


def test_marks_that_differ_in_few_bits_are_told_apart(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(first_rows, "_RECENT", 50)
    first = FirstRows()
    marks = [*range(120), *(number << 38 for number in range(1, 120)), (1 << 58) - 1]
    for row, mark in enumerate(marks, start=1):
        first.keep(mark, row)
    assert [first.get(mark) for mark in marks] == list(range(1, len(marks) + 1))
