"""Which Odoo record a row speaks of: its external id, its database id, or its business key."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.identity.candidates import (
    Candidate,
    Identity,
    IdentityRules,
    cell_of,
    keys_of,
)
from odoo_ingestion.identity.claims import Claimant, Claims, KeyInChain
from odoo_ingestion.identity.decisions import (
    by_database_id,
    by_key,
    check_mode,
    may_have_created,
    same_row,
    take_existing,
)
from odoo_ingestion.identity.keys import Key, KeyFinder, Match
from odoo_ingestion.identity.other_companies import OtherCompanies, foreign_problem
from odoo_ingestion.identity.prefetch import ExternalIds
from odoo_ingestion.identity.variants import names_of_variants, templates_of_variants
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, ModelSchema, Problem, Row


class IdentityResolver:
    """Gives each row its record, a chunk at a time, and refuses a record named twice in one file.

    Memory: that of ``Claims``, 8 bytes for each key of a row.
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
        self._has_active = "active" in schema.fields
        self._rules = rules
        self._finder = finder
        self._ids = (
            ExternalIds(
                odoo,
                schema.model,
                may_read=rules.may_read_ids,
                may_prefetch=rules.may_prefetch,
            )
            if odoo is not None
            else None
        )
        self._others = OtherCompanies(odoo, schema) if odoo is not None else None
        self._claims = Claims(self._derive)
        self._contents = FirstRows()
        self._twins: dict[str, int] = {}

    def identify(self, candidates: Sequence[Candidate]) -> list[Identity | tuple[Problem, ...]]:
        """Return an identity or the problems for each candidate, in order.

        Raises RetryableError, ServerRefused or ConnectionFailed from the look-ups.
        """
        claimants = [self._claimant(candidate) for candidate in candidates]
        names = [claimant.name for claimant in claimants]
        known = self._look_up(names)
        by_variant = templates_of_variants(self._odoo, names, known) if self._odoo else {}
        named = [t.record_id for t in known.values() if t.model == self._model]
        alive = self._alive([*named, *by_variant.values()])
        matched = self._match_keys(candidates, names, known, alive)
        by_id = self._alive([c.draft.database_id for c in candidates if c.draft.database_id])
        protected = self._protected(matched)
        alive |= by_id
        elsewhere = self._elsewhere(candidates, known, alive)
        result: list[Identity | tuple[Problem, ...]] = []
        for index, (candidate, claimant) in enumerate(zip(candidates, claimants, strict=True)):
            name = claimant.name
            matches = self._unclaimed(claimant, matched.get(index))
            target = known.get(name)
            own = target if target is not None and target.model == self._model else None
            found = foreign_problem(candidate.draft, name, own, elsewhere) or self._decide(
                candidate, claimant, target, alive, by_variant.get(name), matches, protected
            )
            if isinstance(found, Problem):
                result.append((self._told_by_file(found, claimant, candidate),))
            else:
                by_its_key = found.adopt or found.external_id is None
                exists = found.database_id is not None and not by_its_key
                exists = exists or candidate.draft.database_id is not None
                problem = self._claim(claimant, found, exists=exists)
                problem = problem or check_mode(self._rules, found, claimant.row)
                result.append((problem,) if problem else found)
        return result

    def find_ids(self, names: Sequence[str]) -> dict[str, external_ids.Target]:
        """Return what external ids point to, from memory where the rows' own are; absent if none.

        They may be those of another model: the lines of documents. Raises as ``identify``.
        """
        return self._ids.find(names) if self._ids is not None else {}

    # --- names ------------------------------------------------------------------------------

    def _claimant(self, candidate: Candidate) -> Claimant:
        draft = candidate.draft
        named = bool(draft.external_id or draft.database_id)
        keys = keys_of(candidate, self._rules)
        derived = bool(keys) and not named and candidate.key_texts is None
        return Claimant(draft.row.number, keys, named, self._name(candidate, keys), derived)

    def _name(self, candidate: Candidate, keys: Sequence[KeyInChain]) -> str:
        draft = candidate.draft
        if draft.external_id:
            return external_ids.complete(draft.external_id)
        if draft.database_id:
            return self._derive(("id",), (str(draft.database_id),))
        if not keys:
            content = external_ids.fingerprint(draft.row.values)
            return self._derive(("row",), (content, str(self._ordinal(content, draft.row))))
        _, key, values = keys[0]
        return self._derive(key, candidate.key_texts or values)

    def _derive(self, key: Key, texts: Sequence[str]) -> str:
        return external_ids.derive(self._model, key, texts, self._rules.company_id)

    def _ordinal(self, content: str, row: Row) -> int:
        """Return how many rows of the same content came before; few have a twin."""
        mark = int(content, 16)
        if self._contents.keep(mark, row.number) == row.number:
            return 0
        self._twins[content] = self._twins.get(content, 0) + 1
        return self._twins[content]

    # --- look-ups ---------------------------------------------------------------------------

    def _look_up(self, names: Sequence[str]) -> dict[str, external_ids.Target]:
        if self._ids is None:
            return {}
        variants = names_of_variants(self._model, names) if self._rules.may_read_ids else []
        return self._ids.find([*names, *variants])

    def _alive(self, record_ids: Sequence[int]) -> dict[int, bool]:
        """Return which of the records exist, and whether they are active; one call."""
        if self._odoo is None or not record_ids:
            return {}
        odoo = self._odoo.with_context(active_test=False)
        domain = [("id", "in", sorted(set(record_ids)))]
        if not self._has_active:
            return dict.fromkeys(odoo.call(self._model, "search", domain), True)
        found = odoo.call(self._model, "search_read", domain, ["active"])
        return {data["id"]: data["active"] for data in found}

    def _match_keys(
        self,
        candidates: Sequence[Candidate],
        names: Sequence[str],
        known: Mapping[str, external_ids.Target],
        alive: Mapping[int, bool],
    ) -> dict[int, tuple[Key, Sequence[Match]]]:
        """Look the rows' keys up, key after key of the chain, one look-up per key."""
        if self._finder is None:
            return {}
        open_rows = [
            index
            for index, (candidate, name) in enumerate(zip(candidates, names, strict=True))
            if not (name in known and known[name].record_id in alive)
            and not candidate.draft.database_id
        ]
        result: dict[int, tuple[Key, Sequence[Match]]] = {}
        for key in self._rules.keys:
            asked = {
                index: values
                for index in open_rows
                if index not in result
                for _, found_key, values in keys_of(candidates[index], self._rules)
                if found_key == key
            }
            if not asked:
                continue
            found = self._finder.find(key, sorted(set(asked.values())))
            for index, values in asked.items():
                matches = self._same_record(found.get(values, ()), candidates[index], key)
                if matches:
                    result[index] = key, matches
        return result

    def _unclaimed(
        self, claimant: Claimant, found: tuple[Key, Sequence[Match]] | None
    ) -> Sequence[Match]:
        """Drop the matches that are other rows' records, as far as the keys tell them apart.

        Records that an earlier row makes are found only once they have landed, so they never count.
        """
        if found is None or self._claims.has_created(claimant, found[0]):
            return ()
        return [
            match
            for match in found[1]
            if not self._claims.is_somebody_else(claimant, match.record_id)
        ]

    def _same_record(
        self, matches: Sequence[Match], candidate: Candidate, key: Key
    ) -> Sequence[Match]:
        """Drop matches by a later key whose earlier key says that they are somebody else."""
        earlier = self._rules.keys[: self._rules.keys.index(key)]
        fields = [field for other in earlier for field in other]
        return [
            match
            for match in matches
            if not any(
                match.held.get(field) and cell_of(candidate.cells, field) for field in fields
            )
        ]

    def _protected(self, by_key: Mapping[int, tuple[Key, Sequence[Match]]]) -> Mapping[int, str]:
        if self._rules.explicit or self._finder is None:
            return {}
        ids = {match.record_id for _, matches in by_key.values() for match in matches}
        return self._finder.protected(sorted(ids)) if ids else {}

    def _elsewhere(
        self,
        candidates: Sequence[Candidate],
        known: Mapping[str, external_ids.Target],
        alive: Mapping[int, bool],
    ) -> Mapping[int, str]:
        """Return the company of each record that is named here and that another company has."""
        named = {t.record_id for t in known.values() if t.model == self._model}
        named |= {c.draft.database_id for c in candidates if c.draft.database_id}
        return self._others.holders(named - set(alive)) if self._others is not None else {}

    # --- decisions --------------------------------------------------------------------------

    def _decide(
        self,
        candidate: Candidate,
        claimant: Claimant,
        target: external_ids.Target | None,
        alive: Mapping[int, bool],
        of_variant: int | None,
        matches: Sequence[Match],
        protected: Mapping[int, str],
    ) -> Identity | Problem:
        name = claimant.name
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
        return by_key(self._rules, claimant, matches, protected)

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
