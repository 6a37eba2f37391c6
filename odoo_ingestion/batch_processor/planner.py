"""The same interface as BatchProcessor for dry runs: nothing that it does stays in Odoo."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial

from odoo_ingestion.batch_processor.calls import calls_of
from odoo_ingestion.batch_processor.changes import Comparer
from odoo_ingestion.batch_processor.delivery import TakeOutcomes
from odoo_ingestion.batch_processor.judging import Rehearsal, acknowledge
from odoo_ingestion.batch_processor.memory import available_memory
from odoo_ingestion.batch_processor.messages import HINTS
from odoo_ingestion.batch_processor.packing import Packer
from odoo_ingestion.batch_processor.processor import BatchProcessor
from odoo_ingestion.batch_processor.reading import Reader
from odoo_ingestion.batch_processor.rehearsing import Rehearser
from odoo_ingestion.batch_processor.sending import Sender
from odoo_ingestion.batch_processor.settings import BatchSettings
from odoo_ingestion.batch_processor.shipment import Carrier, Shipment
from odoo_ingestion.batch_processor.shipping import settle_unchanged
from odoo_ingestion.batch_processor.workers import Ended
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, ModelSchema, Problem, Record


class Forecaster:
    """The carrier of a dry run: compares, and where told to, lets the server judge."""

    def __init__(
        self,
        comparer: Comparer,
        sender: Sender,
        rehearsal: Rehearsal | None,
    ) -> None:
        self._comparer = comparer
        self._sender = sender
        self._rehearsal = rehearsal

    def carry(self, shipment: Shipment) -> None:
        """Settle the records as a real run would, as far as can be told without writing."""
        compared = self._comparer.compare(shipment)
        settle_unchanged(shipment, compared.same)
        if self._rehearsal is not None:
            self._rehearsal.judge(shipment, compared.changed, compared.archived)
            return
        refused = bool(compared.changed) and not self._sender.may_send(shipment.batch)
        if not refused:
            acknowledge(shipment, compared.changed)
            return
        for record in compared.changed:
            shipment.fail(record, _no_right(record))


def _no_right(record: Record) -> Problem:
    verb = "create" if record.action is Action.CREATED else "change"
    return Problem(
        Category.PERMISSION,
        f"You are not allowed to {verb} records of {record.model}.",
        None,
        HINTS[Category.PERMISSION],
    )


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
        on_outcomes: TakeOutcomes,
        on_notice: Callable[[str], None] | None = None,
        validate_on_server: bool = False,
        available: Callable[[], int] = available_memory,
    ) -> None:
        self._validate_on_server = validate_on_server
        super().__init__(
            odoo,
            schema,
            settings,
            on_outcomes=on_outcomes,
            on_notice=on_notice,
            available=available,
        )

    def _begin(self, shipment: Shipment) -> None:
        """Carry what asks nothing of the server here and now, the rest by the workers.

        New records are compared with nothing: a thread would cost more than they do.
        """
        if self._validate_on_server or shipment.batch.records[0].action is not Action.CREATED:
            super()._begin(shipment)
            return
        error: BaseException | None = None
        try:
            self._carries.carry(shipment)
        except BaseException as caught:  # noqa: BLE001 - raised once its records are accounted for
            error = caught
        self._end(Ended(shipment, error))

    def _carrier(self, odoo: Odoo, schemas: Mapping[str, ModelSchema], reader: Reader) -> Carrier:
        notice = self._notices.add
        rehearser = Rehearser(
            odoo, schemas, notice=notice, report=self._sizer.learn, stopping=self._stopping
        )
        self._senders = (rehearser,)
        calls = partial(calls_of, rows=lambda: self._sizer.rows, way=self._way)
        rehearsal = Rehearsal(schemas, rehearser, Packer(odoo, schemas), calls, notice)
        return Forecaster(
            Comparer(reader, schemas, m2m_add=self._settings.m2m_add),
            rehearser,
            rehearsal if self._validate_on_server else None,
        )
