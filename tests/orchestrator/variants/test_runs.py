"""Runs of variants that end early or meet what nobody named, on a real Odoo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.errors import ConnectionFailed
from odoo_ingestion.orchestrator.variants import run as variant_run
from odoo_ingestion.orchestrator.variants.chunk import Shipper
from odoo_ingestion.ports import Odoo
from odoo_ingestion.variants import holdings
from tests.connections import config_for
from tests.odoo_reader import OdooReader

HEADER = "name,attribute:Trim,sku,price\n"


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Callable[..., RunResult]:
    """Import a text as a CSV file of variants into the module's database."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "rows.csv"
        path.write_text(HEADER + text, encoding="utf-8")
        importer = OdooImporter(config_for(module_database))
        return importer.import_file(path, "variants", failed_dir=tmp_path, **options)

    return run


def test_a_variant_that_no_row_names_and_that_came_meanwhile_ends_the_run(
    importing: Callable[..., RunResult], mocker: MockerFixture
) -> None:
    def with_a_stray(odoo: Odoo, ids: Sequence[int]) -> Mapping[int, tuple[int, bool]]:
        return {**holdings.fetch_states(odoo, ids), 999_999: (ids[0], True)}

    mocker.patch.object(variant_run, "fetch_states", with_a_stray)
    result = importing("Coat,Plain,C-1,10\n")
    assert result.status == "failed"
    assert result.error is not None
    assert "variants that no row names have changed: id 999999" in str(result.error["message"])
    assert (result.count("read"), result.count("created")) == (1, 1)


def test_what_had_landed_when_the_server_went_away_is_told_and_the_rest_goes_in_again(
    importing: Callable[..., RunResult], mocker: MockerFixture, module_database: OdooReader
) -> None:
    gone = mocker.patch.object(Shipper, "_send_items", side_effect=ConnectionFailed("gone"))
    result = importing("Hat,Plain,H-1,10\nHat,Lace,H-2,12\n")
    assert result.status == "failed"
    assert result.count("created") == 2
    mocker.stop(gone)
    again = importing("Hat,Plain,H-1,10\nHat,Lace,H-2,12\nHat,Silk,H-3,12\n")
    assert (again.count("unchanged"), again.count("created")) == (2, 1)
    assert module_database.count("product.product", [("name", "=", "Hat")]) == 3


def test_the_server_can_be_asked_to_validate_and_nothing_stays(
    importing: Callable[..., RunResult], module_database: OdooReader
) -> None:
    result = importing("Scarf,Plain,S-1,10\n", dry_run_server=True)
    assert (result.status, result.count("created")) == ("completed", 1)
    assert module_database.count("product.template", [("name", "=", "Scarf")]) == 0


def test_codes_that_two_rows_share_fail_the_second_also_in_two_products(
    importing: Callable[..., RunResult],
) -> None:
    result = importing("Sock,Plain,K-1,10\nGlove,Plain,K-1,10\n", dry_run=True)
    assert (result.count("created"), result.count("failed")) == (1, 1)
