"""Purchase orders on the real Odoo: confirmed, changed, with sections, with purchase taxes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.errors import UsageError
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import counts, problems

Import = Callable[..., RunResult]

HEADER = "Order Number,Vendor,Order Date,Product,Qty,Unit Price,Taxes\n"


@pytest.fixture(scope="module")
def database(module_database: OdooReader) -> OdooReader:
    """A database with a vendor and two products."""
    module_database.call("res.partner", "create", [{"name": "Litware", "ref": "V-1"}])
    module_database.call(
        "product.product",
        "create",
        [
            {"name": "Bolt", "default_code": "BOLT", "standard_price": 2, "is_storable": True},
            {"name": "Nut", "default_code": "NUT", "standard_price": 1},
        ],
    )
    return module_database


@pytest.fixture
def importing(database: OdooReader, tmp_path: Path) -> Import:
    """Import the text of a CSV file as purchase orders."""

    def run(text: str, **options: Any) -> RunResult:
        path = tmp_path / "purchases.csv"
        path.write_text(text, encoding="utf-8")
        importer = OdooImporter(config_for(database))
        return importer.import_file(
            path, type="purchase-orders", failed_dir=tmp_path / "failed", **options
        )

    return run


def _order(reader: OdooReader, name: str) -> Mapping[str, Any]:
    [found] = reader.search_read(
        "purchase.order",
        [("name", "=", name)],
        ["state", "date_order", "date_approve", "amount_untaxed", "order_line", "picking_ids"],
    )
    return found


def _lines(reader: OdooReader, name: str) -> list[dict[str, Any]]:
    return reader.search_read(
        "purchase.order.line",
        [("order_id.name", "=", name)],
        ["name", "product_qty", "price_unit", "tax_ids", "display_type"],
        order="sequence, id",
    )


def test_a_tax_of_a_purchase_is_meant_where_a_sale_tax_has_the_same_name(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + "T-1,V-1,2024-03-01 09:00:00,BOLT,2,10,15%\n"
    assert counts(importing(text)) == {"created": 1}
    [line] = _lines(database, "T-1")
    [tax] = database.search_read("account.tax", [("id", "in", line["tax_ids"])], ["type_tax_use"])
    assert tax["type_tax_use"] == "purchase"
    assert counts(importing(text)) == {"unchanged": 1}


def test_confirming_is_asked_for_happens_once_and_keeps_the_date(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + "C-1,V-1,2024-03-01 09:00:00,BOLT,2,10,\nC-1,,,NUT,3,4,\n"
    assert counts(importing(text)) == {"created": 2}
    assert _order(database, "C-1")["state"] == "draft"

    planned = importing(text, confirm=True, dry_run=True)
    assert any("1 purchase orders would be confirmed" in notice for notice in planned.notices)
    assert _order(database, "C-1")["state"] == "draft"

    confirmed = importing(text, confirm=True)
    assert counts(confirmed) == counts(planned) == {"updated": 1, "unchanged": 1}
    order = _order(database, "C-1")
    assert (order["state"], order["date_order"]) == ("purchase", "2024-03-01 09:00:00")
    assert len(order["picking_ids"]) == 1

    assert counts(importing(text, confirm=True)) == {"unchanged": 2}
    assert _order(database, "C-1") == order


def test_a_confirmed_order_that_would_change_fails_with_advice(
    importing: Import, database: OdooReader
) -> None:
    text = HEADER + "P-1,V-1,2024-03-01 09:00:00,BOLT,2,10,\n"
    assert counts(importing(text, confirm=True)) == {"created": 1}
    before = (_order(database, "P-1"), _lines(database, "P-1"))
    for changed in (text.replace(",2,10", ",5,10"), text + "P-1,,,NUT,1,7,\n"):
        refused = importing(changed)
        assert set(refused.errors) == {"protected"}
        said = [problem["hint"] for problem in problems(refused).values()]
        assert any("It is confirmed" in hint for hint in said)
        assert counts(importing(changed, dry_run=True)) == counts(refused)
    assert (_order(database, "P-1"), _lines(database, "P-1")) == before
    assert counts(importing(text)) == {"unchanged": 1}


def test_a_changed_quantity_leaves_the_price_alone_whatever_the_vendor_list_says(
    importing: Import, database: OdooReader
) -> None:
    # Confirming another order puts this price on the vendor list of the product.
    importing(HEADER + "Q-0,V-1,2024-03-01 09:00:00,NUT,1,99,\n", confirm=True)
    assert counts(importing(HEADER + "Q-1,V-1,2024-03-01 09:00:00,NUT,2,3.5,\n")) == {"created": 1}
    again = "Order Number,Product,Qty\nQ-1,NUT,20\n"
    assert counts(importing(again)) == {"updated": 1}
    [line] = _lines(database, "Q-1")
    assert (line["product_qty"], line["price_unit"]) == (20, 3.5)


def test_sections_and_notes_stand_where_the_file_has_them(
    importing: Import, database: OdooReader
) -> None:
    text = (
        "Order Number,Vendor,Product,Description,Qty,Unit Price,Display Type\n"
        "S-1,V-1,BOLT,,2,10,\n"
        ",,,Small parts,,,Section\n"
        ",,NUT,Nuts for them,3,1,\n"
        ",,,Handle with care,,,Note\n"
    )
    assert counts(importing(text)) == {"created": 4}
    assert [(line["name"], line["display_type"]) for line in _lines(database, "S-1")] == [
        ("[BOLT] Bolt", False),
        ("Small parts", "line_section"),
        ("Nuts for them", False),
        ("Handle with care", "line_note"),
    ]
    assert counts(importing(text)) == {"unchanged": 4}


def test_lines_gone_from_the_file_stay_until_their_removal_is_asked_for(
    importing: Import, database: OdooReader
) -> None:
    first = HEADER + "G-1,V-1,2024-03-01 09:00:00,BOLT,2,10,\n"
    assert counts(importing(first + "G-1,,,NUT,3,4,\n")) == {"created": 2}
    told = importing(first)
    assert counts(told) == {"unchanged": 1}
    assert any("in Odoo: 1 line in 1 purchase order (" in notice for notice in told.notices)
    assert len(_lines(database, "G-1")) == 2
    importing(first, delete_missing_lines=True)
    assert [line["name"] for line in _lines(database, "G-1")] == ["[BOLT] Bolt"]


def test_an_order_made_by_hand_is_never_taken_over(importing: Import, database: OdooReader) -> None:
    [vendor] = database.search_read("res.partner", [("ref", "=", "V-1")], ["id"])
    database.call("purchase.order", "create", [{"name": "H-1", "partner_id": vendor["id"]}])
    refused = importing(HEADER + "H-1,V-1,2024-03-01 09:00:00,BOLT,2,10,\n")
    assert dict(refused.errors) == {"exists": 1}
    assert _lines(database, "H-1") == []


def test_one_bad_line_fails_its_order_and_no_other(importing: Import, database: OdooReader) -> None:
    text = HEADER + "B-1,V-1,,BOLT,2,10,\nB-1,,,SCREW,2,10,\nB-2,V-1,,BOLT,1,10,\n"
    result = importing(text)
    assert counts(result) == {"created": 1, "failed": 2}
    found = problems(result)
    assert "'SCREW'" in found[2]["message"]
    assert "row 2 of the same purchase order failed" in found[1]["message"]
    assert database.count("purchase.order", [("name", "in", ["B-1", "B-2"])]) == 1


@pytest.mark.parametrize("option", ["post", "apply"])
def test_options_that_do_nothing_for_purchases_are_refused(importing: Import, option: str) -> None:
    with pytest.raises(UsageError, match=f"--{option}"):
        importing(HEADER + "X-1,V-1,,BOLT,1,1,\n", **{option: True})
