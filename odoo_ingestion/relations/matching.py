"""Decides which record a text means, from the records that answer to it; no server."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from enum import Enum
from typing import Any, NamedTuple

from msgspec import Struct

from odoo_ingestion.relations.comodels import ARCHIVED_ACCEPTED, Comodel
from odoo_ingestion.relations.texts import country_code, same, sort_of

Restriction = tuple[str | None, ...]
"""For each scope of a field, the cell of the row's relation that the record must share, or None."""


class Ask(NamedTuple):
    """A text to look up, within what the row restricts it to."""

    text: str
    within: Restriction = ()


class Rank(NamedTuple):
    """How well a record answers to a text; the smaller the better."""

    stage: int
    folded: bool
    candidate: int


_BEST = Rank(0, False, 0)


class Match(Struct, frozen=True):
    """A record that answers to a text; ``cell`` goes into load()'s ``field/.id`` column.

    ``within`` has the record's own side of each scope of the field.
    """

    cell: str
    label: str
    active: bool = True
    rank: Rank = _BEST
    within: Restriction = ()
    by_path: bool = False


class Kind(Enum):
    """What a look-up came to."""

    FOUND = "found"
    AMBIGUOUS = "ambiguous"
    ARCHIVED = "archived"
    ELSEWHERE = "elsewhere"
    MISSING = "missing"


SETTLED = (Kind.FOUND, Kind.AMBIGUOUS)
"""No further step of a look-up could change these."""


class Finding(Struct, frozen=True):
    """What a look-up came to, and the records that speak for it.

    One record where it is FOUND, none where it is MISSING; ELSEWHERE: only records outside the
    row's restriction (a state of another country).
    """

    kind: Kind
    matches: tuple[Match, ...] = ()


_NOTHING = Finding(Kind.MISSING)


class Names:
    """Records of one comodel, by what they are known by; ``scope_paths`` are its scope fields."""

    def __init__(self, comodel: Comodel, scope_paths: tuple[str, ...] = ()) -> None:
        self._comodel = comodel
        self._scope_paths = scope_paths
        self._by_text: dict[tuple[bool, str], list[tuple[int, str, Mapping[str, Any]]]] = (
            defaultdict(list)
        )
        self._known_by = (*comodel.candidates, "display_name")
        if comodel.is_path and "complete_name" not in comodel.candidates:
            # A tag's path is its display name; a whole path says more than a name.
            self._known_by = ("display_name", *comodel.candidates)

    def add(self, records: Iterable[Mapping[str, Any]]) -> None:
        """Take in records as ``read`` gives them, ``display_name`` and scope fields included."""
        for record in records:
            for position, name in enumerate(self._known_by):
                value = record.get(name)
                if value and (name != "vat" or _is_commercial(record)):
                    self._keep(position, value, record, is_path=self._is_path(name))
            if self._comodel.name == "account.account" and record["code"]:
                # Odoo 14 to 18 display an account so; 19 leaves the code out.
                label = f"{record['code']} {record['name']}"
                self._keep(len(self._known_by), label, record, is_path=False)

    def _keep(self, position: int, value: str, record: Mapping[str, Any], *, is_path: bool) -> None:
        key = is_path, sort_of(value, is_path=is_path)
        self._by_text[key].append((position, value, record))

    def matches(self, text: str, stage: int) -> list[Match]:
        """Return the records that answer to a text, case and blanks not counting."""
        found = []
        for is_path in (False, True) if self._comodel.is_path else (False,):
            key = is_path, sort_of(text, is_path=is_path)
            for position, value, record in self._by_text.get(key, ()):
                exact = same(text, value, is_path=is_path)
                found.append(self._match(record, Rank(stage, not exact, position), is_path))
        if self._comodel.name == "res.country" and (code := country_code(text)):
            for position, value, record in self._by_text.get((False, code.lower()), ()):
                if value == code:
                    found.append(self._match(record, Rank(9, False, position), False))
        return found

    def _is_path(self, name: str) -> bool:
        return self._comodel.is_path and name in ("complete_name", "display_name")

    def _match(self, record: Mapping[str, Any], rank: Rank, by_path: bool) -> Match:
        within = tuple(cell_of(record.get(path)) for path in self._scope_paths)
        return Match(
            str(record["id"]),
            record["display_name"] or f"id {record['id']}",
            record.get("active", True),
            rank,
            within,
            by_path,
        )


def decide(comodel: str, matches: Sequence[Match], within: Restriction = ()) -> Finding:
    """Decide which record is meant: the best rank decides, and several of it are ambiguous.

    Active records come first; archived ones are accepted for currencies only.
    """
    if not matches:
        return _NOTHING
    inside = list(matches)
    if within.count(None) != len(within):
        inside = [match for match in inside if _fits(match, within)]
    active = [match for match in inside if match.active]
    if not active and comodel in ARCHIVED_ACCEPTED:
        active = inside
    if active:
        best = _best(active)
        return Finding(Kind.FOUND if len(best) == 1 else Kind.AMBIGUOUS, best)
    if inside:
        return Finding(Kind.ARCHIVED, _best(inside))
    outside = _best([match for match in matches if match.active])
    return Finding(Kind.ELSEWHERE, outside) if outside else Finding(Kind.MISSING)


def _best(matches: Sequence[Match]) -> tuple[Match, ...]:
    if len(matches) < 2:
        return tuple(matches)
    rank = min(match.rank for match in matches)
    return tuple({match.cell: match for match in matches if match.rank == rank}.values())


def _fits(match: Match, within: Restriction) -> bool:
    pairs = zip(match.within, within, strict=False)
    return all(asked is None or held == asked for held, asked in pairs)


def cell_of(value: Any) -> str | None:
    """Return the id in a many2one as ``read`` gives it (id, or id and name, or False)."""
    if isinstance(value, (list, tuple)):
        value = value[0] if value else None
    return str(value) if value else None


def _is_commercial(record: Mapping[str, Any]) -> bool:
    """Tell whether a partner's VAT number is its own.

    Odoo copies it from the commercial entity to its contacts (res.partner._commercial_fields).
    """
    return cell_of(record.get("commercial_partner_id")) == str(record["id"])
