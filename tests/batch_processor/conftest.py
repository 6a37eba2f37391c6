"""What the tests of this room share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_ingestion.batch_processor import tries
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.records import ModelSchema
from tests.batch_processor.real_runs import RealRun, read_schema
from tests.connections import connection_to
from tests.odoo_reader import OdooReader


@pytest.fixture
def no_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let tries follow each other at once."""
    monkeypatch.setattr(tries, "_backoff", lambda state: 0.0)


@pytest.fixture(autouse=True)
def short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is away in these tests that needs time to come back."""
    monkeypatch.setattr(tries, "LONGEST_BEFORE_PARTS", 0.01)


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> Iterator[OdooConnection]:
    with connection_to(module_database) as connection:
        yield connection.with_context(noupdate=True, mail_auto_subscribe_no_notify=True)


@pytest.fixture(scope="module")
def schemas(odoo: OdooConnection) -> dict[str, ModelSchema]:
    return {model: read_schema(odoo, model) for model in ("res.partner", "product.template")}


@pytest.fixture
def run(odoo: OdooConnection, schemas: dict[str, ModelSchema]) -> RealRun:
    return RealRun(odoo, schemas)
