"""Documents: what orders, invoices and the like have in common, and what each model's rules are."""

from odoo_ingestion.documents.document import FileDocument, problems_of_rows
from odoo_ingestion.documents.grouping import Grouper
from odoo_ingestion.documents.line_names import name_lines
from odoo_ingestion.documents.merging import merge_rows, split_nested
from odoo_ingestion.documents.outcomes import outcomes_of_rows, strongest
from odoo_ingestion.documents.rules import Check, Closing, DocumentRules
from odoo_ingestion.documents.rules_by_model import rules_for
from odoo_ingestion.documents.taxes import TAX_USES, limit_taxes
from odoo_ingestion.documents.totals import Difference, compare_amounts, untaxed_amounts

__all__ = [
    "TAX_USES",
    "Check",
    "Closing",
    "Difference",
    "DocumentRules",
    "FileDocument",
    "Grouper",
    "compare_amounts",
    "limit_taxes",
    "merge_rows",
    "name_lines",
    "outcomes_of_rows",
    "problems_of_rows",
    "rules_for",
    "split_nested",
    "strongest",
    "untaxed_amounts",
]
