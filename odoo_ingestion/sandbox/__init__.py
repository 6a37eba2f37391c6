"""A real Odoo on this machine, with its own PostgreSQL, for the demo and the tests."""

from odoo_ingestion.sandbox.home import SandboxHome, default_home
from odoo_ingestion.sandbox.lifecycle import (
    SandboxStatus,
    create_database,
    drop_database,
    install_modules,
    reset,
    start,
    status,
    stop,
)

__all__ = [
    "SandboxHome",
    "SandboxStatus",
    "create_database",
    "default_home",
    "drop_database",
    "install_modules",
    "reset",
    "start",
    "status",
    "stop",
]
