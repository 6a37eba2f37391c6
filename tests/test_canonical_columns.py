"""Every canonical column of every type is bound, renamed, converted or reported in each Odoo."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from odoo_ingestion.cli.template import TemplateFormat, example_text
from odoo_ingestion.data_models import IMPORT_TYPES, available_versions, load_catalogue
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.orchestrator.importer import OdooImporter
from odoo_ingestion.records import ImportKind
from tests.version_matrix import (
    AMBIGUOUS,
    BOUND,
    CONVERTED,
    LEFT_OUT,
    REPORTED,
    canonical_columns,
    table,
    verdicts,
)

PAGE = Path(__file__).parents[1] / "docs" / "versions.md"


@pytest.mark.parametrize("version", available_versions())
@pytest.mark.parametrize("name", IMPORT_TYPES)
def test_no_canonical_column_is_dropped_in_silence(name: str, version: str) -> None:
    found = verdicts(name, version)
    assert set(found) == set(canonical_columns(IMPORT_TYPES[name]))
    for column, verdict in found.items():
        if verdict.word in (BOUND, LEFT_OUT, AMBIGUOUS):
            continue
        if verdict.word == REPORTED:
            number = version.removesuffix(".0")
            assert f"Odoo {number}" in verdict.sentence, (column, verdict.sentence)
        else:
            assert re.fullmatch("`[a-z_0-9]+`", verdict.word), (column, verdict)


@pytest.mark.parametrize("name", IMPORT_TYPES)
def test_odoo_19_has_nearly_every_canonical_column_by_its_own_name(name: str) -> None:
    words = [verdict.word for verdict in verdicts(name, "19.0").values()]
    assert words.count(REPORTED) <= 2


def test_a_renamed_column_fills_the_field_that_the_server_has() -> None:
    orders = verdicts("orders", "17.0")
    assert orders["order_line/tax_ids"].word == "`tax_id`"
    assert orders["order_line/product_uom_id"].word == "`product_uom`"
    assert "tax_id" in load_catalogue("17.0", "sale.order.line").fields


def test_the_table_of_the_page_is_what_happens() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    start = lines.index("| Type | Column | 14 | 17 | 18 | 19 |") + 2
    told = []
    for line in lines[start:]:
        if not line.startswith("|"):
            break
        told.append(tuple(cell.strip() for cell in line.strip("|").split(" | ")))
    assert told == table(), "python -m tests.version_matrix prints the table"


def test_what_is_storable_is_said_by_the_type_where_there_is_no_field_for_it() -> None:
    words = {row[1]: row[2:] for row in table() if "products" in row[0].split(", ")}
    assert words["`is_storable`"] == (CONVERTED, CONVERTED, BOUND, BOUND)


@pytest.mark.parametrize("version", [*available_versions(), "16.0"])
@pytest.mark.parametrize("name", IMPORT_TYPES)
def test_the_example_of_a_type_passes_offline_in_every_version(
    tmp_path: Path, name: str, version: str
) -> None:
    kind = IMPORT_TYPES[name]
    path = tmp_path / "example.csv"
    path.write_text(example_text(kind.example, TemplateFormat.CSV), encoding="utf-8")
    options = {"apply": True} if kind.kind is ImportKind.INVENTORY else {}
    importer = OdooImporter()
    try:
        result = importer.import_file(
            path,
            type=name,
            dry_run=True,
            offline=True,
            odoo_version=version,
            failed_dir=tmp_path,
            **options,
        )
    except ColumnError as error:
        unknown = version not in available_versions()
        said = f"is known in Odoo {version}" if unknown else f"Odoo {version} has no field"
        assert said in error.message
        assert set(re.findall(r"column '([^']+)'", error.message)) <= set(kind.example)
    else:
        assert (result.count("created"), result.count("failed")) == (1, 0), result.examples
        assert any("no list of the fields" in said for said in result.notices) is (
            version == "16.0"
        )
