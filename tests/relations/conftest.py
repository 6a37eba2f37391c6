"""A database for the tests of a module, and a connection to it that counts its calls."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.connections import connection_to
from tests.odoo_reader import OdooReader
from tests.relations.desk import CountingOdoo


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> Iterator[CountingOdoo]:
    """A connection to the module's own database, in English and for company 1."""
    with connection_to(module_database) as connection:
        yield CountingOdoo(connection.with_context(lang="en_US", allowed_company_ids=[1]))


@pytest.fixture(autouse=True)
def _forget_calls(request: pytest.FixtureRequest) -> None:
    if "odoo" in request.fixturenames:
        request.getfixturevalue("odoo").calls.clear()
