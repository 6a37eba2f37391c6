"""Says in plain words what to do about rows that failed."""

from __future__ import annotations

from odoo_ingestion.records import Category

_ADVICE = {
    Category.FILE: "Correct the row in the file: it is broken or has too many or too few cells.",
    Category.VALIDATION: "Correct the cell that the message names.",
    Category.MISSING_RELATION: "Correct the name, create that record in Odoo first, or let "
    "--create-missing make it.",
    Category.AMBIGUOUS_RELATION: "Several records have that name: write an external id in a "
    "column FIELD/id, or a code that only one of them has.",
    Category.ARCHIVED_RELATION: "Unarchive that record in Odoo, or name another one.",
    Category.DUPLICATE: "Keep one of the rows, or give each a key of its own.",
    Category.AMBIGUOUS_RECORD: "Several records in Odoo have this key: merge them there, say "
    "which one is meant in a column id, or choose another --key.",
    Category.PROTECTED: "Odoo would also have changed a record that the row does not name: follow "
    "the hint of the row.",
    Category.EXISTS: "The record is already in Odoo: import with --mode upsert to update it.",
    Category.NOT_FOUND: "The record is not in Odoo: correct the key, or import with "
    "--mode upsert to create it.",
    Category.PERMISSION: "Ask your Odoo administrator for the right to write these records, or "
    "import as another user.",
    Category.CONNECTION: "Check the connection (odoo-ingestion check), then retry these rows.",
    Category.SERVER: "Odoo itself failed on these rows: read its message, then retry them; if it "
    "fails again, ask your Odoo administrator to look into the server's log.",
}


def advice(category: Category) -> str:
    """Return in plain words what to do about rows that failed for this reason."""
    return _ADVICE[category]
