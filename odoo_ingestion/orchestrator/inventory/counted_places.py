"""Which rows of a file are about the same stock: none of them is taken."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Hashable, Mapping

from odoo_ingestion.inventory import Count
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
        self._planned: dict[int, int] = {}

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

    def plan(self, draft: Draft, cells: Mapping[str, str]) -> Problem | None:
        """Take in a row whose place is not known to the server, in a dry run.

        Return why it cannot be taken beside the rows before it.
        """
        names: tuple[Hashable, ...] = (
            tuple(sorted(cells.items())),
            draft.values.get("lot_id", ""),
            draft.values.get("reference", ""),
        )
        first = self._planned.setdefault(hash(names), draft.row.number)
        return _same_stock([first]) if first != draft.row.number else None


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
