"""Stores failed rows with what a retry needs, and knows what to do about each kind of failure."""

from odoo_ingestion.error_handler.advice import advice
from odoo_ingestion.error_handler.failed_records import (
    ErrorHandler,
    OpenWriter,
    error_cells,
    input_stem,
)
from odoo_ingestion.error_handler.replaced import set_aside
from odoo_ingestion.error_handler.sidecar import Sidecar, read_sidecar, sidecar_path

__all__ = [
    "ErrorHandler",
    "OpenWriter",
    "Sidecar",
    "advice",
    "error_cells",
    "input_stem",
    "read_sidecar",
    "set_aside",
    "sidecar_path",
]
