"""What went in over JSON-2 is unchanged over XML-RPC: types that make several records a row."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import FileStart, RunResult
from tests.connection_manager.conftest import config_for
from tests.connection_manager.test_real_odoo import make_api_key, settings
from tests.odoo_reader import OdooReader
from tests.real_files.saleor import variant_rows

PARTNERS = "ref,name,customer_rank,supplier_rank\nOB-C,Customer over both,1,0\nOB-V,Vendor,0,1\n"
PRODUCTS = "sku,name,price\nOB-1,Lamp,10\nOB-2,Cord,2.5\n"
PRICES = (
    "vendor,sku,min qty,price,valid from,valid until\n"
    "OB-V,OB-1,10,2.10,,\nOB-V,OB-1,100,1.90,2027-01-01,2027-12-31\nOB-V,OB-2,,0.35,,\n"
)
INVOICES = (
    "invoice number,type,customer,invoice date,total,sku,qty,unit price,taxes\n"
    "OB/2026/1,Customer Invoice,OB-C,2026-03-02,23.00,OB-1,2,10.25,0% Exports\n"
    ",,,,,OB-2,1,2.50,0% Exports\n"
    "OB/2026/2,Customer Invoice,OB-C,2026-03-03,5.00,OB-2,2,2.50,0% Exports\n"
)


def saleor_variants() -> str:
    """Return the first variants of Saleor's shop as a CSV file, products of several among them."""
    rows = variant_rows()[:12]
    lines = [list(rows[0]), *(list(row.values()) for row in rows)]
    return "".join(",".join(f'"{cell}"' for cell in line) + "\n" for line in lines)


FILES = {"variants": saleor_variants(), "supplier-prices": PRICES, "invoices": INVOICES}


class Importer:
    """Imports texts over a protocol that it is told, and shows that it was that one."""

    def __init__(self, reader: OdooReader, folder: Path) -> None:
        self._reader = reader
        self._folder = folder
        self._key = make_api_key(reader)

    def run(self, kind: str, text: str, protocol: str, **options: Any) -> RunResult:
        """Import a text as a file of a type."""
        path = self._folder / "rows.csv"
        path.write_text(text, encoding="utf-8")
        chosen = settings(self._reader, api_key=self._key, protocol=protocol)
        starts: list[FileStart] = []
        importer = OdooImporter(config_for(self._reader.url, **chosen), on_start=starts.append)
        result = importer.import_file(path, kind, failed_dir=self._folder / "failed", **options)
        assert [start.protocol for start in starts] == [protocol]
        return result


@pytest.fixture(scope="module")
def importer(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> Importer:
    """An importer into a database that has the partners and products of the files."""
    made = Importer(module_database, tmp_path_factory.mktemp("both"))
    for kind, text in (("partners", PARTNERS), ("products", PRODUCTS)):
        assert outcomes(made.run(kind, text, "json2")) == {"created": 2}
    return made


def outcomes(result: RunResult) -> dict[str, int]:
    assert result.error is None, result.error
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


def states(reader: OdooReader, models: Sequence[str]) -> list[Any]:
    """Return every record of the models with the moment of its last change."""
    return [
        (model, row["id"], row["write_date"])
        for model in models
        for row in reader.search_read(model, [], ["write_date"], order="id")
    ]


MODELS = {
    "variants": ("product.template", "product.product", "product.template.attribute.line"),
    "supplier-prices": ("product.supplierinfo",),
    "invoices": ("account.move", "account.move.line"),
}


@pytest.mark.parametrize("kind", FILES)
def test_what_went_in_over_json2_is_unchanged_over_xmlrpc(
    kind: str, importer: Importer, module_database: OdooReader
) -> None:
    text = FILES[kind]
    rows = len(list(csv.reader(text.splitlines()))) - 1
    planned = importer.run(kind, text, "json2", dry_run=True)
    first = importer.run(kind, text, "json2")
    assert (outcomes(first), dict(first.examples)) == ({"created": rows}, {})
    assert outcomes(planned) == outcomes(first)
    assert planned.records == first.records

    landed = states(module_database, MODELS[kind])
    for protocol in ("xmlrpc", "json2"):
        again = importer.run(kind, text, protocol)
        assert (outcomes(again), again.records) == ({"unchanged": rows}, {})
    assert states(module_database, MODELS[kind]) == landed
