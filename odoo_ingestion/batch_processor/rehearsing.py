"""Calls of load() that the server validates and has to roll back: a dry run on the server."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from odoo_ingestion.batch_processor.answers import Answer, Landed
from odoo_ingestion.batch_processor.cells import Cells
from odoo_ingestion.batch_processor.sending import Sender, errors_in
from odoo_ingestion.errors import ConnectionFailed
from odoo_ingestion.records import Batch, Record

IMPOSSIBLE_AT = 1
"""The position of the impossible cell's column: beside the column that addresses the record."""


class Rehearser(Sender):
    """Sends as a Sender does, with one impossible cell in each call, so that nothing survives.

    Odoo's load() rolls the whole call back for any error message (14 to 19). The impossible cell
    stands in the first row, in a column that load() converts and then ignores, so that all rows
    are judged with the very values of a real run: a ``.id`` that does not exist where records are
    sent by ``id`` (the external id wins over it), else a ``write_date`` that is no date (create()
    and write() drop that field).
    """

    def _cells(self, batch: Batch, records: Sequence[Record]) -> Cells:
        cells = super()._cells(batch, records)
        column, cell = (".id", "-1") if cells.columns[0] == "id" else ("write_date", "rehearsal")
        for number, row in enumerate(cells.rows):
            row.insert(IMPOSSIBLE_AT, "" if number else cell)
        cells.columns.insert(IMPOSSIBLE_AT, column)
        return cells

    def _understand(self, batch: Batch, cells: Cells, reply: Mapping[str, Any]) -> Answer:
        if reply.get("ids"):
            raise ConnectionFailed(
                "Odoo kept the rows of a dry run that it had to roll back"
                f" ({batch.model}, ids {reply['ids'][:5]}).",
                hint="Check these records. Use --dry-run, which writes nothing, on this server.",
            )
        messages = reply.get("messages") or ()
        others = [m for m in messages if not _is_the_impossible(m, cells.columns[IMPOSSIBLE_AT])]
        accepted = len(others) < len(messages) and not errors_in(others)
        if accepted:
            self._tell_warnings(batch, others)
            return Landed(())
        return super()._understand(batch, cells, {**reply, "messages": others})


def _is_the_impossible(message: Mapping[str, Any], column: str) -> bool:
    rows = message.get("rows")
    first = rows.get("from") if isinstance(rows, Mapping) else None
    return message.get("field") == column and first == 0
