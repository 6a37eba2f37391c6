"""AdventureWorks' vendors, products and purchase orders, read back from the real Odoo."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files import adventureworks
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, write_rows

SOURCE = DATA / "adventureworks"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's files are."""
    return tmp_path_factory.mktemp("adventureworks")


@pytest.fixture(scope="module")
def orders(folder: Path) -> Path:
    """The purchase orders as one flat file, one row a line."""
    return write_rows(folder, "purchases", "csv", adventureworks.purchase_orders(SOURCE))


@pytest.fixture(scope="module")
def landed(module_database: OdooReader, folder: Path, orders: Path) -> RunResult:
    """The first import of the orders, vendors and products before them."""
    importer = OdooImporter(config_for(module_database))
    failed = folder / "failed"
    vendors = write_rows(folder, "vendors", "csv", adventureworks.vendors(SOURCE))
    products = write_rows(folder, "products", "csv", adventureworks.products(SOURCE))
    assert counts(importer.import_file(vendors, "suppliers", failed_dir=failed)) == {"created": 104}
    assert counts(importer.import_file(products, "products", failed_dir=failed)) == {"created": 86}
    return importer.import_file(orders, "purchase-orders", failed_dir=failed)


def _held(reader: OdooReader) -> dict[str, tuple[float, int]]:
    found = reader.search_read(
        "purchase.order", [("name", "=like", "AW-%")], ["name", "amount_untaxed", "order_line"]
    )
    assert len(found) == len({order["name"] for order in found})
    return {o["name"]: (o["amount_untaxed"], len(o["order_line"])) for o in found}


def test_orders_come_to_the_cent_of_the_source(
    landed: RunResult, module_database: OdooReader
) -> None:
    assert counts(landed) == {"created": 115}
    assert landed.records["purchase.order"]["created"] == 50
    assert landed.records["purchase.order.line"]["created"] == 115
    subtotals, lines = adventureworks.subtotals(SOURCE), adventureworks.line_counts(SOURCE)
    assert _held(module_database) == {name: (subtotals[name], lines[name]) for name in subtotals}


@pytest.mark.usefixtures("landed")
def test_the_same_orders_again_are_unchanged(
    importing: Import, module_database: OdooReader, orders: Path
) -> None:
    before = _held(module_database)
    again = importing(orders, type="purchase-orders")
    assert counts(again) == {"unchanged": 115}
    assert _held(module_database) == before
