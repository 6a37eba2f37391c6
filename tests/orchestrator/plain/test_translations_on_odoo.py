"""Translations and columns left out on purpose, from the file to what Odoo holds, and again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.orchestrator.importer import OdooImporter
from odoo_ingestion.runs import FileStart, RunResult
from tests.connections import config_for
from tests.odoo_reader import OdooReader


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> OdooReader:
    """Return the reader of a database with French and Dutch beside English."""
    wanted = [["code", "in", ["fr_FR", "nl_BE"]], ["active", "in", [True, False]]]
    languages = module_database.call("res.lang", "search", wanted)
    wizard = module_database.call(
        "base.language.install", "create", {"lang_ids": [[6, 0, languages]]}
    )
    module_database.call("base.language.install", "lang_install", [wizard])
    return module_database


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def run(reader: OdooReader, path: Path, **options: Any) -> RunResult:
    options = {"type": "products", "failed_dir": path.parent / "failed", **options}
    return OdooImporter(config_for(reader)).import_file(path, **options)


def counts(result: RunResult) -> dict[str, int]:
    assert result.error is None
    names = ("created", "updated", "unchanged", "failed")
    return {name: result.count(name) for name in names if result.count(name)}


def names(reader: OdooReader, prefix: str, lang: str) -> dict[str, str]:
    found = reader.search_read(
        "product.template",
        [("default_code", "=like", f"{prefix}%")],
        ["default_code", "name"],
        context={"lang": lang},
    )
    return {one["default_code"]: one["name"] for one in found}


def test_translations_land_in_their_languages_and_a_second_run_changes_nothing(
    odoo: OdooReader, tmp_path: Path
) -> None:
    header = ("sku", "name", "name:fr_FR", "Product Name:nl_BE", "Sales Description:fr_FR")
    tea = ("TR-1", "Tea", "Thé", "Thee", "Bon thé")
    coffee = ("TR-2", "Coffee", "", "Koffie", "")
    path = write(tmp_path / "p.csv", header, tea, coffee, ("TR-3", "Water", "", "", ""))
    assert counts(run(odoo, path, dry_run=True)) == counts(run(odoo, path)) == {"created": 3}
    assert names(odoo, "TR-", "en_US") == {"TR-1": "Tea", "TR-2": "Coffee", "TR-3": "Water"}
    assert names(odoo, "TR-", "fr_FR") == {"TR-1": "Thé", "TR-2": "Coffee", "TR-3": "Water"}
    assert names(odoo, "TR-", "nl_BE") == {"TR-1": "Thee", "TR-2": "Koffie", "TR-3": "Water"}
    assert counts(run(odoo, path)) == {"unchanged": 3}

    green = ("TR-1", "Tea", "Thé vert", "Thee", "Bon thé")
    write(path, header, green, coffee, ("TR-3", "Water", "", "", ""))
    changed = {"updated": 1, "unchanged": 2}
    assert counts(run(odoo, path, dry_run=True)) == counts(run(odoo, path)) == changed
    assert names(odoo, "TR-1", "fr_FR") == {"TR-1": "Thé vert"}
    assert names(odoo, "TR-1", "en_US") == {"TR-1": "Tea"}


def test_the_language_of_the_run_is_one_of_the_columns(odoo: OdooReader, tmp_path: Path) -> None:
    header = ("sku", "name:nl_BE", "name:en_US")
    path = write(tmp_path / "p.csv", header, ("TL-1", "Stoel", "Chair"))
    assert counts(run(odoo, path, lang="nl_BE")) == {"created": 1}
    assert names(odoo, "TL-", "en_US") == {"TL-1": "Chair"}
    assert names(odoo, "TL-", "nl_BE") == {"TL-1": "Stoel"}
    assert counts(run(odoo, path)) == {"unchanged": 1}


def test_children_wait_for_their_parents_and_have_translations_too(
    odoo: OdooReader, tmp_path: Path
) -> None:
    path = write(
        tmp_path / "units.csv",
        ("name", "relative_factor", "relative_uom_id", "name:fr_FR"),
        ("Crate of Jars", "24", "Jar", "Caisse de bocaux"),
        ("Jar", "1", "Units", "Bocal"),
    )
    assert counts(run(odoo, path, type="units")) == {"created": 2}
    assert counts(run(odoo, path, type="units")) == {"unchanged": 2}
    french = odoo.search_read(
        "uom.uom",
        [("name", "in", ["Bocal", "Caisse de bocaux"])],
        ["name"],
        context={"lang": "fr_FR"},
    )
    assert {one["name"] for one in french} == {"Caisse de bocaux", "Bocal"}


def test_a_refused_translation_fails_its_row_and_says_that_the_record_landed(
    odoo: OdooReader, tmp_path: Path
) -> None:
    options = {"type": None, "model": "product.tag"}
    header = ("id", "name", "name:fr_FR")
    path = write(tmp_path / "tags.csv", header, ("shop.a", "New", "Neuf"))
    assert counts(run(odoo, path, **options)) == {"created": 1}
    # Odoo wants names to be unique in all languages together, so the French one is one too many.
    write(path, header, ("shop.b", "New", "Neuf"), ("shop.c", "Old", "Vieux"))
    result = run(odoo, path, **options)
    assert counts(result) == {"created": 1, "failed": 1}
    (said,) = result.examples.values()
    assert "the record landed (id " in said
    assert "its text in fr_FR did not" in said
    tags = odoo.search_read("product.tag", [("name", "=", "New")], ["name"])
    assert len(tags) == 2


def test_a_language_that_is_not_installed_stops_before_the_first_row(
    odoo: OdooReader, tmp_path: Path
) -> None:
    path = write(tmp_path / "p.csv", ("sku", "name", "name:de_DE"), ("TD-1", "Tea", "Tee"))
    with pytest.raises(ColumnError, match="the language de_DE is not installed") as caught:
        run(odoo, path)
    assert "Installed: " in str(caught.value.hint)
    assert "fr_FR" in str(caught.value.hint)
    result = run(odoo, path, ignore=("name:de_DE",))
    assert counts(result) == {"created": 1}


def test_columns_are_left_out_on_purpose_and_told(odoo: OdooReader, tmp_path: Path) -> None:
    starts: list[FileStart] = []
    path = write(tmp_path / "p.csv", ("sku", "name", "Colour", "price"), ("IG-1", "Tea", "x", "y"))
    importer = OdooImporter(config_for(odoo), on_start=starts.append)
    result = importer.import_file(
        path, type="products", ignore=("colour", "PRICE"), failed_dir=tmp_path
    )
    assert counts(result) == {"created": 1}
    assert starts[0].ignored == ("Colour", "price")
    with pytest.raises(UsageError, match="--ignore color: no file has such a column") as caught:
        importer.import_file(path, type="products", ignore=("color",))
    assert "Did you mean Colour?" in str(caught.value.hint)


def test_lists_of_records_may_be_written_in_json(odoo: OdooReader, tmp_path: Path) -> None:
    path = write(
        tmp_path / "p.csv",
        ("ref", "name", "tags"),
        ("JL-1", "Ann", '["Red, large", "Blue"]'),
        ("JL-2", "Bob", '"Red, large",Blue'),
    )
    options: dict[str, Any] = {"type": "partners", "create_missing": ("category_id",)}
    assert counts(run(odoo, path, **options)) == {"created": 2}
    lines = '{"ref": "JL-3", "name": "Cy", "tags": ["Blue", "Red, large"]}\n'
    (tmp_path / "p.jsonl").write_text(lines, encoding="utf-8")
    assert counts(run(odoo, tmp_path / "p.jsonl", **options)) == {"created": 1}
    tags = {
        one["name"]: one["id"] for one in odoo.search_read("res.partner.category", [], ["name"])
    }
    assert set(tags) >= {"Red, large", "Blue"}
    for found in odoo.search_read("res.partner", [("ref", "=like", "JL-%")], ["category_id"]):
        assert set(found["category_id"]) == {tags["Red, large"], tags["Blue"]}
