"""A folder and a database of a test's own for runs that are broken off."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.odoo_reader import OdooReader
from tests.resuming.runs import Place

ROOT = Path(__file__).parents[2]


@pytest.fixture
def shared_place(
    tmp_path: Path, module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> Place:
    """The same in a database that the tests of the module share."""
    monkeypatch.chdir(tmp_path)
    return Place.of(tmp_path, module_database)


@pytest.fixture
def place(tmp_path: Path, fresh_database: OdooReader, monkeypatch: pytest.MonkeyPatch) -> Place:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))  # for the processes that are killed
    return Place.of(tmp_path, fresh_database)
