"""Lines that cannot share the call of their record are judged before their record lands."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from itertools import zip_longest

from msgspec.structs import replace

from odoo_ingestion.batch_processor.answers import Landed
from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.calls import calls_of
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.packing import grouped
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.shipment import Shipment
from odoo_ingestion.records import Line, Record


class Trial:
    """Shows the server a record with the lines that will follow it, in calls rolled back.

    They land in a call of their own, so a refusal then would leave the record without them.
    """

    def __init__(self, rehearser: Rehearser, blamer: Blamer, rows: Callable[[], int]) -> None:
        self._rehearser = rehearser
        self._blamer = blamer
        self._rows = rows

    def passed(
        self, shipment: Shipment, records: Sequence[Record], archived: set[int]
    ) -> list[Record]:
        """Return the records of which no later line is refused; the others fail.

        Raises what ``Sender.send`` raises.
        """
        failed: set[int] = set()
        groups = [
            [(record, tuple(lines)) for lines in grouped(shipment.later[id(record)]).values()]
            for record in records
            if id(record) in shipment.later
        ]
        for shown in zip_longest(*groups):
            waiting = [each for each in shown if each is not None and id(each[0]) not in failed]
            failed |= self._refused(shipment, waiting, archived)
        return [record for record in records if id(record) not in failed]

    def _refused(
        self, shipment: Shipment, shown: list[tuple[Record, tuple[Line, ...]]], archived: set[int]
    ) -> set[int]:
        stand_ins = [replace(record, lines=lines) for record, lines in shown]
        records = {id(each): record for each, (record, _) in zip(stand_ins, shown, strict=True)}
        failed: set[int] = set()
        for batch, some in calls_of(shipment.batch, stand_ins, archived, self._rows):
            for piece, answer in isolate(some, partial(self._rehearser.send, batch)):
                if isinstance(answer, Landed):
                    continue
                for stand_in in piece:
                    record = records[id(stand_in)]
                    failed.add(id(record))
                    shipment.fail(record, *self._blamer.problems(batch, stand_in, answer))
        return failed
