"""A shop's catalogue in Parquet: 2,766 products with category paths ``A > B > C``."""

from __future__ import annotations

import html
import re
from pathlib import Path

import pyarrow.parquet
import pytest

from odoo_ingestion.errors import ColumnError
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, failed_rows

FILE = DATA / "womens_fashion" / "products.parquet"
SENT = 600
"""Rows of it that are created, of 2,766: products take Odoo some seven milliseconds each."""


def test_the_catalogue_as_it_is_says_what_does_not_fit(importing: Import) -> None:
    with pytest.raises(ColumnError) as stopped:
        importing(FILE, type="products")
    for column in ("handle", "price_min_usd", "image_count", "featured_image_url"):
        assert f"'{column}'" in stopped.value.message
    result = importing(
        FILE,
        type="products",
        ignore_unknown_columns=True,
        create_missing=("categ_id", "product_tag_ids"),
        dry_run=True,
    )
    # "Swimwear" is the shop's product type, and none of Odoo's; five rows have none.
    types = pyarrow.parquet.read_table(FILE).column("product_type").to_pylist()
    assert types.count("") == 5
    assert (result.count("read"), result.count("failed")) == (2_766, 2_761)
    first = failed_rows(result.failed_files[0])[0]
    assert first["_error_field"] == "product_type"
    assert "Goods" in first["_error_hint"]


def test_products_go_in_with_the_paths_of_their_categories(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    table = pyarrow.parquet.read_table(FILE).drop_columns(["product_type", "tags"])
    names = ["list_price" if n == "price_min_usd" else n for n in table.column_names]
    table = table.rename_columns(names)
    path = tmp_path / "products.parquet"
    pyarrow.parquet.write_table(table, path)
    options = {"type": "products", "ignore_unknown_columns": True, "create_missing": ("categ_id",)}

    planned = importing(path, dry_run=True, **options)
    assert counts(planned) == {"created": 2_766}
    assert module_database.count("product.category", [("name", "=", "Swimwear")]) == 0

    table = table.slice(0, SENT)
    pyarrow.parquet.write_table(table, path)
    planned = importing(path, dry_run=True, **options)
    result = importing(path, **options)

    assert counts(result) == {"created": SENT}
    assert not any("not kept" in notice for notice in result.notices)
    assert result.records["product.category"] == planned.records["product.category"]
    xids = module_database.xids("product.template")
    read = {
        product["id"]: product
        for product in module_database.search_read(
            "product.template", [], ["name", "list_price", "categ_id", "description"]
        )
    }
    categories = {
        category["id"]: category["complete_name"]
        for category in module_database.search_read("product.category", [], ["complete_name"])
    }
    for row in table.to_pylist():
        product = read[xids[f"__import__.{row['id']}"]]
        assert product["name"] == row["title"]
        assert product["list_price"] == pytest.approx(row["list_price"])
        category = categories[product["categ_id"][0]] if product["categ_id"] else ""
        assert category == (row["category_full_path"] or "").replace(" > ", " / ")
        assert html.unescape(re.sub("</?span>", "", product["description"])) == row["description"]
    assert counts(importing(path, **options)) == {"unchanged": SENT}
