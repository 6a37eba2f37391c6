"""Which products can be counted, and how."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from decimal import Decimal
from typing import Any

from msgspec import Struct

from odoo_ingestion.inventory.counts import Asked, shown_number
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.versions import series_number

_NO_TRACKING, _SERIAL = "none", "serial"


class Product(Struct, frozen=True):
    """What counting a product depends on; ``rounding`` is the smallest part of its unit."""

    label: str
    is_storable: bool
    tracking: str
    unit_id: int
    unit: str
    rounding: Decimal

    @property
    def is_serial(self) -> bool:
        """Whether each piece has a number of its own."""
        return self.tracking == _SERIAL


Cells = Mapping[str, str]
Changes = Callable[[int, int], Cells]
"""Tells the cells that a dry run would write on a product, by its id and its template's."""


class Products:
    """Reads products and their units in bulk and remembers them."""

    def __init__(self, odoo: Odoo, changes: Changes = lambda _product, _template: {}) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._changes = changes
        self._defaults: Mapping[str, Any] | None = None
        # ``type=product`` until 17, ``is_storable`` from 18 on (product.template).
        has_flag = series_number(odoo.version) >= (18, 0)
        self._kind = "is_storable" if has_flag else "type"
        self._known: dict[int, Product] = {}
        self._units: dict[int, Decimal] = {}

    def fetch(self, product_ids: Collection[int]) -> None:
        """Read those that are not known yet: two calls at most."""
        wanted = sorted(set(product_ids) - set(self._known))
        if not wanted:
            return
        fields = ["display_name", self._kind, "tracking", "uom_id", "product_tmpl_id"]
        read = self._odoo.call("product.product", "read", wanted, fields)
        self._fetch_units({data["uom_id"][0] for data in read})
        for data in read:
            unit_id, unit = data["uom_id"]
            changes = self._changes(data["id"], data["product_tmpl_id"][0])
            self._known[data["id"]] = Product(
                data["display_name"],
                self._is_storable(changes, data),
                changes.get("tracking") or data["tracking"] or _NO_TRACKING,
                unit_id,
                unit,
                self._units[unit_id],
            )

    def planned(self, cells: Cells) -> Product:
        """Return a product as a dry run would make it; what its row leaves open is Odoo's default.

        Its unit is not told: whether a quantity fits it is seen in the real run.
        """
        if self._defaults is None:
            fields = [*dict.fromkeys((self._kind, "type", "detailed_type", "tracking"))]
            self._defaults = self._odoo.call("product.template", "default_get", fields)
        code, name = cells.get("default_code", ""), cells.get("name", "")
        is_storable = self._is_storable(cells, self._defaults)
        tracking = cells.get("tracking") or self._defaults.get("tracking") or _NO_TRACKING
        return Product(
            f"[{code}] {name}" if code else name,
            is_storable,
            tracking if is_storable else _NO_TRACKING,
            0,
            "",
            Decimal(0),
        )

    def _is_storable(self, cells: Cells, held: Mapping[str, Any]) -> bool:
        """Tell whether stock is kept of a product with these cells over what it holds."""
        kind = cells.get("detailed_type") or cells.get("type")
        if self._kind == "type":
            return (kind or held.get("detailed_type") or held.get("type")) == "product"
        if kind == "service":
            return False
        said = cells.get(self._kind)
        return bool(held.get(self._kind)) if said is None else said == "1"

    def _fetch_units(self, unit_ids: Collection[int]) -> None:
        wanted = sorted(set(unit_ids) - set(self._units))
        if wanted:
            for data in self._odoo.call("uom.uom", "read", wanted, ["rounding"]):
                self._units[data["id"]] = Decimal(str(data["rounding"]))

    def of(self, asked: Asked) -> Product:
        """Return the product of a row; ``fetch`` first."""
        return self._known[asked.product_id]


def product_problem(product: Product, asked: Asked) -> Problem | None:
    """Return why a row cannot count its product, or None."""
    return (
        _not_storable(product)
        or _wrong_lot(product, asked)
        or _wrong_unit(product, asked)
        or _too_fine(product, asked)
        or _too_many_serials(product, asked)
    )


def _not_storable(product: Product) -> Problem | None:
    if product.is_storable:
        return None
    return Problem(
        Category.VALIDATION,
        f"{product.label} is not storable: Odoo keeps no stock of it",
        "product_id",
        "Make it storable (column type: Storable, in a file of products), or leave the row out.",
    )


def _wrong_lot(product: Product, asked: Asked) -> Problem | None:
    if product.tracking == _NO_TRACKING and asked.lot:
        return Problem(
            Category.VALIDATION,
            f"{product.label} is not tracked, and the row names the lot {asked.lot!r}",
            "lot_id",
            "Empty the cell, or have the product tracked by lots in Odoo.",
        )
    if product.tracking != _NO_TRACKING and not asked.lot:
        what = "serial number" if product.is_serial else "lot"
        return Problem(
            Category.VALIDATION,
            f"{product.label} is tracked by {what}, and the row names none",
            "lot_id",
            f"Give one row a {what}, with the {what} in a column lot.",
        )
    return None


def _wrong_unit(product: Product, asked: Asked) -> Problem | None:
    if 0 in (asked.unit_id, product.unit_id) or asked.unit_id == product.unit_id:
        return None
    return Problem(
        Category.VALIDATION,
        f"{product.label} is counted in {product.unit}, the row says another unit",
        "product_uom_id",
        f"Convert the quantity to {product.unit}.",
    )


def _too_fine(product: Product, asked: Asked) -> Problem | None:
    number = asked.quantity if asked.quantity is not None else asked.delta
    if number is None or not product.rounding or number % product.rounding == 0:
        return None
    field = "inventory_quantity" if asked.quantity is not None else "inventory_diff_quantity"
    return Problem(
        Category.VALIDATION,
        f"{shown_number(number)} is finer than Odoo counts {product.unit}: "
        f"in steps of {shown_number(product.rounding)}",
        field,
        "Round it, or raise the precision of units in Odoo's settings.",
    )


def _too_many_serials(product: Product, asked: Asked) -> Problem | None:
    number = asked.quantity if asked.quantity is not None else asked.delta
    if not product.is_serial or number is None or abs(number) <= 1:
        return None
    return Problem(
        Category.VALIDATION,
        f"{asked.lot!r} is the serial number of one piece, the row says {shown_number(number)}",
        "lot_id",
        "Give each piece a row of its own with its own serial number and the quantity 1.",
    )
