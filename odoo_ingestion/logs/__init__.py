"""The log file: one line a record, each with the run it belongs to, nothing secret in it."""

from odoo_ingestion.logs.current_run import current_run, forget_run, name_run
from odoo_ingestion.logs.lines import JsonLines, TextLines
from odoo_ingestion.logs.log_file import open_log_file
from odoo_ingestion.logs.redaction import Redaction

__all__ = [
    "JsonLines",
    "Redaction",
    "TextLines",
    "current_run",
    "forget_run",
    "name_run",
    "open_log_file",
]
