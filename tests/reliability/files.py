"""The files that are imported under fire, and what of them Odoo must hold in the end."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from tests.odoo_reader import OdooReader
from tests.reliability.fault_proxy import Call

Cells = tuple[Any, ...]
"""What one row of a file comes to in Odoo."""

ROWS = 32


@dataclass(frozen=True)
class File:
    """One kind of file; ``mark`` tells the files of two tests apart.

    ``text`` and ``wanted`` give the file and what its good rows come to; ``held`` reads that from
    Odoo, with the external ids of every record. ``bad`` are the numbers of the rows that can never
    land. ``writes`` tells the calls that write from the others.
    """

    type: str
    text: Callable[[str], str]
    wanted: Callable[[str], list[Cells]]
    held: Callable[[OdooReader, str], list[Cells]]
    bad: frozenset[int]
    writes: Callable[[Call], bool] = lambda call: call.method == "load"
    options: Mapping[str, Any] = field(default_factory=dict)
    prepare: Callable[[OdooReader, str], None] = lambda reader, mark: None


def table(header: str, rows: Sequence[Cells]) -> str:
    return "\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n"


def named_once(reader: OdooReader, model: str, ids: Sequence[int]) -> None:
    """Check that each record has one external id, and each external id one record."""
    rows = reader.search_read(
        "ir.model.data",
        [("model", "=", model), ("res_id", "in", list(ids))],
        ["module", "name", "res_id"],
    )
    assert Counter(row["res_id"] for row in rows) == Counter(ids)
    assert len({(row["module"], row["name"]) for row in rows}) == len(ids)


# --- products and partners ------------------------------------------------------------------

_BAD = frozenset({7, 20})
"""One row that is refused before it is sent, one that only the server refuses."""


def _product_text(mark: str) -> str:
    rows = [(f"{mark}-{n}", f"Product {n}", f"{n}.5", "consu") for n in range(1, ROWS + 1)]
    rows[6] = (f"{mark}-7", "Product 7", "seven", "consu")
    rows[19] = (f"{mark}-20", "Product 20", "20.5", "combo")
    return table("default_code,name,list_price,type", rows)


def _product_rows(mark: str) -> list[Cells]:
    return [(f"{mark}-{n}", f"Product {n}", n + 0.5) for n in range(1, ROWS + 1) if n not in _BAD]


def _products_held(reader: OdooReader, mark: str) -> list[Cells]:
    found = reader.search_read(
        "product.template",
        [("default_code", "=like", f"{mark}-%"), ("active", "in", [True, False])],
        ["default_code", "name", "list_price"],
    )
    named_once(reader, "product.template", [row["id"] for row in found])
    return [(row["default_code"], row["name"], row["list_price"]) for row in found]


PRODUCTS = File("products", _product_text, _product_rows, _products_held, _BAD)


def _partner_text(mark: str) -> str:
    rows = [
        (f"{mark}-{n}", f"Partner {n}", f"p{n}@fire.example", "0208", "0477472701")
        for n in range(1, ROWS + 1)
    ]
    rows[6] = (f"{mark}-7", "", "p7@fire.example", "0208", "0477472701")
    rows[19] = (f"{mark}-20", "Partner 20", "p20@fire.example", "0208", "abc")
    return table("ref,name,email,peppol_eas,peppol_endpoint", rows)


def _partner_rows(mark: str) -> list[Cells]:
    numbers = [n for n in range(1, ROWS + 1) if n not in _BAD]
    return [(f"{mark}-{n}", f"Partner {n}", f"p{n}@fire.example") for n in numbers]


def _partners_held(reader: OdooReader, mark: str) -> list[Cells]:
    found = reader.search_read(
        "res.partner",
        [("ref", "=like", f"{mark}-%"), ("active", "in", [True, False])],
        ["ref", "name", "email"],
    )
    named_once(reader, "res.partner", [row["id"] for row in found])
    return [(row["ref"], row["name"], row["email"]) for row in found]


PARTNERS = File("partners", _partner_text, _partner_rows, _partners_held, _BAD)

# --- orders ---------------------------------------------------------------------------------

_LINES = 3
_ORDERS = 12


def make_goods(reader: OdooReader) -> None:
    """Make the customer and the products that orders and counts speak of."""
    reader.call("res.partner", "create", [{"name": "Buyer", "ref": "BUYER"}])
    goods = [
        {"name": f"Good {n}", "default_code": f"GOOD-{n}", "is_storable": True}
        for n in range(1, _LINES + 1)
    ]
    reader.call("product.product", "create", goods)


def _order_lines(mark: str) -> list[Cells]:
    """Return the lines of every order; the last of every third order has no discount."""
    return [
        (
            f"{mark}-{order}",
            "BUYER",
            f"GOOD-{line}",
            order + line,
            10 * line,
            "" if order % 3 == 0 and line == _LINES else 5,
        )
        for order in range(1, _ORDERS + 1)
        for line in range(1, _LINES + 1)
    ]


def _order_text(mark: str) -> str:
    rows = _order_lines(mark)
    rows[5] = (*rows[5][:2], "NO-SUCH-GOOD", *rows[5][3:])
    rows[19] = (*rows[19][:3], "many", *rows[19][4:])
    return table("order,customer,product,quantity,unit price,discount", rows)


_BAD_ORDERS = (2, 7)
_BAD_LINES = frozenset({4, 5, 6, 19, 20, 21})


def _order_rows(mark: str) -> list[Cells]:
    bad = {f"{mark}-{order}" for order in _BAD_ORDERS}
    return [
        (order, code, float(quantity), float(price), float(discount or 0))
        for order, _, code, quantity, price, discount in _order_lines(mark)
        if order not in bad
    ]


def _orders_held(reader: OdooReader, mark: str) -> list[Cells]:
    named = ("order_id.name", "=like", f"{mark}-%")
    orders = reader.search_read("sale.order", [("name", "=like", f"{mark}-%")], ["name"])
    assert len({row["name"] for row in orders}) == len(orders)
    named_once(reader, "sale.order", [row["id"] for row in orders])
    found = reader.search_read(
        "sale.order.line",
        [named],
        ["order_id", "product_id", "product_uom_qty", "price_unit", "discount"],
    )
    named_once(reader, "sale.order.line", [row["id"] for row in found])
    return [
        (
            row["order_id"][1].split(" ")[0],
            row["product_id"][1].partition("]")[0].strip("["),
            row["product_uom_qty"],
            row["price_unit"],
            row["discount"],
        )
        for row in found
    ]


ORDERS = File("orders", _order_text, _order_rows, _orders_held, _BAD_LINES)

# --- stock ----------------------------------------------------------------------------------


def _make_counted(reader: OdooReader, mark: str) -> None:
    """Make what is counted, with 2 of every piece in stock already."""
    goods = [
        {"name": f"Counted {n}", "default_code": f"{mark}-{n}", "is_storable": True}
        for n in range(1, ROWS + 1)
    ]
    made = reader.call("product.product", "create", goods)
    [warehouse] = reader.search_read("stock.warehouse", [("code", "=", "WH")], ["lot_stock_id"])
    place = warehouse["lot_stock_id"][0]
    quants = [
        {"product_id": n, "location_id": place, "inventory_quantity_auto_apply": 2}
        for n in made[::2]
    ]
    reader.call("stock.quant", "create", quants, context={"inventory_mode": True})


def _count_text(mark: str) -> str:
    rows: list[Cells] = [(f"{mark}-{n}", "WH/Stock", n + 10) for n in range(1, ROWS + 1)]
    rows[6] = (f"{mark}-7", "WH/Stock", "seven")
    rows[19] = (f"{mark}-20", "No Such Place", 30)
    return table("sku,location,quantity", rows)


def _count_rows(mark: str) -> list[Cells]:
    return [(f"{mark}-{n}", n + 10.0) for n in range(1, ROWS + 1) if n not in _BAD]


def _counts_held(reader: OdooReader, mark: str) -> list[Cells]:
    """Return what lies there of the pieces that were counted, each moved to it once."""
    found = reader.search_read(
        "stock.quant",
        [("product_id.default_code", "=like", f"{mark}-%"), ("location_id.usage", "=", "internal")],
        ["product_id", "quantity"],
    )
    moves = reader.search_read(
        "stock.move", [("product_id.default_code", "=like", f"{mark}-%")], ["product_id"]
    )
    moved = Counter(row["product_id"][0] for row in moves)
    held: list[Cells] = []
    for row in found:
        code, number = row["product_id"][1].partition("]")[0].strip("["), row["product_id"][0]
        first = int(code.rpartition("-")[2]) % 2  # odd ones had 2 in stock before
        if row["quantity"] == 2:
            assert moved[number] == first
            continue
        assert moved[number] == first + 1, f"{code} was moved {moved[number]} times"
        held.append((code, row["quantity"]))
    return held


COUNTS = File(
    "inventory",
    _count_text,
    _count_rows,
    _counts_held,
    _BAD,
    lambda call: call == Call("stock.quant", "create"),
    {"apply": True},
    _make_counted,
)

_DIFFERENCES = 8
_BAD_DIFFERENCES = frozenset({3})


def _difference_text(mark: str) -> str:
    rows: list[Cells] = [
        (f"{mark}-{n}", "WH/Stock", n, f"{mark} {n}") for n in range(1, _DIFFERENCES + 1)
    ]
    rows[2] = (f"{mark}-3", "WH/Stock", "three", f"{mark} 3")
    return table("sku,location,delta,reference", rows)


def _difference_rows(mark: str) -> list[Cells]:
    """Return what lies there then: of odd pieces there were 2 before."""
    numbers = [n for n in range(1, _DIFFERENCES + 1) if n not in _BAD_DIFFERENCES]
    return [(f"{mark}-{n}", n + 2.0 * (n % 2)) for n in numbers]


def _differences_held(reader: OdooReader, mark: str) -> list[Cells]:
    """Return what lies there of the pieces that were moved, each once."""
    found = reader.search_read(
        "stock.quant",
        [("product_id.default_code", "=like", f"{mark}-%"), ("location_id.usage", "=", "internal")],
        ["product_id", "quantity"],
    )
    moves = reader.search_read(
        "stock.move",
        [("product_id.default_code", "=like", f"{mark}-%"), ("inventory_name", "like", mark)],
        ["product_id"],
    )
    moved = Counter(row["product_id"][0] for row in moves)
    assert set(moved.values()) <= {1}, moved
    return [
        (row["product_id"][1].partition("]")[0].strip("["), row["quantity"])
        for row in found
        if row["product_id"][0] in moved
    ]


DIFFERENCES = File(
    "inventory",
    _difference_text,
    _difference_rows,
    _differences_held,
    _BAD_DIFFERENCES,
    lambda call: call.method == "action_keep_difference",
    {"apply": True},
    _make_counted,
)

# --- variants -------------------------------------------------------------------------------


def _variant_text(mark: str) -> str:
    rows: list[Cells] = [
        (f"Shirt {mark} {n // 4}", f"{mark}-{n}", f"{mark} S{n % 4}", 20) for n in range(ROWS)
    ]
    rows[6] = (*rows[6][:3], "twenty")
    rows[19] = (*rows[19][:2], "", 20)
    return table("product,sku,attribute:Size,price", rows)


def _variant_rows(mark: str) -> list[Cells]:
    return [
        (f"Shirt {mark} {n // 4}", f"{mark}-{n}", f"{mark} S{n % 4}")
        for n in range(ROWS)
        if n + 1 not in _BAD
    ]


def _variants_held(reader: OdooReader, mark: str) -> list[Cells]:
    found = reader.search_read(
        "product.product",
        [("name", "=like", f"Shirt {mark} %"), ("active", "in", [True, False])],
        ["name", "default_code", "product_template_attribute_value_ids", "product_tmpl_id"],
    )
    named_once(reader, "product.product", [row["id"] for row in found])
    named_once(reader, "product.template", sorted({row["product_tmpl_id"][0] for row in found}))
    values = reader.search_read("product.template.attribute.value", [], ["name"])
    names = {row["id"]: row["name"] for row in values}
    return [
        (
            row["name"],
            row["default_code"],
            "/".join(names[n] for n in row["product_template_attribute_value_ids"]),
        )
        for row in found
    ]


VARIANTS = File("variants", _variant_text, _variant_rows, _variants_held, _BAD)
