"""Records -> batches -> Odoo -> outcomes: cutting, sending, isolating bad rows, workers."""

from odoo_ingestion.batch_processor.comparing import comparable, differs
from odoo_ingestion.batch_processor.delivery import TakeOutcomes, one_by_one
from odoo_ingestion.batch_processor.planner import Planner
from odoo_ingestion.batch_processor.processor import BatchProcessor
from odoo_ingestion.batch_processor.reading import read_back
from odoo_ingestion.batch_processor.settings import BatchSettings
from odoo_ingestion.batch_processor.sizing import FIRST_SIZE_OF_DOCUMENTS

__all__ = [
    "FIRST_SIZE_OF_DOCUMENTS",
    "BatchProcessor",
    "BatchSettings",
    "Planner",
    "TakeOutcomes",
    "comparable",
    "differs",
    "one_by_one",
    "read_back",
]
