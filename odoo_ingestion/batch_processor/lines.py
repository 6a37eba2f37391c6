"""The lines of documents that landed: those that follow in calls of their own, and what all became.

Lines that fill other columns than the rest cannot share the call of their record. They are judged
before it and follow in load() of their own model, right after it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Landed, problems_of
from odoo_ingestion.batch_processor.calls import calls_of
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.packing import Packer
from odoo_ingestion.batch_processor.reading import READ_CHUNK, Held, Reader
from odoo_ingestion.batch_processor.sending import Sender
from odoo_ingestion.batch_processor.shipment import Landing, Shipment
from odoo_ingestion.batch_processor.trial import Trial
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import (
    Action,
    Batch,
    Category,
    Line,
    LineOutcome,
    ModelSchema,
    Problem,
    Record,
)


class LineCarrier:
    """Carries what of a document does not go in the call of its record, and tells of its lines."""

    def __init__(
        self,
        odoo: Odoo,
        schemas: Mapping[str, ModelSchema],
        reader: Reader,
        sender: Sender,
        trial: Trial,
        rows: Callable[[], int],
    ) -> None:
        self._odoo = odoo
        self._schemas = schemas
        self._reader = reader
        self._sender = sender
        self._trial = trial
        self._rows = rows
        self._packer = Packer(odoo, schemas)

    def prepare(
        self, shipment: Shipment, records: Sequence[Record], archived: set[int]
    ) -> list[Record]:
        """Return the records with those of their lines that share their call.

        The others stand in ``shipment.later`` afterwards; a record fails where the server would
        refuse one of those. Raises what ``Sender.send`` raises.
        """
        packed: list[Record] = []
        for record in records:
            lines = self._packer.pack(record)
            shown = record
            if lines.together is not record.lines:
                shown = shipment.stand_in(record, lines=lines.together)
            if lines.later:
                shipment.later[id(shown)] = lines.later
            shipment.sent_lines[id(shown)] = record.lines
            packed.append(shown)
        return self._trial.passed(shipment, packed, archived)

    def follow(self, shipment: Shipment, batch: Batch, landed: list[Landing]) -> None:
        """Send the lines that follow records that landed; take those out whose lines did not land.

        Such a record is failed: its row says that it is in Odoo without them.
        """
        waiting = [landing for landing in landed if id(landing[0]) in shipment.later]
        if not waiting:
            return
        spec = self._schemas[batch.model].fields[batch.records[0].lines_field]
        model = self.model_of(batch)
        owners: dict[int, Landing] = {}
        records: list[Record] = []
        for landing in waiting:
            address = {f"{spec.relation_field}/.id": str(landing[1])}
            for line in shipment.later[id(landing[0])]:
                record = _record_of(line, model, address)
                owners[id(record)] = landing
                records.append(record)
        lines = replace(batch, model=model, records=tuple(records))
        problems = self._send(lines, owners)
        for landing in waiting:
            record, number = landing
            missing = len(shipment.later.pop(id(record)))
            if found := problems.get(id(record)):
                landed[:] = [each for each in landed if each is not landing]
                shipment.fail(record, *found, landed_without(record, number, missing))

    def _send(self, lines: Batch, owners: Mapping[int, Landing]) -> dict[int, list[Problem]]:
        """Send lines as records of their own model; return what is wrong, by ``id()`` of theirs."""
        found: dict[int, list[Problem]] = {}
        for call, some in calls_of(lines, lines.records, set(), self._rows):
            for piece, answer in isolate(some, partial(self._sender.send, call, last=True)):
                if isinstance(answer, Landed):
                    continue
                for record in piece:
                    found.setdefault(id(owners[id(record)][0]), []).extend(
                        replace(problem, row=record.row.number) for problem in problems_of(answer)
                    )
        return found

    # --- outcomes ---------------------------------------------------------------------------

    def model_of(self, batch: Batch) -> str:
        """Return the model of the lines that the documents of a batch have."""
        return self._schemas[batch.model].fields[batch.records[0].lines_field].relation or ""

    def outcomes(
        self, shipment: Shipment, landed: Sequence[Landing], held: Held | None
    ) -> dict[int, tuple[LineOutcome, ...]]:
        """Return what became of the lines of records that landed, by the records' database ids.

        ``held`` is what the records hold, None where it is not known. Lines are read back of
        those records of which it names them; new lines of others have no database id. Of records
        that are not in it nothing is returned.
        """
        landed = [each for each in landed if held is None or each[1] in held]
        if not landed:
            return {}
        model = self.model_of(shipment.batch)
        ids = self._ids(model, shipment.batch.records[0].lines_field, shipment, landed, held)
        columns = dict.fromkeys(
            column
            for record, _ in landed
            for line in shipment.sent_lines[id(record)]
            for column in line.values
        )
        wanted = [
            ids[line.external_id]
            for record, _ in landed
            for line in shipment.sent_lines[id(record)]
            if line.external_id in ids
        ]
        read = self._reader.read(model, wanted, list(columns)) if wanted else None
        found: dict[int, tuple[LineOutcome, ...]] = {}
        for record, number in landed:
            sent = {line.external_id: line for line in shipment.sent_lines[id(record)]}
            found[number] = tuple(
                self._outcome(model, line, sent.get(line.external_id), ids, read or {})
                for line in shipment.original(record).lines
            )
        return found

    def _outcome(
        self, model: str, line: Line, sent: Line | None, ids: Mapping[str, int], read: Held
    ) -> LineOutcome:
        number = ids.get(line.external_id)
        if sent is None:
            return LineOutcome(line, Action.UNCHANGED, number)
        new = line.database_id is None or number != line.database_id
        action = Action.CREATED if new else Action.UPDATED
        row = read.get(number or 0)
        differing = self._reader.differing(model, sent.values, row) if row is not None else ()
        return LineOutcome(line, action, number, differing)

    def _ids(
        self,
        model: str,
        field: str,
        shipment: Shipment,
        landed: Sequence[Landing],
        held: Held | None,
    ) -> dict[str, int]:
        """Return the database ids of the lines by external id; of new ones as Odoo tells them.

        ``get_metadata`` tells external ids also to users without rights on them (Odoo 14 to 19).
        """
        found: dict[str, int] = {}
        unknown: list[int] = []
        for record, number in landed:
            lines = shipment.original(record).lines
            ids = {line.external_id: line.database_id for line in lines if line.database_id}
            if number == record.database_id:
                found.update(ids)
            if len(ids) < len(lines) or number != record.database_id:
                row = (held or {}).get(number, {})
                unknown += set(row.get(field) or ()).difference(found.values())
        for start in range(0, len(unknown), READ_CHUNK):
            chunk = unknown[start : start + READ_CHUNK]
            for data in self._odoo.call(model, "get_metadata", chunk):
                names = [data["xmlid"], *(each["xmlid"] for each in data.get("xmlids") or ())]
                found.update({name: data["id"] for name in names if name})
        return found


def line_outcomes(record: Record, sent: Sequence[Line]) -> tuple[LineOutcome, ...]:
    """Return what becomes of a record's lines when some of them are sent, as far as is known."""
    names = {line.external_id for line in sent}
    return tuple(
        LineOutcome(
            line,
            line.action if line.external_id in names else Action.UNCHANGED,
            line.database_id,
        )
        for line in record.lines
    )


def own_action(record: Record) -> Action:
    """Return what is done to a record itself, as it is sent: without cells it stays as it is."""
    only_lines = bool(record.lines_field) and not record.values
    return Action.UNCHANGED if only_lines and record.action is Action.UPDATED else record.action


def landed_without(record: Record, number: int, missing: int) -> Problem:
    """Return what is said of a record that is in Odoo without some of its lines."""
    lines = "1 line" if missing == 1 else f"{missing} lines"
    return Problem(
        Category.SERVER,
        f"{record.external_id or record.model} is in Odoo (id {number}) without all of its lines:"
        f" {lines} that fill other columns were sent after it, and not all of them landed.",
        None,
        "Correct what is said of the lines and import the failed rows again: nothing is doubled.",
    )


def _record_of(line: Line, model: str, address: Mapping[str, str]) -> Record:
    return Record(
        line.row, model, line.action, line.external_id, line.database_id, {**line.values, **address}
    )
