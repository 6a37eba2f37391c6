"""Looks names up in bulk: a few calls for all the texts of a field, however many."""

from __future__ import annotations

import difflib
import unicodedata
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from itertools import islice
from typing import Any, TypeVar

from odoo_ingestion.ports import Odoo
from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.earlier_rows import EarlierRows, NoEarlierRows
from odoo_ingestion.relations.folding import FoldedSearch
from odoo_ingestion.relations.matching import SETTLED, Ask, Match, Names, decide
from odoo_ingestion.relations.rule import Domain, Rule, any_of, spelt
from odoo_ingestion.relations.texts import fold, pattern

_TEXTS_PER_CALL = 5_000
_NEAREST_TEXTS = 20
_NEAREST_RECORDS = 500
_NO_LIMIT = 2**31 - 1

T = TypeVar("T")


class NameLookup:
    """Finds the records that texts name.

    Four steps, each only for what the steps before left open: the text exactly, in the user's
    language; without regard to case and to how many blanks are between words; the same in English;
    records without any text field by their display name. Archived records are found too, and beside
    Odoo's those of ``earlier`` rows of the run.
    """

    def __init__(
        self, odoo: Odoo, *, changing: str | None = None, earlier: EarlierRows | None = None
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._earlier = earlier or EarlierRows(NoEarlierRows())
        self._folded = FoldedSearch(changing)

    def forget(self) -> None:
        """Drop what is kept of the names there are: some were added."""
        self._folded.forget()

    def find(
        self, rule: Rule, asks: Collection[Ask], *, only_paths: bool = False
    ) -> dict[str, list[Match]]:
        """Return the records that answer to each text; every text asked for has an entry.

        ``only_paths`` leaves out records that answer to their name alone, not to their path.

        Raises RetryableError, ServerRefused or ConnectionFailed.
        """
        found: dict[str, list[Match]] = {ask.text: [] for ask in asks}
        left = list(asks)
        for stage, step in enumerate(self._steps(rule)):
            texts = sorted({ask.text for ask in left})
            if not texts:
                break
            names = Names(rule.comodel, tuple(scope.path for scope in rule.scopes))
            names.add(self._earlier.overlaid(rule, step(texts)))
            names.add(self._of_earlier_rows(rule, texts, exact=stage == 0))
            for text in texts:
                matches = names.matches(text, stage)
                found[text] += [m for m in matches if m.by_path or not only_paths]
            left = [
                ask
                for ask in left
                if decide(rule.comodel.name, found[ask.text], ask.within).kind not in SETTLED
            ]
        return found

    def elsewhere(self, rule: Rule, texts: Sequence[str]) -> set[str]:
        """Return the texts that name records which the rule's domain keeps out; one call."""
        if not rule.domain or not rule.comodel.candidates:
            return set()
        wanted = sorted(texts)[:_NEAREST_TEXTS]
        anywhere = Rule(rule.field, rule.comodel)
        names = Names(rule.comodel)
        names.add(self._search(anywhere, self._exactly(rule.comodel, wanted), _NEAREST_RECORDS))
        return {text for text in wanted if names.matches(text, 0)}

    def nearest(self, rule: Rule, texts: Sequence[str]) -> dict[str, list[str]]:
        """Return names that begin like the texts and are close to them; one call."""
        field = next((f for f in ("complete_name", "name") if f in rule.comodel.candidates), None)
        wanted = [text for text in sorted(texts) if len(text) > 2][:_NEAREST_TEXTS]
        if field is None or not wanted:
            return {}
        starts = sorted({f"{start}%" for text in wanted for start in _beginnings(text)})
        domain = any_of([(field, "=ilike", start) for start in starts])
        found = self._odoo.call(
            rule.comodel.name,
            "search_read",
            [*rule.domain, *domain],
            [field, "display_name"],
            limit=_NEAREST_RECORDS,
            context={"active_test": True},
        )
        names = {fold(record[field]): record["display_name"] for record in found if record[field]}
        close = {text: difflib.get_close_matches(fold(text), names, n=3) for text in wanted}
        return {text: [names[name] for name in near] for text, near in close.items()}

    def _of_earlier_rows(
        self, rule: Rule, texts: Sequence[str], *, exact: bool
    ) -> Iterator[Mapping[str, Any]]:
        """Yield what a dry run would make, and what it would rename, and answers to a text."""
        yield from self._earlier.planned(rule, texts, exact=exact)
        if ids := self._earlier.renamed(rule, texts, exact=exact):
            yield from self._earlier.overlaid(rule, self._search(rule, [("id", "in", ids)]))

    # --- steps ------------------------------------------------------------------------------

    def _steps(
        self, rule: Rule
    ) -> Iterator[Callable[[Sequence[str]], Iterable[Mapping[str, Any]]]]:
        comodel = rule.comodel
        if not comodel.candidates:
            yield lambda texts: self._by_display_name(rule, texts)
            return
        yield lambda texts: self._exact(rule, texts)
        yield lambda texts: self._folded_search(rule, texts, self._odoo)
        if comodel.translated and self._odoo.context.get("lang", "en_US") != "en_US":
            english = self._odoo.with_context(lang="en_US")
            yield lambda texts: self._folded_search(rule, texts, english)

    def _exact(self, rule: Rule, texts: Sequence[str]) -> Iterator[Mapping[str, Any]]:
        for some in _groups(texts, _TEXTS_PER_CALL):
            yield from self._search(rule, self._exactly(rule.comodel, some))

    def _exactly(self, comodel: Comodel, texts: Sequence[str]) -> Domain:
        return any_of([(field, "in", values) for field, values in spelt(comodel, texts).items()])

    def _folded_search(
        self, rule: Rule, texts: Sequence[str], odoo: Odoo
    ) -> Iterable[Mapping[str, Any]]:
        domain = self._folded.domain(odoo, rule, texts)
        return [] if domain is None else self._search(rule, domain, odoo=odoo)

    def _by_display_name(self, rule: Rule, texts: Sequence[str]) -> list[Mapping[str, Any]]:
        """Ask for each text on its own: such a model has no field to search in bulk."""
        ids = {
            record_id
            for text in texts
            for record_id, _ in self._odoo.call(
                rule.comodel.name, "name_search", pattern(text), list(rule.domain), "=ilike", 1_000
            )
        }
        return self._search(rule, [("id", "in", sorted(ids))]) if ids else []

    def _search(
        self, rule: Rule, domain: Domain, limit: int = _NO_LIMIT, odoo: Odoo | None = None
    ) -> list[Mapping[str, Any]]:
        comodel = rule.comodel
        fields = [*comodel.candidates, "display_name", *(scope.path for scope in rule.scopes)]
        if comodel.has_active:
            fields.append("active")
        if "vat" in comodel.candidates:
            fields.append("commercial_partner_id")
        whole = [*rule.domain, *domain]
        found: list[Mapping[str, Any]] = (odoo or self._odoo).call(
            comodel.name, "search_read", whole, fields, limit=limit
        )
        return found


def _beginnings(text: str) -> set[str]:
    """Return patterns of how a text begins, with and without its accents."""
    plain = unicodedata.normalize("NFKD", text).encode("ascii", "ignore").decode()
    return {pattern(start[:3]) for start in (text, plain) if len(start) >= 3}


def _groups(items: Sequence[T], size: int) -> Iterator[list[T]]:
    left = iter(items)
    while some := list(islice(left, size)):
        yield some
