"""Each model from each file format, and the corrected failed rows of each."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Command, Import
from tests.real_files.files import (
    FORMATS,
    counts,
    csv_rows,
    failed_rows,
    to_csv,
    to_json,
    to_json_lines,
    to_parquet,
    to_xlsx,
    write_rows,
)

REWRITE = {
    ".csv": to_csv,
    ".json": to_json,
    ".jsonl": to_json_lines,
    ".parquet": to_parquet,
    ".xlsx": to_xlsx,
}
TEXT_ONLY = ("csv", "csv.gz")


def category_rows(mark: str) -> list[dict[str, Any]]:
    """Northwind's categories under a root of their own, children before their parent."""
    rows = csv_rows("northwind/csv/categories.csv")
    paths = [f"{mark} / {row['categoryName'].replace('/', ' & ')}" for row in rows]
    return [{"path": path} for path in (*paths, mark)]


def product_rows(mark: str) -> list[dict[str, Any]]:
    """Northwind's first products, with numbers and yes or no as the format has them."""
    return [
        {
            "productID": f"{mark}-{row['productID']}",
            "productName": row["productName"],
            "category": f"{mark} / Beverages",
            "unitPrice": float(row["unitPrice"]),
            "Sales": row["discontinued"] == "0",
        }
        for row in csv_rows("northwind/csv/products.csv")[:20]
    ]


def partner_rows(mark: str) -> list[dict[str, Any]]:
    """Northwind's first customers and a contact of the last, before it."""
    customers = csv_rows("northwind/csv/customers.csv")[:20]
    rows = [
        {
            "customerID": f"{mark}-{row['customerID']}",
            "name": row["companyName"],
            "zip": row["postalCode"],
            "city": row["city"],
            "country": row["country"],
            "parent": None,
        }
        for row in customers
    ]
    contact = dict.fromkeys(rows[0]) | {
        "customerID": f"{mark}-contact",
        "name": customers[-1]["contactName"],
        "parent": rows[-1]["customerID"],
    }
    return [contact, *rows]


@pytest.mark.parametrize("form", FORMATS)
def test_categories_products_and_partners_go_in(
    importing: Import, module_database: OdooReader, tmp_path: Path, form: str
) -> None:
    mark = form.upper()
    files = {
        kind: (write_rows(tmp_path, kind, form, rows), rows)
        for kind, rows in (
            ("categories", category_rows(mark)),
            ("products", product_rows(mark)),
            ("customers", partner_rows(mark)),
        )
    }
    for kind, (path, rows) in files.items():
        assert counts(importing(path, type=kind)) == {"created": len(rows)}, kind
    path, rows = files["products"]
    assert counts(importing(path, type="products")) == {"unchanged": len(rows)}
    check_categories(module_database, mark, files["categories"][1])
    check_products(module_database, mark, files["products"][1])
    check_partners(module_database, mark, files["customers"][1])


def check_categories(reader: OdooReader, mark: str, rows: list[dict[str, Any]]) -> None:
    domain = ["|", ("complete_name", "=", mark), ("complete_name", "=like", f"{mark} / %")]
    read = reader.search_read("product.category", domain, ["complete_name"])
    assert {category["complete_name"] for category in read} == {row["path"] for row in rows}


def check_products(reader: OdooReader, mark: str, rows: list[dict[str, Any]]) -> None:
    fields = ["default_code", "name", "categ_id", "list_price", "sale_ok"]
    read = reader.search_read("product.template", [("default_code", "=like", f"{mark}-%")], fields)
    held = {
        p["default_code"]: (p["name"], p["categ_id"][1], p["list_price"], p["sale_ok"])
        for p in read
    }
    assert held == {code: tuple(values) for code, *values in (row.values() for row in rows)}


def check_partners(reader: OdooReader, mark: str, rows: list[dict[str, Any]]) -> None:
    fields = ["ref", "name", "zip", "city", "country_id", "parent_id", "customer_rank"]
    read = reader.search_read("res.partner", [("ref", "=like", f"{mark}-%")], fields)
    held = {p["ref"]: p for p in read}
    assert {(ref, p["name"]) for ref, p in held.items()} == {
        (row["customerID"], row["name"]) for row in rows
    }
    contact, *companies = rows
    assert {row["customerID"]: (row["zip"], row["city"]) for row in companies} == {
        row["customerID"]: (held[row["customerID"]]["zip"], held[row["customerID"]]["city"])
        for row in companies
    }
    assert held[f"{mark}-ANATR"]["zip"] == "05021"
    assert held[f"{mark}-AROUT"]["country_id"][1] == "United Kingdom"
    assert held[contact["customerID"]]["parent_id"][0] == held[contact["parent"]]["id"]
    assert {p["customer_rank"] for p in read} == {1}


@pytest.mark.parametrize("form", [form for form in FORMATS if ".gz" not in form] + ["csv.gz"])
def test_failed_rows_are_corrected_and_retried_until_nothing_fails(
    command: Command, module_database: OdooReader, tmp_path: Path, form: str
) -> None:
    mark = f"retry {form}"
    rows = partner_rows(mark)
    good = [dict(row) for row in rows]
    rows[3]["country"] = "Atlantis"
    rows[-1]["name"] = None  # its contact, the first row, fails with it
    path = write_rows(tmp_path, "customers", form, rows)

    first = command("import", str(path), "--type", "customers")

    assert (first.code, first.told["created"], first.told["failed"]) == (1, 18, 3)
    failed = Path(first.told["failed_file"])
    found = failed_rows(failed)
    assert {int(row["_error_row"]) for row in found} == {1, 4, len(rows)}
    for row in found:
        sent = rows[int(row["_error_row"]) - 1]
        empty = "" if form in TEXT_ONLY else None
        kept = {name: empty if cell is None else cell for name, cell in sent.items()}
        assert {name: row[name] for name in sent} == kept
    for row in found:
        row.update(good[int(row["_error_row"]) - 1])
    failed.write_bytes(REWRITE[failed.suffix](found))
    second = command("retry", str(failed))
    assert (second.code, second.told["created"], second.told["failed"]) == (0, 3, 0)
    third = command("import", str(write_rows(tmp_path, "good", form, good)), "--type", "customers")
    assert (third.code, third.told["unchanged"]) == (0, len(good))
    check_partners(module_database, mark, good)
