"""Files of quantities without a server: columns, options, and what each version can do."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.data_models import (
    IMPORT_TYPES,
    available_versions,
    inventory_schema,
    load_catalogue,
    type_for_model,
)
from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.mapping import check_columns, map_columns
from odoo_ingestion.runs import FileStart

Check = Callable[..., RunResult]

OFFLINE: dict[str, Any] = {"offline": True, "dry_run": True, "apply": True}


@pytest.fixture
def checking(tmp_path: Path) -> Check:
    """Check a text as a file of quantities without a server."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "stock.csv"
        path.write_text(text, encoding="utf-8")
        options = {**OFFLINE, "type": "inventory", "failed_dir": tmp_path / "failed", **options}
        return OdooImporter().import_file(path, **options)

    return run


def counts(result: RunResult) -> tuple[int, int]:
    assert result.count("created") + result.count("failed") == result.count("read")
    return result.count("created"), result.count("failed")


@pytest.mark.parametrize("version", available_versions())
def test_the_example_goes_in_in_every_version(checking: Check, version: str) -> None:
    kind = IMPORT_TYPES["inventory"]
    schema = inventory_schema(load_catalogue(version, kind.model))
    columns = map_columns(list(kind.example), schema, kind)
    assert check_columns(columns, ignore_unknown=False) == ()
    text = f"{','.join(kind.example)}\n{','.join(kind.example.values())}\n"
    assert counts(checking(text, odoo_version=version)) == (1, 0)


@pytest.mark.parametrize("name", IMPORT_TYPES["inventory"].synonyms)
def test_synonyms_are_lower_case_words_for_fields_of_a_quantity(name: str) -> None:
    schema = inventory_schema(load_catalogue("19.0", "stock.quant"))
    assert IMPORT_TYPES["inventory"].synonyms[name] in schema.fields
    assert name == " ".join(name.lower().split())


def test_quants_are_counted_under_their_model_name_too(checking: Check) -> None:
    assert type_for_model("stock.quant") is IMPORT_TYPES["inventory"]
    text = "product_id,location_id,inventory_quantity\nTEA,WH/Stock,5\n"
    assert counts(checking(text, type=None, model="stock.quant")) == (1, 0)


def test_rows_are_checked_and_the_same_stock_is_told(checking: Check) -> None:
    text = (
        "Internal Reference,Location,Lot/Serial Number,Quantity\n"
        "TEA,WH/Stock,,5\nTEA,WH/Stock,,6\nTEA,WH/Stock,L1,7\nTEA,WH/Stock,,-1\nTEA,,,x\n,,,3\n"
    )
    result = checking(text)
    assert counts(result) == (1, 5)
    assert dict(result.errors) == {"duplicate": 2, "validation": 3}


def test_reading_a_wrong_cell_names_no_second_problem(checking: Check) -> None:
    result = checking("sku,quantity\nTEA,five\n")
    assert list(result.examples.values()) == ["row 1, quantity: 'five' is not a number"]


@pytest.mark.parametrize(
    ("text", "left_out"),
    [
        (
            "Product,Quantity,Counted Quantity,Difference,Scheduled Date,Assigned To\nT,1,2,1,,\n",
            ("Quantity", "Difference", "Scheduled Date", "Assigned To"),
        ),
        ("sku,on hand,counted\nT,1,2\n", ("on hand",)),
        ("sku,quantity\nT,1\n", ()),
    ],
)
@pytest.mark.parametrize("version", ["17.0", "18.0", "19.0"])
def test_what_stands_beside_the_count_is_left_out_and_said(
    checking: Check, text: str, left_out: tuple[str, ...], version: str
) -> None:
    result = checking(text, odoo_version=version)
    assert counts(result) == (1, 0)
    for name in left_out:
        assert any(f"left out: column '{name}'" in notice for notice in result.notices)


@pytest.mark.parametrize(
    ("header", "words"),
    [
        ("sku,quantity,colour", "'colour'"),
        ("sku,barcode,quantity", "columns 'sku' and 'barcode' are for the same field product_id"),
        ("sku,qty,stock", "columns 'qty' and 'stock' are for the same field"),
    ],
)
def test_columns_that_mean_nothing_or_the_same_are_refused(
    checking: Check, header: str, words: str
) -> None:
    with pytest.raises(ColumnError, match=words):
        checking(f"{header}\n1,2,3\n")


def test_columns_are_left_out_where_that_is_said(checking: Check) -> None:
    text = "id,sku,barcode,quantity,colour\nq1,TEA,400,5,red\n"
    with pytest.raises(UsageError, match="has no id of its own"):
        checking(text, ignore=("barcode", "colour"))
    assert counts(checking(text, ignore=("id", "barcode", "colour"))) == (1, 0)
    unknown = checking(text, ignore=("id", "barcode"), ignore_unknown_columns=True)
    assert counts(unknown) == (1, 0)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ({"key": ("product_id",)}, "--key does nothing"),
        ({"clear_empty": ("lot_id",)}, "--clear-empty does nothing"),
        ({"m2m": "add"}, "--m2m add does nothing"),
        ({"offline": False, "dry_run": False, "dry_run_server": True}, "no server"),
        ({"apply": False, "odoo_version": "14.0"}, "applied at once"),
    ],
)
def test_options_that_cannot_be_kept_are_refused(
    checking: Check, options: dict[str, Any], words: str
) -> None:
    with pytest.raises(UsageError, match=words):
        checking("sku,quantity\nTEA,5\n", **options)


def test_differences_need_a_server_that_can_add_them(checking: Check) -> None:
    text = "sku,delta,reference\nTEA,5,A\nTEA,5,A\nTEA,-1,B\nTEA,1,\n"
    with pytest.raises(UsageError, match="takes Odoo 15"):
        checking(text, odoo_version="14.0")
    assert counts(checking(text)) == (1, 3)
    given = "sku,delta\nTEA,5\n"
    assert counts(checking(given, set_values={"reference": "A"})) == (1, 0)


def test_columns_are_shown_with_what_they_fill(tmp_path: Path) -> None:
    path = tmp_path / "stock.csv"
    path.write_text("SKU,Location/External ID,Quantity\nTEA,a.b,5\n", encoding="utf-8")
    told: list[FileStart] = []
    OdooImporter(on_start=told.append).import_file(path, "inventory", **OFFLINE)
    assert told[0].columns == (
        ("SKU", "product_id"),
        ("Location/External ID", "location_id/id"),
        ("Quantity", "inventory_quantity"),
    )
