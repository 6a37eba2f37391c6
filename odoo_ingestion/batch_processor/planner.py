"""The same interface as BatchProcessor for dry runs: nothing that it does stays in Odoo."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace

from odoo_ingestion.batch_processor.answers import Answer, Landed, NoAnswer, Refused, problems_of
from odoo_ingestion.batch_processor.comparing import field_of
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.memory import available_memory
from odoo_ingestion.batch_processor.messages import HINTS
from odoo_ingestion.batch_processor.processor import BatchProcessor
from odoo_ingestion.batch_processor.reading import Reader
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.sending import Sender, Stopped
from odoo_ingestion.batch_processor.settings import BatchSettings
from odoo_ingestion.batch_processor.shipping import (
    Carrier,
    Shipment,
    calls_of,
    compare_with_held,
)
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Batch, Category, ModelSchema, Outcome, Problem, Record

PLACEHOLDER = "new:"
"""How a cell begins that names a record which only a real run would create."""


class Forecaster:
    """The carrier of a dry run: compares, and where told to, lets the server judge."""

    def __init__(
        self,
        reader: Reader,
        schemas: Mapping[str, ModelSchema],
        sender: Sender,
        rows: Callable[[], int],
        notice: Callable[[str], None],
        *,
        rehearse: bool,
    ) -> None:
        self._reader = reader
        self._schemas = schemas
        self._sender = sender
        self._rehearser = sender if rehearse else None
        self._rows = rows
        self._notice = notice

    def carry(self, shipment: Shipment) -> None:
        """Settle the records as a real run would, as far as can be told without writing."""
        changed, same, archived = compare_with_held(shipment, self._reader)
        for record in same:
            _acknowledge(shipment, record, Action.UNCHANGED)
        if self._rehearser is None:
            refused = bool(changed) and not self._sender.may_send(shipment.batch)
            for record in changed:
                if refused:
                    shipment.fail(record, _no_right(record))
                else:
                    _acknowledge(shipment, record, record.action)
            return
        originals: dict[int, Record] = {}
        groups: dict[tuple[str, ...], list[Record]] = {}
        for record in changed:
            stand_in = self._stand_in(record)
            if stand_in is None:
                _acknowledge(shipment, record, record.action)
                continue
            originals[id(stand_in)] = record
            groups.setdefault(tuple(stand_in.values), []).append(stand_in)
        for columns, stand_ins in groups.items():
            shown = replace(shipment.batch, columns=columns)
            for batch, records in calls_of(shown, stand_ins, archived, self._rows):
                self._rehearse(self._rehearser, shipment, batch, records, originals)

    def _stand_in(self, record: Record) -> Record | None:
        """Return what the server can be shown of a record, or None where that makes no sense.

        A record to be adopted has no external id yet, so it goes by its database id. A cell that
        names a record which a real run would create is left out; where its field is required the
        server cannot judge the record at all.
        """
        kept = {
            column: cell
            for column, cell in record.values.items()
            if not (column.endswith("/.id") and PLACEHOLDER in cell)
        }
        if len(kept) < len(record.values):
            self._notice(
                "Cells that name a record which this run would create are not shown to the server:"
                " it judges those rows without them."
            )
            fields = self._schemas[record.model].fields
            left_out = record.values.keys() - kept.keys()
            if any(fields[field_of(column)].required for column in left_out):
                return None
        return replace(
            record, external_id=None if record.adopt else record.external_id, values=kept
        )

    def _rehearse(
        self,
        rehearser: Sender,
        shipment: Shipment,
        batch: Batch,
        records: tuple[Record, ...],
        originals: Mapping[int, Record],
    ) -> None:
        accepted: list[Record] = []

        def judge(piece: tuple[Record, ...]) -> Answer:
            return judge_in_company(lambda some: rehearser.send(batch, some), accepted, piece)

        try:
            for piece, answer in isolate(records, judge):
                for stand_in in piece:
                    record = originals[id(stand_in)]
                    if isinstance(answer, Landed):
                        accepted.append(stand_in)
                        _acknowledge(shipment, record, record.action)
                    else:
                        shipment.fail(record, *problems_of(answer))
        except Stopped:
            return


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


def _no_right(record: Record) -> Problem:
    verb = "create" if record.action is Action.CREATED else "change"
    return Problem(
        Category.PERMISSION,
        f"You are not allowed to {verb} records of {record.model}.",
        None,
        HINTS[Category.PERMISSION],
    )


def _acknowledge(shipment: Shipment, record: Record, action: Action) -> None:
    shipment.settle(record, Outcome(record.row, action, record.external_id, record.database_id))


class Planner(BatchProcessor):
    """Acknowledges each record with what a real run would do to it, and never writes.

    Records that exist are compared in bulk with what Odoo holds. With ``validate_on_server`` the
    server is sent every batch that would change something, in calls that it has to roll back, and
    its refusals fail the rows as in a real run; database sequences advance all the same, and what
    automation rules send out of Odoo is sent. Each batch is judged by itself: a row that relies on
    a row of an earlier batch, or that clashes with one, is judged as if that one were not there.
    """

    def __init__(
        self,
        odoo: Odoo,
        schema: ModelSchema | Mapping[str, ModelSchema],
        settings: BatchSettings | None = None,
        *,
        on_outcome: Callable[[Outcome], None],
        on_notice: Callable[[str], None] | None = None,
        validate_on_server: bool = False,
        available: Callable[[], int] = available_memory,
    ) -> None:
        self._validate_on_server = validate_on_server
        super().__init__(
            odoo,
            schema,
            settings,
            on_outcome=on_outcome,
            on_notice=on_notice,
            available=available,
        )

    def _carrier(self, odoo: Odoo, schemas: Mapping[str, ModelSchema], reader: Reader) -> Carrier:
        self._sender = Rehearser(
            odoo,
            schemas,
            notice=self._notices.append,
            report=self._sizer.learn,
            stopping=self._stopping,
        )
        return Forecaster(
            reader,
            schemas,
            self._sender,
            lambda: self._sizer.rows,
            self._notices.append,
            rehearse=self._validate_on_server,
        )
