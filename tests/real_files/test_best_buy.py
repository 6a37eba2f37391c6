"""Best Buy's 4,584 categories: six levels, in the order of the file, some parents absent."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import ColumnError
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, failed_rows, json_rows, problems, to_json_lines

FILE = DATA / "bestbuy" / "categories.json.gz"
SECONDS = 60


def rows_with_parents() -> list[dict[str, Any]]:
    """Return id, name and the parent's id: the last but one of each path."""
    return [
        {
            "id": category["id"],
            "name": category["name"],
            "parent_id/id": category["path"][-2]["id"] if len(category["path"]) > 1 else None,
        }
        for category in json_rows("bestbuy/categories.json.gz")
    ]


def paths_that_can_land(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Return id -> complete name of the rows whose forebears are all in the file, with a name.

    Twelve names have spaces around them, which do not count: a path is made of names.
    """
    by_id = {row["id"]: row for row in rows}

    def path_of(row: dict[str, Any]) -> str | None:
        if not row["name"]:
            return None
        if row["parent_id/id"] is None:
            return str(row["name"]).strip()
        parent = by_id.get(row["parent_id/id"])
        above = path_of(parent) if parent else None
        return above and f"{above} / {row['name'].strip()}"

    paths = {row["id"]: path_of(row) for row in rows}
    return {name: path for name, path in paths.items() if path}


def paths_in(reader: OdooReader) -> dict[str, str]:
    """Return id -> complete name, put together from the names and parents in Odoo."""
    read = reader.search_read("product.category", [], ["name", "parent_id", "complete_name"])
    by_id = {category["id"]: category for category in read}
    ids = {
        record_id: name.removeprefix("__import__.")
        for name, record_id in reader.xids("product.category").items()
        if name.startswith("__import__.")
    }
    found = {}
    for category in read:
        names, above = [category["name"]], category["parent_id"]
        while above:
            names.append(by_id[above[0]]["name"])
            above = by_id[above[0]]["parent_id"]
        path = " / ".join(reversed(names))
        assert category["complete_name"] == path
        if category["id"] in ids:
            found[ids[category["id"]]] = path
    return found


def test_every_category_has_an_outcome_and_the_tree_is_the_files(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    rows = rows_with_parents()
    expected = paths_that_can_land(rows)
    assert (len(rows), len(expected)) == (4_584, 4_207)
    path = tmp_path / "categories.jsonl"
    path.write_bytes(to_json_lines(rows))

    began = time.monotonic()
    result = importing(path, type="categories")
    seconds = time.monotonic() - began

    assert counts(result) == {"created": 4_207, "failed": 377}
    assert dict(result.errors) == {"missing_relation": 376, "validation": 1}
    check_problems(rows, problems(result))
    assert paths_in(module_database) == expected
    assert seconds < SECONDS
    again = importing(path, type="categories")
    assert counts(again) == {"unchanged": 4_207, "failed": 377}
    assert paths_in(module_database) == expected


def check_problems(rows: list[dict[str, Any]], found: dict[int, dict[str, str]]) -> None:
    """Each failed row names the id that is absent, or the row of its parent that failed."""
    number_of = {row["id"]: number for number, row in enumerate(rows, 1)}
    of_children = 0
    for number, problem in found.items():
        parent = rows[number - 1]["parent_id/id"]
        if not rows[number - 1]["name"]:
            assert problem["field"] == "name"
        elif parent in number_of:
            of_children += 1
            assert f"row {number_of[parent]} of this file, failed" in problem["message"]
        else:
            assert f"'{parent}'" in problem["message"]
            assert problem["field"] == "parent_id/id"
    assert of_children == 13


def test_the_file_as_it_is_says_what_it_lacks(importing: Import) -> None:
    with pytest.raises(ColumnError, match="'subCategories' is not a field"):
        importing(FILE, type="categories")
    result = importing(FILE, type="categories", ignore_unknown_columns=True, dry_run=True)
    assert counts(result) == {"failed": 4_584}
    first = failed_rows(result.failed_files[0])[0]
    assert first["_error_field"] == "path"
    assert first["path"] == [{"id": first["id"], "name": first["name"]}]
