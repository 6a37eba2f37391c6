"""Where a row's stock lies: its location, its warehouse's, or that of the only warehouse."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from odoo_ingestion.inventory.counts import Asked
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.versions import series_number

_COUNTED_USAGES = ("internal", "transit")
"""Odoo counts nowhere else (``stock.quant._domain_location_id``, 15 to 19)."""


class Location(Struct, frozen=True):
    """A location: ``warehouse_id`` is 0 where it has none, or the server does not tell."""

    record_id: int
    path: str
    usage: str
    warehouse_id: int = 0


class Warehouse(Struct, frozen=True):
    """A warehouse: its stock location, and the view location above all of its locations."""

    record_id: int
    name: str
    stock_id: int
    view_id: int


class Locations:
    """Knows the warehouses of a company, and reads locations in bulk and remembers them."""

    def __init__(self, odoo: Odoo, company_id: int | None) -> None:
        self._odoo = odoo
        # stock.location tells its warehouse from Odoo 15 on.
        self._tells_warehouse = series_number(odoo.version) >= (15, 0)
        domain = [("company_id", "=", company_id)] if company_id else []
        read = odoo.call(
            "stock.warehouse",
            "search_read",
            domain,
            ["name", "lot_stock_id", "view_location_id"],
        )
        self._warehouses = {
            data["id"]: Warehouse(
                data["id"], data["name"], data["lot_stock_id"][0], data["view_location_id"][0]
            )
            for data in read
        }
        self._stock_below = {w.view_id: w.stock_id for w in self._warehouses.values()}
        self._known: dict[int, Location] = {}
        self.fetch([w.stock_id for w in self._warehouses.values()])

    def fetch(self, location_ids: Collection[int]) -> None:
        """Read those that are not known yet: one call."""
        wanted = sorted(set(location_ids) - set(self._known) - {0})
        if not wanted:
            return
        fields = ["complete_name", "usage", *(["warehouse_id"] if self._tells_warehouse else [])]
        for data in self._odoo.call("stock.location", "read", wanted, fields):
            warehouse = data.get("warehouse_id") or (0,)
            self._known[data["id"]] = Location(
                data["id"], data["complete_name"], data["usage"], warehouse[0]
            )

    def of(self, asked: Asked) -> Location | Problem:
        """Return the location of a row, or why it has none that can be counted.

        The code of a warehouse stands for its stock location, in a column of either.
        """
        warehouse = self._warehouses.get(asked.warehouse_id)
        if asked.warehouse_id and warehouse is None:
            return _elsewhere()
        if not asked.location_id:
            found = warehouse or self._only_warehouse()
            return self._known[found.stock_id] if isinstance(found, Warehouse) else found
        below = self._stock_below.get(asked.location_id, asked.location_id)
        location = self._known[below]
        if location.usage not in _COUNTED_USAGES:
            return _not_counted(location)
        if warehouse and self._tells_warehouse and location.warehouse_id != warehouse.record_id:
            return _contradiction(location, warehouse)
        return location

    def _only_warehouse(self) -> Warehouse | Problem:
        if len(self._warehouses) == 1:
            return next(iter(self._warehouses.values()))
        names = ", ".join(w.name for w in self._warehouses.values())
        return Problem(
            Category.VALIDATION,
            "the row names no location, and the company has "
            f"{len(self._warehouses) or 'no'} warehouses{f': {names}' if names else ''}",
            "location_id",
            "Add a column location (WH/Stock) or warehouse (WH), or --set location_id=WH/Stock.",
        )


def _elsewhere() -> Problem:
    return Problem(
        Category.VALIDATION,
        "the warehouse belongs to another company",
        "warehouse_id",
        "Name one of the company's own, or choose the company with --company.",
    )


def _not_counted(location: Location) -> Problem:
    reason = "only groups other locations" if location.usage == "view" else "is not a stock place"
    return Problem(
        Category.VALIDATION,
        f"{location.path} {reason} (type {location.usage}): nothing is counted there",
        "location_id",
        "Name an internal location, such as WH/Stock.",
    )


def _contradiction(location: Location, warehouse: Warehouse) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"{location.path} is not in the warehouse {warehouse.name}",
        "location_id",
        "Keep the one that is right.",
    )
