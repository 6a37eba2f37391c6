"""One batch on its way: compared, adopted, sent, isolated, read back. Runs in a worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence

from odoo_ingestion.batch_processor.adopting import adopt, describe
from odoo_ingestion.batch_processor.answers import Landed
from odoo_ingestion.batch_processor.blaming import Blamer
from odoo_ingestion.batch_processor.calls import Calls
from odoo_ingestion.batch_processor.changes import Comparer
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.keeping import Keeping, NotKept
from odoo_ingestion.batch_processor.lines import (
    LineCarrier,
    landed_without,
    line_outcomes,
    own_action,
)
from odoo_ingestion.batch_processor.sending import Sender, Stopped
from odoo_ingestion.batch_processor.shipment import Landing, Shipment
from odoo_ingestion.errors import (
    AccessRefused,
    ConnectionFailed,
    RetryableError,
    ServerRefused,
)
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Batch, LineOutcome, Outcome, Record

LineOutcomes = Mapping[int, tuple[LineOutcome, ...]]
"""What became of the lines of documents, by the documents' database ids."""

SETTLE_SECONDS = 2.0
"""How long rows that landed wait for more, to be read back together: each call costs a server
that checks passwords up to 0.4 s."""


class Loader:
    """The carrier of a real run: what it settles as landed is in Odoo."""

    def __init__(
        self,
        odoo: Odoo,
        keeping: Keeping,
        comparer: Comparer,
        sender: Sender,
        lines: LineCarrier,
        blamer: Blamer,
        calls: Calls,
        notice: Callable[[str], None],
    ) -> None:
        self._odoo = odoo
        self._keeping = keeping
        self._comparer = comparer
        self._sender = sender
        self._lines = lines
        self._blamer = blamer
        self._calls = calls
        self._notice = notice

    def carry(self, shipment: Shipment) -> None:
        """Send the records that change something and settle all, in whatever order they land.

        Once told to stop it ends after the call in flight and what completes it; what has landed
        is settled, the rest stays unsettled.
        """
        compared = self._comparer.compare(shipment)
        changed, same = compared.changed, compared.same
        if shipment.batch.records[0].adopt:
            changed, same = self._adopt(shipment, changed), self._adopt(shipment, same)
        settle_unchanged(shipment, same)
        landed: list[Landing] = []
        settled_at = time.monotonic()
        try:
            if shipment.batch.records[0].lines_field:
                changed = self._lines.prepare(shipment, changed, compared.archived)
            for batch, records in self._calls(shipment.batch, changed, compared.archived):
                self._send(shipment, batch, records, landed)
                if time.monotonic() - settled_at >= SETTLE_SECONDS:
                    self._settle(shipment, landed)
                    settled_at = time.monotonic()
            self._settle(shipment, landed)
        except Stopped:
            return
        finally:
            if landed:
                self._notice("The run was stopped before the last rows that landed were checked.")
            settle_landed(shipment, landed, {}, {})

    def _adopt(self, shipment: Shipment, records: list[Record]) -> list[Record]:
        """Give the records their external ids and return those that can go on.

        Without the rights for it they go on by database id, with a notice.
        """
        if not records:
            return []
        try:
            taken = adopt(self._odoo, records)
        except AccessRefused as error:
            self._notice(describe(error))
            return [shipment.stand_in(record, external_id=None, adopt=False) for record in records]
        for record in records:
            if record.external_id in taken:
                shipment.fail(record, taken[record.external_id])
        return [record for record in records if record.external_id not in taken]

    def _send(
        self,
        shipment: Shipment,
        batch: Batch,
        records: tuple[Record, ...],
        landed: list[Landing],
    ) -> None:
        for piece, answer in isolate(records, lambda some: self._sender.send(batch, some)):
            if isinstance(answer, Landed):
                landed.extend(zip(piece, answer.ids, strict=True))
                if batch.model != piece[0].model:
                    shipment.by_variant.update(map(id, piece))
                self._lines.follow(shipment, batch, landed)
                continue
            for record in piece:
                shipment.fail(record, *self._blamer.problems(batch, record, answer))

    def _settle(self, shipment: Shipment, landed: list[Landing]) -> None:
        """Settle records that landed with what Odoo kept of them.

        They are in Odoo already: what goes wrong in looking is said and fails none of them.
        """
        if not landed:
            return
        batch = shipment.batch
        field = batch.records[0].lines_field
        not_kept: NotKept = {}
        lines: LineOutcomes = {}
        try:
            not_kept, held = self._keeping.look(shipment, landed)
            if field:
                lines = self._lines.outcomes(shipment, landed, held)
                self._keeping.learn_of_lines(self._lines.model_of(batch), lines.values())
        except (RetryableError, ServerRefused, ConnectionFailed) as error:
            self._notice(
                f"{batch.model}: what Odoo kept of some rows is not checked ({error.message})."
            )
        settle_landed(shipment, landed, not_kept, lines)


def settle_unchanged(shipment: Shipment, records: Sequence[Record]) -> None:
    """Settle records of which nothing needs to be sent."""
    shipment.settle_all(
        records,
        [
            Outcome(
                record.row,
                Action.UNCHANGED,
                record.external_id,
                record.database_id,
                lines=line_outcomes(record, ()) if record.lines else (),
            )
            for record in records
        ],
    )


def settle_landed(
    shipment: Shipment, landed: list[Landing], not_kept: NotKept, lines: LineOutcomes
) -> None:
    """Settle records that landed, and empty the list.

    One whose further lines were not sent because the run ended fails until the run goes on. A
    record of which only the variant's number is known has none.
    """
    told = [_outcome_of(shipment, record, number, not_kept, lines) for record, number in landed]
    shipment.settle_all([record for record, _ in landed], told)
    landed.clear()


def _outcome_of(
    shipment: Shipment, record: Record, number: int, not_kept: NotKept, lines: LineOutcomes
) -> Outcome:
    action = record.action
    told: tuple[LineOutcome, ...] = ()
    if record.lines_field:
        if later := shipment.later.get(id(record)):
            problem = landed_without(record, number, len(later))
            return Outcome(record.row, Action.FAILED, problems=(problem,), unfinished=True)
        action = own_action(record)
        told = _lines_of(shipment, record, number, lines)
    if record.database_id is not None and number != record.database_id:
        action = Action.CREATED  # deleted after it was looked up: load() made it anew
    if shipment.by_variant and id(record) in shipment.by_variant:
        return Outcome(record.row, action, record.external_id, None, lines=told)
    kept = not_kept.get(number, ())
    return Outcome(record.row, action, record.external_id, number, (), kept, told)


def _lines_of(
    shipment: Shipment, record: Record, number: int, lines: LineOutcomes
) -> tuple[LineOutcome, ...]:
    told = lines.get(number)
    if told is not None:
        return told
    return line_outcomes(shipment.original(record), shipment.sent_lines.get(id(record), ()))
