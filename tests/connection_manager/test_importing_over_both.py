"""The same files have the same outcomes over XML-RPC and over JSON-2, row by row."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.cli.demo import DEMO_FILES, samples
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import FileStart, RunResult
from tests.connection_manager.conftest import config_for
from tests.connection_manager.test_real_odoo import make_api_key, settings
from tests.odoo_reader import OdooReader

NAMES = ("categories.csv", "products.csv", "partners_with_errors.csv")
FILES = [file for file in DEMO_FILES if file.name in NAMES]
OUTCOMES = ("read", "created", "updated", "unchanged", "skipped", "failed")


def import_demo(
    reader: OdooReader, folder: Path, *, key: str, protocol: str, dry_run: bool = False
) -> list[RunResult]:
    starts: list[FileStart] = []
    config = config_for(reader.url, **settings(reader, api_key=key, protocol=protocol, pool_size=2))
    importer = OdooImporter(config, on_start=starts.append)
    results = [
        importer.run(
            [str(samples() / file.name)],
            replace(file.options, dry_run=dry_run, failed_dir=folder, workers=2),
        )
        for file in FILES
    ]
    assert {start.protocol for start in starts} == {protocol}
    assert {result.as_dict()["protocol"] for result in results} == {protocol}
    return results


def told(results: list[RunResult]) -> list[Any]:
    """Return all that a run tells but names of its own, times and places."""
    return [
        (
            [[getattr(file, outcome) for outcome in OUTCOMES] for file in result.files],
            result.status,
            result.records,
            result.errors,
            result.examples,
            sorted(result.notices),
        )
        for result in results
    ]


def failed_rows(results: list[RunResult]) -> list[list[str]]:
    paths = [Path(path) for result in results for path in result.failed_files]
    lines = [line for path in paths for line in path.read_text("utf-8-sig").splitlines()]
    return list(csv.reader(lines))


def landed(reader: OdooReader) -> dict[str, Any]:
    """Return what is in Odoo by external id, without database ids."""
    fields = {
        "product.category": ["complete_name"],
        "product.template": [
            "name", "default_code", "barcode", "list_price", "standard_price", "weight",
            "description_sale", "is_storable", "active",
        ],
        "res.partner": [
            "name", "ref", "vat", "email", "phone", "street", "city", "zip", "comment", "website",
            "is_company", "customer_rank", "supplier_rank", "lang", "tz",
        ],
    }  # fmt: skip
    found: dict[str, Any] = {}
    for model, names in fields.items():
        records = {
            record.pop("id"): record
            for record in reader.search_read(model, [], names, context={"active_test": False})
        }
        found |= {
            name: records[number]
            for name, number in reader.xids(model).items()
            if number in records and name.startswith("odoo_ingestion.")
        }
    return found


def test_the_demo_files_have_the_same_outcomes_over_both(
    module_database: OdooReader, fresh_database: OdooReader, tmp_path: Path
) -> None:
    over: dict[str, tuple[Any, ...]] = {}
    for protocol, reader in (("xmlrpc", module_database), ("json2", fresh_database)):
        key = make_api_key(reader)
        folder = tmp_path / protocol
        options: dict[str, Any] = {"key": key, "protocol": protocol}
        dry = import_demo(reader, folder, dry_run=True, **options)
        first = import_demo(reader, folder, **options)
        second = import_demo(reader, folder, **options)
        over[protocol] = (
            told(dry),
            told(first),
            told(second),
            failed_rows(first),
            landed(reader),
        )
        assert sum(result.count("created") for result in first) > 90
        assert {result.count("created") + result.count("updated") for result in second} == {0}

    assert len(over["json2"][-1]) > 90
    for ours, theirs in zip(over["json2"], over["xmlrpc"], strict=True):
        assert ours == theirs
