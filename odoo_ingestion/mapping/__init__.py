"""The columns of a file -> the fields of a model, by Odoo's own import convention and more."""

from odoo_ingestion.mapping.binder import (
    AmbiguousColumn,
    ColumnBinder,
    UnknownColumn,
    UnsupportedColumn,
)
from odoo_ingestion.mapping.column_map import (
    ColumnMap,
    check_columns,
    map_columns,
)

__all__ = [
    "AmbiguousColumn",
    "ColumnBinder",
    "ColumnMap",
    "UnknownColumn",
    "UnsupportedColumn",
    "check_columns",
    "map_columns",
]
