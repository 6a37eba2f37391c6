"""Sends counts: left for review, or applied in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    RetryableError,
    ServerRefused,
    UnknownFate,
)
from odoo_ingestion.inventory.counts import Count, shown_number
from odoo_ingestion.inventory.quants import REVIEWED_FROM, Held, is_as_counted
from odoo_ingestion.inventory.refusals import problem_of
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.versions import series_number

QUANT = "stock.quant"

CONTEXT: Mapping[str, Any] = {"inventory_mode": True}
"""What makes a quant take a count (``stock.quant._is_inventory_mode``, Odoo 14 to 19)."""


class Entry(Struct, frozen=True):
    """A count that differs from what Odoo holds; ``lot_id`` is 0 without a lot."""

    count: Count
    held: Held
    lot_id: int = 0


class CountPoster:
    """Sends counts in calls of many; a refused call is cut until the bad rows stand alone.

    A count is sent by ``create`` of ``stock.quant`` in inventory mode, which finds the quant of the
    place itself. With ``apply`` it goes into ``inventory_quantity_auto_apply``: set, applied and
    posted in one transaction, to exactly that quantity, whatever was there. Odoo's other way, a
    count and then ``action_apply_inventory``, is not taken: that method, called for a quant whose
    count somebody has applied in between, sets its stock to zero (measured on Odoo 19).
    """

    def __init__(self, odoo: Odoo, *, apply: bool) -> None:
        self._odoo = odoo
        self._apply = apply
        has_review = series_number(odoo.version) >= REVIEWED_FROM
        self._field = (
            "inventory_quantity_auto_apply" if apply and has_review else "inventory_quantity"
        )

    def post(self, entries: Sequence[Entry]) -> dict[int, Problem]:
        """Send entries; return what Odoo refused, by row number.

        What became of the others is known only by reading: a call whose answer did not come may
        have been carried out. Raises ConnectionFailed when Odoo is gone.
        """
        if not entries:
            return {}
        try:
            self._send(entries)
        except (ServerRefused, ConcurrentUpdate) as error:
            if len(entries) == 1:
                return {entries[0].count.row.number: problem_of(error)}
            half = len(entries) // 2
            return self.post(entries[:half]) | self.post(entries[half:])
        except UnknownFate:
            return {}
        except RetryableError as error:
            raise ConnectionFailed(error.message, hint=error.hint) from error
        return {}

    def _send(self, entries: Iterable[Entry]) -> None:
        values = [self._values(entry) for entry in entries]
        # Sent twice at the same time it may make two quants of one new place.
        self._odoo.call("stock.quant", "create", values, repeatable=False, context=dict(CONTEXT))

    def _values(self, entry: Entry) -> dict[str, Any]:
        quantity = entry.count.quantity or Decimal(0)
        return {**place_values(entry.count, entry.lot_id), self._field: float(quantity)}

    def mismatch(self, count: Count, held: Held | Problem) -> Problem | None:
        """Return why what Odoo holds after sending is not what the row says, or None."""
        if isinstance(held, Problem):
            return held
        if is_as_counted(count, held, apply=self._apply):
            return None
        asked = shown_number(count.quantity or Decimal(0))
        if self._apply:
            said = f"Odoo holds {shown_number(held.quantity)} now"
        elif held.counted is None:
            said = "no count waits for review there now"
        else:
            said = f"a count of {shown_number(held.counted)} waits for review there now"
        return Problem(
            Category.SERVER,
            f"{asked} was sent, and {said}: it moved meanwhile, or no answer came",
            "inventory_quantity",
            "Look at the place in Odoo, then import the row again: only differences are sent.",
        )


def place_values(count: Count, lot_id: int) -> dict[str, Any]:
    """Return a count's place as Odoo writes it."""
    place = count.place
    values = {
        "product_id": place.product_id,
        "location_id": place.location_id,
        "lot_id": lot_id,
        "package_id": place.package_id,
        "owner_id": place.owner_id,
    }
    return {name: value for name, value in values.items() if value}
