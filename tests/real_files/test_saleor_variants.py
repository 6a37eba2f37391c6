"""Saleor's 73 variants of 32 products, in a real Odoo, read back by plain code."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import counts
from tests.real_files.saleor import stock_by_code, variant_rows

Held = dict[tuple[str, str, str], float]


def import_rows(
    reader: OdooReader, folder: Path, rows: list[dict[str, str]], **options: Any
) -> RunResult:
    path = folder / "variants.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(rows)
    importer = OdooImporter(config_for(reader))
    return importer.import_file(path, type="variants", failed_dir=folder, **options)


def held_variants(reader: OdooReader) -> Held:
    """Return the price of every variant by product, code and value, read one fact at a time."""
    values = {
        row["id"]: row["name"]
        for row in reader.search_read("product.template.attribute.value", [], ["name"])
    }
    found: Held = {}
    for row in reader.search_read(
        "product.product",
        [("active", "in", [True, False])],
        ["name", "default_code", "lst_price", "product_template_attribute_value_ids", "active"],
    ):
        assert row["active"]
        own = "/".join(values[number] for number in row["product_template_attribute_value_ids"])
        key = (row["name"], row["default_code"] or "", own)
        assert key not in found
        found[key] = row["lst_price"]
    return found


def quantities(reader: OdooReader) -> dict[str, float]:
    """Return what lies in WH/Stock by the code of the variant, read one fact at a time."""
    codes = {
        row["id"]: row["default_code"]
        for row in reader.search_read("product.product", [], ["default_code"])
    }
    domain = [("location_id.complete_name", "=", "WH/Stock")]
    held = reader.search_read("stock.quant", domain, ["product_id", "quantity"])
    found = {codes[row["product_id"][0]]: row["quantity"] for row in held}
    assert len(found) == len(held)
    return found


def expected(rows: list[dict[str, str]]) -> Held:
    return {
        (row["Title"], row["Variant SKU"], row["Option1 Value"]): float(row["Variant Price"])
        for row in rows
    }


def test_the_73_variants_of_32_products_go_in_as_they_are_and_again_change_nothing(
    fresh_database: OdooReader, tmp_path: Path
) -> None:
    rows = variant_rows()
    assert (len(rows), len({row["Handle"] for row in rows})) == (73, 32)

    foretold = import_rows(fresh_database, tmp_path, rows, dry_run=True)
    assert fresh_database.count("product.template") == 0
    assert fresh_database.count("product.attribute") == 0
    result = import_rows(fresh_database, tmp_path, rows)

    assert counts(foretold) == counts(result) == {"created": 73}
    assert foretold.records == result.records
    assert held_variants(fresh_database) == expected(rows)
    assert fresh_database.count("product.template") == 32
    modes = fresh_database.search_read("product.attribute", [], ["name", "create_variant"])
    assert {row["name"] for row in modes} == {"Medium", "Shoe size", "Size"}
    assert {row["create_variant"] for row in modes} == {"dynamic"}
    assert len(fresh_database.xids("product.product")) == 73

    ids = set(fresh_database.xids("product.product").values())
    assert counts(import_rows(fresh_database, tmp_path, rows)) == {"unchanged": 73}

    changed = [dict(row) for row in rows]
    for row in changed:
        if row["Handle"] == "white-plimsolls":
            row["Variant Price"] = "85.50"
    changed.append({**changed[1], "Variant SKU": "918223589", "Option1 Value": " 46 "})
    assert counts(import_rows(fresh_database, tmp_path, changed)) == {
        "created": 1,
        "updated": 7,
        "unchanged": 66,
    }
    changed[-1]["Option1 Value"] = "46"
    assert held_variants(fresh_database) == expected(changed)
    assert ids < set(fresh_database.xids("product.product").values())


def test_the_stock_of_the_variants_goes_in_after_them_and_again_moves_nothing(
    fresh_database: OdooReader, tmp_path: Path
) -> None:
    rows, stock = variant_rows(), stock_by_code()
    assert (len(stock), stock["918223582"]) == (56, 500)
    storable = {"set_values": {"type": "Storable"}}
    assert counts(import_rows(fresh_database, tmp_path, rows, **storable)) == {"created": 73}

    path = tmp_path / "stock.csv"
    lines = [f"{code},WH/Stock,{quantity:g}" for code, quantity in stock.items()]
    path.write_text("\n".join(["SKU,Location,Quantity", *lines, ""]), encoding="utf-8")
    options: dict[str, Any] = {"type": "inventory", "apply": True, "failed_dir": tmp_path}
    importer = OdooImporter(config_for(fresh_database))
    wanted = {code: quantity for code, quantity in stock.items() if quantity}
    outcomes = {"created": len(wanted), "unchanged": 56 - len(wanted)}
    assert counts(importer.import_file(path, dry_run=True, **options)) == outcomes
    assert counts(importer.import_file(path, **options)) == outcomes

    assert quantities(fresh_database) == wanted
    moves = fresh_database.count("stock.move")
    assert moves == len(wanted)
    assert counts(importer.import_file(path, **options)) == {"unchanged": 56}
    assert counts(import_rows(fresh_database, tmp_path, rows, **storable)) == {"unchanged": 73}
    assert fresh_database.count("stock.move") == moves
