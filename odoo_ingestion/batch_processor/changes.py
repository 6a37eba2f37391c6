"""Records that exist are compared with what Odoo holds, and so are their lines: what changes?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.batch_processor.comparing import added, field_of
from odoo_ingestion.batch_processor.messages import HINTS
from odoo_ingestion.batch_processor.reading import Held, Reader
from odoo_ingestion.batch_processor.shipment import Shipment
from odoo_ingestion.records import Action, Category, Line, ModelSchema, Problem, Record


class Compared(Struct, frozen=True):
    """The records to send, as they are to be sent; those that change nothing; archived ids."""

    changed: list[Record]
    same: list[Record]
    archived: set[int]


class Comparer:
    """Compares in bulk; ``m2m_add`` adds what many2many cells name to what records hold."""

    def __init__(
        self, reader: Reader, schemas: Mapping[str, ModelSchema], *, m2m_add: bool = False
    ) -> None:
        self._reader = reader
        self._schemas = schemas
        self._m2m_add = m2m_add

    def compare(self, shipment: Shipment) -> Compared:
        """Return what has to be sent of a shipment and what has not.

        A record of which Odoo no longer knows the database id fails here: sending it would make a
        new one; and so does one with a line that is gone or stands in another record. Where
        nothing can be read all is sent. Of a document only the lines that change are, and its own
        cells only if one of them changes.
        """
        batch = shipment.batch
        if batch.records[0].action is not Action.UPDATED:
            return Compared(self._without_others_lines(shipment), [], set())
        ids = [record.database_id for record in batch.records if record.database_id is not None]
        held = self._reader.read(batch.model, ids, batch.columns)
        lines_held = self._held_lines(batch.records)
        result = Compared([], [], set())
        for record in batch.records:
            self._sort(shipment, record, held, lines_held, result)
        for number, row in (held or {}).items():
            if row.get("active") is False:
                result.archived.add(number)
        return result

    def _sort(
        self,
        shipment: Shipment,
        record: Record,
        held: Held | None,
        lines_held: Held | None,
        result: Compared,
    ) -> None:
        row = held.get(record.database_id or 0) if held is not None else None
        if held is not None and record.database_id is not None and row is None:
            shipment.fail(record, _gone(record.model, record.database_id))
            return
        values = self._with_held(record.model, record.values, row)
        lines = self._lines_to_send(record, lines_held)
        if isinstance(values, Problem):
            shipment.fail(record, values)
        elif isinstance(lines, Problem):
            shipment.fail(record, lines)
        elif row is None or self._reader.changes(record.model, values, row):
            result.changed.append(_as_sent(shipment, record, values, lines))
        elif lines:
            result.changed.append(_as_sent(shipment, record, {}, lines))
        else:
            result.same.append(record)

    # --- lines ------------------------------------------------------------------------------

    def _held_lines(self, records: Sequence[Record]) -> Held | None:
        """Return what the lines that exist hold, and whose they are; None where it is not told."""
        existing = [line for each in records for line in each.lines if line.database_id is not None]
        if not existing:
            return {}
        spec = self._schemas[records[0].model].fields[records[0].lines_field]
        columns = dict.fromkeys(column for line in existing for column in line.values)
        ids = [line.database_id for line in existing if line.database_id is not None]
        return self._reader.read(spec.relation or "", ids, [*columns, f"{spec.relation_field}/.id"])

    def _lines_to_send(self, record: Record, held: Held | None) -> tuple[Line, ...] | Problem:
        sent: list[Line] = []
        if not record.lines:
            return ()
        spec = self._schemas[record.model].fields[record.lines_field]
        model = spec.relation or ""
        for line in record.lines:
            row: Mapping[str, Any] | None = None
            if line.database_id is not None and held is not None:
                row = held.get(line.database_id)
                if row is None:
                    return replace(_gone(model, line.database_id), row=line.row.number)
                if row.get(spec.relation_field or "", record.database_id) != record.database_id:
                    return _of_another(line)
            values = line.values
            if line.database_id is not None:
                with_held = self._with_held(model, line.values, row)
                if isinstance(with_held, Problem):
                    return replace(with_held, row=line.row.number)
                values = with_held
            if row is None or self._reader.changes(model, values, row):
                sent.append(line if values is line.values else replace(line, values=values))
        return tuple(sent)

    def _without_others_lines(self, shipment: Shipment) -> list[Record]:
        """Return the new records, but for those with a line that exists: it is another's."""
        fine: list[Record] = []
        for record in shipment.batch.records:
            line = next((line for line in record.lines if line.database_id is not None), None)
            if line is None:
                fine.append(record)
            else:
                shipment.fail(record, _of_another(line))
        return fine

    # --- many2many --------------------------------------------------------------------------

    def _with_held(
        self, model: str, values: Mapping[str, str], held: Mapping[str, Any] | None
    ) -> Mapping[str, str] | Problem:
        """Return the cells of a record that exists; where told to, with what it holds added."""
        if not self._m2m_add:
            return values
        fields = self._schemas[model].fields
        many = [
            column
            for column, cell in values.items()
            if cell and field_of(column) in fields and fields[field_of(column)].type == "many2many"
        ]
        readable = self._reader.specs(model, many)
        cells = {}
        for column in many:
            name = field_of(column)
            if held is None or column not in readable or name not in held:
                return Problem(
                    Category.PERMISSION,
                    f"What the record holds in {name} cannot be read, so nothing can be added.",
                    name,
                    "Import as a user who may read it, or without --m2m add.",
                )
            cells[column] = added(values[column], held[name])
        return {**values, **cells} if cells else values


def _as_sent(
    shipment: Shipment, record: Record, values: Mapping[str, str], lines: tuple[Line, ...]
) -> Record:
    if values is record.values and len(lines) == len(record.lines) and not lines:
        return record
    return shipment.stand_in(record, values=values, lines=lines)


def _gone(model: str, number: int) -> Problem:
    return Problem(
        Category.NOT_FOUND,
        f"The record that this row updates ({model}, id {number}) is no longer in Odoo:"
        " it was deleted while this file was imported.",
        None,
        HINTS[Category.NOT_FOUND],
    )


def _of_another(line: Line) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"The line {line.external_id} (id {line.database_id}) belongs to another record.",
        "id",
        "Give the line another id: a line is never moved.",
        line.row.number,
    )
