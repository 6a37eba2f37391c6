"""Barcodes of one file: none may be given to two records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.records import Category, Problem, Record
from odoo_ingestion.safeguards.first_takers import FirstClaims, FirstTakers

Holders = Mapping[str, Sequence[tuple[int, str]]]
"""Who has each barcode in Odoo: (id in the model that is imported, or 0; label)."""


class Barcodes:
    """Which row of the file has taken which barcode, or has given it up.

    A barcode that a row gives up is free in Odoo only once that row has landed, so it stays taken
    for the other rows of the file: what becomes of them must not depend on the order of calls.

    Memory: that of ``FirstTakers``, and a mark of ``FirstRows`` for each barcode given up.
    """

    def __init__(self, first_claims: FirstClaims | None = None) -> None:
        self._takers = FirstTakers("barcode", first_claims)
        self._given_up = FirstRows()
        self._is_some_given_up = False

    def problems(
        self, records: Sequence[Record], holders: Holders, held: Mapping[int, str]
    ) -> dict[int, Problem]:
        """Return why records cannot have their barcodes, by place; the others are absent.

        ``holders`` need not know barcodes that nobody has, or the record itself alone; ``held`` are
        the barcodes that records have now, by database id.
        """
        barcodes = barcodes_of(records)
        found = self._named_before(records, barcodes)
        for place, barcode in enumerate(barcodes) if holders else ():
            if barcode and place not in found and (owners := holders.get(barcode)):
                _add_taken(found, place, records[place], owners)
        given_up = _given_up(records, held) if held else {}
        if given_up or self._is_some_given_up:
            self._is_some_given_up = True
            self._check_given_up(records, given_up, found)
        return found

    def _named_before(
        self, records: Sequence[Record], barcodes: Sequence[str | None]
    ) -> dict[int, Problem]:
        """Note the barcodes, and return the problems of those that an earlier row has."""
        places: Sequence[int] = range(len(barcodes))
        if not all(barcodes):
            places = [place for place in places if barcodes[place]]
        numbers = [records[place].row.number for place in places]
        firsts = self._takers.keep_all([code for code in barcodes if code], numbers)
        return {
            places[at]: _taken(records[places[at]], f"row {first} of this file")
            for at, first in firsts.items()
        }

    def _check_given_up(
        self, records: Sequence[Record], given_up: Mapping[int, str], found: dict[int, Problem]
    ) -> None:
        """Note row after row what it gives up, and what it wants that an earlier one gave up."""
        for place, record in enumerate(records):
            number = record.row.number
            if place in given_up:
                self._given_up.keep(hash(given_up[place]), number)
            barcode = record.values.get("barcode")
            if not barcode or place in found:
                continue
            before = self._given_up.get(hash(barcode))
            if before is not None and before != number:
                found[place] = _taken(record, f"the record of row {before} of this file")


def barcodes_of(records: Sequence[Record]) -> list[str | None]:
    """Return the barcode that each record asks for, empty to clear it, None to leave it."""
    return [record.values.get("barcode") for record in records]


def _given_up(records: Sequence[Record], held: Mapping[int, str]) -> dict[int, str]:
    """Return the barcodes that records have now and are to have no more, by place."""
    result: dict[int, str] = {}
    for place, record in enumerate(records):
        now = held.get(record.database_id or 0, "")
        if now and record.values.get("barcode", now) != now:
            result[place] = now
    return result


def _add_taken(
    found: dict[int, Problem], place: int, record: Record, owners: Sequence[tuple[int, str]]
) -> None:
    others = [label for owner, label in owners if owner != record.database_id]
    if others:
        found[place] = _taken(record, others[0])


def _taken(record: Record, owner: str) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"the barcode {record.values['barcode']} is already used by {owner}",
        "barcode",
        "Correct the barcode, or free it in Odoo first.",
    )
