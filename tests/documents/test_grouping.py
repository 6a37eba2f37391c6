"""Which rows of a flat file make one document."""

from __future__ import annotations

from typing import Any

from odoo_ingestion.data_models import is_no_value
from odoo_ingestion.documents import Grouper
from odoo_ingestion.records import Category, Problem, Row

KEYS = (("id",), ("order",))
OWN = ("id", "order", "customer")


def rows(*cells: dict[str, Any]) -> list[Row]:
    return [Row(number, number + 1, values) for number, values in enumerate(cells, start=1)]


def placed(*cells: dict[str, Any]) -> list[tuple[int, Problem | None]]:
    grouper = Grouper(KEYS, OWN, is_no_value, "order")
    return [grouper.place(row) for row in rows(*cells)]


def groups(*cells: dict[str, Any]) -> list[int]:
    found = placed(*cells)
    assert [problem for _, problem in found] == [None] * len(cells)
    return [group for group, _ in found]


def test_rows_with_the_same_key_belong_together_wherever_they_stand() -> None:
    assert groups({"order": "A"}, {"order": "B"}, {"order": " A "}, {"order": "B"}) == [0, 1, 0, 1]


def test_a_blank_row_goes_on_with_the_row_above() -> None:
    found = groups({"order": "A"}, {"order": "", "line": "x"}, {"order": "B"}, {"order": "NULL"})
    assert found == [0, 0, 1, 1]


def test_a_blank_row_goes_on_with_a_document_that_was_taken_up_again() -> None:
    assert groups({"order": "A"}, {"order": "B"}, {"order": "A"}, {"line": "x"}) == [0, 1, 0, 0]


def test_numbers_and_texts_name_the_same_document() -> None:
    assert groups({"order": 7}, {"order": "7"}) == [0, 0]


def test_an_id_and_a_name_of_one_row_both_name_its_document() -> None:
    found = groups({"id": "x.1", "order": "A"}, {"order": "A"}, {"id": "x.1"})
    assert found == [0, 0, 0]


def test_two_ids_with_one_name_are_two_documents_and_the_name_alone_is_refused() -> None:
    found = placed({"id": "x.1", "order": "A"}, {"id": "x.2", "order": "A"}, {"order": "A"})
    assert [group for group, _ in found] == [0, 1, 2]
    problem = found[2][1]
    assert problem is not None
    assert (problem.category, problem.message) == (
        Category.AMBIGUOUS_RECORD,
        "'A' names two orders of this file",
    )


def test_a_row_without_a_key_that_repeats_the_document_above_goes_on_with_it() -> None:
    found = groups({"order": "A", "customer": "C"}, {"customer": "C", "line": "x"})
    assert found == [0, 0]


def test_a_row_without_a_key_that_says_something_else_begins_a_document() -> None:
    assert groups({"customer": "C"}, {"line": "x"}, {"customer": "D"}) == [0, 0, 1]
    assert groups({"order": "A", "customer": "C"}, {"customer": "D"}) == [0, 1]


def test_two_rows_without_a_key_that_look_the_same_are_not_guessed() -> None:
    (_, first), (group, second) = placed({"customer": "C"}, {"customer": "C"})
    assert first is None and group == 0
    assert second is not None and "or begin another one" in second.message
    assert "Give each order a number" in (second.hint or "")


def test_a_first_row_that_says_nothing_is_refused() -> None:
    [(group, problem)] = placed({"line": "x"})
    assert group == 0
    assert problem is not None and "says nothing of its order" in problem.message


def test_a_broken_row_fails_with_the_document_above_it() -> None:
    grouper = Grouper(KEYS, OWN, is_no_value, "order")
    grouper.place(Row(1, 2, {"order": "A"}))
    broken = Row(2, 3, {}, problem=Problem(Category.FILE, "too many cells"))
    assert grouper.place(broken) == (0, None)


def test_a_key_of_two_columns_counts_only_when_both_are_filled() -> None:
    grouper = Grouper((("partner", "ref"),), ("partner", "ref"), is_no_value, "invoice")
    cells = ({"partner": "P", "ref": "1"}, {"partner": "P", "ref": "2"}, {"partner": "P"})
    assert [grouper.place(row)[0] for row in rows(*cells)] == [0, 1, 1]
