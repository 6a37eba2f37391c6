"""The files whose imports are killed, and what Odoo must hold once they are through."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from odoo_ingestion.files import open_source
from odoo_ingestion.runs import RunResult
from tests.odoo_reader import OdooReader
from tests.reliability.files import make_goods, named_once
from tests.resuming import runs


@dataclass(frozen=True)
class Killed:
    """One kind of file of so many rows; ``bad`` are the places (from 0) of those that never land.

    ``model`` is that of its records, ``check`` looks at what a run that came through has left.
    """

    type: str
    model: str
    rows: int
    bad: frozenset[int]
    write: Callable[[Path, int], None]
    check: Callable[[Path, int, RunResult, OdooReader], None]
    prepare: Callable[[OdooReader], None] = lambda odoo: None
    options: Mapping[str, Any] = field(default_factory=dict)


def check_counts(kind: Killed, result: RunResult) -> None:
    """Check that the summary is that of a run that was never broken off."""
    good = kind.rows - len(kind.bad)
    told = {name: result.count(name) for name in ("read", "created", "failed")}
    assert told == {"read": kind.rows, "created": good, "failed": len(kind.bad)}, result
    assert result.status == "completed_with_failures"
    assert failed_places(result) == sorted(kind.bad)


def failed_places(result: RunResult) -> list[int]:
    """Return the places of the rows in the failed-records file, which name them."""
    (failed,) = result.failed_files
    with open_source(failed) as source:
        return sorted(int(row.values["place"]) for row in source)


def _table(path: Path, header: Iterable[str], rows: Iterable[Iterable[object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])


# --- partners, of whom some name others far behind them -------------------------------------

_PARTNERS = 150


def _check_partners(path: Path, rows: int, result: RunResult, odoo: OdooReader) -> None:
    runs.check(path, rows, result, odoo)


PARTNERS = Killed(
    "partners",
    "res.partner",
    _PARTNERS,
    frozenset(range(0, _PARTNERS, runs.BAD)),
    runs.write_partners,
    _check_partners,
)

# --- products with categories that are made, barcodes, and three kinds of bad rows ----------

_PRODUCTS = 120
_CATEGORIES = 4


def _no_number(n: int) -> bool:
    return n % 10 == 0


def _taken_barcode(n: int) -> bool:
    return n % 20 == 7


def _refused_by_odoo(n: int) -> bool:
    return n % 50 == 33


def _barcode(mark: str, n: int) -> str:
    return f"{mark}-B{n - 1 if _taken_barcode(n) else n}"


def _category(mark: str, n: int) -> str:
    return f"{mark} {n % _CATEGORIES}"


def _write_products(path: Path, rows: int) -> None:
    mark = path.stem
    header = ("place", "default_code", "name", "list_price", "type", "barcode", "categ_id")
    _table(
        path,
        header,
        (
            (
                n,
                f"{mark}-{n}",
                f"{mark} {n}",
                "many" if _no_number(n) else n,
                "combo" if _refused_by_odoo(n) else "consu",
                _barcode(mark, n),
                _category(mark, n),
            )
            for n in range(rows)
        ),
    )


def _check_products(path: Path, rows: int, result: RunResult, odoo: OdooReader) -> None:
    mark = path.stem
    check_counts(PRODUCTS, result)
    good = [n for n in range(rows) if n not in PRODUCTS.bad]
    assert result.records["product.template"] == {"created": len(good), "updated": 0}
    found = odoo.search_read(
        "product.template",
        [("default_code", "=like", f"{mark}-%"), ("active", "in", [True, False])],
        ["default_code", "list_price", "barcode", "categ_id"],
    )
    assert Counter(
        (one["default_code"], one["list_price"], one["barcode"], one["categ_id"][1])
        for one in found
    ) == Counter((f"{mark}-{n}", n, _barcode(mark, n), _category(mark, n)) for n in good)
    named_once(odoo, "product.template", [one["id"] for one in found])
    made = odoo.search_read("product.category", [("name", "=like", f"{mark} %")], ["name"])
    assert sorted(one["name"] for one in made) == sorted({_category(mark, n) for n in good})


PRODUCTS = Killed(
    "products",
    "product.template",
    _PRODUCTS,
    frozenset(
        n for n in range(_PRODUCTS) if _no_number(n) or _taken_barcode(n) or _refused_by_odoo(n)
    ),
    _write_products,
    _check_products,
    options={"create_missing": ("categ_id",), "ignore": ("place",)},
)

# --- orders with lines ----------------------------------------------------------------------

_ORDER_ROWS = 120
_LINES = 3


def _bad_order(order: int) -> bool:
    return order % 10 in (0, 4)


def _write_orders(path: Path, rows: int) -> None:
    mark = path.stem
    header = ("place", "order", "customer", "product", "quantity", "unit price", "discount")
    _table(path, header, (_order_line(mark, n) for n in range(rows)))


def _order_line(mark: str, n: int) -> tuple[object, ...]:
    """Return a line: every tenth order has one of no product, every tenth one of no quantity.

    The last line of every third order has no discount: it is sent behind its order.
    """
    order, line = divmod(n, _LINES)
    product = "NO-SUCH-GOOD" if order % 10 == 0 and line == 1 else f"GOOD-{line + 1}"
    quantity = "many" if order % 10 == 4 and line == 0 else order + line + 1
    discount = "" if order % 3 == 0 and line == _LINES - 1 else 5
    return n, f"{mark}-{order}", "BUYER", product, quantity, 10 * line, discount


def _check_orders(path: Path, rows: int, result: RunResult, odoo: OdooReader) -> None:
    mark = path.stem
    check_counts(ORDERS, result)
    good = [n for n in range(rows) if n not in ORDERS.bad]
    assert result.records == {
        "sale.order": {"created": len(good) // _LINES, "updated": 0},
        "sale.order.line": {"created": len(good), "updated": 0},
    }
    orders = odoo.search_read("sale.order", [("name", "=like", f"{mark}-%")], ["name"])
    names = {one["id"]: one["name"] for one in orders}
    assert Counter(names.values()) == Counter({f"{mark}-{n // _LINES}" for n in good})
    named_once(odoo, "sale.order", list(names))
    lines = odoo.search_read(
        "sale.order.line",
        [("order_id", "in", list(names))],
        ["order_id", "product_uom_qty", "price_unit", "discount"],
    )
    assert Counter(
        (names[one["order_id"][0]], one["product_uom_qty"], one["price_unit"], one["discount"])
        for one in lines
    ) == Counter(_line_in_odoo(mark, n) for n in good)
    named_once(odoo, "sale.order.line", [one["id"] for one in lines])


def _line_in_odoo(mark: str, n: int) -> tuple[object, ...]:
    _, order, _, _, quantity, price, discount = _order_line(mark, n)
    return order, quantity, price, discount or 0


ORDERS = Killed(
    "orders",
    "sale.order",
    _ORDER_ROWS,
    frozenset(n for n in range(_ORDER_ROWS) if _bad_order(n // _LINES)),
    _write_orders,
    _check_orders,
    make_goods,
    {"ignore": ("place",)},
)

KILLED = {kind.type: kind for kind in (PARTNERS, PRODUCTS, ORDERS)}
