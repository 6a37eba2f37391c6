"""Which row was the first to come with a value; claims that are kept elsewhere tell most."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from odoo_ingestion.first_rows import FirstRows

FirstClaims = Callable[[str, Sequence[str]], Sequence[Mapping[int, int]]]
"""Who was the first to claim values of a field before they come here: from the field and its values
to rows by the values' places, in an answer for each way to claim a value.

A claim lasts. Not every row that comes need have claimed its value, nor does each that claimed one
come."""


class FirstTakers:
    """Remembers for each value of a field the first row that came with it.

    Such a row needs no more than a bit where ``first_claims`` names it among the first claimers of
    the value. At most one of these has a bit: those that come later are not the first.

    Memory: a bit for each row of the file where all claims are told, else what ``FirstRows`` takes
    for a mark, for each value.
    """

    def __init__(self, field: str, first_claims: FirstClaims | None = None) -> None:
        self._field = field
        self._first_claims = first_claims
        self._by_claim = _RowSet()
        self._others = FirstRows()
        self._has_others = False

    def keep_all(self, values: Sequence[str], rows: Sequence[int]) -> dict[int, int]:
        """Keep the value of each row; return the first row of each that another row came with.

        The answer is by the place in the lists.
        """
        claims = self._first_claims(self._field, values) if self._first_claims else ()
        all_first = len(claims) == 1 and claims[0] == dict(enumerate(rows))
        if all_first and not self._has_others:
            self._by_claim.add_all(rows)
            return {}
        marks = [hash(value) for value in values]
        if not claims:
            self._has_others = True
            return self._others.keep_all(marks, rows)
        held = self._others.get_all(marks)
        if all_first and not held:
            self._by_claim.add_all(rows)
            return {}
        return self._keep_in_turn(marks, rows, claims, held)

    def _keep_in_turn(
        self,
        marks: Sequence[int],
        rows: Sequence[int],
        claims: Sequence[Mapping[int, int]],
        held: Mapping[int, int],
    ) -> dict[int, int]:
        """Keep row after row; ``held`` has the first rows that are known without a claim."""
        found: dict[int, int] = {}
        new: dict[int, int] = {}
        for place, (mark, row) in enumerate(zip(marks, rows, strict=True)):
            claimers = [by_place[place] for by_place in claims if place in by_place]
            first = next((one for one in claimers if one in self._by_claim), None)
            if first is None:
                first = held.get(place, new.get(mark))
            if first is not None:
                found[place] = first
            elif row in claimers:
                self._by_claim.add_all((row,))
            else:
                new[mark] = row
        if new:
            self._has_others = True
            self._others.keep_all(list(new), list(new.values()), new=True)
        return {place: first for place, first in found.items() if first != rows[place]}


class _RowSet:
    """Numbers of rows, in a bit for each that the file has."""

    def __init__(self) -> None:
        self._bits = bytearray()

    def __contains__(self, row: int) -> bool:
        at = row >> 3
        return at < len(self._bits) and bool(self._bits[at] >> (row & 7) & 1)

    def add_all(self, rows: Sequence[int]) -> None:
        bits = self._bits
        missing = (max(rows) >> 3) + 1 - len(bits)
        if missing > 0:
            bits.extend(bytes(missing))
        begin, end = rows[0], rows[-1] + 1
        if rows == list(range(begin, end)):  # most often: whole bytes are set at once
            first, last = -(-begin >> 3), end >> 3
            if first < last:
                bits[first:last] = b"\xff" * (last - first)
                rows = (*range(begin, first << 3), *range(last << 3, end))
        for row in rows:
            bits[row >> 3] |= 1 << (row & 7)
