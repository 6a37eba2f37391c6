"""Documents on their way, and what became of them: the outcomes of their rows."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.documents import (
    DocumentRules,
    FileDocument,
    outcomes_of_rows,
    problems_of_rows,
    strongest,
)
from odoo_ingestion.orchestrator.documents.checks import Half, Problems
from odoo_ingestion.orchestrator.documents.records import PlannedDocument
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.records import Action, LineOutcome, LineType, Outcome, Problem

_EXAMPLES = 5


class LandedDocument(Struct, frozen=True):
    """A document that is in Odoo as the file has it; its rows have no outcome yet."""

    planned: PlannedDocument
    outcome: Outcome
    lines: tuple[LineOutcome, ...]

    def changed(self) -> LandedDocument:
        """Return the same, the document itself being changed by more than its cells."""
        action = strongest((self.outcome.action, Action.UPDATED))
        return replace(self, outcome=replace(self.outcome, action=action))


class DocumentBook:
    """Keeps what belongs to a document while it is on its way, and settles its rows, each once."""

    def __init__(
        self, rules: DocumentRules, line_type: LineType, own: Half, of_line: Half, ledger: Ledger
    ) -> None:
        self._rules = rules
        self._line_type = line_type
        self._own = own
        self._of_line = of_line
        self._ledger = ledger
        self._pending: dict[int, PlannedDocument] = {}
        self._unnamed: list[PlannedDocument] = []
        self._unnamed_lines = 0
        self._unnamed_count = 0

    def expect(self, planned: PlannedDocument) -> None:
        """Keep a document until its outcome comes."""
        record = planned.record
        self._pending[record.row.number] = planned
        self._ledger.memory.remember(
            record.row.number,
            record.model,
            record.values,
            external_id=record.external_id,
            database_id=record.database_id,
        )

    def landed(self, outcome: Outcome) -> LandedDocument | None:
        """Return the document that an outcome is about; one that failed is settled, and None."""
        planned = self._pending.pop(outcome.row.number)
        if outcome.action is Action.FAILED:
            named = self._named(planned, outcome.problems)
            self.fail(planned.checked.document, named, keep=not outcome.unfinished)
            return None
        lines = outcome.lines
        if not lines and planned.record.lines:  # without a server nobody looked at them
            lines = tuple(LineOutcome(line, line.action) for line in planned.record.lines)
        return LandedDocument(planned, outcome, lines)

    def fail(self, document: FileDocument, problems: Problems, *, keep: bool = True) -> None:
        """Settle all rows of a document as failed, each with its reason; ``keep`` as in settle."""
        by_row = problems_of_rows(document, problems, self._rules.noun)
        failed = (Outcome(row, Action.FAILED, problems=by_row[row.number]) for row in document.rows)
        self._ledger.settle(*failed, keep=keep)

    def fail_whole(self, planned: PlannedDocument, problem: Problem) -> None:
        """Settle all rows of a document as failed for a reason of the document itself."""
        document = planned.checked.document
        self.fail(document, {document.number: self._own.named((problem,))})

    def settle(self, landed: LandedDocument, *, keep: bool = True) -> None:
        """Settle the rows of a document that landed, and count its records.

        ``keep`` is false where the run ended before all was done that the user asked for.
        """
        document = landed.planned.checked.document
        one2many = self._line_type.one2many
        outcomes = outcomes_of_rows(document, landed.outcome, landed.lines, one2many)
        self._ledger.settle(*outcomes, keep=keep)
        records = self._ledger.tally.records
        actions = [(self._rules.model, self._ledger.final(landed.outcome).action)]
        for line in landed.lines:
            final = self._ledger.final(Outcome(line.line.row, line.action))
            actions.append((self._line_type.model, final.action))
        for model, action in actions:
            if action in (Action.CREATED, Action.UPDATED):
                records[model, action] += 1
        self._note_unnamed(landed.planned)

    def label(self, planned: PlannedDocument) -> str:
        """Return what people call a document: its name in the file, else in Odoo."""
        name = planned.record.values.get("name", "")
        return name or (planned.held.label if planned.held else "")

    def _named(
        self, planned: PlannedDocument, problems: Sequence[Problem]
    ) -> dict[int, tuple[Problem, ...]]:
        """Return the problems by row, with the file's names for their fields."""
        number = planned.record.row.number
        result: dict[int, tuple[Problem, ...]] = {}
        prefix = f"{self._line_type.one2many}/"
        for problem in problems:
            row = problem.row if problem.row is not None else number
            if problem.row is not None or (problem.field or "").startswith(prefix):
                bare = replace(problem, field=(problem.field or "").removeprefix(prefix) or None)
                named = self._of_line.named((bare,))
            else:
                named = self._own.named((problem,))
            result[row] = (*result.get(row, ()), *named)
        return result

    # --- lines that the file does not name --------------------------------------------------

    def _note_unnamed(self, planned: PlannedDocument) -> None:
        lines = len(planned.gone) + len(planned.by_hand)
        if not lines:
            return
        self._unnamed_count += 1
        self._unnamed_lines += lines
        if len(self._unnamed) < _EXAMPLES:
            self._unnamed.append(planned)

    def tell_unnamed(self, removed: str | None) -> None:
        """Tell of lines in Odoo that the file does not name, if there were any.

        ``removed`` says what became of those that an import made (``removed``), None if they stay.
        """
        if not self._unnamed:
            return
        shown = "; ".join(self._told(one, removed) for one in self._unnamed)
        more = self._unnamed_count - len(self._unnamed)
        rest = f" and {more} more" if more else ""
        rules = self._rules
        what = rules.noun if self._unnamed_count == 1 else rules.plural
        lines = "1 line" if self._unnamed_lines == 1 else f"{self._unnamed_lines} lines"
        advice = "" if removed else ". They stay; --delete-missing-lines removes those of imports"
        self._ledger.notice(
            f"not in the file, but in Odoo: {lines} in {self._unnamed_count} {what} "
            f"({shown}{rest}){advice}"
        )

    def _told(self, planned: PlannedDocument, removed: str | None) -> str:
        name = self.label(planned) or f"row {planned.record.row.number}"
        parts = []
        if planned.gone:
            parts.append(f"{len(planned.gone)} from an import{f', {removed}' if removed else ''}")
        if planned.by_hand:
            parts.append(f"{len(planned.by_hand)} made by hand{', kept' if removed else ''}")
        return f"{name}: {', '.join(parts)}"
