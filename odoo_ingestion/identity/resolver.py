"""Which Odoo record a row speaks of: its external id, its database id, or its business key."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.identity.candidates import Candidate, Identity, IdentityRules
from odoo_ingestion.identity.chunks import Chunk
from odoo_ingestion.identity.claims import Claimant, Claims
from odoo_ingestion.identity.clear import ClearRows
from odoo_ingestion.identity.decisions import (
    by_database_id,
    by_key,
    check_mode,
    may_have_created,
    same_row,
    take_existing,
)
from odoo_ingestion.identity.keys import Key, KeyFinder, KeyText, Match, values_of
from odoo_ingestion.identity.lookups import Found, LookUps
from odoo_ingestion.identity.other_companies import foreign_problem
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, ModelSchema, Problem, Row

_NOTHING = Found()
"""What is known of any row without Odoo."""


class IdentityResolver:
    """Gives each row its record, a chunk at a time, and refuses a record named twice in one file.

    Memory: that of ``Claims``.
    """

    def __init__(
        self,
        odoo: Odoo | None,
        schema: ModelSchema,
        rules: IdentityRules,
        finder: KeyFinder | None,
    ) -> None:
        self._odoo = odoo
        self._model = schema.model
        self._rules = rules
        self._look_ups = LookUps(odoo, schema, rules, finder) if odoo is not None else None
        self._claims = Claims(self._derive)
        self._contents = FirstRows()
        self._twins: dict[str, int] = {}

    def identify(self, candidates: Sequence[Candidate]) -> list[Identity | tuple[Problem, ...]]:
        """Return an identity or the problems for each candidate, in order.

        Raises RetryableError, ServerRefused or ConnectionFailed from the look-ups.
        """
        chunk = Chunk(candidates, self._rules)
        chunk.set_names(self._derive_all, lambda place: self._name(chunk, place))
        found = self._look_ups.find(chunk) if self._look_ups is not None else _NOTHING
        clear = ClearRows(chunk, found, self._rules, self._model, self._claims)
        judged = {place: self._judge(chunk, place, found) for place in clear.stretches()}
        return [
            identity if identity is not None else judged[place]
            for place, identity in enumerate(clear.identities)
        ]

    def _judge(self, chunk: Chunk, place: int, found: Found) -> Identity | tuple[Problem, ...]:
        """Return the identity of one row, once the rows before it have claimed their records."""
        candidate, claimant = chunk.candidates[place], chunk.claimant(place)
        target = found.known.get(claimant.name)
        own = target if target is not None and target.model == self._model else None
        decided = foreign_problem(
            candidate.draft, claimant.name, own, found.elsewhere
        ) or self._decide(candidate, claimant, found, self._unclaimed(claimant, place, found))
        if isinstance(decided, Problem):
            return (self._told_by_file(decided, claimant, candidate),)
        by_its_key = decided.adopt or decided.external_id is None
        exists = decided.database_id is not None and not by_its_key
        exists = exists or candidate.draft.database_id is not None
        problem = self._claim(claimant, decided, exists=exists)
        problem = problem or check_mode(self._rules, decided, claimant.row)
        return (problem,) if problem else decided

    def find_ids(self, names: Sequence[str]) -> dict[str, external_ids.Target]:
        """Return what external ids point to, from memory where the rows' own are; absent if none.

        They may be those of another model: the lines of documents. Raises as ``identify``.
        """
        return self._look_ups.find_ids(names) if self._look_ups is not None else {}

    def first_claims(self, field: str, values: Sequence[str]) -> list[dict[int, int]]:
        """Return which rows were the first to claim values of a field, by the values' places.

        There is an answer for each way to claim one, none if the field is no key of its own. A row
        that was given an identity has claimed its values, and no claim is ever taken back. Some
        claims are not told: see ``Claims.first_claims``.
        """
        key = (field,)
        if key not in self._rules.keys:
            return []
        return self._claims.first_claims(self._rules.keys.index(key), values)

    # --- names ------------------------------------------------------------------------------

    def _name(self, chunk: Chunk, place: int) -> str:
        """Return the external id of a row that is not led."""
        candidate = chunk.candidates[place]
        draft = candidate.draft
        if draft.external_id:
            return external_ids.complete(draft.external_id)
        if draft.database_id:
            return self._derive(("id",), (str(draft.database_id),))
        keys = chunk.keys_of(place)
        if not keys:
            content = external_ids.fingerprint(draft.row.values)
            return self._derive(("row",), (content, str(self._ordinal(content, draft.row))))
        _, key, values = keys[0]
        return self._derive(key, candidate.key_texts or values)

    def _derive_all(self, key: Key, texts: Sequence[KeyText]) -> list[str]:
        if len(key) > 1:
            return [self._derive(key, values_of(text)) for text in texts]
        single = [text for text in texts if isinstance(text, str)]
        return external_ids.derive_all(self._model, key, single, self._rules.company_id)

    def _derive(self, key: Key, texts: Sequence[str]) -> str:
        return external_ids.derive(self._model, key, texts, self._rules.company_id)

    def _ordinal(self, content: str, row: Row) -> int:
        """Return how many rows of the same content came before; few have a twin."""
        mark = int(content, 16) >> 8
        if self._contents.keep(mark, row.number) == row.number:
            return 0
        self._twins[content] = self._twins.get(content, 0) + 1
        return self._twins[content]

    # --- decisions --------------------------------------------------------------------------

    def _decide(
        self,
        candidate: Candidate,
        claimant: Claimant,
        found: Found,
        matches: Sequence[Match],
    ) -> Identity | Problem:
        name, alive = claimant.name, found.alive
        target, of_variant = found.known.get(name), found.by_variant.get(name)
        if target is not None and target.model != self._model:
            return Problem(
                Category.DUPLICATE,
                f"the external id {name} belongs to a record of {target.model}",
                "id",
                f"Give the row an external id that no {target.model} record has.",
            )
        if candidate.draft.database_id:
            return by_database_id(
                self._rules, self._model, candidate.draft.database_id, name, target, alive
            )
        keyless = not candidate.draft.external_id and not claimant.keys
        if target is not None and target.record_id in alive:
            new = keyless and may_have_created(self._rules, candidate.draft.row.number)
            archived = not alive[target.record_id]
            return Identity(name, target.record_id, archived=archived, keyless=new)
        if of_variant is not None and of_variant in alive:
            return take_existing(self._rules, name, of_variant, alive[of_variant], has_name=False)
        if not matches:
            return Identity(name, keyless=keyless)
        return by_key(self._rules, claimant, matches, found.protected)

    def _unclaimed(self, claimant: Claimant, place: int, found: Found) -> Sequence[Match]:
        """Return the matches that are no other rows' records, as far as the keys tell them apart.

        Records that an earlier row makes are found only once they have landed, so they never count.
        """
        if place not in found.matched:
            return ()
        key, matches = found.matched[place]
        if self._claims.has_created(claimant, key):
            return ()
        return [
            match
            for match in matches
            if not self._claims.is_somebody_else(claimant, match.record_id)
        ]

    def _claim(self, claimant: Claimant, identity: Identity, *, exists: bool) -> Problem | None:
        """Refuse the second row of the file that names the same record.

        A row whose own external id or database id exists is not asked for its keys: two records
        of Odoo may share one.
        """
        first = None if exists else self._claims.same_key(claimant)
        if first is None:
            first = self._claims.claim(claimant, identity.database_id)
        if first is None:
            return None
        return same_row(claimant, first)

    def _told_by_file(self, found: Problem, claimant: Claimant, candidate: Candidate) -> Problem:
        """Return the clash of two rows rather than that of the records that they mean.

        Whether the earlier row's record is among those found depends on whether it has landed.
        """
        of_key = found.category is Category.AMBIGUOUS_RECORD and not candidate.draft.database_id
        first = self._claims.same_key(claimant) if of_key else None
        return found if first is None else same_row(claimant, first)
