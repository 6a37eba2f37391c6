"""The same file of orders in two companies: each has its own orders, with its own relations."""

from __future__ import annotations

from tests.multi_company.conftest import FIRST, SECOND, Companies, Import
from tests.multi_company.test_two_companies import counts


def test_an_order_of_the_same_name_is_another_one_in_another_company(
    companies: Companies, import_rows: Import
) -> None:
    reader = companies.reader
    reader.call("res.partner", "create", {"name": "Shared buyer", "ref": "BUYER"})
    reader.call("product.product", "create", {"name": "Shared thing", "default_code": "THING"})
    lines = [
        "name,partner_id,warehouse_id,product_id,product_uom_qty,price_unit,tax_ids",
        "W-1,BUYER,WH,THING,2,10,15%",
        "W-1,,,THING,1,7,",
        "W-2,BUYER,WH,THING,4,10,15%",
    ]

    for company in (FIRST, SECOND):
        dry = import_rows(lines, company, type="orders", dry_run=True)
        made = import_rows(lines, company, type="orders")
        assert counts(dry) == counts(made) == {"created": 3}, (dry.examples, made.examples)
    for company in (FIRST, SECOND):
        assert counts(import_rows(lines, company, type="orders")) == {"unchanged": 3}

    for number, name in ((companies.first, FIRST), (companies.second, SECOND)):
        orders = companies.read(
            number,
            "sale.order",
            [("partner_id.ref", "=", "BUYER"), ("company_id", "=", number)],
            ["name", "company_id", "warehouse_id", "order_line"],
        )
        assert sorted(len(order["order_line"]) for order in orders) == [1, 2]
        assert {order["company_id"][1] for order in orders} == {name}
        taxed = companies.read(
            number,
            "sale.order.line",
            [("order_id", "in", [order["id"] for order in orders]), ("tax_ids", "!=", False)],
            ["tax_ids"],
        )
        taxes = {tax for line in taxed for tax in line["tax_ids"]}
        owners = companies.read(number, "account.tax", [("id", "in", list(taxes))], ["company_id"])
        assert {tax["company_id"][1] for tax in owners} == {name}
        warehouses = companies.read(
            number,
            "stock.warehouse",
            [("id", "in", [order["warehouse_id"][0] for order in orders])],
            ["company_id"],
        )
        assert {house["company_id"][1] for house in warehouses} == {name}
