"""A batch on its way, and which of its records are not settled yet."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Any, Protocol

from msgspec.structs import replace

from odoo_ingestion.batch_processor.cutting import group_key
from odoo_ingestion.records import Action, Batch, Line, Outcome, Problem, Record

Landing = tuple[Record, int]
"""A record that landed, and its database id."""


class Shipment:
    """A batch handed to a worker, and which of its records are not settled yet.

    It is sent in a few calls and read back in as few as can be.
    The worker settles; the thread that handed it over looks at ``unsettled`` once the worker
    has ended. Of documents, ``sent_lines`` holds the lines that are sent of a record and ``later``
    those of them that have yet to follow in calls of their own, by ``id()`` of the record.
    ``by_variant`` are records that went in with their variants, whose number is all that load()
    told: their own is not known yet.
    Shipments of one ``lane`` other than None are never on their way at the same time.
    """

    def __init__(self, batch: Batch, deliver: Callable[[Iterable[Outcome]], None]) -> None:
        self.batch = batch
        self.lane = group_key(batch.records[0]).lane
        self.sent_lines: dict[int, tuple[Line, ...]] = {}
        self.later: dict[int, tuple[Line, ...]] = {}
        self.by_variant: set[int] = set()
        self._open = dict(zip(map(id, batch.records), batch.records, strict=True))
        self._originals: dict[int, Record] = {}
        self._deliver = deliver

    def settle(self, record: Record, outcome: Outcome) -> None:
        """Say what became of a record; once for each."""
        self.settle_all((record,), (outcome,))

    def settle_all(self, records: Iterable[Record], outcomes: Sequence[Outcome]) -> None:
        """Say what became of records, in their order."""
        waiting = self._open
        for record in records:
            del waiting[id(record)]
        self._deliver(outcomes)

    def stand_in(self, record: Record, **changes: Any) -> Record:
        """Return a copy of a record with changes that is settled in its place."""
        other = replace(record, **changes)
        self._originals[id(other)] = self.original(record)
        del self._open[id(record)]
        self._open[id(other)] = other
        return other

    def original(self, record: Record) -> Record:
        """Return the record that was handed in, for one that stands for it."""
        number = id(self._open[id(record)])
        return self._originals.get(number, record)

    def fail(self, record: Record, *problems: Problem) -> None:
        """Say that a record failed, and why."""
        self.settle(record, Outcome(record.row, Action.FAILED, problems=problems))

    @property
    def unsettled(self) -> list[Record]:
        """The records of which nothing is known yet, as they were handed in."""
        return [self.original(record) for record in self._open.values()]


class Carrier(Protocol):
    """Carries one batch: settles its records, as far as it is not told to stop."""

    def carry(self, shipment: Shipment) -> None:
        """Settle the shipment's records; what it raises leaves the rest unsettled."""
        ...
