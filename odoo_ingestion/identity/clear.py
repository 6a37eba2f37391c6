"""The rows of a chunk of which it is clear what they mean, so that none needs a look of its own."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from odoo_ingestion.identity.candidates import Identity, IdentityRules
from odoo_ingestion.identity.chunks import Chunk
from odoo_ingestion.identity.claims import Claimants, Claims
from odoo_ingestion.identity.lookups import Found
from odoo_ingestion.records import Mode


class ClearRows:
    """The rows whose ids are derived from their key, and whose record no other row can mean.

    Such a record exists under that id, or it is new and none has the row's keys. ``identities``
    has them by the place of their row, and None for each row that is to be judged by itself.
    """

    def __init__(
        self, chunk: Chunk, found: Found, rules: IdentityRules, model: str, claims: Claims
    ) -> None:
        self._claims = claims
        self.identities = _identities(chunk, found, rules, model)
        records = {
            place: identity.database_id
            for place, identity in enumerate(self.identities if found.known else ())
            if identity is not None and identity.database_id is not None
        }
        self._claimants = Claimants(
            chunk.numbers, chunk.names, chunk.lead or 0, chunk.keys, chunk.columns, records
        )
        if chunk.lead is not None:
            self._drop(_met_before(chunk.names))
            self._drop(_with_keys_of_others(chunk, chunk.lead))
            self._drop(_with_records_of_others(chunk, found, records))
            self._drop(claims.clashes(self._claimants))

    def stretches(self) -> Iterator[int]:
        """Yield the rows to be judged by themselves, once the clear ones before each have claimed.

        To be gone through to its end, after which all clear rows have claimed their records.
        """
        start = 0
        for place in [at for at, clear in enumerate(self.identities) if clear is None]:
            self._claims.claim_all(self._claimants, start, place)
            yield place
            start = place + 1
        self._claims.claim_all(self._claimants, start, len(self.identities))

    def _drop(self, places: Iterable[int]) -> None:
        for place in places:
            self.identities[place] = None


def _identities(
    chunk: Chunk, found: Found, rules: IdentityRules, model: str
) -> list[Identity | None]:
    """Return the identity of each led row that its id tells, or that nothing in Odoo matches."""
    known, alive, matched = found.known, found.alive, found.matched
    may_be_new, may_exist = rules.mode is not Mode.UPDATE, rules.mode is not Mode.CREATE
    if may_be_new and not (known or matched or found.by_variant):
        if chunk.all_led:
            return [Identity(name) for name in chunk.names]
        pairs = zip(chunk.names, chunk.led, strict=True)
        return [Identity(name) if led else None for name, led in pairs]
    identities: list[Identity | None] = [None] * len(chunk.names)
    for place, name in enumerate(chunk.names):
        if not chunk.led[place]:
            continue
        target = known.get(name)
        if target is None:
            if may_be_new and place not in matched and name not in found.by_variant:
                identities[place] = Identity(name)
        elif may_exist and target.model == model and target.record_id in alive:
            active = alive[target.record_id]
            identities[place] = Identity(name, target.record_id, archived=not active)
    return identities


def _met_before(things: Sequence[object]) -> set[int]:
    """Return the places of things that stand at an earlier one too."""
    if len(set(things)) == len(things):
        return set()
    seen: set[object] = set()
    again = set()
    for place, thing in enumerate(things):
        if thing in seen:
            again.add(place)
        seen.add(thing)
    return again


def _with_keys_of_others(chunk: Chunk, lead: int) -> set[int]:
    """Return the places of led rows that share a key with one that is not."""
    places: set[int] = set()
    for column in chunk.columns[lead:] if not chunk.all_led else ():
        others = {text for text, led in zip(column, chunk.led, strict=True) if text and not led}
        if others:
            places.update(place for place, text in enumerate(column) if text in others)
    return places


def _with_records_of_others(chunk: Chunk, found: Found, records: Mapping[int, int]) -> set[int]:
    """Return the places of rows with a record that another row may mean as well."""
    if not records:
        return set()
    places = list(records)
    again = {places[at] for at in _met_before(list(records.values()))}
    others = {match.record_id for _, matches in found.matched.values() for match in matches}
    others.update(found.by_variant.values())
    if len(records) < len(chunk.names):
        for place, (name, draft) in enumerate(zip(chunk.names, chunk.drafts, strict=True)):
            if place not in records:
                others.add(draft.database_id or 0)
                if name in found.known:
                    others.add(found.known[name].record_id)
    return again | {place for place, number in records.items() if number in others}
