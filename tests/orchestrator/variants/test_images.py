"""Images of variants: loaded together, sent once, told where Odoo changes them."""

from __future__ import annotations

import base64
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from pytest_mock import MockerFixture

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.images import fetching, loader
from tests.connections import config_for
from tests.images.pictures import png
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]

HEADER = "name,attribute:Glaze,sku,image\n"
FIELD = "image_variant_1920"


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a text as a CSV file of variants into the module's database."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "rows.csv"
        path.write_text(HEADER + text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, "variants", **options)

    return run


def counts(result: RunResult) -> dict[str, int]:
    assert result.error is None, result.error
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


def held(reader: OdooReader) -> dict[str, bytes]:
    """Return the image of each variant that has one of its own, by its code."""
    found = reader.search_read("product.product", [], ["default_code", FIELD])
    return {row["default_code"]: base64.b64decode(row[FIELD]) for row in found if row[FIELD]}


def test_images_of_a_chunk_are_compared_in_one_look_up_and_a_bad_one_fails_its_row_alone(
    importing: Import, module_database: OdooReader, tmp_path: Path, mocker: MockerFixture
) -> None:
    look_up = mocker.spy(loader, "held_checksums")
    pictures = {"a": png(4, 4), "b": png(5, 5), "wide": png(2_000, 4)}
    for name, content in pictures.items():
        (tmp_path / f"{name}.png").write_bytes(content)
    text = (
        "Bowl,Green,B-1,a.png\nBowl,Blue,B-2,b.png\nBowl,Black,B-3,gone.png\n"
        "Bowl,Grey,B-4,\nPlate,Green,P-1,wide.png\n"
    )
    foretold = importing(text, dry_run=True)
    result = importing(text)
    assert counts(foretold) == counts(result) == {"created": 4, "failed": 1}
    assert foretold.examples == result.examples
    assert "there is no image file gone.png" in str(result.examples)
    landed = held(module_database)
    assert landed.keys() == {"B-1", "B-2", "P-1"}
    assert (landed["B-1"], landed["B-2"]) == (pictures["a"], pictures["b"])
    for told in (foretold, result):
        assert any("images larger than Odoo keeps them: 1" in n for n in told.notices)

    (tmp_path / "gone.png").write_bytes(png(7, 7))
    (tmp_path / "b.png").write_bytes(png(6, 6))
    look_up.reset_mock()
    again = importing(text)
    assert counts(again) == {"created": 1, "updated": 2, "unchanged": 2}
    assert look_up.call_count == 1
    assert held(module_database)["B-2"] == png(6, 6)
    assert held(module_database)["B-3"] == png(7, 7)


def test_several_images_are_fetched_at_the_same_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    together = threading.Barrier(3)

    def fetch(url: str) -> bytes:
        together.wait(timeout=10)
        return png()

    monkeypatch.setattr(fetching, "fetch_image", fetch)
    path = tmp_path / "rows.csv"
    rows = "".join(f"Bowl,Glaze {n},B-{n},https://shop.example/{n}.png\n" for n in range(3))
    path.write_text(HEADER + rows, encoding="utf-8")
    running = threading.active_count()
    result = OdooImporter().import_file(
        path, "variants", dry_run=True, offline=True, fetch_images=True, failed_dir=tmp_path
    )
    assert counts(result) == {"created": 3}
    assert threading.active_count() == running
