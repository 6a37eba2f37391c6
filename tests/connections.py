"""Connections of the code under test to the databases of the tests."""

from __future__ import annotations

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager import OdooConnection, connect
from tests.odoo_reader import OdooReader


def config_for(reader: OdooReader) -> Config:
    """Return the settings of the reader's database."""
    return Config(
        url=reader.url, database=reader.database, username=reader.username, api_key=reader.password
    )


def connection_to(reader: OdooReader) -> OdooConnection:
    """Return a connection to the reader's database, as its user."""
    return connect(config_for(reader))
