"""A stock to count in: products and places made by the tests' own reader, and imports into it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from odoo_ingestion import RunResult
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]

INTERNAL = ("location_id.usage", "=", "internal")


class Stockroom:
    """Makes products and reads what lies where, by product code."""

    def __init__(self, reader: OdooReader) -> None:
        self.reader = reader

    def products(self, *codes: str, **values: Any) -> list[int]:
        """Create storable products with these codes and return their ids."""
        made: list[int] = self.reader.call(
            "product.product",
            "create",
            [{"name": code, "default_code": code, "is_storable": True, **values} for code in codes],
        )
        return made

    def location(self, name: str, **values: Any) -> int:
        """Create a location below WH/Stock and return its id."""
        made: int = self.reader.call(
            "stock.location", "create", {"name": name, "location_id": self.stock_id, **values}
        )
        return made

    @property
    def stock_id(self) -> int:
        """The id of WH/Stock."""
        [found] = self.reader.search_read(
            "stock.warehouse", [("code", "=", "WH")], ["lot_stock_id"]
        )
        stock: int = found["lot_stock_id"][0]
        return stock

    def quants(self, code: str, fields: Sequence[str] = ("quantity",)) -> list[dict[str, Any]]:
        """Return the quants of a product in internal locations."""
        domain = [("product_id.default_code", "=", code), INTERNAL]
        return self.reader.search_read("stock.quant", domain, fields, order="id")

    def on_hand(self, code: str) -> float:
        """Return how much of a product lies in internal locations."""
        total: float = sum(quant["quantity"] for quant in self.quants(code))
        return total

    def waiting(self, code: str) -> list[float]:
        """Return the counts of a product that wait for review."""
        found = self.quants(code, ["inventory_quantity", "inventory_quantity_set"])
        return [quant["inventory_quantity"] for quant in found if quant["inventory_quantity_set"]]

    def moves(self, code: str) -> list[float]:
        """Return the quantities of a product's done moves, oldest first."""
        domain = [("product_id.default_code", "=", code), ("state", "=", "done")]
        found = self.reader.search_read("stock.move", domain, ["quantity"], order="id")
        return [move["quantity"] for move in found]

    def put(self, code: str, quantity: float, location_id: int | None = None) -> None:
        """Set how much of a product lies at a place, as a person would in Odoo."""
        [product] = self.reader.call("product.product", "search", [("default_code", "=", code)])
        place = location_id or self.stock_id
        values = {"product_id": product, "location_id": place}
        self.reader.call(
            "stock.quant",
            "create",
            {**values, "inventory_quantity_auto_apply": quantity},
            context={"inventory_mode": True},
        )


def counts(result: RunResult) -> dict[str, int]:
    """Return the outcomes that there were; they add up to the rows read."""
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found
