"""Made-up rows, the same in every run, and how many of them are bad."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

Cells = list[str]

PARTNER_COLUMNS = (
    "ref",
    "name",
    "email",
    "phone",
    "street",
    "zip",
    "city",
    "website",
    "comment",
)
ENDPOINT_COLUMNS = (*PARTNER_COLUMNS, "peppol_eas", "peppol_endpoint")
PRODUCT_COLUMNS = (
    "default_code",
    "name",
    "type",
    "categ_id",
    "uom_id",
    "barcode",
    "list_price",
    "standard_price",
    "weight",
    "description_sale",
)
ORDER_COLUMNS = (
    "order",
    "customer",
    "customer reference",
    "product",
    "quantity",
    "unit price",
    "description",
)

CATEGORIES = (
    "Bench / Drinks / Tea / Green",
    "Bench / Drinks / Tea / Black",
    "Bench / Drinks / Coffee",
    "Bench / Food / Bread",
    "Bench / Food / Cheese",
    "Bench / Tools",
)
UNITS = ("Units", "kg", "L")
CUSTOMERS = 200
GOODS = 300
LINES = 3
TAKEN_BARCODE = "2999999999999"
"""The barcode of a product that is in Odoo before a file with bad rows comes."""

_BAD_CELLS = (
    ("list_price", "twelve"),
    ("name", ""),
    ("categ_id", "Bench / No such category"),
    ("barcode", TAKEN_BARCODE),
    ("uom_id", "No such unit"),
)
"""One kind of mistake each that can be known before a row is sent."""


@dataclass(frozen=True)
class Table:
    """Rows of one import type; ``rows()`` yields them anew each time, cells in column order."""

    type: str
    model: str
    columns: tuple[str, ...]
    count: int
    row: Callable[[int], Cells]
    bad: int = 0

    def rows(self) -> Iterator[Cells]:
        """Yield the rows from the first to the last."""
        return map(self.row, range(self.count))


def partners(count: int, edition: int = 1) -> Table:
    """Return clean partners; in a second edition one in a hundred has another street."""
    return Table(
        "partners",
        "res.partner",
        PARTNER_COLUMNS,
        count,
        lambda n: _partner(n, edition if n % 100 == 50 else 1),
    )


def products(count: int, edition: int = 1) -> Table:
    """Return clean products; in a second edition one in a hundred has another price."""
    return Table(
        "products",
        "product.template",
        PRODUCT_COLUMNS,
        count,
        lambda n: _product(n, edition if n % 100 == 50 else 1),
    )


def orders(count: int) -> Table:
    """Return the lines of orders of three lines each; ``count`` is that of the orders."""
    return Table("orders", "sale.order", ORDER_COLUMNS, count * LINES, _order_line)


def products_with_known_mistakes(count: int) -> Table:
    """Return products of which one in a hundred is bad in a way to be known before sending."""
    places = [PRODUCT_COLUMNS.index(column) for column, _ in _BAD_CELLS]

    def row(n: int) -> Cells:
        cells = _product(n, 1)
        if _is_bad(n, 100):
            kind = n // 100 % len(_BAD_CELLS)
            cells[places[kind]] = _BAD_CELLS[kind][1]
        return cells

    bad = _bad_among(count, 100)
    return Table("products", "product.template", PRODUCT_COLUMNS, count, row, bad)


def partners_with_endpoints(count: int, *, bad_one_in: int = 0) -> Table:
    """Return partners with e-invoicing endpoints; Odoo's code alone knows which are wrong."""
    return Table(
        "partners",
        "res.partner",
        ENDPOINT_COLUMNS,
        count,
        lambda n: [*_partner(n, 1), "0208", "123" if _is_bad(n, bad_one_in) else f"{n:010d}"],
        _bad_among(count, bad_one_in),
    )


def products_with_combos(count: int, *, bad_one_in: int = 0) -> Table:
    """Return products; the bad ones are combos without choices, which Odoo's code refuses."""

    def row(n: int) -> Cells:
        cells = _product(n, 1)
        if _is_bad(n, bad_one_in):
            cells[PRODUCT_COLUMNS.index("type")] = "combo"
        return cells

    bad = _bad_among(count, bad_one_in)
    return Table("products", "product.template", PRODUCT_COLUMNS, count, row, bad)


def _is_bad(n: int, one_in: int) -> bool:
    return one_in > 0 and n % one_in == one_in // 2


def _bad_among(count: int, one_in: int) -> int:
    return sum(_is_bad(n, one_in) for n in range(count))


def _partner(n: int, edition: int) -> Cells:
    return [
        f"B-{n}",
        f"Partner {n}",
        f"p{n}@bench.example",
        f"+32 {n:08d}",
        f"Street {n}" if edition == 1 else f"Street {n} box {edition}",
        f"{n % 10_000:05d}",
        "Gent",
        f"http://p{n}.bench.example",
        f"<p>Note {n}</p>",
    ]


def _product(n: int, edition: int) -> Cells:
    return [
        f"P-{n}",
        f"Product {n}",
        "consumable",
        CATEGORIES[n % len(CATEGORIES)],
        UNITS[n % len(UNITS)],
        f"{2_000_000_000_000 + n}",
        f"{n % 90 + edition}.50",
        f"{n % 50}.25",
        f"{n % 9}.125",
        f"What is said of product {n} when it is sold",
    ]


def _order_line(n: int) -> Cells:
    order, line = divmod(n, LINES)
    good = (order * 7 + line) % GOODS
    return [
        f"BENCH-{order}",
        # By reference and by name in turn, as files of different origin have them.
        f"B-{order % CUSTOMERS}" if order % 2 else f"Partner {order % CUSTOMERS}",
        f"Their order {order}",
        f"P-{good}" if order % 2 else f"Product {good}",
        f"{n % 5 + 1}",
        f"{n % 40 + 1}.50",
        f"Line {line + 1} of order {order}",
    ]
