"""Pricelists with their rules, on the real Odoo."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.documents.pricelists import PricelistCheck
from odoo_ingestion.records import Action, Line, Problem, Record, Row
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import counts, problems

Import = Callable[..., RunResult]


def _problems(*rules: dict[str, str], database_id: int | None = None) -> tuple[Problem, ...]:
    lines = tuple(
        Line(Row(number, number + 1, {}), Action.CREATED, f"shop.r{number}", database_id, values)
        for number, values in enumerate(rules, start=1)
    )
    record = Record(
        Row(1, 2, {}),
        "product.pricelist",
        Action.CREATED,
        "shop.p",
        None,
        {},
        False,
        "item_ids",
        lines,
    )
    [found] = PricelistCheck().check([record], [{}])
    return found


def test_a_percentage_that_odoo_would_not_use_is_refused() -> None:
    good = {"compute_price": "fixed", "fixed_price": "3"}
    [problem] = _problems(good, {"percent_price": "10"})
    assert (problem.field, problem.row) == ("percent_price", 2)
    assert "percentage" in (problem.hint or "")


@pytest.mark.parametrize(
    "rule",
    [
        {"fixed_price": "3"},
        {"fixed_price": "3", "percent_price": "0"},
        {"compute_price": "percentage", "percent_price": "10"},
        {"compute_price": "percentage", "percent_price": "10", "fixed_price": "3"},
        {"compute_price": "formula", "base": "list_price", "price_discount": "10"},
        {"applied_on": "0_product_variant", "product_id/.id": "7", "fixed_price": "3"},
    ],
)
def test_rules_whose_price_odoo_uses_pass(rule: dict[str, str]) -> None:
    assert _problems(rule) == ()


def test_a_fixed_price_of_a_formula_is_refused() -> None:
    [problem] = _problems({"compute_price": "formula", "fixed_price": "3"})
    assert problem.field == "fixed_price"


def test_a_variant_that_odoo_would_drop_is_refused() -> None:
    [problem] = _problems({"applied_on": "1_product", "product_id/.id": "7", "fixed_price": "3"})
    assert (problem.field, problem.row) == ("product_id", 1)


def test_rules_that_exist_are_left_to_the_comparison() -> None:
    assert _problems({"percent_price": "10"}, database_id=5) == ()


# --- on the real Odoo -----------------------------------------------------------------------

TEXT = (
    "Pricelist,Product,Min. Quantity,Compute Price,Fixed Price,Percentage Price,Category,"
    "Start Date,Other Pricelist,Based on\n"
    "Best friends,,,Formula,,,,,Retailers,Other Pricelist\n"
    "Retailers,TEA,10,Fixed Price,4.20,,,,,\n"
    ",,,Discount,,12,Goods,,,\n"
    ",,100,Discount,,20,,2024-01-01,,\n"
)


@pytest.fixture(scope="module")
def database(module_database: OdooReader) -> OdooReader:
    """A database with one product."""
    module_database.call("product.product", "create", [{"name": "Tea", "default_code": "TEA"}])
    return module_database


@pytest.fixture
def importing(database: OdooReader, tmp_path: Path) -> Import:
    """Import the text of a CSV file as pricelists."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "pricelists.csv"
        path.write_text(text, encoding="utf-8")
        importer = OdooImporter(config_for(database))
        return importer.import_file(
            path, type="pricelists", failed_dir=tmp_path / "failed", **options
        )

    return run


def _rules(reader: OdooReader) -> list[tuple[Any, ...]]:
    fields = ["pricelist_id", "applied_on", "min_quantity", "compute_price", "fixed_price"]
    found = reader.search_read(
        "product.pricelist.item",
        [("pricelist_id.name", "in", ["Retailers", "Best friends"])],
        [*fields, "percent_price", "date_start", "base_pricelist_id"],
    )
    return sorted(
        (
            rule["pricelist_id"][1].partition(" (")[0],
            rule["applied_on"],
            rule["min_quantity"],
            rule["compute_price"],
            rule["fixed_price"] or rule["percent_price"],
            rule["date_start"] and rule["date_start"][:10],
            bool(rule["base_pricelist_id"]),
        )
        for rule in found
    )


def test_rules_say_what_they_apply_to_and_lists_may_build_on_lists_of_the_same_file(
    importing: Import, database: OdooReader
) -> None:
    planned = importing(TEXT, dry_run=True)
    assert counts(planned) == {"created": 4}
    assert _rules(database) == []
    assert counts(importing(TEXT)) == {"created": 4}
    assert _rules(database) == [
        ("Best friends", "3_global", 0, "formula", 0, False, True),
        ("Retailers", "1_product", 10, "fixed", 4.2, False, False),
        ("Retailers", "2_product_category", 0, "percentage", 12, False, False),
        ("Retailers", "3_global", 100, "percentage", 20, "2024-01-01", False),
    ]
    assert counts(importing(TEXT)) == {"unchanged": 4}


def test_a_changed_price_updates_its_rule(importing: Import, database: OdooReader) -> None:
    text = TEXT.replace("Retailers", "Wholesalers").replace("Best friends", "Partners")
    assert counts(importing(text)) == {"created": 4}
    before = database.count("product.pricelist.item")
    assert counts(importing(text.replace("4.20", "4.50"))) == {"updated": 1, "unchanged": 3}
    assert database.count("product.pricelist.item") == before
    changed = [("pricelist_id.name", "=", "Wholesalers"), ("fixed_price", "=", 4.5)]
    assert database.count("product.pricelist.item", changed) == 1


def test_a_pricelist_made_by_hand_is_never_taken_over(
    importing: Import, database: OdooReader
) -> None:
    database.call("product.pricelist", "create", [{"name": "By hand"}])
    refused = importing("Pricelist,Product,Price\nBy hand,TEA,3\n")
    assert dict(refused.errors) == {"exists": 1}


def test_a_percentage_without_its_way_of_computing_fails_its_list(importing: Import) -> None:
    refused = importing("Pricelist,Product,Percentage Price\nWrong,TEA,10\n")
    assert counts(refused) == {"failed": 1}
    assert problems(refused)[1]["field"] == "Percentage Price"
