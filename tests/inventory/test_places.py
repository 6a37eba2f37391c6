"""Where a row's stock lies, what lies there, and which products can be counted, by version."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.errors import UsageError
from odoo_ingestion.inventory import check_inventory
from odoo_ingestion.inventory.counts import Asked, Place
from odoo_ingestion.inventory.locations import Location, Locations
from odoo_ingestion.inventory.lots import Lots
from odoo_ingestion.inventory.products import Products, product_problem
from odoo_ingestion.inventory.quants import Held, StockReader
from odoo_ingestion.records import Problem, Row
from tests.inventory.scripted_odoo import ScriptedOdoo

NORTH = {"id": 1, "name": "North", "lot_stock_id": [10, "N/Stock"], "view_location_id": [9, "N"]}
SOUTH = {"id": 2, "name": "South", "lot_stock_id": [20, "S/Stock"], "view_location_id": [19, "S"]}
PATHS = {
    10: ("N/Stock", "internal", 1),
    11: ("N/Stock/Shelf", "internal", 1),
    19: ("S", "view", 2),
    20: ("S/Stock", "internal", 2),
    30: ("Partners/Customers", "customer", 0),
}


def asked(location: int = 0, warehouse: int = 0, **more: Any) -> Asked:
    values: dict[str, Any] = {"product_id": 1, "package_id": 0, "owner_id": 0, "unit_id": 0}
    values |= {"lot": "", "quantity": Decimal(1), "delta": None, "reference": ""} | more
    return Asked(Row(1, 2, {}), location_id=location, warehouse_id=warehouse, **values)


def locations(*warehouses: dict[str, Any], version: str = "19.0") -> Locations:
    def read(ids: list[int], fields: list[str]) -> list[dict[str, Any]]:
        assert ("warehouse_id" in fields) == (version != "14.0")
        return [
            {
                "id": i,
                "complete_name": PATHS[i][0],
                "usage": PATHS[i][1],
                "warehouse_id": [PATHS[i][2], "W"] if PATHS[i][2] else False,
            }
            for i in ids
        ]

    answers = {"stock.warehouse.search_read": list(warehouses), "stock.location.read": read}
    found = Locations(ScriptedOdoo(answers, version), 1)
    found.fetch(PATHS)
    return found


@pytest.mark.parametrize(
    ("row", "path"),
    [
        (asked(), "N/Stock"),
        (asked(location=11), "N/Stock/Shelf"),
        (asked(warehouse=1), "N/Stock"),
    ],
)
def test_the_only_warehouse_is_meant_where_none_is_named(row: Asked, path: str) -> None:
    found = locations(NORTH).of(row)
    assert isinstance(found, Location)
    assert found.path == path


@pytest.mark.parametrize(
    ("row", "words"),
    [
        (asked(), "the company has 2 warehouses: North, South"),
        (asked(location=11, warehouse=2), "N/Stock/Shelf is not in the warehouse South"),
        (asked(location=30), "Partners/Customers is not a stock place"),
        (asked(warehouse=7), "belongs to another company"),
    ],
)
def test_nothing_is_guessed_among_warehouses(row: Asked, words: str) -> None:
    found = locations(NORTH, SOUTH).of(row)
    assert isinstance(found, Problem)
    assert words in found.message


def test_the_code_of_a_warehouse_stands_for_its_stock_location() -> None:
    found = locations(NORTH, SOUTH).of(asked(location=19))
    assert isinstance(found, Location)
    assert found.path == "S/Stock"


def test_a_company_without_a_warehouse_is_told_so() -> None:
    found = locations().of(asked())
    assert isinstance(found, Problem)
    assert "the company has no warehouses" in found.message


def test_odoo_14_does_not_tell_the_warehouse_of_a_location() -> None:
    assert isinstance(locations(NORTH, SOUTH, version="14.0").of(asked(11, 2)), Location)


# --- products -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "held", "storable"),
    [
        ("14.0", {"type": "product"}, True),
        ("17.0", {"type": "consu"}, False),
        ("18.0", {"is_storable": True}, True),
        ("19.0", {"is_storable": False}, False),
    ],
)
def test_what_is_storable_is_asked_as_the_version_says_it(
    version: str, held: dict[str, Any], storable: bool
) -> None:
    data = {"id": 1, "display_name": "Tea", "tracking": "none", "uom_id": [3, "kg"], **held}
    data["product_tmpl_id"] = [4, "Tea"]
    odoo = ScriptedOdoo(
        {"product.product.read": [data], "uom.uom.read": [{"id": 3, "rounding": 0.001}]}, version
    )
    products = Products(odoo)
    products.fetch([1])
    products.fetch([1])
    assert len(odoo.calls) == 2
    problem = product_problem(products.of(asked()), asked(quantity=Decimal("1.125")))
    assert (problem is None) == storable


@pytest.mark.parametrize(
    ("version", "cells", "storable"),
    [
        ("14.0", {"type": "product"}, True),
        ("14.0", {"name": "Tea"}, False),
        ("17.0", {"detailed_type": "product"}, True),
        ("17.0", {"detailed_type": "service"}, False),
        ("19.0", {"type": "consu", "is_storable": "1"}, True),
        ("19.0", {"type": "service", "is_storable": "1"}, False),
        ("19.0", {"name": "Tea"}, False),
    ],
)
def test_what_a_dry_run_would_make_is_storable_by_its_row_or_by_odoos_default(
    version: str, cells: dict[str, str], storable: bool
) -> None:
    defaults = {"type": "consu", "detailed_type": "consu", "is_storable": False}
    odoo = ScriptedOdoo({"product.template.default_get": defaults}, version)
    products = Products(odoo)
    for _ in range(2):
        assert products.planned(cells).is_storable == storable
    assert len(odoo.calls) == 1


# --- what lies there ------------------------------------------------------------------------


def quant(quant_id: int, lot: Any = False, **more: Any) -> dict[str, Any]:
    place = {"product_id": [1, "Tea"], "location_id": [8, "WH"], "lot_id": lot}
    place |= {"package_id": False, "owner_id": False}
    return {"id": quant_id, "quantity": 3.0, **place, **more}


def test_a_place_in_several_parts_and_a_lot_of_two_are_not_guessed() -> None:
    waits = {"inventory_quantity": 4.0, "inventory_quantity_set": True}
    idle = {"inventory_quantity": 0.0, "inventory_quantity_set": False}
    odoo = ScriptedOdoo(
        {
            "stock.quant.search_read": [
                quant(5, **idle),
                quant(6, **idle),
                quant(7, [70, "L"], **waits),
            ],
            "stock.lot.search_read": [
                {"id": 70, "name": "L", "product_id": [1, "Tea"]},
                {"id": 71, "name": "M", "product_id": [1, "Tea"]},
                {"id": 72, "name": "M", "product_id": [1, "Tea"]},
            ],
        }
    )
    places = [Place(1, 8), Place(1, 8, "L"), Place(1, 8, "M"), Place(1, 8, "N"), Place(1, 9)]
    found = StockReader(odoo, Lots(odoo, 1)).read(places).held
    parts, lot, twice, new, empty = (found[place] for place in places)
    assert isinstance(parts, Problem)
    assert "in 2 parts" in parts.message
    assert lot == Held(7, Decimal("3.0"), Decimal("4.0"))
    assert isinstance(twice, Problem)
    assert "several lots of this product are called 'M' (ids 71, 72)" in twice.message
    assert new == empty == Held()


def test_odoo_14_has_no_counts_that_wait() -> None:
    odoo = ScriptedOdoo({"stock.quant.search_read": [quant(5)]}, "14.0")
    found = StockReader(odoo, Lots(odoo, 1)).read([Place(1, 8)])
    assert found.held == {Place(1, 8): Held(5, Decimal("3.0"))}
    assert "inventory_quantity" not in odoo.called("stock.quant.search_read")[0][1]


@pytest.mark.parametrize(
    ("version", "apply", "differences", "words"),
    [
        ("19.0", False, False, None),
        ("14.0", True, False, None),
        ("15.0", True, True, None),
        ("14.0", False, False, "applied at once"),
        ("14.0", True, True, "takes Odoo 15 or later"),
        ("19.0", False, True, "cannot wait for review"),
    ],
)
def test_what_a_version_cannot_do_is_refused(
    version: str, apply: bool, differences: bool, words: str | None
) -> None:
    if words is None:
        check_inventory(version, apply=apply, differences=differences)
    else:
        with pytest.raises(UsageError, match=words):
            check_inventory(version, apply=apply, differences=differences)
