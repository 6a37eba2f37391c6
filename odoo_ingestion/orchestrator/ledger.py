"""The book of one file: each row that came in, each outcome, and whether the run may go on."""

from __future__ import annotations

import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack

from odoo_ingestion.errors import Interrupted, TooManyErrors
from odoo_ingestion.journal import FileJournal
from odoo_ingestion.orchestrator.run_memory import FileMemory
from odoo_ingestion.orchestrator.tally import Tally
from odoo_ingestion.ports import RowSource
from odoo_ingestion.progress_tracker import ProgressTracker
from odoo_ingestion.records import Action, Outcome, Problem, Row
from odoo_ingestion.runs import ImportOptions, Progress

_PROGRESS_SECONDS = 0.1


class Ledger:
    """Counts rows and outcomes, stores failed rows, and shows how far the run has come.

    ``model`` is the model of which each row is one record, empty where the run counts the records
    itself (``tally.records``); ``store`` takes failed rows. ``memory``
    is told what rows are known by (``memory.remember``), for the files behind this one. ``journal``
    keeps the outcomes on disk and knows those of a run that goes on; None where nothing is kept.
    Used by the thread that runs the import.
    """

    def __init__(
        self,
        source: RowSource,
        model: str,
        store: Callable[[Row, Sequence[Problem]], None],
        options: ImportOptions,
        stop: threading.Event,
        on_progress: Callable[[Progress], None],
        memory: FileMemory | None = None,
        journal: FileJournal | None = None,
    ) -> None:
        self.tally = Tally()
        self._source = source
        self._model = model
        self._store = store
        self._options = options
        self._stop = stop
        self._on_progress = on_progress
        self.memory = memory or FileMemory()
        self._journal = journal
        self._failed_before = 0
        self._tracker = ProgressTracker(source.facts.path)
        self._last_progress = 0.0
        self._told_read = self._validated = 0
        self._told: Counter[Action] = Counter()

    @property
    def failed_before(self) -> tuple[str, ...]:
        """The failed-records files that the run had begun before it went on."""
        return self._journal.failed_before if self._journal is not None else ()

    def read(self, rows: Iterator[Row]) -> Iterator[Row]:
        """Yield the rows and count them as read."""
        for row in rows:
            self.tally.read += 1
            yield row

    def reading_finished(self) -> None:
        """Note that no further row comes."""
        self._hand_over()
        self._tracker.reading_finished()

    def validated(self, rows: int = 1) -> None:
        """Count rows as checked."""
        self._validated += rows

    def settle(self, *outcomes: Outcome, keep: bool = True) -> None:
        """Take in what became of rows, once for each.

        Where one that failed cannot be stored, the others are taken in all the same before that is
        raised; it does not count as done in the journal. ``keep`` is false for what counts only
        because the run ended: resuming the run takes it up again.
        """
        journal = self._journal
        if journal is not None:
            outcomes = tuple(map(journal.final, outcomes))
        self.tally.settle(outcomes)
        if self.memory.wanted:
            for one in outcomes:
                self.memory.settle(one)
        settled = [one for one in outcomes if one.action is not Action.FAILED]
        with ExitStack() as rest:  # last in, first out, and all of it whatever raises
            rest.callback(self.report)
            if keep and journal is not None:
                rest.callback(lambda: journal.settle(*settled))
            if len(settled) < len(outcomes):
                failed = [one for one in outcomes if one.action is Action.FAILED]
                for one in reversed(failed):
                    rest.callback(self._store_failed, one, settled)

    def _store_failed(self, failed: Outcome, settled: list[Outcome]) -> None:
        """Store a failed row and add it to those that count as done."""
        if self.is_known(failed.row):
            self._failed_before += 1
        self._store(failed.row, failed.problems)
        settled.append(failed)

    def records(self, made: Mapping[str, int]) -> Counter[tuple[str, Action]]:
        """Return the records of the file by model and by what became of them.

        ``made`` are those that were made for relations. Of a run that goes on it is the whole run.
        """
        counted = self.tally.records.copy()
        for action in (Action.CREATED, Action.UPDATED) if self._model else ():
            if count := self.tally.outcomes[action]:
                counted[self._model, action] += count
        for model, count in made.items():
            counted[model, Action.CREATED] += count
        return counted if self._journal is None else self._journal.records(counted)

    def final(self, outcome: Outcome) -> Outcome:
        """Return the outcome that counts for a row, where the run goes on after a break."""
        return outcome if self._journal is None else self._journal.final(outcome)

    def is_known(self, row: Row) -> bool:
        """Tell whether the row had its outcome before the run went on."""
        return self._journal is not None and self._journal.knows([row.number])

    def intend(self, model: str, rows: Sequence[int]) -> None:
        """Put on disk that rows are about to be changed by a call that sends no records.

        What became of it their outcomes tell. Raises JournalError.
        """
        if self._journal is not None:
            self._journal.sending(model, {Action.UPDATED: rows})

    def notice(self, text: str) -> None:
        """Take in a sentence for the summary."""
        self.tally.notices_before.append(text)

    def tell_wait(self, words: str) -> None:
        """Show what the connection waits for; empty when it goes on. Called from any thread."""
        self._tracker.note(words)
        self._on_progress(self._tracker.snapshot())

    def check_stop(self) -> None:
        """Raise Interrupted once told to stop, TooManyErrors at ``--max-errors``."""
        if self._stop.is_set():
            raise Interrupted("stopped; what was on its way has landed")
        limit = self._options.max_errors
        if limit is not None and self.tally.failed - self._failed_before >= limit:
            raise TooManyErrors(
                f"stopped after {self.tally.failed} failed rows (--max-errors {limit})",
                hint="Correct the rows in the failed-records file, or raise the limit.",
            )

    def report(self, *, force: bool = False) -> None:
        """Show how far the run has come, at most ten times a second."""
        now = time.monotonic()
        if now - self._last_progress >= _PROGRESS_SECONDS or force:
            self._last_progress = now
            self._hand_over()
            self._on_progress(self._tracker.snapshot())

    def _hand_over(self) -> None:
        """Tell the tracker what was counted since: row by row that would cost more than a check."""
        read = self.tally.read
        if read > self._told_read:
            self._tracker.row_read(self._source.fraction_read(), read - self._told_read)
        if self._validated:
            self._tracker.row_validated(self._validated)
        self._tracker.outcomes(self.tally.outcomes - self._told)
        self._told_read, self._validated = read, 0
        self._told = self.tally.outcomes.copy()

    def finish(self) -> None:
        """Show the last state: the run has ended, well or not."""
        self._hand_over()
        self._tracker.finish()
        self.report(force=True)
