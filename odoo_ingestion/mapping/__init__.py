"""The columns of a file -> the fields of a model, by Odoo's own import convention and more."""

from odoo_ingestion.mapping.bank_columns import BANK_FIELD, bank_columns, map_bank_columns
from odoo_ingestion.mapping.binder import ColumnBinder
from odoo_ingestion.mapping.bound import AmbiguousColumn, UnknownColumn, UnsupportedColumn
from odoo_ingestion.mapping.column_map import (
    ColumnMap,
    check_columns,
    map_columns,
)
from odoo_ingestion.mapping.document_columns import (
    DocumentColumns,
    LineBinder,
    RecordBinder,
    check_document_columns,
    map_document_columns,
)
from odoo_ingestion.mapping.ignored import check_ignored, columns_without, ignored_columns
from odoo_ingestion.mapping.languages import check_languages, languages_of, with_own_language

__all__ = [
    "BANK_FIELD",
    "AmbiguousColumn",
    "ColumnBinder",
    "ColumnMap",
    "DocumentColumns",
    "LineBinder",
    "RecordBinder",
    "UnknownColumn",
    "UnsupportedColumn",
    "bank_columns",
    "check_columns",
    "check_document_columns",
    "check_ignored",
    "check_languages",
    "columns_without",
    "ignored_columns",
    "languages_of",
    "map_bank_columns",
    "map_columns",
    "map_document_columns",
    "with_own_language",
]
