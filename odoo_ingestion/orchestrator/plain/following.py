"""What follows the record of a row: sent once the record has landed, and part of the row's outcome.

Texts in further languages follow a record, and the bank account of a partner does.
"""

from __future__ import annotations

from collections import Counter, deque
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack
from types import TracebackType
from typing import Protocol

from msgspec import Struct, field
from msgspec.structs import replace

from odoo_ingestion.batch_processor import one_by_one
from odoo_ingestion.documents import strongest
from odoo_ingestion.orchestrator.processors import OpenProcessor, Processor
from odoo_ingestion.records import Action, Category, Draft, Outcome, Problem, Record

LANDED = (Action.CREATED, Action.UPDATED, Action.UNCHANGED)


class Follower(Protocol):
    """One kind of what follows records: ``what`` in words (``its text in fr_FR``), its model."""

    @property
    def what(self) -> str:
        """What a row's part is called in messages."""
        ...

    @property
    def model(self) -> str:
        """The model of the records that are sent."""
        ...

    @property
    def open_processor(self) -> OpenProcessor:
        """What opens the processor that they are sent with."""
        ...

    def wants(self, draft: Draft, landed: Outcome) -> bool:
        """Tell whether a row whose record has landed has such a part."""
        ...

    def records(
        self, rows: Sequence[tuple[Draft, Outcome]]
    ) -> Sequence[Record | tuple[Problem, ...]]:
        """Return the record to send for each row, or why there is none; in order."""
        ...

    def column(self, name: str) -> str:
        """Return the column of the file that a field is filled from, for messages."""
        ...


class _Row(Struct):
    """A row whose record has landed and whose further parts are on their way."""

    draft: Draft
    outcome: Outcome
    open: list[Follower]
    actions: list[tuple[str, Action]]
    not_kept: tuple[str, ...]
    problems: list[Problem] = field(default_factory=list)


class Following:
    """Sends what follows the rows that landed, follower by follower, and settles the rows.

    ``settle`` gets the outcome of every row that ``take`` kept, exactly once: the strongest of its
    parts; a row of which a part is refused fails, and says that its record landed. ``count`` gets
    the model and the action of each record of such a row that landed, the row's own included.
    A row whose parts were not sent because the run ended goes to ``settle_unfinished``.
    Used by one thread, in a ``with`` statement.
    """

    def __init__(
        self,
        followers: Sequence[Follower],
        model: str,
        settle: Callable[[Outcome], None],
        count: Callable[[str, Action], None],
        on_notice: Callable[[str], None],
        *,
        dry_run: bool = False,
        settle_unfinished: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._followers = tuple(followers)
        self._model = model
        self._settle = settle
        self._settle_unfinished = settle_unfinished or settle
        self._count = count
        self._on_notice = on_notice
        self._words = ("would land", "would not") if dry_run else ("landed", "did not")
        self._stack = ExitStack()
        self._processors: list[Processor] = []
        self._expected: dict[int, Draft] = {}
        self._rows: dict[int, _Row] = {}
        self._queues: list[deque[_Row]] = [deque() for _ in self._followers]

    @property
    def retries(self) -> Mapping[str, int]:
        """How many calls had to be repeated, by the code of what was in the way."""
        return sum((Counter(processor.retries) for processor in self._processors), Counter())

    def expect(self, draft: Draft) -> None:
        """Remember what follows a row that is about to be sent."""
        if draft.translations or draft.following is not None:
            self._expected[draft.row.number] = draft

    def take(self, outcome: Outcome) -> bool:
        """Keep the outcome of a row that something follows; return whether it was kept."""
        draft = self._expected.pop(outcome.row.number, None)
        if draft is None or outcome.action not in LANDED:
            return False
        wanted = [one for one in self._followers if one.wants(draft, outcome)]
        if not wanted:
            return False
        actions = [(self._model, outcome.action)]
        row = _Row(draft, outcome, wanted, actions, outcome.not_kept)
        self._rows[outcome.row.number] = row
        for follower, queue in zip(self._followers, self._queues, strict=True):
            if follower in wanted:
                queue.append(row)
        return True

    def send(self) -> None:
        """Hand over what follows the rows that have landed; raises what ends the run."""
        for follower, queue, processor in zip(
            self._followers, self._queues, self._processors, strict=True
        ):
            rows = list(_drained(queue))
            if not rows:
                continue
            made = follower.records([(row.draft, row.outcome) for row in rows])
            for row, record in zip(rows, made, strict=True):
                if isinstance(record, Record):
                    processor.submit(record)
                else:
                    failed = Outcome(row.outcome.row, Action.FAILED, problems=record)
                    self._answer(follower, failed)

    def flush(self) -> None:
        """Return when every row that was taken is settled; raises what ends the run."""
        self.send()
        for processor in self._processors:
            processor.flush()

    def __enter__(self) -> Following:
        for follower in self._followers:
            opened = follower.open_processor(one_by_one(self._answered(follower)), self._on_notice)
            self._processors.append(self._stack.enter_context(opened))
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        try:
            self._stack.close()
        finally:
            for row in list(self._rows.values()):
                self._give_up(row)

    def _answered(self, follower: Follower) -> Callable[[Outcome], None]:
        return lambda outcome: self._answer(follower, outcome)

    def _answer(self, follower: Follower, outcome: Outcome) -> None:
        row = self._rows[outcome.row.number]
        row.open.remove(follower)
        row.not_kept += tuple(follower.column(name) for name in outcome.not_kept)
        row.problems += [self._told(row, follower, one) for one in outcome.problems]
        if outcome.action in LANDED:
            row.actions.append((follower.model, outcome.action))
        if not row.open:
            self._close(row)

    def _close(self, row: _Row, settle_failed: Callable[[Outcome], None] | None = None) -> None:
        first = row.outcome
        del self._rows[first.row.number]
        for model in dict.fromkeys(model for model, _ in row.actions):
            self._count(model, strongest(action for name, action in row.actions if name == model))
        if row.problems:
            problems = tuple(row.problems)
            settle_failed = settle_failed or self._settle
            settle_failed(replace(first, action=Action.FAILED, problems=problems, lines=()))
            return
        action = strongest(action for _, action in row.actions)
        self._settle(replace(first, action=action, not_kept=row.not_kept))

    def _give_up(self, row: _Row) -> None:
        parts = " and ".join(sorted(follower.what for follower in row.open))
        verb = "were" if len(row.open) > 1 else "was"
        row.problems.append(
            Problem(
                Category.CONNECTION,
                f"{self._landed(row)}, and the run ended before {parts} {verb} sent",
                None,
                "Import the row again.",
            )
        )
        self._close(row, self._settle_unfinished)

    def _told(self, row: _Row, follower: Follower, problem: Problem) -> Problem:
        return replace(
            problem,
            message=f"{self._landed(row)}, and {follower.what} {self._words[1]}: {problem.message}",
            field=follower.column(problem.field) if problem.field else None,
        )

    def _landed(self, row: _Row) -> str:
        found = row.outcome.database_id
        return f"the record {self._words[0]}{f' (id {found})' if found is not None else ''}"


def _drained(queue: deque[_Row]) -> Iterator[_Row]:
    while queue:
        yield queue.popleft()
