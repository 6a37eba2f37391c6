"""What a call is about to do, as it is written down before it is sent."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion.records import Action, Record


def intents_of(records: Sequence[Record]) -> dict[Action, list[int]]:
    """Return the numbers of the rows of records and their lines by what sending them will do."""
    intents: dict[Action, list[int]] = {}
    if (plain := _plain_rows(records)) is not None:
        return {records[0].action: plain}
    for record in records:
        if record.row.number:
            intents.setdefault(record.action, []).append(record.row.number)
        for number, action in record.part_of.items():
            intents.setdefault(action, []).append(number)
        for line in record.lines:
            intents.setdefault(line.action, []).append(line.row.number)
    return intents


def beside_of(records: Sequence[Record]) -> dict[Action, list[str]]:
    """Return the names of the records that are no row's own by what sending them will do."""
    beside: dict[Action, list[str]] = {}
    for record in records:
        if not record.row.number:
            name = record.external_id or f".id {record.database_id}"
            beside.setdefault(record.action, []).append(name)
    return beside


def _plain_rows(records: Sequence[Record]) -> list[int] | None:
    """Return the numbers of rows that are a record each and all come to the same, else None."""
    action = records[0].action
    numbers = [
        record.row.number
        for record in records
        if record.action is action and not record.part_of and not record.lines
    ]
    return numbers if len(numbers) == len(records) and all(numbers) else None
