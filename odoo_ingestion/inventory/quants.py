"""What Odoo holds at the places that rows name, and whether that is what they say."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct

from odoo_ingestion.inventory.counts import Count, Place
from odoo_ingestion.inventory.lots import NO_LOT, LotName, Lots
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.versions import series_number

REVIEWED_FROM = (15, 0)
"""The first series in which a count can wait for review: 14 applies it at once."""

_PLACE = ("product_id", "location_id", "lot_id", "package_id", "owner_id")


class Held(Struct, frozen=True):
    """What lies at a place; ``counted`` is a count that waits for review, None without one.

    ``quant_id`` is 0 where Odoo knows nothing of the place.
    """

    quant_id: int = 0
    quantity: Decimal = Decimal(0)
    counted: Decimal | None = None


class Stock(Struct, frozen=True):
    """What Odoo holds at some places, and the lots that it has for them."""

    held: Mapping[Place, Held | Problem]
    lot_ids: Mapping[LotName, int]

    def lot_id(self, place: Place) -> int:
        """Return the id of a place's lot; 0 without one, or where it has to be made."""
        return self.lot_ids.get(LotName(place.product_id, place.lot), NO_LOT)


class StockReader:
    """Reads quants by place, a chunk at a time: two calls."""

    def __init__(self, odoo: Odoo, lots: Lots) -> None:
        self._odoo = odoo
        self._lots = lots
        self._reviewed = series_number(odoo.version) >= REVIEWED_FROM

    def read(self, places: Collection[Place]) -> Stock:
        """Return what lies at each place, or why that cannot be said."""
        lots = self._lots.find(lot_names(places))
        lot_ids = {lot: ids[0] for lot, ids in lots.items() if len(ids) == 1}
        found = self._quants(places)
        held: dict[Place, Held | Problem] = {}
        for place in places:
            lot = LotName(place.product_id, place.lot)
            if place.lot and len(lots[lot]) > 1:
                held[place] = _several_lots(place.lot, lots[lot])
            elif place.lot and lot not in lot_ids:
                held[place] = Held()
            else:
                key = (*place[:2], lot_ids.get(lot, NO_LOT), *place[3:])
                held[place] = self._held(found.get(key, ()))
        return Stock(held, lot_ids)

    def _quants(self, places: Collection[Place]) -> dict[tuple[int, ...], list[dict[str, Any]]]:
        domain = [
            ("product_id", "in", sorted({place.product_id for place in places})),
            ("location_id", "in", sorted({place.location_id for place in places})),
        ]
        # In 14 a user who is no stock manager may not even read the counted quantity.
        counted = ["inventory_quantity", "inventory_quantity_set"] if self._reviewed else []
        found: dict[tuple[int, ...], list[dict[str, Any]]] = defaultdict(list)
        for data in self._odoo.call(
            "stock.quant", "search_read", domain, [*_PLACE, "quantity", *counted]
        ):
            found[tuple((data[name] or (0,))[0] for name in _PLACE)].append(data)
        return found

    def _held(self, quants: Sequence[Mapping[str, Any]]) -> Held | Problem:
        if not quants:
            return Held()
        if len(quants) > 1:
            return _several_quants(len(quants))
        data = quants[0]
        waits = data.get("inventory_quantity_set", False)
        counted = Decimal(str(data["inventory_quantity"])) if waits else None
        return Held(data["id"], Decimal(str(data["quantity"])), counted)


def same(one: Decimal, other: Decimal, rounding: Decimal) -> bool:
    """Tell whether two quantities are equal in steps of a unit."""
    return abs(one - other) < rounding / 2


def is_as_counted(count: Count, held: Held, *, apply: bool) -> bool:
    """Tell whether Odoo holds a count already: on hand, or without ``apply`` for review."""
    wanted = count.quantity or Decimal(0)
    if held.counted is not None and not apply:
        return same(held.counted, wanted, count.rounding)
    return same(held.quantity, wanted, count.rounding)


def lot_names(places: Iterable[Place]) -> set[LotName]:
    """Return the lots that places name."""
    return {LotName(place.product_id, place.lot) for place in places if place.lot}


def _several_lots(name: str, ids: Sequence[int]) -> Problem:
    listed = ", ".join(map(str, ids))
    return Problem(
        Category.AMBIGUOUS_RELATION,
        f"several lots of this product are called {name!r} (ids {listed})",
        "lot_id",
        "Give them different names in Odoo.",
    )


def _several_quants(number: int) -> Problem:
    return Problem(
        Category.AMBIGUOUS_RECORD,
        f"Odoo holds this place in {number} parts, which it has not merged yet",
        None,
        "Open Inventory > Operations > Physical Inventory once (Odoo merges them), then import "
        "again.",
    )
