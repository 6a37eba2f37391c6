"""Rows that passed every check of their own become the records that may be sent."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from odoo_ingestion.identity import Candidate, Identity
from odoo_ingestion.orchestrator.plain.parts import Parts
from odoo_ingestion.orchestrator.tally import Tally
from odoo_ingestion.records import Action, Draft, Problem, Record, Row


class Preparation:
    """Resolves, identifies and guards drafts, a chunk at a time.

    ``fail`` gets the rows that may not be sent, and why; ``expect`` the drafts of those that may,
    for what follows them. ``tally`` takes what is to be said of them once they have landed.
    """

    def __init__(
        self,
        parts: Parts,
        model: str,
        tally: Tally,
        expect: Callable[[Draft], None],
        fail: Callable[[Row, tuple[Problem, ...]], None],
    ) -> None:
        self._parts = parts
        self._model = model
        self._tally = tally
        self._expect = expect
        self._fail = fail

    def records(self, drafts: Sequence[Draft]) -> list[Record]:
        """Return the records to send, in order; raises what a look-up raises."""
        records = self._identified(self._candidates(drafts))
        allowed = []
        for record, verdict in zip(records, self._parts.safeguard.check(records), strict=True):
            if isinstance(verdict, Record):
                allowed.append(verdict)
            else:
                self._fail(record.row, verdict)
        return allowed

    def _candidates(self, drafts: Sequence[Draft]) -> list[Candidate]:
        """Return the drafts with their relations resolved, fail those with a wrong one."""
        candidates = []
        path = self._parts.parents.path if self._parts.parents.has_paths else None
        for draft, resolved in zip(drafts, self._parts.parents.resolve(drafts), strict=True):
            if isinstance(resolved, tuple):
                self._fail(draft.row, resolved)
                continue
            cells = {**draft.values, **resolved}
            candidates.append(Candidate(draft, cells, path(cells) if path else None))
        return candidates

    def _identified(self, candidates: Sequence[Candidate]) -> list[Record]:
        """Return the records to send; fail the rows that cannot be told apart or lack something."""
        records = []
        missing_of = self._parts.validator.missing_required
        identities = self._parts.identities.identify(candidates)
        for candidate, found in zip(candidates, identities, strict=True):
            draft = candidate.draft
            if not isinstance(found, Identity):
                self._fail(draft.row, found)
                continue
            creates = found.database_id is None
            if creates and (missing := missing_of(draft)):
                self._fail(draft.row, missing)
                continue
            if found.archived or found.keyless:
                self._note_doubtful(candidate, found)
            if self._parts.followers:
                self._expect(draft)
            records.append(
                Record(
                    draft.row,
                    self._model,
                    Action.CREATED if creates else Action.UPDATED,
                    found.external_id,
                    found.database_id,
                    candidate.cells,
                    found.adopt,
                )
            )
        return records

    def _note_doubtful(self, candidate: Candidate, identity: Identity) -> None:
        number = candidate.draft.row.number
        if identity.archived and candidate.cells.get("active") != "1":
            self._tally.archived(number)
        if identity.keyless:
            self._tally.keyless(number)
