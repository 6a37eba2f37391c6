"""Rows of one document -> its own cells and its lines."""

from __future__ import annotations

from odoo_ingestion.data_models import is_no_value
from odoo_ingestion.documents import FileDocument, merge_rows, problems_of_rows, split_nested
from odoo_ingestion.records import Category, Problem, Row

OWN, OF_LINE = {"order", "customer"}, {"product", "quantity"}


def merged(*rows: Row) -> FileDocument:
    return merge_rows(rows, OWN, OF_LINE, is_no_value, "order")


def test_each_row_with_a_cell_of_a_line_is_a_line() -> None:
    document = merged(
        Row(3, 4, {"order": "A", "customer": "C", "product": "", "quantity": None}),
        Row(5, 6, {"order": "A", "customer": "", "product": "P", "quantity": "2"}),
    )
    assert document.own == Row(3, 4, {"order": "A", "customer": "C"})
    assert document.lines == (Row(5, 6, {"product": "P", "quantity": "2"}),)
    assert document.number == 3
    assert document.problems == {}


def test_a_cell_of_the_document_may_stand_in_any_row() -> None:
    document = merged(
        Row(1, 2, {"order": "A", "customer": "", "product": "P"}),
        Row(2, 3, {"order": "A", "customer": "C", "product": "Q"}),
    )
    assert document.own.values == {"order": "A", "customer": "C"}


def test_two_rows_that_contradict_each_other_are_told_apart() -> None:
    document = merged(
        Row(1, 2, {"order": "A", "customer": "C", "product": "P"}),
        Row(2, 3, {"order": "A", "customer": "D", "product": "Q"}),
    )
    [problem] = document.problems[2]
    assert problem.message == "this row says 'D', row 1 of the same order says 'C'"
    assert problem.field == "customer"
    assert "leave it empty in all but one" in (problem.hint or "")


def test_a_column_that_nobody_knows_yet_goes_with_the_document_and_may_differ() -> None:
    document = merged(
        Row(1, 2, {"order": "A", "colour": "red", "product": "P"}),
        Row(2, 3, {"order": "A", "colour": "blue", "product": "Q"}),
    )
    assert document.own.values == {"order": "A", "colour": "red"}
    assert document.problems == {}


def test_a_broken_row_is_no_line_and_says_why() -> None:
    problem = Problem(Category.FILE, "too many cells")
    document = merged(Row(1, 2, {"order": "A", "product": "P"}), Row(2, 3, {}, problem=problem))
    assert document.problems == {2: (problem,)}
    assert len(document.lines) == 1


def test_nested_lines_have_the_number_of_their_row_and_dotted_names() -> None:
    row = Row(4, 9, {"order": "A", "details": [{"product": {"code": "P"}, "quantity": 2}, {}]})
    document = split_nested(row, "details", is_no_value, "order")
    assert document.own == Row(4, 9, {"order": "A"})
    assert document.lines == (Row(4, 9, {"product.code": "P", "quantity": 2}), Row(4, 9, {}))


def test_a_document_may_have_no_lines_at_all() -> None:
    for cells in ({"order": "A"}, {"order": "A", "details": None}, {"order": "A", "details": []}):
        assert split_nested(Row(1, 1, cells), "details", is_no_value, "order").lines == ()


def test_a_line_that_is_no_object_is_refused_by_its_position() -> None:
    row = Row(1, 1, {"details": [{"product": "P"}, "Q"]})
    [problem] = split_nested(row, "details", is_no_value, "order").problems[1]
    assert problem.message == "line 2 of the order is no object with columns as keys"


def test_every_row_of_a_failed_document_has_a_reason() -> None:
    rows = tuple(Row(number, None, {}) for number in (2, 7, 8))
    document = FileDocument(rows, rows[0])
    bad = Problem(Category.MISSING_RELATION, "Odoo has no 'X'", "product")
    told = problems_of_rows(document, {7: (bad,)}, "order")
    assert told[7] == (bad,)
    for number in (2, 8):
        [other] = told[number]
        assert other.category is Category.MISSING_RELATION
        assert other.message == "row 7 of the same order failed: Odoo has no 'X'"


def test_a_problem_that_names_a_row_is_told_there() -> None:
    rows = tuple(Row(number, None, {}) for number in (1, 2))
    problem = Problem(Category.VALIDATION, "no", row=2)
    told = problems_of_rows(FileDocument(rows, rows[0]), {1: (problem,)}, "order")
    assert told[2] == (Problem(Category.VALIDATION, "no"),)
    assert told[1][0].message == "row 2 of the same order failed: no"
