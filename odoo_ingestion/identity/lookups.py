"""What Odoo knows of the records that the rows of a chunk may mean, a few calls for all of them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from odoo_ingestion.external_ids import Target
from odoo_ingestion.identity.candidates import Candidate, IdentityRules, cell_of
from odoo_ingestion.identity.chunks import Chunk
from odoo_ingestion.identity.keys import Key, KeyFinder, Match, values_of
from odoo_ingestion.identity.other_companies import OtherCompanies
from odoo_ingestion.identity.prefetch import ExternalIds
from odoo_ingestion.identity.variants import names_of_variants, templates_of_variants
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import ModelSchema


class Found(Struct, frozen=True):
    """What the look-ups of a chunk brought.

    ``known`` are the external ids that exist, ``alive`` the records that do, and whether they are
    active. ``by_variant`` maps external ids to the products of their variants. ``matched`` has the
    matches of rows by a key, by their place in the chunk; ``protected`` tells why some of them are
    not changed, ``elsewhere`` which company has a record that is named and not alive.
    """

    known: Mapping[str, Target] = {}
    alive: Mapping[int, bool] = {}
    by_variant: Mapping[str, int] = {}
    matched: Mapping[int, tuple[Key, Sequence[Match]]] = {}
    protected: Mapping[int, str] = {}
    elsewhere: Mapping[int, str] = {}


class LookUps:
    """Asks Odoo for the records that rows name, or have the key of."""

    def __init__(
        self, odoo: Odoo, schema: ModelSchema, rules: IdentityRules, finder: KeyFinder | None
    ) -> None:
        self._odoo = odoo
        self._model = schema.model
        self._has_active = "active" in schema.fields
        self._rules = rules
        self._finder = finder
        self._ids = ExternalIds(
            odoo, schema.model, may_read=rules.may_read_ids, may_prefetch=rules.may_prefetch
        )
        self._others = OtherCompanies(odoo, schema)

    def find(self, chunk: Chunk) -> Found:
        """Look up all that the rows name, and the keys of those that name no record that exists.

        Raises RetryableError, ServerRefused or ConnectionFailed.
        """
        names = chunk.names
        variants = names_of_variants(self._model, names) if self._rules.may_read_ids else []
        known = self._ids.find([*names, *variants])
        by_variant = templates_of_variants(self._odoo, names, known)
        named = [target.record_id for target in known.values() if target.model == self._model]
        alive = self._alive([*named, *by_variant.values()])
        matched = self._match_keys(chunk, known, alive)
        numbers = [draft.database_id for draft in chunk.drafts if draft.database_id]
        alive |= self._alive(numbers)
        return Found(
            known,
            alive,
            by_variant,
            matched,
            self._protected(matched),
            self._others.holders({*named, *numbers} - set(alive)),
        )

    def find_ids(self, names: Sequence[str]) -> dict[str, Target]:
        """Return what external ids point to, those of other models among them."""
        return self._ids.find(names)

    def _alive(self, record_ids: Sequence[int]) -> dict[int, bool]:
        """Return which of the records exist, and whether they are active; one call."""
        if not record_ids:
            return {}
        odoo = self._odoo.with_context(active_test=False)
        domain = [("id", "in", sorted(set(record_ids)))]
        if not self._has_active:
            return dict.fromkeys(odoo.call(self._model, "search", domain), True)
        found = odoo.call(self._model, "search_read", domain, ["active"])
        return {data["id"]: data["active"] for data in found}

    def _match_keys(
        self, chunk: Chunk, known: Mapping[str, Target], alive: Mapping[int, bool]
    ) -> dict[int, tuple[Key, Sequence[Match]]]:
        """Look the rows' keys up, key after key of the chain, one look-up per key."""
        if self._finder is None:
            return {}
        open_rows = _without_record(chunk, known, alive)
        result: dict[int, tuple[Key, Sequence[Match]]] = {}
        for key, column in zip(chunk.keys, chunk.columns, strict=True):
            asked = [place for place in open_rows if column[place] and place not in result]
            if not asked:
                continue
            values = {column[place]: values_of(column[place]) for place in asked}
            found = self._finder.find(key, list(values.values()))
            if not found:
                continue
            for place in asked:
                if matches := found.get(values[column[place]]):
                    left = self._same_record(matches, chunk.candidates[place], key)
                    if left:
                        result[place] = key, left
        return result

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


def _without_record(
    chunk: Chunk, known: Mapping[str, Target], alive: Mapping[int, bool]
) -> Sequence[int]:
    """Return the places of the rows that name no record that exists."""
    if chunk.all_led and not known:
        return range(len(chunk.names))
    return [
        place
        for place, (draft, name) in enumerate(zip(chunk.drafts, chunk.names, strict=True))
        if not (name in known and known[name].record_id in alive) and not draft.database_id
    ]
