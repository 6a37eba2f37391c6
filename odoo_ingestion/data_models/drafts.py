"""What a row says, by field, as a draft."""

from __future__ import annotations

from collections.abc import Mapping

from odoo_ingestion.data_models.late_columns import DATABASE_ID
from odoo_ingestion.records import Draft, Reference, Row

EXTERNAL_ID = "id"


def make_draft(
    row: Row,
    values: dict[str, str],
    references: Mapping[str, Reference],
    ranks: Mapping[str, str],
    warnings: tuple[str, ...],
) -> Draft:
    """Return the draft of a row; its own ids are taken out of ``values``, which it keeps.

    ``ranks`` are the values of rows that give none of their own.
    """
    external_id = values.pop(EXTERNAL_ID, None)
    database_id = values.pop(DATABASE_ID, None)
    for name, cell in ranks.items():
        values.setdefault(name, cell)
    number = int(database_id) if database_id else None
    return Draft(row, values, references, external_id, number, warnings)
