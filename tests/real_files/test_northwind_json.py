"""Northwind's JSON files: a nested address, numbers for ids and postcodes, NULL in words."""

from __future__ import annotations

from pathlib import Path

from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Command, Import
from tests.real_files.files import DATA, counts, failed_rows, json_rows, problems
from tests.real_files.northwind import STATES_NOT_IN_ODOO, addresses_in, addresses_of

FOLDER = DATA / "northwind" / "json"


def test_customers_with_a_nested_address_go_in(
    importing: Import, module_database: OdooReader
) -> None:
    path, rows = FOLDER / "customers.json", json_rows("northwind/json/customers.json")

    result = importing(path, type="customers", ignore_unknown_columns=True)

    assert counts(result) == {"created": 85, "failed": 6}
    refused = problems(result)
    assert {rows[number - 1]["customerID"] for number in refused} == set(STATES_NOT_IN_ODOO)
    assert {problem["field"] for problem in refused.values()} == {"address.region"}
    expected = addresses_of(rows, "customerID")
    landed = {ref: address for ref, address in expected.items() if ref not in STATES_NOT_IN_ODOO}
    assert addresses_in(module_database, "customer_rank") == landed
    assert landed["ALFKI"]["zip"] == "12209"  # the number 12209 in the file, not 12209.0
    again = importing(path, type="customers", ignore_unknown_columns=True)
    assert counts(again) == {"unchanged": 85, "failed": 6}


def test_suppliers_that_failed_are_corrected_in_their_nested_address(
    command: Command, module_database: OdooReader
) -> None:
    words = ("--type", "suppliers", "--ignore-unknown-columns")
    first = command("import", str(FOLDER / "suppliers.json"), *words)
    assert (first.code, first.told["created"], first.told["failed"]) == (1, 27, 2)
    failed = Path(first.told["failed_file"])
    assert [row["address"]["region"] for row in failed_rows(failed)] == ["Québec", "Québec"]

    failed.write_bytes(failed.read_bytes().replace('"Québec"'.encode(), b'"Quebec"'))
    second = command("retry", str(failed))

    assert (second.code, second.told["created"], second.told["failed"]) == (0, 2, 0)
    expected = addresses_of(json_rows("northwind/json/suppliers.json"), "supplierID")
    assert addresses_in(module_database, "supplier_rank") == expected


def test_categories_and_products_go_in(importing: Import, module_database: OdooReader) -> None:
    categories = json_rows("northwind/json/categories.json")
    products = json_rows("northwind/json/products.json")
    for path, kind, count in (
        (FOLDER / "categories.json", "categories", 8),
        (FOLDER / "products.json", "products", 77),
    ):
        assert counts(importing(path, type=kind, ignore_unknown_columns=True)) == {"created": count}
        again = importing(path, type=kind, ignore_unknown_columns=True)
        assert counts(again) == {"unchanged": count}
    made = module_database.search_read(
        "product.category", [("name", "in", [row["name"] for row in categories])], ["name"]
    )
    assert len(made) == 8
    read = module_database.search_read(
        "product.template", [("default_code", "!=", False)], ["default_code", "name", "list_price"]
    )
    assert {p["default_code"]: (p["name"], p["list_price"]) for p in read} == {
        str(row["productID"]): (row["name"], float(row["unitPrice"])) for row in products
    }
