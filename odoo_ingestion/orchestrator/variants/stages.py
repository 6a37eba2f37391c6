"""Sends the records of one stage after the other and hands back what became of each."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.processors import Processor
from odoo_ingestion.records import Action, Outcome, Record, Row


class Stages:
    """Takes records a stage at a time: all of a stage have landed or failed before the next.

    Counts what was made and changed in the ledger, apart from the ``model`` of the rows
    themselves.
    """

    def __init__(self, ledger: Ledger, model: str) -> None:
        self._ledger = ledger
        self._model = model
        self._processor: Processor
        self._outcomes: dict[int, Outcome] = {}

    def use(self, processor: Processor) -> None:
        """Send through this processor, which tells its outcomes to ``take``."""
        self._processor = processor

    def take(self, outcome: Outcome) -> None:
        """Take in what became of a record."""
        self._outcomes[id(outcome.row)] = outcome

    def outcome_of(self, row: Row) -> Outcome | None:
        """Return what became of a record of the last stage, None where that is not known."""
        return self._outcomes.get(id(row))

    def send(self, records: Iterable[Record]) -> list[Outcome]:
        """Send records and return their outcomes, in order; each needs a ``Row`` of its own.

        A record is not kept once it is handed over: it may hold images. Raises what ends the run.
        """
        self._outcomes.clear()
        sent: list[tuple[Row, str]] = []
        for record in records:
            sent.append((record.row, record.model))
            self._processor.submit(record)
        if not sent:
            return []
        self._processor.flush()
        result = [self._outcomes[id(row)] for row, _ in sent]
        for (_, model), outcome in zip(sent, result, strict=True):
            counted = outcome.action in (Action.CREATED, Action.UPDATED)
            if counted and model != self._model:
                self._ledger.tally.records[model, outcome.action] += 1
        return result


def new_record(
    model: str,
    external_id: str,
    values: Mapping[str, str],
    part_of: Mapping[int, Action] | None = None,
) -> Record:
    """Return a record to be made that no row of the file is."""
    return Record(
        _no_row(), model, Action.CREATED, external_id, None, values, part_of=part_of or {}
    )


def held_record(
    model: str,
    record_id: int,
    values: Mapping[str, str],
    *,
    external_id: str | None = None,
    adopt: bool = False,
    part_of: Mapping[int, Action] | None = None,
) -> Record:
    """Return a record to be changed that no row of the file is."""
    return Record(
        _no_row(),
        model,
        Action.UPDATED,
        external_id,
        record_id,
        values,
        adopt=adopt,
        part_of=part_of or {},
    )


def _no_row() -> Row:
    return Row(0, None, {})
