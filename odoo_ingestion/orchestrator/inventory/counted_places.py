"""Which rows of a file are about the same stock: none of them is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal

from odoo_ingestion.inventory import Count, Place, read_asked
from odoo_ingestion.records import Category, Draft, Problem

_LISTED = 5


class CountedPlaces:
    """The places that the rows of a file count, and the references of their differences.

    Two counts of one place fail, as do a count and a difference: their order would decide. Several
    differences of one place are several movements, as long as each has its own reference.

    Memory: one entry a row.
    """

    def __init__(self) -> None:
        self._rows: dict[int, list[int]] = defaultdict(list)

    def add(self, count: Count) -> None:
        """Take in a row."""
        self._rows[hash((count.place, count.reference))].append(count.row.number)
        if count.delta is not None:
            self._rows[hash((count.place, None))].append(count.row.number)

    def problem(self, count: Count) -> Problem | None:
        """Return why a row cannot be taken beside the others of the file; all are added before."""
        number = count.row.number
        others = [r for r in self._rows[hash((count.place, count.reference))] if r != number]
        if count.delta is None:
            others += self._rows.get(hash((count.place, None)), [])
        else:
            others += self._rows.get(hash((count.place, "")), [])
        return _same_stock(others) if others else None


class PlannedPlaces:
    """Gives places to rows that name records which are not there yet, in a dry run or offline.

    What has no database id gets a number below zero, the same one wherever it is named. Memory: one
    entry for each record that is named so.
    """

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}

    def count(self, draft: Draft, cells: Mapping[str, str], location_id: int) -> Count:
        """Return a row as a count; ``location_id`` is 0 where the location is not there yet."""
        asked = read_asked(draft, cells)

        def number(field: str) -> int:
            return self._number(field, cells.get(f"{field}/.id", ""))

        place = location_id or number("location_id") or number("warehouse_id")
        ids = number("package_id"), number("owner_id")
        return Count(
            draft.row,
            Place(number("product_id"), place, asked.lot, *ids),
            Decimal(0),
            quantity=asked.quantity,
            delta=asked.delta,
            reference=asked.reference,
        )

    def _number(self, field: str, cell: str) -> int:
        if not cell or cell.isdecimal():
            return int(cell or 0)
        # From -2 on: Python's hash(-1) is hash(-2), and places are told apart by their hashes.
        return self._numbers.setdefault(f"{field} {cell}", -len(self._numbers) - 2)


def is_planned(count: Count) -> bool:
    """Tell whether a count names a record that is not there yet."""
    place = count.place
    return min(place.product_id, place.location_id, place.package_id, place.owner_id) < 0


def _same_stock(rows: list[int]) -> Problem:
    named = ", ".join(str(row) for row in sorted(rows)[:_LISTED])
    more = f" and {len(rows) - _LISTED} more" if len(rows) > _LISTED else ""
    verb = "is" if len(rows) == 1 else "are"
    return Problem(
        Category.DUPLICATE,
        f"row{'s' if len(rows) > 1 else ''} {named}{more} of this file {verb} about the same stock",
        "product_id",
        "Write one row for each product, location, lot, package and owner; differences of one "
        "place each with a reference of its own.",
    )
