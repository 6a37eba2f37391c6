"""The texts of a row in further languages: written once its record has landed."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Mapping
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from types import TracebackType

from odoo_ingestion.orchestrator.processors import OpenProcessor, Processor
from odoo_ingestion.records import Action, Category, Draft, Outcome, Problem, Record

_LANDED = (Action.CREATED, Action.UPDATED, Action.UNCHANGED)


@dataclass(slots=True)
class _Landed:
    """A row whose record has landed and whose translations are on their way."""

    outcome: Outcome
    open: set[str]
    changed: bool = False
    not_kept: tuple[str, ...] = ()
    problems: list[Problem] = field(default_factory=list)


class Translator:
    """Sends the translations of rows that landed, language by language, and settles the rows.

    ``openers`` open a processor under each language, ``columns`` maps (language, field) to the
    file's column. ``settle`` gets the outcome of every row that ``take`` kept, exactly once: a row
    whose translation is refused fails, and says that its record landed; one whose translations were
    not sent because the run ended goes to ``settle_unfinished``. Where a record has no
    database id (a dry run that would create it) its translations are not looked at. Used by one
    thread, in a ``with`` statement.
    """

    def __init__(
        self,
        openers: Mapping[str, OpenProcessor],
        columns: Mapping[tuple[str, str], str],
        model: str,
        settle: Callable[[Outcome], None],
        on_notice: Callable[[str], None],
        *,
        settle_unfinished: Callable[[Outcome], None] | None = None,
    ) -> None:
        self._openers = openers
        self._columns = columns
        self._model = model
        self._settle = settle
        self._on_notice = on_notice
        self._settle_unfinished = settle_unfinished or settle
        self._stack = ExitStack()
        self._processors: dict[str, Processor] = {}
        self._expected: dict[int, Mapping[str, Mapping[str, str]]] = {}
        self._landed: dict[int, _Landed] = {}
        self._queue: deque[tuple[str, Record]] = deque()

    @property
    def retries(self) -> int:
        """How many calls had to be repeated."""
        return sum(processor.retries for processor in self._processors.values())

    def expect(self, draft: Draft) -> None:
        """Remember the translations of a row that is about to be sent."""
        if draft.translations:
            self._expected[draft.row.number] = draft.translations

    def take(self, outcome: Outcome) -> bool:
        """Keep the outcome of a row that has translations to send; return whether it was kept."""
        wanted = self._expected.pop(outcome.row.number, None)
        if not wanted or outcome.action not in _LANDED or outcome.database_id is None:
            return False
        self._landed[outcome.row.number] = _Landed(outcome, set(wanted))
        for lang, values in wanted.items():
            record = Record(
                outcome.row, self._model, Action.UPDATED, None, outcome.database_id, values
            )
            self._queue.append((lang, record))
        return True

    def send(self) -> None:
        """Hand over the translations of the rows that have landed; raises what ends the run."""
        while self._queue:
            lang, record = self._queue.popleft()
            self._processors[lang].submit(record)

    def flush(self) -> None:
        """Return when every row that was taken is settled; raises what ends the run."""
        self.send()
        for processor in self._processors.values():
            processor.flush()

    def __enter__(self) -> Translator:
        for lang, opener in self._openers.items():
            self._processors[lang] = self._stack.enter_context(
                opener(self._answered(lang), self._on_notice)
            )
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
            for landed in list(self._landed.values()):
                self._give_up(landed)

    def _answered(self, lang: str) -> Callable[[Outcome], None]:
        def answered(outcome: Outcome) -> None:
            landed = self._landed[outcome.row.number]
            landed.open.discard(lang)
            landed.changed |= outcome.action is Action.UPDATED
            landed.not_kept += tuple(self._column(lang, name) for name in outcome.not_kept)
            landed.problems += [self._told(landed, lang, one) for one in outcome.problems]
            if not landed.open:
                self._close(landed)

        return answered

    def _close(self, landed: _Landed, settle: Callable[[Outcome], None] | None = None) -> None:
        first = landed.outcome
        del self._landed[first.row.number]
        if landed.problems:
            problems = tuple(landed.problems)
            settle = settle or self._settle
            settle(replace(first, action=Action.FAILED, problems=problems, lines=()))
            return
        changed = landed.changed and first.action is Action.UNCHANGED
        self._settle(
            replace(
                first,
                action=Action.UPDATED if changed else first.action,
                not_kept=first.not_kept + landed.not_kept,
            )
        )

    def _give_up(self, landed: _Landed) -> None:
        languages = ", ".join(sorted(landed.open))
        landed.problems.append(
            Problem(
                Category.CONNECTION,
                f"the record landed (id {landed.outcome.database_id}), and the run ended before "
                f"its texts in {languages} were sent",
                None,
                "Import the row again.",
            )
        )
        self._close(landed, self._settle_unfinished)

    def _told(self, landed: _Landed, lang: str, problem: Problem) -> Problem:
        return replace(
            problem,
            message=f"the record landed (id {landed.outcome.database_id}), and its text in {lang} "
            f"did not: {problem.message}",
            field=self._column(lang, problem.field) if problem.field else None,
        )

    def _column(self, lang: str, name: str) -> str:
        return self._columns.get((lang, name), f"{name}:{lang}")
