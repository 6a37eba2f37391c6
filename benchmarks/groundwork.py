"""What files of products and orders refer to, made in a database before anything is measured."""

from __future__ import annotations

from typing import Any

from benchmarks.bare_client import Body, cut, load_all
from benchmarks.places import Place
from benchmarks.workloads import (
    CATEGORIES,
    CUSTOMERS,
    GOODS,
    LINES,
    ORDER_COLUMNS,
    PARTNER_COLUMNS,
    PRODUCT_COLUMNS,
    TAKEN_BARCODE,
    UNITS,
    Cells,
    Table,
    partners,
    products,
)

_SEPARATOR = " / "


class Groundwork:
    """The database ids of categories, units, customers and goods of one place."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._uid = place.login()
        self.units = {unit: self._find("uom.uom", unit) for unit in UNITS}
        self.categories: dict[str, int] = {}

    def make_categories(self) -> None:
        """Create the paths of categories that the products name."""
        for path in CATEGORIES:
            words = path.split(_SEPARATOR)
            for depth in range(1, len(words) + 1):
                self._make_category(_SEPARATOR.join(words[:depth]))

    def take_barcode(self) -> None:
        """Create the product whose barcode a bad row wants."""
        values = {"name": "Holds a barcode", "default_code": "HELD", "barcode": TAKEN_BARCODE}
        self._call("product.template", "create", values)

    def make_goods(self) -> None:
        """Create the customers and products that orders name."""
        self.make_categories()
        load_all(self._place, "res.partner", *bare_partners(partners(CUSTOMERS)))
        load_all(self._place, "product.template", *self.bare_products(products(GOODS)))

    def bare_products(self, table: Table) -> tuple[list[str], list[Body]]:
        """Return columns and bodies of products with database ids for category and unit."""
        columns = ["id", *PRODUCT_COLUMNS]
        columns[columns.index("categ_id")] = "categ_id/.id"
        columns[columns.index("uom_id")] = "uom_id/.id"
        return columns, cut([self._bare_product(row) for row in table.rows()])

    def bare_orders(self, table: Table, *, line_ids: bool = False) -> tuple[list[str], list[Body]]:
        """Return columns and bodies of orders with database ids, cut between orders.

        ``line_ids`` gives each line an external id of its own, as the importer does.
        """
        customers = self._ids("res.partner", "ref", "name")
        goods = self._ids("product.product", "default_code", "name")
        columns = [
            *("id", "name", "partner_id/.id", "client_order_ref"),
            *("order_line/product_id/.id", "order_line/product_uom_qty"),
            *("order_line/price_unit", "order_line/name"),
            *(["order_line/id"] if line_ids else []),
        ]
        rows = []
        for number, cells in enumerate(table.rows()):
            order = dict(zip(ORDER_COLUMNS, cells, strict=True))
            head = [
                f"bench.{order['order']}",
                order["order"],
                str(customers[order["customer"]]),
                order["customer reference"],
            ]
            line = [str(goods[order["product"]]), order["quantity"]]
            line += [order["unit price"], order["description"]]
            line += [f"bench.line_{number}"] if line_ids else []
            rows.append([*(head if number % LINES == 0 else [""] * len(head)), *line])
        return columns, cut(rows, 500 // LINES * LINES)

    def _bare_product(self, cells: Cells) -> Cells:
        row = dict(zip(PRODUCT_COLUMNS, cells, strict=True))
        row["type"] = "consu"
        row["categ_id"] = str(self.categories[row["categ_id"]])
        row["uom_id"] = str(self.units[row["uom_id"]])
        return [f"bench.{row['default_code']}", *row.values()]

    def _make_category(self, path: str) -> None:
        if path in self.categories:
            return
        above, _, name = path.rpartition(_SEPARATOR)
        values = {"name": name, "parent_id": self.categories.get(above, False)}
        self.categories[path] = int(self._call("product.category", "create", values))

    def _find(self, model: str, name: str) -> int:
        [found] = self._call(model, "search", [["name", "=", name]])
        return int(found)

    def _ids(self, model: str, *names: str) -> dict[str, int]:
        found = self._call(model, "search_read", [], fields=list(names))
        return {record[name]: record["id"] for name in names for record in found if record[name]}

    def _call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        return self._place.call(self._uid, model, method, *args, **kwargs)


def bare_partners(table: Table) -> tuple[list[str], list[Body]]:
    """Return columns and bodies of partners."""
    return ["id", *PARTNER_COLUMNS], cut([[f"bench.{row[0]}", *row] for row in table.rows()])
