"""Barcodes of one file: none may be given to two records."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.records import Category, Problem, Record

Holders = Mapping[str, Sequence[tuple[int, str]]]
"""Who has each barcode in Odoo: (id in the model that is imported, or 0; label)."""


class Barcodes:
    """Which row of the file has taken which barcode, or has given it up.

    A barcode that a row gives up is free in Odoo only once that row has landed, so it stays taken
    for the other rows of the file: what becomes of them must not depend on the order of calls.

    Memory: 8 bytes for each barcode, as told at ``FirstRows``.
    """

    def __init__(self) -> None:
        self._rows = FirstRows()
        self._given_up = FirstRows()

    def problem(self, record: Record, holders: Holders, held: str = "") -> Problem | None:
        """Return why the record cannot have its barcode; ``held`` is the one that it has now."""
        barcode = record.values.get("barcode", "")
        number = record.row.number
        if held and "barcode" in record.values and held != barcode:
            self._given_up.keep(hash(held), number)
        if not barcode:
            return None
        first = self._rows.keep(hash(barcode), number)
        if first != number:
            return _taken(barcode, f"row {first} of this file")
        others = [label for owner, label in holders.get(barcode, ()) if owner != record.database_id]
        if others:
            return _taken(barcode, others[0])
        before = self._given_up.get(hash(barcode))
        if before is not None and before != number:
            return _taken(barcode, f"the record of row {before} of this file")
        return None


def _taken(barcode: str, owner: str) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"the barcode {barcode} is already used by {owner}",
        "barcode",
        "Correct the barcode, or free it in Odoo first.",
    )
