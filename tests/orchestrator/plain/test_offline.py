"""Files of simple records in a dry run without a server."""

from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import UsageError
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import RunResult


def check(tmp_path: Path, text: str, kind: str = "products", **options: Any) -> RunResult:
    path = tmp_path / "rows.csv"
    path.write_text(text, "utf-8")
    return OdooImporter().import_file(
        path, kind, dry_run=True, offline=True, failed_dir=tmp_path / "failed", **options
    )


def test_a_relation_whose_missing_records_are_to_be_made_has_to_be_one(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match=r"product\.template has no such relation"):
        check(tmp_path, "default_code,name\nA,Tea\n", create_missing=("nonsense",))


def test_rows_of_one_code_are_one_record_and_the_second_fails(tmp_path: Path) -> None:
    result = check(tmp_path, "default_code,name\nA,Tea\nB,Coffee\nA,Cocoa\n")
    assert (result.count("created"), result.count("failed")) == (2, 1)
    assert "row 1 of this file is the same record" in str(result.examples)


def test_keys_over_relations_tell_rows_apart_by_what_they_name(tmp_path: Path) -> None:
    text = "name,categ_id\nTea,All / Drinks\nTea,All / Food\nTea,All / Drinks\n"
    result = check(tmp_path, text, key=("name", "categ_id"))
    assert (result.count("created"), result.count("failed")) == (2, 1)


def test_the_records_counted_are_those_of_the_rows_that_pass(tmp_path: Path) -> None:
    result = check(tmp_path, "default_code,name,list_price\nA,Tea,1\nB,Coffee,two\n")
    assert result.as_dict()["records"] == {"product.template": {"created": 1, "updated": 0}}


def test_of_partners_with_odd_addresses_the_doubts_are_told_for_the_row(tmp_path: Path) -> None:
    text = "ref,name,email\nA,Ann,ann@shop.example\nB,Bob,bob at shop\n"
    result = check(tmp_path, text, "partners")
    assert result.count("created") == 2
    assert "  row 2: 'bob at shop' does not look like an e-mail address" in result.notices
