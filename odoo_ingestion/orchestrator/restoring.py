"""Records whose rows had their outcomes before the run went on: told again, not sent again."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager

from msgspec.structs import replace

from odoo_ingestion.batch_processor import TakeOutcomes
from odoo_ingestion.journal import FileJournal
from odoo_ingestion.orchestrator.processors import Processor
from odoo_ingestion.records import Action, LineOutcome, Outcome, Record


class RestoringProcessor:
    """Passes on the records of which something is left to do, and tells the outcomes of others."""

    def __init__(
        self, processor: Processor, journal: FileJournal, on_outcomes: TakeOutcomes
    ) -> None:
        self._processor = processor
        self._journal = journal
        self._on_outcomes = on_outcomes

    @property
    def retries(self) -> Mapping[str, int]:
        """How many calls had to be repeated, by the code of what was in the way."""
        return self._processor.retries

    def submit(self, record: Record) -> None:
        """Take a record; one with nothing left to do is told at once."""
        self.submit_all((record,))

    def submit_all(self, records: Sequence[Record]) -> None:
        """Take records, in order; those with nothing left to do are told at once."""
        left = []
        for record in records:
            if self._knows(record):
                self._tell(record)
            else:
                left.append(record)
        self._processor.submit_all(left)

    def _knows(self, record: Record) -> bool:
        rows = [record.row.number, *(line.row.number for line in record.lines)]
        return self._journal.knows(rows)

    def _tell(self, record: Record) -> None:
        known = self._journal.final(Outcome(record.row, record.action, record.external_id))
        lines = () if known.action is Action.FAILED else record.lines
        told = replace(
            known,
            database_id=known.database_id or record.database_id,
            lines=tuple(LineOutcome(line, Action.UNCHANGED, line.database_id) for line in lines),
        )
        self._on_outcomes([told])

    def flush(self) -> None:
        """Wait until every record taken has its outcome."""
        self._processor.flush()


@contextmanager
def restoring(
    opened: AbstractContextManager[Processor],
    journal: FileJournal,
    on_outcomes: TakeOutcomes,
) -> Iterator[Processor]:
    """Open a processor that does not send what has been done before the run went on."""
    with opened as processor:
        yield RestoringProcessor(processor, journal, on_outcomes)
