"""Sale orders with lines for the tests, and what a real Odoo holds of them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.records import Action, Line, ModelSchema, Outcome, Record, Row
from tests.batch_processor.real_runs import RealRun, read_schema
from tests.odoo_reader import OdooReader

LINE_FIELDS = ("order_id", "product_id", "name", "product_uom_qty", "price_unit", "discount")
PRODUCTS = 4


def order_schemas(odoo: OdooConnection) -> dict[str, ModelSchema]:
    return {model: read_schema(odoo, model) for model in ("sale.order", "sale.order.line")}


def make_stock(reader: OdooReader) -> dict[str, list[int]]:
    """Return the database ids of a customer, products and tags that all tests use."""
    return {
        "partner": reader.call("res.partner", "create", [{"name": "Customer"}]),
        "products": reader.call(
            "product.product",
            "create",
            [{"name": f"Article {n}", "list_price": 10.0 + n} for n in range(PRODUCTS)],
        ),
        "tags": reader.call("crm.tag", "create", [{"name": f"Tag {n}"} for n in range(3)]),
    }


class Orders:
    """Builds orders of one test, as a file would name them."""

    def __init__(self, prefix: str, stock: dict[str, list[int]]) -> None:
        self.prefix = prefix
        self.stock = stock
        self.row = 0

    def line(self, order: int, number: int, **more: str) -> Line:
        self.row += 1
        values = {
            "product_id/.id": str(self.stock["products"][number % PRODUCTS]),
            "product_uom_qty": str(number + 1),
            "price_unit": "5.5",
            **more,
        }
        name = f"{self.prefix}.o{order}_l{number}"
        return Line(Row(self.row, None, {}), Action.CREATED, name, None, values)

    def order(
        self,
        number: int,
        lines: int | tuple[Line, ...] = 3,
        more: Mapping[str, str] | None = None,
    ) -> Record:
        if isinstance(lines, int):
            lines = tuple(self.line(number, each) for each in range(lines))
        values = {"partner_id/.id": str(self.stock["partner"][0]), **(more or {})}
        return Record(
            Row(1000 + number, None, {}),
            "sale.order",
            Action.CREATED,
            f"{self.prefix}.o{number}",
            None,
            values,
            lines_field="order_line",
            lines=lines,
        )


def again(record: Record, outcome: Outcome) -> Record:
    """Return a record as the next run of its file would send it."""
    ids = {each.line.external_id: each.database_id for each in outcome.lines}
    lines = tuple(
        replace(
            line,
            action=Action.UPDATED if ids.get(line.external_id) else Action.CREATED,
            database_id=ids.get(line.external_id),
        )
        for line in record.lines
    )
    return replace(record, action=Action.UPDATED, database_id=outcome.database_id, lines=lines)


def lines_of(reader: OdooReader, prefix: str) -> dict[str, dict[str, Any]]:
    """Return the lines that Odoo holds under the external ids of a test."""
    ids = {
        number: name
        for name, number in reader.xids("sale.order.line").items()
        if name.startswith(f"{prefix}.")
    }
    rows = reader.search_read("sale.order.line", [("id", "in", list(ids))], LINE_FIELDS)
    return {ids[row["id"]]: row for row in rows}


def line_actions(run: RealRun) -> Counter[Action]:
    return Counter(each.action for outcome in run.outcomes for each in outcome.lines)


def loaded(run: RealRun, records: list[Record]) -> list[Record]:
    """Load new records and return them as the next run would send them."""
    assert run.load(records) == {Action.CREATED: len(records)}
    outcomes = {outcome.row.number: outcome for outcome in run.outcomes}
    return [again(record, outcomes[record.row.number]) for record in records]
