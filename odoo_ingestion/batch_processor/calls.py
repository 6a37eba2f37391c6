"""The calls that the records of a shipment go in: which can share one, and how many fit. Pure."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.batch_processor.creating import CreationWay
from odoo_ingestion.batch_processor.cutting import fitting
from odoo_ingestion.records import Batch, Record

Calls = Callable[[Batch, Sequence[Record], set[int]], Iterator[tuple[Batch, tuple[Record, ...]]]]
"""``calls_of`` with all but the batch, its records and the archived ids settled."""


def calls_of(
    batch: Batch,
    records: Sequence[Record],
    archived: set[int],
    rows: Callable[[], int],
    way: CreationWay | None = None,
) -> Iterator[tuple[Batch, tuple[Record, ...]]]:
    """Yield the records call by call, each with its columns and its batch's context.

    ``rows`` is asked anew before every call: by then the server may have shown what it takes.
    ``way`` says which new records go in through another model: theirs is that of their call.
    """
    for part, context in split_by_address(records, archived):
        for model, alike in _split_by_model(split_by_columns(part), batch.model, way):
            columns = tuple(alike[0].values)
            addressed = replace(
                batch, model=model, columns=columns, context={**batch.context, **context}
            )
            waiting = tuple(alike)
            while waiting:
                size = fitting(waiting, rows())
                yield addressed, waiting[:size]
                waiting = waiting[size:]


def _split_by_model(
    groups: Sequence[list[Record]], model: str, way: CreationWay | None
) -> Iterator[tuple[str, list[Record]]]:
    for alike in groups:
        yield from way.split(alike) if way is not None else [(model, alike)]


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
    in_order: dict[tuple[tuple[str, ...], tuple[str, ...]], list[Record]] = {}
    for record in records:
        key = tuple(record.values), tuple(record.lines[0].values) if record.lines else ()
        group = in_order.get(key)
        if group is None:  # seldom: nearly all fill them in one order
            alike = frozenset(key[0]), frozenset(key[1])
            group = in_order[key] = groups.setdefault(alike, [])
        group.append(record)
    return list(groups.values())
