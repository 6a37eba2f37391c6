"""What the tests of stock share."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.inventory.stockroom import Import, Stockroom
from tests.odoo_reader import OdooReader


@pytest.fixture
def stock(module_database: OdooReader) -> Stockroom:
    """The stock of the module's database."""
    return Stockroom(module_database)


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a text as a file of quantities into the module's database."""

    def run(text: str, name: str = "stock.csv", **options: Any) -> RunResult:
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        options.setdefault("type", "inventory")
        return OdooImporter(config_for(module_database)).import_file(path, **options)

    return run
