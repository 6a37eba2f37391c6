"""One file of a run in the journal: what is told of its rows, and what was told before."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path

from msgspec.structs import replace

from odoo_ingestion.journal.entries import BatchState, OutcomeEntry
from odoo_ingestion.journal.landings import count_landed, rows_on_their_way
from odoo_ingestion.journal.writing import Journal
from odoo_ingestion.records import Action, Outcome

_STATES = {True: BatchState.ACKNOWLEDGED, False: BatchState.REFUSED, None: BatchState.UNKNOWN}


class FileJournal:
    """Writes down the rows of one file; of a run that goes on it also knows what became of them.

    ``models`` are those whose records are counted by the outcomes of rows; ``enter`` gives it its
    number in the journal before the first row is told of.
    """

    def __init__(self, journal: Journal, models: Collection[str]) -> None:
        self._journal = journal
        self._models = models
        self._number = 0
        self._resumed = False
        self._intended: Mapping[int, Action] = {}
        self.failed_before: tuple[str, ...] = ()
        """The failed-records files that the run had begun before it went on."""

    def enter(self, number: int, *, resumed: bool = False) -> None:
        """Say which file of the journal this is, and whether its run goes on."""
        self._number = number
        self._resumed = resumed
        if resumed:
            calls, settled = self._journal.calls(number), self._journal.history.settled(number)
            self._intended = rows_on_their_way(calls, settled)
            self.failed_before = tuple(self._journal.history.failed_files(number))

    # --- what is sent -----------------------------------------------------------------------

    def sending(
        self,
        model: str,
        intents: Mapping[Action, Sequence[int]],
        beside: Mapping[Action, Sequence[str]] | None = None,
    ) -> int:
        """Put on disk what is about to be sent; return the call's number."""
        return self._journal.sending(self._number, model, intents, beside)

    def answered(self, call: int, *, landed: bool | None) -> None:
        """Note what became of a call: carried out, refused, or (None) unknown."""
        self._journal.answered(call, _STATES[landed])

    def failed_file_begun(self, path: Path) -> None:
        """Put on disk that a failed-records file is about to be begun."""
        self._journal.failed_file_begun(self._number, str(path.absolute()))

    # --- what became of rows ----------------------------------------------------------------

    @property
    def is_resumed(self) -> bool:
        """Whether the run goes on after a break."""
        return self._resumed

    def settle(self, *outcomes: Outcome) -> None:
        """Write down the outcomes of rows, all or none, but for those that had one before."""
        new = (
            [_entry(one) for one in outcomes if not self.knows([one.row.number])]
            if self._resumed
            else map(_entry, outcomes)
        )
        self._journal.settle(self._number, *new)

    def knows(self, rows: Collection[int]) -> bool:
        """Tell whether all of the rows had their outcomes before the run went on."""
        return self._resumed and all(self._known(row) is not None for row in rows)

    def may_have_landed(self, row: int) -> bool:
        """Tell whether the run was broken off while the row was on its way."""
        return row in self._intended

    def may_have_created(self, row: int) -> bool:
        """Tell whether the run created the row's record, or was broken off while it did."""
        known = self._known(row) if self._resumed else None
        action = self._intended.get(row) if known is None else known.action
        return action is Action.CREATED

    def final(self, outcome: Outcome) -> Outcome:
        """Return the outcome that counts for a row: the one that it had before the run went on.

        A row that was on its way then, and whose record turns out to have landed, counts as what
        it was to become.
        """
        if not self._resumed:
            return outcome
        known = self._known(outcome.row.number)
        if known is not None:
            return Outcome(
                outcome.row,
                known.action,
                known.external_id,
                known.database_id,
                known.problems,
                known.not_kept,
            )
        intended = self._intended.get(outcome.row.number)
        weaker = {
            Action.CREATED: (Action.UPDATED, Action.UNCHANGED),
            Action.UPDATED: (Action.UNCHANGED,),
        }
        if intended is not None and outcome.action in weaker[intended]:
            return replace(outcome, action=intended)
        return outcome

    def count_by_calls(self) -> None:
        """Count all records by what was sent: a row's outcome is that of several records."""
        self._models = ()

    def records(self, counted: Counter[tuple[str, Action]]) -> Counter[tuple[str, Action]]:
        """Return the records of the whole run: those ``counted`` since it went on, and before."""
        if not self._resumed:
            return counted
        failed = set(self._journal.history.settled(self._number, Action.FAILED))
        own = {place: n for place, n in counted.items() if place[0] in self._models}
        return Counter(own) + count_landed(self._journal.calls(self._number), failed, self._models)

    def _known(self, row: int) -> OutcomeEntry | None:
        return self._journal.outcome(self._number, row)


def _entry(outcome: Outcome) -> OutcomeEntry:
    return OutcomeEntry(
        outcome.row.number,
        outcome.action,
        outcome.external_id,
        outcome.database_id,
        outcome.problems,
        outcome.not_kept,
    )
