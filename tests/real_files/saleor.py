"""The products of Saleor's demo shop as rows of variants, read by plain code."""

from __future__ import annotations

from collections import defaultdict
from typing import Any

from tests.real_files.files import json_rows


def variant_rows(currency: str = "USD") -> list[dict[str, str]]:
    """Return a row for each of the 73 variants: product, code, price, attribute and value."""
    by: dict[str, dict[Any, dict[str, Any]]] = defaultdict(dict)
    for record in json_rows("saleor/populatedb_data.json.gz"):
        by[record["model"]][record.get("pk")] = record["fields"]
    prices = {
        listing["variant"]: listing["price_amount"]
        for listing in by["product.productvariantchannellisting"].values()
        if listing["currency"] == currency
    }
    options: dict[Any, tuple[str, str]] = {}
    for assigned in by["attribute.assignedvariantattributevalue"].values():
        value = by["attribute.attributevalue"][assigned["value"]]
        attribute = by["attribute.attribute"][value["attribute"]]
        variant = by["attribute.assignedvariantattribute"][assigned["assignment"]]["variant"]
        options[variant] = attribute["name"], value["name"]
    rows = []
    for key, variant in by["product.productvariant"].items():
        product = by["product.product"][variant["product"]]
        option = options.get(key, ("", ""))
        rows.append(
            {
                "Handle": product["slug"],
                "Title": product["name"],
                "Variant SKU": variant["sku"] or "",
                "Variant Price": prices[key],
                "Option1 Name": option[0],
                "Option1 Value": option[1],
            }
        )
    return rows


def stock_by_code() -> dict[str, float]:
    """Return the quantity that lies in Saleor's one warehouse of each variant that has any row."""
    records = json_rows("saleor/populatedb_data.json.gz")
    codes = {
        record["pk"]: record["fields"]["sku"]
        for record in records
        if record["model"] == "product.productvariant"
    }
    held = [record["fields"] for record in records if record["model"] == "warehouse.stock"]
    found = {codes[row["product_variant"]]: float(row["quantity"]) for row in held}
    assert len(found) == len(held)
    return found
