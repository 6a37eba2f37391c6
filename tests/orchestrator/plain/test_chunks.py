"""Rows come in portions: few at first, more later, fewer when they are long."""

from __future__ import annotations

from odoo_ingestion.orchestrator.plain.chunks import MOST_ROWS, PORTION_CHARACTERS, portions
from odoo_ingestion.records import Row


def rows(count: int, text: str = "x") -> list[Row]:
    return [Row(n, n + 1, {"name": text}) for n in range(count)]


def test_portions_grow_and_hold_every_row_once_in_order() -> None:
    found = list(portions(iter(rows(6_000))))
    assert [len(portion) for portion in found] == [500, 1_000, MOST_ROWS, MOST_ROWS, 500]
    assert [row.number for portion in found for row in portion] == list(range(6_000))


def test_portions_of_long_rows_stay_small() -> None:
    found = list(portions(iter(rows(1_500, "x" * (PORTION_CHARACTERS // 600)))))
    assert [len(portion) for portion in found] == [500, 600, 400]


def test_no_rows_are_no_portion() -> None:
    assert list(portions(iter(()))) == []
