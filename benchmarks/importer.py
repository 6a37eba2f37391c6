"""The importer as a user runs it: a process, defaults only; and what it says it did."""

from __future__ import annotations

import json
import os
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import odoo_ingestion
from benchmarks.measure import Measured, measure
from benchmarks.places import Place

_PACKAGE_FOLDER = Path(odoo_ingestion.__file__).parents[1]
"""The package that is measured is the one imported here, wherever another may be installed."""


@dataclass(frozen=True)
class Run:
    """One run of the command line and its summary."""

    measured: Measured
    summary: Mapping[str, Any]


def run_import(place: Place | None, path: Path, rows_are: str, *options: str) -> Run:
    """Import a file of rows of a type; without a place offline.

    Everything that the run leaves behind stands in the file's folder.
    """
    command = command_line(path, rows_are, *options)
    measured = measure(command, environment(place, path.parent), path.parent)
    try:
        return Run(measured, json.loads(measured.out))
    except ValueError:
        said = (measured.err or measured.out)[-2000:]
        raise SystemExit(f"The importer ended with {measured.code}: {said}") from None


def command_line(path: Path, rows_are: str, *options: str) -> list[str]:
    """Return the words that import a file of rows of a type."""
    program = [sys.executable, "-m", "odoo_ingestion"]
    return [*program, "import", str(path), "--type", rows_are, "--json", *options]


def environment(place: Place | None, folder: Path) -> dict[str, str]:
    """Return the settings of a run, and nothing of the machine's own that could change it."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    given = {
        "PYTHONPATH": str(_PACKAGE_FOLDER),
        "ODOO_JOURNAL": str(folder / "journal.sqlite"),
        "ODOO_LOG_DIR": str(folder / "logs"),
        "ODOO_FAILED_DIR": str(folder / "failed"),
    }
    if place is not None:
        given |= {
            "ODOO_URL": place.url,
            "ODOO_DATABASE": place.database,
            "ODOO_USERNAME": place.username,
            "ODOO_API_KEY": place.secret,
        }
    return kept | given


def expect(run: Run, **outcomes: int) -> Measured:
    """Return what a run took if each outcome came as often as told and no other came at all."""
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: int(run.summary[name]) for name in names}
    wanted = dict.fromkeys(names, 0) | outcomes
    if found != wanted:
        raise SystemExit(
            f"A wrong result is not measured: {found} instead of {wanted}; "
            f"errors {run.summary['errors']}, {run.summary['error']}, {run.summary['examples']}"
        )
    return run.measured
