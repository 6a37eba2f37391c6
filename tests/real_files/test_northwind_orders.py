"""Northwind's 830 orders with their 2,155 lines: flat, as CSV, and nested, as JSON."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import RunResult
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, csv_rows, json_rows, write_rows

FOLDER = DATA / "northwind" / "csv"
NESTED = 60
"""How many orders are made a second time, from their nested form and under other names."""


def order_rows() -> list[dict[str, str]]:
    """Return the joined rows, one a line; the discount is in percent, as Odoo has it."""
    orders = {row["orderID"]: row for row in csv_rows("northwind/csv/orders.csv")}
    return [
        {**orders[line["orderID"]], **line, "discount": percent(line["discount"])}
        for line in csv_rows("northwind/csv/order_details.csv")
    ]


def nested_orders() -> list[dict[str, Any]]:
    """Return the orders with their lines inside, the discounts in percent."""
    orders = json_rows("northwind/json/orders.json.gz")
    for order in orders:
        for line in order["details"]:
            line["discount"] = percent(str(line["discount"]))
    return orders


def percent(fraction: str) -> str:
    return str(Decimal(fraction) * 100)


def totals(rows: Sequence[Mapping[str, str]]) -> dict[str, Decimal]:
    """Return what each order comes to, to the cent."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for row in rows:
        amount = Decimal(row["unitPrice"]) * int(row["quantity"])
        amount *= 1 - Decimal(row["discount"]) / 100
        found[row["orderID"]] += amount
    cent = Decimal("0.01")
    return {order: amount.quantize(cent, ROUND_HALF_UP) for order, amount in found.items()}


@pytest.fixture
def partners_and_products(importing: Import, tmp_path: Path) -> None:
    """Put in the customers (without the six regions that Odoo has not) and the products."""
    customers = [
        {name: cell for name, cell in row.items() if name != "region"}
        for row in csv_rows("northwind/csv/customers.csv")
    ]
    path = write_rows(tmp_path, "customers", "csv", customers)
    went_in = importing(path, type="customers", ignore_unknown_columns=True)
    products = importing(FOLDER / "products.csv", type="products", ignore_unknown_columns=True)
    assert (went_in.count("failed"), products.count("failed")) == (0, 0)


def in_odoo(reader: OdooReader) -> dict[str, Any]:
    """Return what tells one outcome from another: orders by name, and their lines."""
    orders = reader.search_read(
        "sale.order", [], ["name", "partner_id", "date_order", "commitment_date", "amount_untaxed"]
    )
    products = {
        p["id"]: p["default_code"]
        for p in reader.search_read("product.product", [], ["default_code"])
    }
    partners = {p["id"]: p["ref"] for p in reader.search_read("res.partner", [], ["ref"])}
    lines: dict[int, list[tuple[str, float, float, float]]] = defaultdict(list)
    for line in reader.search_read(
        "sale.order.line",
        [],
        ["order_id", "product_id", "product_uom_qty", "price_unit", "discount"],
    ):
        lines[line["order_id"][0]].append(
            (
                products[line["product_id"][0]],
                line["product_uom_qty"],
                line["price_unit"],
                line["discount"],
            )
        )
    return {
        o["name"]: {
            "customer": partners[o["partner_id"][0]],
            "ordered": o["date_order"],
            "required": o["commitment_date"],
            "amount": Decimal(str(o["amount_untaxed"])).quantize(Decimal("0.01")),
            "lines": sorted(lines[o["id"]]),
        }
        for o in orders
    }


def expected(rows: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    amounts = totals(rows)
    found: dict[str, Any] = {}
    for row in rows:
        order = found.setdefault(
            row["orderID"],
            {
                "customer": row["customerID"],
                "ordered": row["orderDate"].removesuffix(".000"),
                "required": row["requiredDate"].removesuffix(".000"),
                "amount": amounts[row["orderID"]],
                "lines": [],
            },
        )
        line = (float(row[name]) for name in ("quantity", "unitPrice", "discount"))
        order["lines"].append((row["productID"], *line))
    for order in found.values():
        order["lines"].sort()
    return found


def names_of(orders: Sequence[Mapping[str, Any]]) -> list[str]:
    return [str(order["orderID"]).removeprefix("N") for order in orders]


def lines_of(orders: Sequence[Mapping[str, Any]]) -> int:
    return sum(len(order["details"]) for order in orders)


def imported(importing: Import, path: Path, **options: Any) -> RunResult:
    result = importing(path, type="orders", ignore_unknown_columns=True, **options)
    assert result.error is None
    return result


@pytest.mark.usefixtures("partners_and_products")
def test_all_orders_go_in_flat_and_the_same_again_nested(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    rows = order_rows()
    amounts = totals(rows)
    flat = write_rows(
        tmp_path,
        "orders",
        "csv",
        [{**row, "untaxed amount": amounts[row["orderID"]]} for row in rows],
    )

    first = imported(importing, flat)

    assert counts(first) == {"created": 2155}
    made = {name: count["created"] for name, count in first.records.items()}
    assert made == {"sale.order": 830, "sale.order.line": 2155}
    told = [n for n in first.notices if not n.startswith("left out")]
    assert all("came to calls of" in notice for notice in told)

    nested = write_rows(tmp_path, "orders", "json", nested_orders())
    some = [{**order, "orderID": f"N{order['orderID']}"} for order in nested_orders()[:NESTED]]
    counted = imported(importing, write_rows(tmp_path, "some", "json", some))
    assert counts(counted) == {"created": NESTED}
    held = in_odoo(module_database)
    assert {name: held.pop(f"N{name}") for name in names_of(some)} == {
        name: held[name] for name in names_of(some)
    }
    assert held == expected(rows)
    assert counts(imported(importing, nested)) == {"unchanged": 830}
    assert counts(imported(importing, flat)) == {"unchanged": 2155}
    assert module_database.count("sale.order") == 830 + NESTED
    assert module_database.count("sale.order.line") == len(rows) + lines_of(some)
