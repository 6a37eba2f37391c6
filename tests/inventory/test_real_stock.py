"""Stock that nobody here made up: AdventureWorks by location, Saleor, and Odoo's own template."""

from __future__ import annotations

import csv
import io
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.inventory.stockroom import INTERNAL, Stockroom, counts
from tests.odoo_reader import OdooReader
from tests.real_files.files import DATA, json_rows

ImportFile = Callable[..., RunResult]


@pytest.fixture
def importing_file(module_database: OdooReader, tmp_path: Path) -> ImportFile:
    """Import a file as it is into the module's database."""

    def run(path: Path, **options: Any) -> RunResult:
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, **options)

    return run


def with_header(name: str, header: str, folder: Path) -> Path:
    """Return a file of AdventureWorks, which come without one, with a header line before it."""
    path = folder / name
    content = (DATA / "adventureworks" / name).read_text(encoding="utf-8-sig")
    path.write_text(f"{header}\n{content}", encoding="utf-8")
    return path


def lines(name: str) -> list[list[str]]:
    content = (DATA / "adventureworks" / name).read_text(encoding="utf-8-sig")
    return [line.split("\t") for line in content.splitlines()]


def by_place(reader: OdooReader, codes: Sequence[str]) -> Mapping[tuple[str, str], float]:
    """Return quantities by product code and barcode of the location."""
    domain = [("product_id.default_code", "in", list(codes)), INTERNAL]
    fields = ["product_id", "location_id", "quantity"]
    quants = reader.search_read("stock.quant", domain, fields)
    products = reader.search_read("product.product", [], ["default_code"])
    code = {p["id"]: p["default_code"] for p in products}
    barcode = {p["id"]: p["barcode"] for p in reader.search_read("stock.location", [], ["barcode"])}
    return {(code[q["product_id"][0]], barcode[q["location_id"][0]]): q["quantity"] for q in quants}


def test_adventureworks_stock_by_location(
    importing_file: ImportFile, stock: Stockroom, tmp_path: Path
) -> None:
    locations = with_header("Location.csv", "barcode\tname\tcost\tavailability\tdate", tmp_path)
    made = importing_file(
        locations,
        model="stock.location",
        key=("barcode",),
        ignore=("cost", "availability", "date"),
        set_values={"location_id": "WH/Stock"},
    )
    assert counts(made) == {"created": 14}
    rows = lines("ProductInventory.csv")
    codes = sorted({row[0] for row in rows})
    stock.products(*codes)
    header = "sku\tlocation\tshelf no\tbin no\tquantity\trowguid\tdate"
    path = with_header("ProductInventory.csv", header, tmp_path)
    ignore = ("shelf no", "bin no", "rowguid", "date")
    options = {"type": "inventory", "ignore": ignore, "apply": True, "separator": "\t"}
    wanted = {(row[0], row[1]): float(row[4]) for row in rows if float(row[4])}
    expected = {"created": len(wanted), "unchanged": len(rows) - len(wanted)}
    expected = {name: number for name, number in expected.items() if number}
    assert counts(importing_file(path, dry_run=True, **options)) == expected
    assert counts(importing_file(path, **options)) == expected
    assert by_place(stock.reader, codes) == wanted
    assert counts(importing_file(path, **options)) == {"unchanged": len(rows)}


def test_saleor_stock_on_plain_products(
    importing_file: ImportFile, stock: Stockroom, tmp_path: Path
) -> None:
    fixture = json_rows("saleor/populatedb_data.json.gz")
    variants = [row for row in fixture if row["model"] == "product.productvariant"]
    skus = {row["pk"]: row["fields"]["sku"] or f"variant-{row['pk']}" for row in variants}
    rows = [row["fields"] for row in fixture if row["model"] == "warehouse.stock"]
    wanted = {skus[row["product_variant"]]: float(row["quantity"]) for row in rows}
    assert len(wanted) == 56
    stock.products(*wanted)
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(["SKU", "Quantity"])
    writer.writerows(wanted.items())
    path = tmp_path / "saleor_stock.csv"
    path.write_text(text.getvalue(), encoding="utf-8")
    assert counts(importing_file(path, type="inventory", apply=True)) == {
        "created": 54,
        "unchanged": 2,  # of which there are none
    }
    assert {sku: stock.on_hand(sku) for sku in list(wanted)[:5]} == dict(list(wanted.items())[:5])
    total = sum(q["quantity"] for q in stock.reader.search_read(
        "stock.quant", [("product_id.default_code", "in", list(wanted)), INTERNAL], ["quantity"]
    ))  # fmt: skip
    assert total == sum(wanted.values())
    assert counts(importing_file(path, type="inventory", apply=True)) == {"unchanged": 56}


def test_odoos_own_template_goes_in_as_it_is(
    importing_file: ImportFile, stock: Stockroom, tmp_path: Path
) -> None:
    """Those of 17, 18 and 19 have the same columns and rows."""
    book = openpyxl.load_workbook(DATA / "odoo_templates" / "19" / "stock_quant.xlsx")
    sheet = book.worksheets[0]
    header = [cell.value for cell in sheet[1]]
    product, counted = header.index("Product") + 1, header.index("Counted Quantity") + 1
    lot = header.index("Lot/Serial Number") + 1
    counted_by_code: dict[str, float] = defaultdict(float)
    for number, row in enumerate(sheet.iter_rows(min_row=2), start=1):
        code, _, name = str(row[product - 1].value)[1:].partition("] ")
        if code not in counted_by_code:
            stock.products(code, name=name, tracking="lot" if row[lot - 1].value else "none")
        counted_by_code[code] += number
        sheet.cell(number + 1, counted).value = number
    path = tmp_path / "stock_quant.xlsx"
    book.save(path)
    result = importing_file(path, type="inventory", apply=True)
    assert (counts(result), dict(result.examples)) == ({"created": sheet.max_row - 1}, {})
    assert {code: stock.on_hand(code) for code in counted_by_code} == counted_by_code
    said = "\n".join(result.notices)
    for name in ("Quantity", "Difference", "Scheduled Date", "Assigned To"):
        assert f"left out: column '{name}'" in said
