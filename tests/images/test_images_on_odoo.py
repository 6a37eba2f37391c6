"""Images, from the file to what Odoo holds, and again."""

from __future__ import annotations

import base64
import csv
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from odoo_ingestion.cli.app import run as run_command
from odoo_ingestion.images import fetching
from odoo_ingestion.orchestrator.importer import OdooImporter
from odoo_ingestion.runs import RunResult
from tests.connections import config_for
from tests.images.pictures import png
from tests.images.shop import Shop, open_shop
from tests.odoo_reader import OdooReader


@pytest.fixture(scope="module")
def shop() -> Iterator[Shop]:
    with open_shop() as running:
        yield running


@pytest.fixture(autouse=True)
def shop_is_public(monkeypatch: pytest.MonkeyPatch) -> None:
    fetch = partial(fetching.fetch_image, allowed={"127.0.0.1"})
    monkeypatch.setattr(fetching, "fetch_image", fetch)


def write(path: Path, *rows: tuple[str, ...]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([("sku", "name", "image"), *rows])


def run(reader: OdooReader, path: Path, **options: Any) -> RunResult:
    options.setdefault("failed_dir", path.parent / "failed")
    return OdooImporter(config_for(reader)).import_file(path, type="products", **options)


def counts(result: RunResult) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "failed")
    return {name: result.count(name) for name in names if result.count(name)}


def held(reader: OdooReader, code: str) -> bytes | None:
    (found,) = reader.search_read("product.template", [("default_code", "=", code)], ["image_1920"])
    return base64.b64decode(found["image_1920"]) if found["image_1920"] else None


def test_images_land_byte_for_byte_and_a_second_run_changes_nothing(
    module_database: OdooReader, shop: Shop, tmp_path: Path
) -> None:
    (tmp_path / "pictures").mkdir()
    (tmp_path / "pictures" / "a.png").write_bytes(png(20, 10))
    path = tmp_path / "products.csv"
    write(
        path,
        ("IMG-A", "By path", "pictures/a.png"),
        ("IMG-B", "By cell", base64.b64encode(png(5, 5)).decode()),
        ("IMG-C", "By address", shop.url("/tea")),
        ("IMG-D", "Without", ""),
    )
    dry = run(module_database, path, fetch_images=True, dry_run=True)
    assert counts(dry) == counts(run(module_database, path, fetch_images=True)) == {"created": 4}
    assert held(module_database, "IMG-A") == png(20, 10)
    assert held(module_database, "IMG-B") == png(5, 5)
    assert held(module_database, "IMG-C") == png()
    assert held(module_database, "IMG-D") is None
    assert counts(run(module_database, path, fetch_images=True)) == {"unchanged": 4}

    (tmp_path / "pictures" / "a.png").write_bytes(png(21, 10))
    dry = run(module_database, path, fetch_images=True, dry_run=True)
    changed = run(module_database, path, fetch_images=True)
    assert counts(dry) == counts(changed) == {"updated": 1, "unchanged": 3}
    assert held(module_database, "IMG-A") == png(21, 10)


def test_a_bad_image_fails_its_row_alone_and_a_retry_finds_the_folder(
    module_database: OdooReader, shop: Shop, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "products.csv"
    write(
        path,
        ("BAD-1", "Missing", "later.png"),
        ("BAD-2", "Outside", "../a.png"),
        ("BAD-3", "Not asked for", shop.url("/tea")),
        ("BAD-4", "Good", base64.b64encode(png()).decode()),
    )
    dry = run(module_database, path, dry_run=True)
    result = run(module_database, path)
    assert counts(dry) == counts(result) == {"created": 1, "failed": 3}
    (failed_file,) = result.failed_files
    said = Path(failed_file).read_text(encoding="utf-8")
    assert "there is no image file later.png" in said
    assert "leads out of the folder" in said
    assert "Add --fetch-images" in said
    assert "products.csv" not in Path(failed_file).parent.name

    (tmp_path / "later.png").write_bytes(png(6, 6))
    for name, value in {
        "ODOO_URL": module_database.url,
        "ODOO_DATABASE": module_database.database,
        "ODOO_USERNAME": module_database.username,
        "ODOO_API_KEY": module_database.password,
    }.items():
        monkeypatch.setenv(name, value)
    assert run_command(["retry", failed_file, "--fetch-images", "--quiet"]) == 1
    assert held(module_database, "BAD-1") == png(6, 6)
    assert held(module_database, "BAD-3") == png()
    assert module_database.count("product.template", [("default_code", "=", "BAD-2")]) == 0


def test_an_image_larger_than_odoo_keeps_is_sent_each_time_and_told(
    module_database: OdooReader, tmp_path: Path
) -> None:
    path = tmp_path / "products.csv"
    (tmp_path / "wide.png").write_bytes(png(2_000, 4))
    write(path, ("WIDE", "Wide", "wide.png"))
    run(module_database, path)
    again = run(module_database, path)
    assert counts(again) == {"updated": 1}
    assert any("they cannot be compared and are sent in each run" in n for n in again.notices)


def test_fetching_is_told_to_do_nothing_where_no_column_holds_images(tmp_path: Path) -> None:
    path = tmp_path / "products.csv"
    path.write_text("sku,name\nNONE-1,None\n", encoding="utf-8")
    result = OdooImporter().import_file(
        path, type="products", fetch_images=True, dry_run=True, offline=True, failed_dir=tmp_path
    )
    assert "--fetch-images: no column of this file holds images" in result.notices


def test_images_of_a_frame_have_no_folder(tmp_path: Path) -> None:
    frame = pd.DataFrame({"sku": ["FRAME-1"], "name": ["x"], "image_1920": ["a.png"]})
    result = OdooImporter().import_dataframe(
        frame, type="products", dry_run=True, offline=True, failed_dir=tmp_path
    )
    assert "do not come from a file" in result.examples["validation"]
