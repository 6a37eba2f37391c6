"""The calls that the records of a shipment go in: which can share one, and how many fit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from typing import Any

from odoo_ingestion.batch_processor.cutting import fitting
from odoo_ingestion.records import Batch, Record


def calls_of(
    batch: Batch, records: Sequence[Record], archived: set[int], rows: Callable[[], int]
) -> Iterator[tuple[Batch, tuple[Record, ...]]]:
    """Yield the records call by call, each with its columns and its batch's context.

    ``rows`` is asked anew before every call: by then the server may have shown what it takes.
    """
    for part, context in split_by_address(records, archived):
        for alike in split_by_columns(part):
            columns = tuple(alike[0].values)
            addressed = replace(batch, columns=columns, context={**batch.context, **context})
            waiting = tuple(alike)
            while waiting:
                size = fitting(waiting, rows())
                yield addressed, waiting[:size]
                waiting = waiting[size:]


def split_by_address(
    records: Sequence[Record], archived: set[int]
) -> list[tuple[list[Record], dict[str, Any]]]:
    """Return the records as they can share calls, each part with its further context.

    By external id load() finds archived records, by ``.id`` only when it is told to see them.
    """
    by_name = [record for record in records if record.external_id is not None]
    by_number = [record for record in records if record.external_id is None]
    active = [record for record in by_number if record.database_id not in archived]
    hidden = [record for record in by_number if record.database_id in archived]
    parts: tuple[tuple[list[Record], dict[str, Any]], ...] = (
        (by_name, {}),
        (active, {}),
        (hidden, {"active_test": False}),
    )
    return [(part, context) for part, context in parts if part]


def split_by_columns(records: Sequence[Record]) -> list[list[Record]]:
    """Return the records by the columns that they and their lines fill, in whatever order.

    The lines of one record fill the same columns here.
    """
    groups: dict[tuple[frozenset[str], frozenset[str]], list[Record]] = {}
    for record in records:
        lines = frozenset(record.lines[0].values if record.lines else ())
        groups.setdefault((frozenset(record.values), lines), []).append(record)
    return list(groups.values())
