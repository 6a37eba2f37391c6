"""The line to blame is found by what a message quotes, else by calls that are rolled back."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Answer, Fault, Landed, NoAnswer, Refused
from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.records import Action, Batch, Category, FieldSpec, Problem, Record, Row
from tests.batch_processor.scripted_lines import SCHEMAS, line, order

LABELLED = {
    **SCHEMAS,
    "sale.order.line": replace(
        SCHEMAS["sale.order.line"],
        fields={
            "product_id": FieldSpec("product_id", "many2one", label="Product"),
            "price_unit": FieldSpec("price_unit", "float", label="Unit Price"),
        },
    ),
}


class Judge(Rehearser):
    """Answers by what it is shown, and keeps count."""

    def __init__(self, refuse: Callable[[Record], str | None]) -> None:
        self.refuse = refuse
        self.shown: list[list[str]] = []

    def send(self, batch: Batch, records: Any, *, last: bool = False) -> Answer:
        (record,) = records
        self.shown.append([each.external_id.removeprefix("t.") for each in record.lines])
        why = self.refuse(record)
        return refused(why, "order_line") if why else Landed(())


def refused(text: str, field: str | None = None, *, whole: bool = False) -> Refused:
    return Refused((Fault(Problem(Category.VALIDATION, text, field), (0,)),), whole)


def numbered(*names: str, action: Action = Action.CREATED, **cells: str) -> Record:
    lines = [
        replace(line(name, **(cells or {"price_unit": name})), row=Row(number, None, {}))
        for number, name in enumerate(names, start=1)
    ]
    return order(*lines, action=action)


def blame(
    record: Record, answer: Refused | NoAnswer, judge: Judge
) -> list[tuple[int | None, str | None]]:
    batch = Batch(record.model, tuple(record.values), (record,), {})
    return [(p.row, p.field) for p in Blamer(judge, LABELLED).problems(batch, record, answer)]


def never(record: Record) -> str | None:
    raise AssertionError("the server is not asked")


def test_a_quoted_cell_of_the_named_column_names_its_lines() -> None:
    text = "'x' does not seem to be a number for field 'Order Lines/Unit Price'"
    record = numbered("x", "1", "x")
    found = blame(record, refused(text, "order_line"), Judge(never))
    assert found == [(1, "price_unit"), (3, "price_unit")]


def test_a_problem_of_the_records_own_field_stays_beside_the_lines() -> None:
    text = "'x' does not seem to be a number for field 'Order Lines/Unit Price'"
    own = Fault(Problem(Category.VALIDATION, "no such date", "date"), (0,))
    answer = Refused((own, *refused(text, "order_line").faults))
    assert blame(numbered("x", "1"), answer, Judge(never)) == [(None, "date"), (1, "price_unit")]


def test_lines_that_no_message_tells_are_found_by_halving() -> None:
    def refuse(record: Record) -> str | None:
        return "bad" if any(each.external_id == "t.c" for each in record.lines) else None

    judge = Judge(refuse)
    assert blame(numbered("a", "b", "c", "d"), refused("bad"), judge) == [(3, None)]
    assert judge.shown == [[], ["a", "b"], ["c", "d"], ["c"], ["d"]]


def test_a_record_that_is_refused_without_lines_is_to_blame_itself() -> None:
    judge = Judge(lambda record: "bad")
    assert blame(numbered("a", "b"), refused("bad", "partner_id"), judge) == [(None, "partner_id")]
    assert judge.shown == [[]]


def test_a_record_of_which_only_lines_are_sent_is_not_tried_alone() -> None:
    judge = Judge(lambda record: "bad")
    record = replace(numbered("a", action=Action.UPDATED), values={})
    assert blame(record, refused("bad"), judge) == [(1, None)]
    assert judge.shown == [["a"]]


def test_lines_that_are_bad_only_together_are_not_blamed() -> None:
    judge = Judge(lambda record: None)
    assert blame(numbered("a", "b"), refused("bad"), judge) == [(None, None)]


@pytest.mark.parametrize(
    "answer",
    [
        refused("no rights", whole=True),
        NoAnswer(Problem(Category.CONNECTION, "silence")),
    ],
)
def test_what_is_no_lines_fault_asks_nothing(answer: Refused | NoAnswer) -> None:
    assert blame(numbered("a", "b"), answer, Judge(never)) == [(None, None)]
