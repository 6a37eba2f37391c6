"""What became of a document -> what became of each of its rows."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from odoo_ingestion.documents.document import FileDocument
from odoo_ingestion.records import Action, LineOutcome, Outcome

_STRENGTH = (Action.UNCHANGED, Action.UPDATED, Action.CREATED)


def strongest(actions: Iterable[Action]) -> Action:
    """Return the action that says most: created, then updated, then unchanged."""
    return max(actions, key=_STRENGTH.index, default=Action.UNCHANGED)


def outcomes_of_rows(
    document: FileDocument, outcome: Outcome, lines: Sequence[LineOutcome], one2many: str
) -> Iterator[Outcome]:
    """Yield the outcome of each row of a document that landed.

    A row's outcome is that of its line (the strongest of its lines, where it is nested), the first
    row's also that of the document itself. ``outcome`` is the document's own.
    """
    for row in document.rows:
        own = [line for line in lines if line.line.row.number == row.number]
        actions = [line.action for line in own]
        not_kept = [f"{one2many}/{name}" for line in own for name in line.not_kept]
        if row.number == document.number:
            actions.append(outcome.action)
            not_kept = [*outcome.not_kept, *not_kept]
        yield Outcome(
            row,
            strongest(actions),
            outcome.external_id,
            outcome.database_id,
            not_kept=tuple(dict.fromkeys(not_kept)),
        )
