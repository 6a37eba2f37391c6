"""The totals of a file, against documents of which not every line was read back."""

from __future__ import annotations

from typing import Any, cast

from odoo_ingestion.documents import FileDocument
from odoo_ingestion.documents.sales import SALE_ORDER
from odoo_ingestion.orchestrator.documents.book import DocumentBook, LandedDocument
from odoo_ingestion.orchestrator.documents.checks import CheckedDocument
from odoo_ingestion.orchestrator.documents.records import PlannedDocument
from odoo_ingestion.orchestrator.documents.totals import TotalsCheck
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Draft, Line, LineOutcome, Outcome, Record, Row

LINE_IDS = {"odoo_ingestion.l1": 71, "odoo_ingestion.l2": 72}
SUBTOTALS = {71: 10.0, 72: 8.0}


class OdooWithLines:
    """Holds two lines of one order, which are found by their external ids."""

    def with_context(self, **context: Any) -> OdooWithLines:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        if model == "ir.model.data":
            return [
                {"module": "odoo_ingestion", "name": name.partition(".")[2], "res_id": number}
                | {"model": "sale.order.line"}
                for name, number in LINE_IDS.items()
            ]
        assert (model, method) == ("sale.order.line", "search_read")
        wanted = args[0][0][2]
        return [{"id": number, "price_subtotal": SUBTOTALS[number]} for number in wanted]


class Book:
    """Knows every document as S-1."""

    def label(self, planned: PlannedDocument) -> str:
        return "S-1"


class OdooWithoutRightsOnIds(OdooWithLines):
    """Refuses to search external ids, and tells them of lines that are named by database id."""

    def __init__(self) -> None:
        self.calls: list[tuple[str, str]] = []

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        assert model != "ir.model.data"
        self.calls.append((model, method))
        if (model, method) == ("sale.order", "search_read"):
            return [{"id": number, "order_line": [*LINE_IDS.values()]} for number in args[0][0][2]]
        if method == "get_metadata":
            return [{"id": n, "xmlid": name} for name, n in LINE_IDS.items() if n in args[0]]
        return super().call(model, method, *args, **kwargs)


def landed(subtotals: list[str]) -> LandedDocument:
    """Return an order that landed, of whose lines only the external ids are known."""
    rows = [Row(number, number + 1, {}) for number in range(1, len(subtotals) + 1)]
    lines = tuple(
        Line(row, Action.CREATED, f"odoo_ingestion.l{row.number}", None, {}) for row in rows
    )
    checked = CheckedDocument(
        FileDocument(tuple(rows), rows[0]),
        Draft(rows[0], {}),
        tuple(Draft(row, {}) for row in rows),
        {},
        [{} for _ in rows],
        {},
        [{"price_subtotal": amount} for amount in subtotals],
    )
    record = Record(
        rows[0],
        "sale.order",
        Action.CREATED,
        "odoo_ingestion.o1",
        None,
        {},
        lines_field="order_line",
    )
    outcome = Outcome(rows[0], Action.CREATED, "odoo_ingestion.o1", 7)
    outcomes = tuple(LineOutcome(line, Action.CREATED) for line in lines)
    return LandedDocument(PlannedDocument(checked, record, None), outcome, outcomes)


def told_of(subtotals: list[str], odoo: OdooWithLines, *, may_read_ids: bool = True) -> str | None:
    check = TotalsCheck(
        cast(Odoo, odoo),
        SALE_ORDER,
        cast(DocumentBook, Book()),
        "sale.order.line",
        ["price_subtotal"],
        dry_run=False,
        may_read_ids=may_read_ids,
    )
    check.add(landed(subtotals))
    return check.finish()


def test_lines_that_were_not_read_back_are_found_by_their_external_ids() -> None:
    assert told_of(["10.00", "9"], OdooWithLines()) == (
        "totals of the file that differ, 1: row 2 (S-1): price_subtotal 9 in the file, 8.00 in Odoo"
    )


def test_nothing_is_told_where_they_agree() -> None:
    assert told_of(["10.00", "8"], OdooWithLines()) is None


def test_a_user_without_rights_on_external_ids_asks_for_the_lines_of_all_orders_at_once() -> None:
    odoo = OdooWithoutRightsOnIds()
    told = told_of(["10.00", "9"], odoo, may_read_ids=False)
    assert told is not None
    assert "price_subtotal 9 in the file, 8.00 in Odoo" in told
    assert odoo.calls == [
        ("sale.order", "search_read"),
        ("sale.order.line", "get_metadata"),
        ("sale.order.line", "search_read"),
    ]
