"""The only room that knows the wire: pool, login, retries, faults -> our errors."""

from odoo_ingestion.connection_manager.connection import OdooConnection, connect
from odoo_ingestion.connection_manager.diagnosis import Diagnosis, diagnose
from odoo_ingestion.connection_manager.examination import Finding
from odoo_ingestion.connection_manager.wire import unsendable_character

__all__ = [
    "Diagnosis",
    "Finding",
    "OdooConnection",
    "connect",
    "diagnose",
    "unsendable_character",
]
