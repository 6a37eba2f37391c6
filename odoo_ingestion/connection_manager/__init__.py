"""The only room that knows the wire: pool, login, retries, faults -> our errors."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from odoo_ingestion.connection_manager.connection import OdooConnection, connect
from odoo_ingestion.connection_manager.wire import unsendable_character

if TYPE_CHECKING:
    from odoo_ingestion.connection_manager.diagnosis import Diagnosis, diagnose
    from odoo_ingestion.connection_manager.examination import Finding

__all__ = [
    "Diagnosis",
    "Finding",
    "OdooConnection",
    "connect",
    "diagnose",
    "unsendable_character",
]

_HOMES = {"Diagnosis": "diagnosis", "diagnose": "diagnosis", "Finding": "examination"}


def __getattr__(name: str) -> Any:
    """Import what only a check of the connection needs when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
