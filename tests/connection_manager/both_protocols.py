"""The two protocols, for tests that hold for both."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from odoo_ingestion.connection_manager import OdooConnection, connect
from tests.connection_manager.conftest import config_for
from tests.connection_manager.test_real_odoo import make_api_key, settings
from tests.odoo_reader import OdooReader

PROTOCOLS = ("xmlrpc", "json2")


@contextmanager
def real_connection(reader: OdooReader, protocol: str, **others: Any) -> Iterator[OdooConnection]:
    """A connection to a real Odoo by an API key, over the protocol that is asked for."""
    chosen = settings(reader, protocol=protocol, **others)
    with connect(config_for(reader.url, **chosen)) as connection:
        assert connection.protocol == protocol
        yield connection


def new_reader(reader: OdooReader, *groups: str) -> OdooReader:
    """Return a reader that is logged in as a new user with these groups."""
    login = f"user-{uuid.uuid4().hex[:8]}"
    ids = [reader.xids("res.groups")[group] for group in groups]
    values = {"name": login, "login": login, "password": login, "group_ids": [[6, 0, ids]]}
    reader.call("res.users", "create", values, context={"no_reset_password": True})
    return OdooReader(reader.url, reader.database, login, login)


__all__ = ["PROTOCOLS", "make_api_key", "new_reader", "real_connection"]
