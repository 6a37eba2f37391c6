"""Northwind's CSV files: customers, suppliers, categories and products under their own headers."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion.errors import ColumnError
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Command, Import
from tests.real_files.files import DATA, counts, csv_rows, failed_rows, problems, to_csv, to_json
from tests.real_files.northwind import STATES_NOT_IN_ODOO, addresses_in, addresses_of

FOLDER = DATA / "northwind" / "csv"


def test_customers_go_in_with_their_addresses(
    importing: Import, module_database: OdooReader
) -> None:
    path, rows = FOLDER / "customers.csv", csv_rows("northwind/csv/customers.csv")

    result = importing(path, type="customers", ignore_unknown_columns=True)

    assert counts(result) == {"created": 85, "failed": 6}
    refused = problems(result)
    assert {rows[number - 1]["customerID"] for number in refused} == set(STATES_NOT_IN_ODOO)
    for number, problem in refused.items():
        assert (problem["category"], problem["field"]) == ("missing_relation", "region")
        assert STATES_NOT_IN_ODOO[rows[number - 1]["customerID"]] in problem["message"]
    expected = addresses_of(rows, "customerID")
    landed = {ref: address for ref, address in expected.items() if ref not in STATES_NOT_IN_ODOO}
    assert addresses_in(module_database, "customer_rank") == landed
    assert landed["ANATR"]["zip"] == "05021"
    again = importing(path, type="customers", ignore_unknown_columns=True)
    assert counts(again) == {"unchanged": 85, "failed": 6}
    assert len(addresses_in(module_database, "customer_rank")) == 85


def test_suppliers_go_in_once_their_states_are_spelled_as_in_odoo(
    command: Command, module_database: OdooReader
) -> None:
    words = ("--type", "suppliers", "--ignore-unknown-columns")
    first = command("import", str(FOLDER / "suppliers.csv"), *words)
    assert first.code == 1
    assert (first.told["created"], first.told["failed"]) == (27, 2)
    failed = Path(first.told["failed_file"])
    assert all("Near: Quebec (CA)" in row["_error_hint"] for row in failed_rows(failed))

    failed.write_bytes(failed.read_bytes().replace("Québec".encode(), b"Quebec"))
    second = command("retry", str(failed))

    assert (second.code, second.told["created"], second.told["failed"]) == (0, 2, 0)
    expected = addresses_of(csv_rows("northwind/csv/suppliers.csv"), "supplierID")
    assert addresses_in(module_database, "supplier_rank") == expected


def test_columns_that_odoo_has_not_stop_the_import_and_are_named(importing: Import) -> None:
    with pytest.raises(ColumnError) as stopped:
        importing(FOLDER / "customers.csv", type="customers")
    for column in ("contactName", "contactTitle", "fax"):
        assert f"'{column}'" in stopped.value.message
    assert "--ignore-unknown-columns" in (stopped.value.hint or "")


def test_categories_whose_names_hold_a_slash_are_not_taken_for_paths(
    importing: Import, module_database: OdooReader
) -> None:
    path, rows = FOLDER / "categories.csv", csv_rows("northwind/csv/categories.csv")
    result = importing(path, type="categories", ignore_unknown_columns=True)
    assert counts(result) == {"created": 8}
    made = module_database.search_read(
        "product.category",
        [("name", "in", [row["categoryName"] for row in rows])],
        ["name", "parent_id"],
    )
    names = {category["name"] for category in made if not category["parent_id"]}
    assert names == {row["categoryName"] for row in rows}
    assert {"Grains/Cereals", "Meat/Poultry"} < names
    again = importing(path, type="categories", ignore_unknown_columns=True)
    assert counts(again) == {"unchanged": 8}


def test_products_go_in_with_their_prices(importing: Import, module_database: OdooReader) -> None:
    path, rows = FOLDER / "products.csv", csv_rows("northwind/csv/products.csv")
    result = importing(path, type="products", ignore_unknown_columns=True)
    assert counts(result) == {"created": 77}
    read = module_database.search_read(
        "product.template",
        [("default_code", "in", [row["productID"] for row in rows])],
        ["default_code", "name", "list_price"],
    )
    assert {p["default_code"]: (p["name"], p["list_price"]) for p in read} == {
        row["productID"]: (row["productName"], float(row["unitPrice"])) for row in rows
    }
    again = importing(path, type="products", ignore_unknown_columns=True)
    assert counts(again) == {"unchanged": 77}


def test_products_find_their_categories_by_name(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    categories = csv_rows("northwind/csv/categories.csv")
    names = {row["categoryID"]: f"Our {row['categoryName']}" for row in categories}
    rows = [
        {
            "Product ID": f"NC-{row['productID']}",
            "Product": row["productName"],
            "Category": names[row["categoryID"]],
        }
        for row in csv_rows("northwind/csv/products.csv")
    ]
    (tmp_path / "products.csv").write_bytes(to_csv(rows))
    (tmp_path / "products.json").write_bytes(to_json(rows))
    (tmp_path / "names.csv").write_bytes(to_csv([{"name": name} for name in names.values()]))

    unknown = importing(tmp_path / "products.csv", type="products", dry_run=True)
    assert (counts(unknown), dict(unknown.errors)) == ({"failed": 77}, {"missing_relation": 77})
    assert counts(importing(tmp_path / "names.csv", type="categories")) == {"created": 8}
    assert counts(importing(tmp_path / "products.csv", type="products")) == {"created": 77}

    read = module_database.search_read(
        "product.template", [("default_code", "like", "NC-%")], ["default_code", "categ_id"]
    )
    assert {p["default_code"]: p["categ_id"][1] for p in read} == {
        row["Product ID"]: row["Category"] for row in rows
    }
    assert counts(importing(tmp_path / "products.json", type="products")) == {"unchanged": 77}
