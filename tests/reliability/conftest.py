"""What the tests of faults share."""

from __future__ import annotations

import pytest

from tests.connection_manager.test_real_odoo import make_api_key
from tests.odoo_reader import OdooReader
from tests.reliability.files import make_goods
from tests.reliability.runs import Place


@pytest.fixture(scope="module")
def place(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> Place:
    """The module's database with goods and a customer, and an API key for both protocols."""
    make_goods(module_database)
    return Place(module_database, make_api_key(module_database), tmp_path_factory.mktemp("fire"))
