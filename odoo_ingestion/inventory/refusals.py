"""What Odoo says no to, as problems of rows."""

from __future__ import annotations

from odoo_ingestion.errors import (
    AccessRefused,
    OdooIngestionError,
    RecordMissing,
    ServerRefused,
    ValidationRefused,
)
from odoo_ingestion.records import Category, Problem

_CATEGORIES: tuple[tuple[type[ServerRefused], Category], ...] = (
    (AccessRefused, Category.PERMISSION),
    (ValidationRefused, Category.VALIDATION),
    (RecordMissing, Category.NOT_FOUND),
)


def problem_of(error: OdooIngestionError, field: str | None = None) -> Problem:
    """Return the problem of the row that a call was for, in Odoo's own words."""
    category = next((found for kind, found in _CATEGORIES if isinstance(error, kind)), None)
    message = " ".join(error.message.split())
    return Problem(category or Category.SERVER, message, field, error.hint)
