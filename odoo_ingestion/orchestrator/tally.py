"""The counts of one file while it is imported, and the sentences that its summary will say."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from odoo_ingestion.records import Action, Outcome, Problem, Row

_LANDED = (Action.CREATED, Action.UPDATED, Action.UNCHANGED)
_EXAMPLES = 5
_MESSAGE = 200
"""Characters of a failure's message that an example shows."""


class _Noted:
    """Rows of which something is said once they have landed: those that wait, then a few of many.

    Memory: that of the rows on their way.
    """

    def __init__(self) -> None:
        self.waiting: set[int] = set()
        self.landed = 0
        self._first: list[int] = []

    def settle(self, row: int, *, landed: bool) -> None:
        """Count a row that was noted."""
        if row not in self.waiting:
            return
        self.waiting.remove(row)
        if landed:
            self.landed += 1
            self._first = sorted((*self._first, row))[:_EXAMPLES]

    def listed(self) -> str:
        """Return how many rows landed and which, the first ones by their numbers."""
        shown = ", ".join(map(str, self._first))
        more = f" and {self.landed - _EXAMPLES} more" if self.landed > _EXAMPLES else ""
        return f"{_rows(self.landed)} {shown}{more}"


class Tally:
    """Counts outcomes and collects what the user has to be told at the end."""

    def __init__(self) -> None:
        self.read = 0
        self.retries: Counter[str] = Counter()
        self.outcomes: Counter[Action] = Counter()
        self.records: Counter[tuple[str, Action]] = Counter()
        self.errors: Counter[str] = Counter()
        self.examples: dict[str, str] = {}
        self.not_kept: Counter[str] = Counter()
        self.notices_before: list[str] = []
        self._archived = _Noted()
        self._keyless = _Noted()
        self._warned = 0
        self._warnings: list[str] = []

    @property
    def failed(self) -> int:
        """The rows that failed so far."""
        return self.outcomes[Action.FAILED]

    @property
    def open_rows(self) -> int:
        """The rows that were read and have no outcome yet."""
        return self.read - self.outcomes.total()

    def settle(self, outcomes: Sequence[Outcome]) -> None:
        """Count outcomes; most are of the kind of which nothing else is to be said."""
        self.outcomes.update([outcome.action for outcome in outcomes])
        for outcome in outcomes:
            if outcome.problems:
                category = str(outcome.problems[0].category)
                self.errors[category] += 1
                self.examples.setdefault(category, _told(outcome.row, outcome.problems[0]))
            if outcome.not_kept:
                self.not_kept.update(outcome.not_kept)
        for noted in (self._archived, self._keyless):
            if noted.waiting:
                for outcome in outcomes:
                    noted.settle(outcome.row.number, landed=outcome.action in _LANDED)

    def warn(self, row: int, warnings: Sequence[str]) -> None:
        """Remember the warnings of a row that is imported all the same."""
        if not warnings:
            return
        self._warned += 1
        if len(self._warnings) < _EXAMPLES:
            self._warnings += [f"row {row}: {text}" for text in warnings]

    def archived(self, row: int) -> None:
        """Remember that the row's record is archived and stays so; said once the row has landed."""
        self._archived.waiting.add(row)

    def keyless(self, row: int) -> None:
        """Remember that only its content tells the row apart; said once the row has landed."""
        self._keyless.waiting.add(row)

    def notices(self, *, dry_run: bool) -> list[str]:
        """Return the sentences for the summary, the most important first."""
        said = list(dict.fromkeys(self.notices_before)) + [
            f"not kept by Odoo as sent: {name} ({count} {_rows(count)})"
            for name, count in self.not_kept.most_common()
        ]
        if self.open_rows:
            said.append(
                f"{self.open_rows} {_rows(self.open_rows)} read and not imported, because the run "
                "ended early: import the file again, rows that landed are not doubled"
            )
        if self._archived.landed:
            verb = "would stay" if dry_run else "stay"
            said.append(f"archived records {verb} archived: {self._archived.listed()}")
        if self._keyless.landed:
            said.append(
                f"no key in {self._keyless.listed()}: told apart by their content alone; "
                "a later edit of such a row makes a new record (give it an id column or a key)"
            )
        if self._warned:
            said.append(f"{self._warned} {_rows(self._warned)} with doubtful values, for example:")
            said += [f"  {text}" for text in self._warnings[:_EXAMPLES]]
        return said


def _told(row: Row, problem: Problem) -> str:
    where = f", {problem.field}" if problem.field else ""
    message = " ".join(problem.message.split())
    shown = message if len(message) <= _MESSAGE else f"{message[:_MESSAGE]}..."
    return f"row {row.number}{where}: {shown}"


def _rows(count: int) -> str:
    return "row" if count == 1 else "rows"
