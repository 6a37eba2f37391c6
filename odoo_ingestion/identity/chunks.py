"""A chunk of rows column by column: the keys that they fill, and the external ids made of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import compress

from odoo_ingestion.identity.candidates import Candidate, IdentityRules, cell_of
from odoo_ingestion.identity.claims import Claimant, KeyInChain
from odoo_ingestion.identity.keys import Key, KeyText, values_of

_NO_VAT = ("", "/", "NA")
"""What Odoo takes for "has none" (``base_vat``, Odoo 17 to 19)."""


class Chunk:
    """Rows about to be given their identity.

    ``columns`` has for each key of the chain what each row gives for it. ``led`` tells of each row
    whether its external id is to be derived from the key at the place ``lead`` of the chain, the
    first that it fills: in most files that is every row. ``names`` are their external ids.
    """

    def __init__(self, candidates: Sequence[Candidate], rules: IdentityRules) -> None:
        self.candidates = candidates
        self.drafts = [candidate.draft for candidate in candidates]
        self.keys = rules.keys
        cells = [candidate.cells for candidate in candidates]
        self.columns = [_column(key, cells, explicit=rules.explicit) for key in rules.keys]
        self.named = [bool(draft.external_id or draft.database_id) for draft in self.drafts]
        self.numbers = [draft.row.number for draft in self.drafts]
        self.lead, self.led = self._find_lead()
        self.all_led = all(self.led)
        self.names: list[str] = []

    def set_names(
        self,
        derive_all: Callable[[Key, Sequence[KeyText]], list[str]],
        name_of: Callable[[int], str],
    ) -> None:
        """Derive the external ids of the led rows together; ``name_of`` gives each other row's."""
        if self.lead is None:
            self.names = [name_of(place) for place in range(len(self.drafts))]
            return
        key, column = self.keys[self.lead], self.columns[self.lead]
        if self.all_led:
            self.names = derive_all(key, column)
            return
        derived = iter(derive_all(key, list(compress(column, self.led))))
        self.names = [
            next(derived) if led else name_of(place) for place, led in enumerate(self.led)
        ]

    def keys_of(self, place: int) -> list[KeyInChain]:
        """Return the keys that a row fills, in the chain's order."""
        return [
            (position, self.keys[position], values_of(column[place]))
            for position, column in enumerate(self.columns)
            if column[place]
        ]

    def claimant(self, place: int) -> Claimant:
        """Return a row as it asks for a record."""
        keys, named = self.keys_of(place), self.named[place]
        derived = bool(keys) and not named and self.candidates[place].key_texts is None
        return Claimant(self.numbers[place], keys, named, self.names[place], derived)

    def _find_lead(self) -> tuple[int | None, list[bool]]:
        """Return the key that the ids of most rows are derived from, and which rows those are."""
        left = [
            not named and candidate.key_texts is None
            for named, candidate in zip(self.named, self.candidates, strict=True)
        ]
        lead, led, most = None, [False] * len(left), 0
        for position, column in enumerate(self.columns):
            own = [free and bool(text) for free, text in zip(left, column, strict=True)]
            count = own.count(True)
            if count > most:
                lead, led, most = position, own, count
            if count == len(left):
                break
            left = [free and not text for free, text in zip(left, column, strict=True)]
        return lead, led


def _column(key: Key, rows: Sequence[Mapping[str, str]], *, explicit: bool) -> Sequence[KeyText]:
    """Return what each row gives for a key; one that the user chose counts whatever it holds."""
    if len(key) > 1:
        several = [tuple(cell_of(cells, field).strip() for field in key) for cells in rows]
        return [values if any(values) else () for values in several]
    (field,) = key
    by_number = f"{field}/.id"
    texts = [(cells.get(field) or cells.get(by_number) or "").strip() for cells in rows]
    if field != "vat" or explicit:
        return texts
    return [
        "" if text.upper() in _NO_VAT or _is_contact(cells) else text
        for text, cells in zip(texts, rows, strict=True)
    ]


def _is_contact(cells: Mapping[str, str]) -> bool:
    """Tell whether a partner's VAT number is its company's.

    Odoo copies it from a company to its contacts (``res.partner._commercial_fields``).
    """
    parent = cells.get("parent_id") or cells.get("parent_id/.id")
    return bool(parent) and cells.get("is_company", "") in ("", "0")
