"""What the tests of faults share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_ingestion.sandbox import default_home
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.postgres import Cluster, find_postgres
from tests.connection_manager.test_real_odoo import make_api_key
from tests.odoo_reader import OdooReader
from tests.reliability.files import make_goods
from tests.reliability.runs import Place


@pytest.fixture(scope="module")
def place(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Place]:
    """The module's database with goods and a customer, and an API key for both protocols.

    Its user has no password: Odoo would try each key against it, anew after every new product.
    """
    make_goods(module_database)
    key = make_api_key(module_database)
    binaries = find_postgres()
    assert binaries is not None
    cluster = Cluster(default_home(), service_account(), binaries)
    cluster.query("UPDATE res_users SET password = NULL", module_database.database)
    login = (module_database.database, module_database.username, key)
    with OdooReader(module_database.url, *login) as reader:
        yield Place(reader, key, tmp_path_factory.mktemp("fire"))
