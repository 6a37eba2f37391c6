"""Several importers, as on several machines, send the same records at the same moment."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.conftest import start
from tests.odoo_reader import OdooReader
from tests.reliability.files import ORDERS, PARTNERS, PRODUCTS, File, named_once
from tests.reliability.runs import OUTCOMES, Place, Trial, check_unchanged

WORDS = ("--json", "--batch-size", "10", "--workers", "2")


def at_once(place: Place, files: list[Path], file_type: str) -> list[dict[str, Any]]:
    """Import files at the same time, each by a process in a folder of its own; return summaries."""
    reader = place.reader
    login = {
        "ODOO_URL": reader.url,
        "ODOO_DATABASE": reader.database,
        "ODOO_USERNAME": reader.username,
        "ODOO_API_KEY": place.key,
    }
    words = ("import", "--type", file_type, *WORDS)
    processes = [
        start(*words, str(file), folder=folder_of(place, number), login=login)
        for number, file in enumerate(files)
    ]
    told = []
    for process in processes:
        out, err = process.communicate(timeout=120)
        assert process.returncode in (0, 1), err
        summary = json.loads(out)
        assert summary["read"] == sum(summary[name] for name in OUTCOMES)
        told.append(summary)
    return told


def folder_of(place: Place, number: int) -> Path:
    """Return the folder of one importer: nothing is shared but Odoo."""
    folder = place.folder / f"machine-{number}"
    folder.mkdir(exist_ok=True)
    return folder


def import_twice_at_once(place: Place, file: File) -> None:
    trial = Trial(place, file, "json2")
    told = at_once(place, [trial.path, trial.path], file.type)
    assert [summary["failed"] for summary in told] == [len(file.bad)] * 2
    assert [summary["error"] for summary in told] == [None, None]
    assert trial.held == trial.wanted
    check_unchanged(trial)


def test_two_importers_of_the_same_file_make_each_record_once(place: Place) -> None:
    import_twice_at_once(place, PARTNERS)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(5))
@pytest.mark.parametrize("file", [PARTNERS, PRODUCTS, ORDERS], ids=lambda file: str(file.type))
def test_two_importers_make_products_and_orders_once(place: Place, file: File, turn: int) -> None:
    import_twice_at_once(place, file)


def storm(place: Place, mark: str, importers: int, rows: int) -> None:
    """Let importers give the same partners values of their own, and look at what is there."""
    files = []
    for number in range(importers + 1):
        path = place.folder / f"{mark}-{number}.csv"
        lines = [f"{mark}-{n},Partner {n},by {number}\n" for n in range(rows)]
        path.write_text("ref,name,function\n" + "".join(lines), encoding="utf-8")
        files.append(path)
    [made] = at_once(place, files[:1], "partners")
    assert made["created"] == rows
    for summary in at_once(place, files[1:], "partners"):
        assert (summary["failed"], summary["error"]) == (0, None), summary
        assert summary["updated"] == rows
    found = _partners(place.reader, mark)
    assert sorted(row["ref"] for row in found) == sorted(f"{mark}-{n}" for n in range(rows))
    values = {f"by {number}" for number in range(1, importers + 1)}
    assert {row["function"] for row in found} <= values
    named_once(place.reader, "res.partner", [row["id"] for row in found])


def _partners(reader: OdooReader, mark: str) -> list[dict[str, Any]]:
    return reader.search_read("res.partner", [("ref", "=like", f"{mark}-%")], ["ref", "function"])


def test_four_importers_change_the_same_records_and_none_gives_up(place: Place) -> None:
    storm(place, "STORM", importers=4, rows=50)


@pytest.mark.soak
@pytest.mark.parametrize("turn", range(10))
def test_storm_after_storm_is_weathered(place: Place, turn: int) -> None:
    storm(place, f"GALE{turn}", importers=6, rows=200)
