"""Chinook's customers, tracks and invoices, read back from the real Odoo."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files import chinook
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, write_rows

SOURCE = chinook.tables(DATA / "chinook" / "ChinookData.json")
FEW = {**SOURCE, "Invoice": SOURCE["Invoice"][:3]}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the module's files are."""
    return tmp_path_factory.mktemp("chinook")


@pytest.fixture(scope="module")
def invoices(folder: Path) -> Path:
    """The invoices as one flat file: the invoice's cells on its first line only."""
    return write_rows(folder, "invoices", "csv", chinook.invoices(SOURCE))


@pytest.fixture(scope="module")
def landed(module_database: OdooReader, folder: Path, invoices: Path) -> RunResult:
    """The first import of the invoices, customers and tracks before them."""
    importer = OdooImporter(config_for(module_database))
    customers = write_rows(folder, "customers", "csv", chinook.customers(SOURCE))
    tracks = write_rows(folder, "tracks", "csv", chinook.tracks(SOURCE))
    failed = folder / "failed"
    assert counts(importer.import_file(customers, "customers", failed_dir=failed)) == {
        "created": len(SOURCE["Customer"])
    }
    assert counts(importer.import_file(tracks, "products", failed_dir=failed)) == {
        "created": len(SOURCE["Track"])
    }
    return importer.import_file(invoices, "invoices", failed_dir=failed)


def _held(reader: OdooReader) -> dict[str, dict[str, object]]:
    found = reader.search_read(
        "account.move",
        [("name", "=like", "CHINOOK-%")],
        ["name", "amount_total", "invoice_line_ids", "state", "move_type", "invoice_date"],
    )
    assert len(found) == len({invoice["name"] for invoice in found})
    return {invoice["name"]: invoice for invoice in found}


def test_invoices_come_to_the_totals_of_the_source_and_are_drafts(
    landed: RunResult, module_database: OdooReader
) -> None:
    assert counts(landed) == {"created": 158}
    assert landed.records["account.move"]["created"] == 30
    held = _held(module_database)
    assert {n: i["amount_total"] for n, i in held.items()} == chinook.totals(SOURCE)
    posted = {chinook.number(invoice) for invoice in FEW["Invoice"]}
    assert {i["state"] for n, i in held.items() if n not in posted} == {"draft"}
    assert {i["move_type"] for i in held.values()} == {"out_invoice"}
    assert held["CHINOOK-0001"]["invoice_date"] == "2021-01-01"


@pytest.mark.usefixtures("landed")
def test_the_same_invoices_again_are_unchanged(
    importing: Import, module_database: OdooReader, invoices: Path
) -> None:
    before = _held(module_database)
    assert counts(importing(invoices, type="invoices")) == {"unchanged": 158}
    assert _held(module_database) == before


@pytest.mark.usefixtures("landed")
def test_a_few_are_posted_under_their_numbers_once(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    path = write_rows(tmp_path, "few", "csv", chinook.invoices(FEW))
    posted = importing(path, type="invoices", post=True)
    assert counts(posted)["updated"] == 3
    assert any("3 invoices posted" in notice for notice in posted.notices)
    states = {name: invoice["state"] for name, invoice in _held(module_database).items()}
    names = [chinook.number(invoice) for invoice in FEW["Invoice"]]
    assert [states.pop(name) for name in names] == ["posted"] * 3
    assert set(states.values()) == {"draft"}
    again = importing(path, type="invoices", post=True)
    assert set(counts(again)) == {"unchanged"}
