"""What a row says about stock, step by step: as asked, then as a count at a known place."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import NamedTuple

from msgspec import Struct

from odoo_ingestion.records import Category, Draft, Problem, Row


class Place(NamedTuple):
    """What tells one quantity from another; 0 and ``""`` stand for none.

    ``lot`` is the lot's name, which is unique for a product and a company
    (``stock.lot._check_unique_lot``, Odoo 14 to 19).
    """

    product_id: int
    location_id: int
    lot: str = ""
    package_id: int = 0
    owner_id: int = 0


class Count(Struct, frozen=True):
    """A row about one place: the quantity that lies there, or the difference to add.

    Quantities are in the product's own unit, whose smallest part is ``rounding``. ``reference`` is
    set for differences.
    """

    row: Row
    place: Place
    rounding: Decimal
    is_serial: bool = False
    quantity: Decimal | None = None
    delta: Decimal | None = None
    reference: str = ""


class Asked(Struct, frozen=True):
    """What a row says, its relations as database ids (0 where it names none)."""

    row: Row
    product_id: int
    location_id: int
    warehouse_id: int
    package_id: int
    owner_id: int
    unit_id: int
    lot: str
    quantity: Decimal | None
    delta: Decimal | None
    reference: str


def read_asked(draft: Draft, cells: Mapping[str, str]) -> Asked:
    """Return what a row says that lacks nothing; ``cells`` are its resolved relations.

    A record that a dry run would make has no database id yet: it is 0, as where none is named.
    """
    values = draft.values

    def relation(field: str) -> int:
        cell = cells.get(f"{field}/.id", "")
        return int(cell) if cell.isdecimal() else 0

    return Asked(
        draft.row,
        relation("product_id"),
        relation("location_id"),
        relation("warehouse_id"),
        relation("package_id"),
        relation("owner_id"),
        relation("product_uom_id"),
        values.get("lot_id", ""),
        _number(values.get("inventory_quantity")),
        _number(values.get("inventory_diff_quantity")),
        values.get("reference", ""),
    )


def missing_in(draft: Draft) -> tuple[Problem, ...]:
    """Return what a row has to say and does not."""
    problems = []
    if "product_id" not in draft.references:
        problems.append(
            _lacks("the row names no product", "product_id", "Give its code or barcode.")
        )
    difference = draft.values.get("inventory_diff_quantity")
    if not difference and not draft.values.get("inventory_quantity"):
        problems.append(
            _lacks(
                "the row says no quantity",
                "inventory_quantity",
                "Fill in the quantity that lies there; 0 where nothing does.",
            )
        )
    if difference and not draft.values.get("reference"):
        problems.append(
            _lacks(
                "a difference needs a reference: it is added once for each",
                "reference",
                "Fill in a column reference (a document number), or use --set reference=TEXT.",
            )
        )
    return tuple(problems)


def shown_number(number: Decimal) -> str:
    """Return a quantity in plain digits, without zeros at its end."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"


def _lacks(message: str, field: str, hint: str) -> Problem:
    return Problem(Category.VALIDATION, message, field, hint)


def _number(text: str | None) -> Decimal | None:
    return Decimal(text) if text else None
