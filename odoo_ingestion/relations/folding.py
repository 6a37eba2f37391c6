"""Finds records whose names differ from the texts in case and in blanks between words only."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from odoo_ingestion.ports import Odoo
from odoo_ingestion.relations.rule import Domain, Rule, any_of, spelt
from odoo_ingestion.relations.texts import pattern, sort_of

_PATTERNS_PER_CALL = 60
"""So many cost PostgreSQL 15 about a second over 112,000 partners; reading them all costs seven."""
_PAGE = 10_000
_KEPT = 1_000_000

Spelt = Mapping[str, Sequence[str]]


class FoldedSearch:
    """Searches by patterns while they are few, else reads every name once and compares.

    What was read is kept as one hash a name (at most a million), so that later texts that nobody
    has cost nothing. ``changing`` is a model whose names change while this is in use: nothing is
    kept of it. A name that somebody else adds meanwhile in another case than the file's may be
    missed.
    """

    def __init__(self, changing: str | None = None) -> None:
        self._changing = changing
        self._kept: dict[tuple[str, str, str], set[int]] = {}

    def forget(self) -> None:
        """Drop what is kept: names were added."""
        self._kept.clear()

    def domain(self, odoo: Odoo, rule: Rule, texts: Sequence[str]) -> Domain | None:
        """Return a domain that finds the records (and maybe others), or None: there are none."""
        key = (rule.field, rule.comodel.name, odoo.context.get("lang", ""))
        if key in self._kept:
            kept = self._kept[key]
            texts = [text for text in texts if _hashes(spelt(rule.comodel, [text])) & kept]
            if not texts:
                return None
        values = spelt(rule.comodel, texts)
        patterns = sorted({(field, pattern(v)) for field, some in values.items() for v in some})
        if len(patterns) <= _PATTERNS_PER_CALL:
            return any_of([(field, "=ilike", text) for field, text in patterns])
        seen: set[int] = set()
        ids = list(_scan(odoo, rule, values, seen))
        if rule.comodel.name != self._changing and len(seen) < _KEPT:
            self._kept[key] = seen
        return [("id", "in", ids)] if ids else None


def _scan(odoo: Odoo, rule: Rule, values: Spelt, seen: set[int]) -> Iterator[int]:
    """Yield the ids of the records that have one of the values; ``seen`` gets all there are."""
    wanted = _hashes(values)
    last = 0
    while True:
        page = odoo.call(
            rule.comodel.name,
            "search_read",
            [*rule.domain, ("id", ">", last)],
            list(values),
            limit=_PAGE,
            order="id",
        )
        for record in page:
            hashes = _hashes({field: [record[field]] for field in values if record[field]})
            if len(seen) < _KEPT:
                seen |= hashes
            if hashes & wanted:
                yield record["id"]
        if len(page) < _PAGE:
            return
        last = page[-1]["id"]


def _hashes(values: Spelt) -> set[int]:
    return {
        hash((field, sort_of(value, is_path=field == "complete_name")))
        for field, some in values.items()
        for value in some
    }
