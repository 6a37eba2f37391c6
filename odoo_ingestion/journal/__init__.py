"""Keeps on disk what runs were asked, what they sent and what became of each row."""

from odoo_ingestion.journal.entries import BatchState, FileEntry, OutcomeEntry, RunEntry
from odoo_ingestion.journal.file_journal import FileJournal
from odoo_ingestion.journal.history import History
from odoo_ingestion.journal.locks import RunLocks
from odoo_ingestion.journal.reports import report_runs
from odoo_ingestion.journal.texts import storable
from odoo_ingestion.journal.writing import Journal

__all__ = [
    "BatchState",
    "FileEntry",
    "FileJournal",
    "History",
    "Journal",
    "OutcomeEntry",
    "RunEntry",
    "RunLocks",
    "report_runs",
    "storable",
]
