"""The templates of orders and prices that Odoo 17, 18 and 19 offer, imported as they are."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion import OdooImporter
from odoo_ingestion.runs import DateFormat
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, csv_rows, problems

TEMPLATES = DATA / "odoo_templates"
EXAMPLES = TEMPLATES / "base_import_csv"

_FURNITURE = (
    "Office Chair",
    "Large Meeting Table",
    "Office Lamp",
    "Desk Pad",
    "Four Person Desk",
    "Conference Chair",
    "Desk Combination",
)


@pytest.fixture(scope="module")
def goods(module_database: OdooReader) -> OdooReader:
    """The partners and products that the templates name, which Odoo's demonstration data has."""
    companies = ("Azure Interior", "Deco Addict", "Ready Mat", "Wood Corner")
    azure, *_ = module_database.call("res.partner", "create", [{"name": n} for n in companies])
    module_database.call("res.partner", "create", [{"name": "Brandon Freeman", "parent_id": azure}])
    coded = [
        {"name": "Cabinet with Doors", "default_code": "E-COM11"},
        {"name": "Corner Desk Black", "default_code": "FURN_1118"},
    ]
    module_database.call(
        "product.template", "create", [*coded, *({"name": name} for name in _FURNITURE)]
    )
    return module_database


def test_requests_for_quotation_of_19(importing: Import, goods: OdooReader) -> None:
    path = TEMPLATES / "19" / "requests_for_quotation_import_template.xlsx"
    assert counts(importing(path, type="purchase-orders")) == {"created": 5}
    read = goods.search_read(
        "purchase.order",
        [("name", "=like", "P0000_")],
        ["name", "partner_id", "partner_ref", "payment_term_id", "amount_untaxed", "date_planned"],
        order="name",
    )
    assert [
        (
            order["name"],
            order["partner_id"][1],
            order["partner_ref"],
            order["payment_term_id"][1],
            order["amount_untaxed"],
            order["date_planned"],
        )
        for order in read
    ] == [
        ("P00001", "Azure Interior", "REF112358", "30 Days", 4840.0, "2025-08-01 00:00:00"),
        (
            "P00002",
            "Azure Interior, Brandon Freeman",
            "REF314159",
            "45 Days",
            41.98,
            "2025-09-05 00:00:00",
        ),
        ("P00003", "Deco Addict", "REF161800", "15 Days", 9400.0, "2025-10-15 00:00:00"),
    ]
    assert counts(importing(path, type="purchase-orders")) == {"unchanged": 5}


def test_quotations_of_19(importing: Import, goods: OdooReader) -> None:
    path = TEMPLATES / "19" / "quotations_import_template.xlsx"
    told = {"type": "orders", "create_missing": ("tag_ids",)}
    assert counts(importing(path, **told)) == {"created": 5}
    read = goods.search_read(
        "sale.order", [("name", "=like", "S0000_")], ["name", "amount_untaxed", "tag_ids"]
    )
    assert {order["name"]: order["amount_untaxed"] for order in read} == {
        "S00001": 4840.0,
        "S00002": 41.98,
        "S00003": 9400.0,
    }
    assert counts(importing(path, **told)) == {"unchanged": 5}


def test_pricelists_of_all_three_are_the_same(importing: Import, goods: OdooReader) -> None:
    for version, outcome in (("17", "created"), ("18", "unchanged"), ("19", "unchanged")):
        path = TEMPLATES / version / "product_pricelist.xls"
        assert counts(importing(path, type="pricelists")) == {outcome: 4}
    read = goods.search_read(
        "product.pricelist.item",
        [("pricelist_id.name", "in", ["Gold Customers", "Retailers"])],
        ["pricelist_id", "applied_on", "min_quantity", "fixed_price", "base_pricelist_id"],
        order="pricelist_id, min_quantity",
    )
    assert sorted(
        (rule["pricelist_id"][1], rule["min_quantity"], rule["fixed_price"]) for rule in read
    ) == [
        ("Gold Customers (USD)", 0, 79.99),
        ("Gold Customers (USD)", 5, 69.99),
        ("Gold Customers (USD)", 10, 59.99),
        ("Retailers (USD)", 0, 0),
    ]
    [formula] = [rule for rule in read if rule["base_pricelist_id"]]
    assert formula["base_pricelist_id"][1] == "Gold Customers (USD)"


