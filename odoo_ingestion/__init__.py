"""Import JSON, CSV, Parquet and Excel files into Odoo, with the truth about every row."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from odoo_ingestion.config import Config, load_config_from_env
    from odoo_ingestion.orchestrator import OdooImporter
    from odoo_ingestion.runs import FileResult, ImportOptions, Progress, RunResult

__version__ = "0.1.0"

__all__ = [
    "Config",
    "FileResult",
    "ImportOptions",
    "OdooImporter",
    "Progress",
    "RunResult",
    "__version__",
    "load_config_from_env",
]

_HOMES = {
    "Config": "config",
    "load_config_from_env": "config",
    "OdooImporter": "orchestrator",
    "FileResult": "runs",
    "ImportOptions": "runs",
    "Progress": "runs",
    "RunResult": "runs",
}


def __getattr__(name: str) -> Any:
    """Import a public name when it is first used, so that ``--help`` stays fast."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    import importlib

    return getattr(importlib.import_module(f"{__name__}.{_HOMES[name]}"), name)
