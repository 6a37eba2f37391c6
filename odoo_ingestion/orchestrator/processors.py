"""What takes records and tells their outcomes: the real one, a dry one, one without a server."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from odoo_ingestion.batch_processor import TakeOutcomes
from odoo_ingestion.records import Record


class Processor(Protocol):
    """Takes records and reports an outcome for each, sooner or later."""

    def submit(self, record: Record) -> None:
        """Take a record; waits while too many are on their way."""
        ...

    def submit_all(self, records: Sequence[Record]) -> None:
        """Take records, in order; waits as ``submit`` does."""
        ...

    def flush(self) -> None:
        """Wait until every record taken has its outcome."""
        ...

    @property
    def retries(self) -> Mapping[str, int]:
        """How many calls had to be repeated, by the code of what was in the way."""
        ...


OpenProcessor = Callable[[TakeOutcomes, Callable[[str], None]], AbstractContextManager[Processor]]
"""Opens a processor that tells outcomes to the first function and sentences to the second."""
