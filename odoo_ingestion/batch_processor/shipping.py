"""One batch on its way: compared, adopted, sent, isolated, read back. Runs in a worker."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Protocol

from odoo_ingestion.batch_processor.adopting import adopt, describe
from odoo_ingestion.batch_processor.answers import Landed, problems_of
from odoo_ingestion.batch_processor.isolating import isolate
from odoo_ingestion.batch_processor.messages import HINTS
from odoo_ingestion.batch_processor.reading import Reader
from odoo_ingestion.batch_processor.sending import Sender, Stopped
from odoo_ingestion.errors import (
    AccessRefused,
    ConnectionFailed,
    RetryableError,
    ServerRefused,
)
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Batch, Category, Outcome, Problem, Record

Landing = tuple[Record, int]
"""A record that landed, and its database id."""

NotKept = Mapping[int, tuple[str, ...]]
"""The fields that Odoo holds otherwise than sent, by database id."""

SETTLE_SECONDS = 2.0
"""How long rows that landed wait for more, to be read back together: each call costs a server
that checks passwords up to 0.4 s."""


class Shipment:
    """A batch handed to a worker, and which of its records are not settled yet.

    It is sent in a few calls and read back in as few as can be.
    The worker settles; the thread that handed it over looks at ``unsettled`` once the worker
    has ended.
    """

    def __init__(self, batch: Batch, deliver: Callable[[Outcome], None]) -> None:
        self.batch = batch
        self._open = {id(record): record for record in batch.records}
        self._deliver = deliver

    def settle(self, record: Record, outcome: Outcome) -> None:
        """Say what became of a record; once for each."""
        del self._open[id(record)]
        self._deliver(outcome)

    def stand_in(self, record: Record, **changes: Any) -> Record:
        """Return a copy of a record with changes that is settled in its place."""
        other = replace(record, **changes)
        del self._open[id(record)]
        self._open[id(other)] = other
        return other

    def fail(self, record: Record, *problems: Problem) -> None:
        """Say that a record failed, and why."""
        self.settle(record, Outcome(record.row, Action.FAILED, problems=problems))

    @property
    def unsettled(self) -> list[Record]:
        """The records of which nothing is known yet, in the batch's order."""
        return list(self._open.values())


class Carrier(Protocol):
    """Carries one batch: settles its records, as far as it is not told to stop."""

    def carry(self, shipment: Shipment) -> None:
        """Settle the shipment's records; what it raises leaves the rest unsettled."""
        ...


def compare_with_held(
    shipment: Shipment, reader: Reader
) -> tuple[list[Record], list[Record], set[int]]:
    """Return the records to send, those that change nothing, and the ids of archived ones.

    A record of which Odoo no longer knows the database id fails here: sending it would make a new
    one. Where nothing can be read all records are sent.
    """
    batch = shipment.batch
    if batch.records[0].action is not Action.UPDATED:
        return list(batch.records), [], set()
    ids = [record.database_id for record in batch.records if record.database_id is not None]
    held = reader.read(batch.model, ids, batch.columns)
    if held is None:
        return list(batch.records), [], set()
    changed: list[Record] = []
    same: list[Record] = []
    for record in batch.records:
        if record.database_id is None:
            changed.append(record)
        elif record.database_id not in held:
            shipment.fail(record, _gone(record))
        elif reader.changes(record, held[record.database_id]):
            changed.append(record)
        else:
            same.append(record)
    archived = {number for number, row in held.items() if row.get("active") is False}
    return changed, same, archived


def _gone(record: Record) -> Problem:
    return Problem(
        Category.NOT_FOUND,
        f"The record that this row updates ({record.model}, id {record.database_id}) is no longer"
        " in Odoo: it was deleted while this file was imported.",
        None,
        HINTS[Category.NOT_FOUND],
    )


class Loader:
    """The carrier of a real run: what it settles as landed is in Odoo."""

    def __init__(
        self,
        odoo: Odoo,
        reader: Reader,
        sender: Sender,
        rows: Callable[[], int],
        notice: Callable[[str], None],
    ) -> None:
        self._odoo = odoo
        self._reader = reader
        self._sender = sender
        self._rows = rows
        self._notice = notice

    def carry(self, shipment: Shipment) -> None:
        """Send the records that change something and settle all, in whatever order they land.

        Once told to stop it ends after the call in flight; what has landed is settled, the rest
        stays unsettled.
        """
        changed, same, archived = compare_with_held(shipment, self._reader)
        if shipment.batch.records[0].adopt:
            changed, same = self._adopt(shipment, changed), self._adopt(shipment, same)
        for record in same:
            outcome = Outcome(record.row, Action.UNCHANGED, record.external_id, record.database_id)
            shipment.settle(record, outcome)
        landed: list[Landing] = []
        settled_at = time.monotonic()
        try:
            for batch, records in calls_of(shipment.batch, changed, archived, self._rows):
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
            settle_landed(shipment, landed, {})

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
                continue
            for record in piece:
                shipment.fail(record, *problems_of(answer))

    def _settle(self, shipment: Shipment, landed: list[Landing]) -> None:
        not_kept = self._not_kept(shipment.batch, landed)
        settle_landed(shipment, landed, not_kept)

    def _not_kept(self, batch: Batch, landed: Sequence[Landing]) -> NotKept:
        """Return the fields that Odoo holds otherwise than sent, by database id.

        The rows are in Odoo already: what goes wrong here is said and fails none of them.
        """
        if not landed:
            return {}
        try:
            held = self._reader.read(batch.model, [number for _, number in landed], batch.columns)
        except (RetryableError, ServerRefused, ConnectionFailed) as error:
            self._notice(
                f"{batch.model}: what Odoo kept of some rows is not checked ({error.message})."
            )
            return {}
        return {
            number: self._reader.differing(record, held[number])
            for record, number in landed
            if held is not None and number in held
        }


def settle_landed(shipment: Shipment, landed: list[Landing], not_kept: NotKept) -> None:
    """Settle records that landed, and empty the list."""
    for record, number in landed:
        action = record.action
        if record.database_id is not None and number != record.database_id:
            action = Action.CREATED  # deleted after it was looked up: load() made it anew
        shipment.settle(
            record,
            Outcome(record.row, action, record.external_id, number, (), not_kept.get(number, ())),
        )
    landed.clear()


def calls_of(
    batch: Batch, records: Sequence[Record], archived: set[int], rows: Callable[[], int]
) -> Iterator[tuple[Batch, tuple[Record, ...]]]:
    """Yield the records call by call, each with its batch's columns and context.

    ``rows`` is asked anew before every call: by then the server may have shown what it takes.
    """
    for part, context in split_by_address(records, archived):
        addressed = replace(batch, context={**batch.context, **context})
        waiting = tuple(part)
        while waiting:
            size = rows()
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