def test_orders_of_the_older_example_go_in_once_their_vendors_and_products_are_there(
    importing: Import, goods: OdooReader
) -> None:
    path = EXAMPLES / "o2m_purchase_order_lines.csv"
    rows = csv_rows("odoo_templates/base_import_csv/o2m_purchase_order_lines.csv")
    refused = importing(path, type="purchase-orders")
    assert counts(refused) == {"failed": len(rows)}
    vendors = {row["Vendor"] for row in rows if row["Vendor"]}
    goods.call("res.partner", "create", [{"name": name} for name in sorted(vendors)])
    codes = {row["Order Lines / Product"] for row in rows}
    products = [{"name": f"Product {code}", "default_code": code} for code in sorted(codes)]
    goods.call("product.product", "create", products)
    assert counts(importing(path, type="purchase-orders")) == {"created": len(rows)}
    assert counts(importing(path, type="purchase-orders")) == {"unchanged": len(rows)}
    read = goods.search_read(
        "purchase.order", [("name", "in", ["PO00008", "PO00009"])], ["name", "amount_untaxed"]
    )
    assert {order["name"] for order in read} == {"PO00008", "PO00009"}
    # The second file changes the vendor of no order of the first, and needs no lines.
    heads = EXAMPLES / "purchase.order_functional_error_line_cant_adpat.csv"
    assert counts(importing(heads, type="purchase-orders")) == {"created": 2}


def test_products_with_their_vendors_once_the_notation_of_dates_is_said(
    importing: Import, goods: OdooReader
) -> None:
    path = TEMPLATES / "19" / "product_purchase.xls"
    refused = importing(path, type="product-vendors")
    assert counts(refused) == {"created": 2, "failed": 3}
    assert "Write 2020-01-01, or import with --date-format dmy" in problems(refused)[3]["hint"]
    told = {"type": "product-vendors", "date_format": DateFormat.DMY}
    assert counts(importing(path, **told)) == {"created": 3, "unchanged": 2}
    read = goods.search_read(
        "product.supplierinfo",
        [("product_tmpl_id.name", "in", ["Flipover", "Large Cabinet"])],
        ["partner_id", "product_code", "price", "min_qty", "date_start", "date_end", "delay"],
    )
    assert sorted((r["partner_id"][1], r["product_code"], r["price"]) for r in read) == [
        ("Ready Mat", "ART439870", 785),
        ("Ready Mat", "ART439871", 790),
        ("Ready Mat", "ART439872", 1700),
        ("Wood Corner", "A7454392", 750),
        ("Wood Corner", "A981484", 1720),
    ]
    [dated] = [r for r in read if r["date_start"]]
    assert (dated["product_code"], dated["date_start"], dated["date_end"]) == (
        "ART439870",
        "2020-01-01",
        "2020-12-31",
    )
    for version in ("17", "18", "19"):
        path = TEMPLATES / version / "product_purchase.xls"
        assert counts(importing(path, **told)) == {"unchanged": 5}


def test_vendor_prices_of_18_and_19_are_the_same(importing: Import, goods: OdooReader) -> None:
    path = TEMPLATES / "19" / "product_supplierinfo.xls"
    assert counts(importing(path, type="supplier-prices")) == {"created": 4}
    path = TEMPLATES / "18" / "product_supplierinfo.xls"
    assert counts(importing(path, type="supplier-prices")) == {"unchanged": 4}
    codes = ["ART439872", "IT98764", "ART439456", "ART672098"]
    read = goods.search_read(
        "product.supplierinfo",
        [("product_code", "in", codes), ("product_tmpl_id.name", "!=", "Flipover")],
        ["product_tmpl_id", "price", "delay"],
    )
    assert sorted((r["product_tmpl_id"][1], r["price"], r["delay"]) for r in read) == [
        ("Conference Chair", 1299, 2),
        ("Desk Combination", 35, 5),
        ("[E-COM11] Cabinet with Doors", 66, 4),
        ("[FURN_1118] Corner Desk Black", 1399, 4),
    ]


@pytest.mark.parametrize("version", ["17", "18", "19"])
@pytest.mark.parametrize(
    ("name", "type_name"),
    [
        ("product_pricelist.xls", "pricelists"),
        ("product_supplierinfo.xls", "supplier-prices"),
        ("stock_quant.xlsx", "inventory"),
    ],
)
def test_every_template_reads_without_a_server_of_its_version(
    tmp_path: Path, version: str, name: str, type_name: str
) -> None:
    result = OdooImporter().import_file(
        TEMPLATES / version / name,
        type=type_name,
        dry_run=True,
        offline=True,
        odoo_version=version,
        failed_dir=tmp_path,
    )
    assert counts(result).keys() == {"created"}
