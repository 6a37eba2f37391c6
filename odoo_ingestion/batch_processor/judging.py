"""The server judges what a real run would send, in calls that it has to roll back."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Answer, Landed, NoAnswer, Refused
from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.calls import Calls
from odoo_ingestion.batch_processor.comparing import field_of
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.lines import line_outcomes, own_action
from odoo_ingestion.batch_processor.packing import Packer, grouped
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.sending import Stopped
from odoo_ingestion.batch_processor.shipment import Shipment
from odoo_ingestion.records import Action, Batch, Category, Line, ModelSchema, Outcome, Record

PLACEHOLDER = "new:"
"""How a cell begins that names a record which only a real run would create."""


class _Shown(Struct, frozen=True):
    """What the server is shown of a record: now, and then, with the lines of the other columns."""

    record: Record
    stand_in: Record
    later: tuple[tuple[Line, ...], ...] = ()


class Rehearsal:
    """Shows the server what a real run would send, in calls that it has to roll back."""

    def __init__(
        self,
        schemas: Mapping[str, ModelSchema],
        rehearser: Rehearser,
        packer: Packer,
        calls: Calls,
        notice: Callable[[str], None],
    ) -> None:
        self._schemas = schemas
        self._rehearser = rehearser
        self._packer = packer
        self._blamer = Blamer(rehearser, schemas)
        self._calls = calls
        self._notice = notice

    def judge(self, shipment: Shipment, records: Sequence[Record], archived: set[int]) -> None:
        """Settle records as the server judges them; unsettled ones remain once told to stop.

        The lines of a document that fill other columns are shown with their record once the
        others are accepted.
        """
        waiting: list[_Shown] = []
        for record in records:
            shown = self._shown(record)
            if shown is None:
                acknowledge(shipment, (record,))
            else:
                waiting.append(shown)
        while waiting:
            by_stand_in = {id(shown.stand_in): shown for shown in waiting}
            stand_ins = [shown.stand_in for shown in waiting]
            waiting = []
            try:
                for batch, some in self._calls(shipment.batch, stand_ins, archived):
                    waiting += self._rehearse(shipment, batch, some, by_stand_in)
            except Stopped:
                return

    def _shown(self, record: Record) -> _Shown | None:
        """Return what the server can be shown of a record, or None where that makes no sense.

        A record to be adopted has no external id yet, so it goes by its database id. A cell that
        names a record which a real run would create is left out; where its field is required the
        server cannot judge the record, or the line, at all.
        """
        values = self._without_planned(record.model, record.values)
        if values is None:
            return None
        stand_in = replace(
            record,
            external_id=None if record.adopt else record.external_id,
            values=values,
            lines=self._lines_without_planned(record),
        )
        if not stand_in.lines:
            return (
                None
                if record.lines and own_action(record) is Action.UNCHANGED
                else _Shown(record, stand_in)
            )
        packed = self._packer.pack(stand_in)
        later = tuple(tuple(group) for group in grouped(packed.later).values())
        return _Shown(record, replace(stand_in, lines=packed.together), later)

    def _lines_without_planned(self, record: Record) -> tuple[Line, ...]:
        if not record.lines:
            return ()
        model = self._schemas[record.model].fields[record.lines_field].relation or ""
        shown = ((line, self._without_planned(model, line.values)) for line in record.lines)
        return tuple(
            line if values is line.values else replace(line, values=values)
            for line, values in shown
            if values is not None
        )

    def _without_planned(self, model: str, values: Mapping[str, str]) -> Mapping[str, str] | None:
        kept = {
            column: cell
            for column, cell in values.items()
            if not (column.endswith("/.id") and PLACEHOLDER in cell)
        }
        if len(kept) == len(values):
            return values
        self._notice(
            "Cells that name a record which this run would create are not shown to the server:"
            " it judges those rows without them."
        )
        fields = self._schemas[model].fields
        left_out = values.keys() - kept.keys()
        return None if any(fields[field_of(column)].required for column in left_out) else kept

    def _rehearse(
        self,
        shipment: Shipment,
        batch: Batch,
        stand_ins: tuple[Record, ...],
        shown: Mapping[int, _Shown],
    ) -> list[_Shown]:
        """Settle what is judged, and return what is to be shown of accepted records then."""
        accepted: list[Record] = []
        following: list[_Shown] = []

        def judge(piece: tuple[Record, ...]) -> Answer:
            send = partial(self._rehearser.send, batch)
            return judge_in_company(send, accepted, piece)

        for piece, answer in isolate(stand_ins, judge):
            for stand_in in piece:
                record, later = shown[id(stand_in)].record, shown[id(stand_in)].later
                if not isinstance(answer, Landed):
                    shipment.fail(record, *self._blamer.problems(batch, stand_in, answer))
                    continue
                accepted.append(stand_in)
                if later:
                    following.append(_Shown(record, replace(stand_in, lines=later[0]), later[1:]))
                else:
                    acknowledge(shipment, (record,))
        return following


def judge_in_company(
    send: Callable[[tuple[Record, ...]], Answer],
    accepted: Sequence[Record],
    piece: tuple[Record, ...],
) -> Answer:
    """Return what the server says of a piece, of a single record beside those accepted before.

    A real run would have landed the others of the batch before it sends a suspect alone. So one
    that is accepted alone, or that only misses what it refers to, is sent once more behind the
    accepted ones: then it clashes with them, or finds what it refers to, as in a real run.
    """
    alone = send(piece)
    if len(piece) > 1 or not accepted or _is_wrong_in_itself(alone):
        return alone
    together = send((*accepted, *piece))
    if isinstance(together, Landed):
        return together
    faults = together.faults if isinstance(together, Refused) else ()
    own = tuple(fault for fault in faults if len(accepted) in fault.rows)
    return Refused(own) if own else alone


def _is_wrong_in_itself(answer: Answer) -> bool:
    if isinstance(answer, Refused):
        missing = Category.MISSING_RELATION
        return any(fault.problem.category is not missing for fault in answer.faults)
    return isinstance(answer, NoAnswer)


def acknowledge(shipment: Shipment, records: Sequence[Record]) -> None:
    """Settle records with what a real run would do to them and their lines."""
    shipment.settle_all(records, [_forecast(shipment, record) for record in records])


def _forecast(shipment: Shipment, record: Record) -> Outcome:
    if not record.lines_field:
        return Outcome(record.row, record.action, record.external_id, record.database_id)
    return Outcome(
        record.row,
        own_action(record),
        record.external_id,
        record.database_id,
        lines=line_outcomes(shipment.original(record), record.lines),
    )
