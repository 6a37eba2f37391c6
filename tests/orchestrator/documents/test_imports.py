"""Orders with their lines: a file in, a real Odoo, and an independent reader of what is there."""

from __future__ import annotations

import csv
import json
import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.orchestrator.documents import run
from odoo_ingestion.records import Mode
from tests.connections import config_for
from tests.odoo_reader import OdooReader

Import = Callable[..., RunResult]

CUSTOMERS = (
    "ref,name,email,vat\n"
    "C1,Cust One,one@orders.example,BE0477472701\n"
    "C2,Cust Two,two@orders.example,\n"
)
PRODUCTS = "default_code,name,barcode,list_price\nP1,Tea,4006381333931,10\nP2,Mug,,20\nP3,Pot,,30\n"
HEADER = "order,customer,date,product,quantity,unit price\n"


@pytest.fixture(scope="module")
def shop(module_database: OdooReader, tmp_path_factory: pytest.TempPathFactory) -> OdooReader:
    """A database with two customers and three products."""
    folder = tmp_path_factory.mktemp("shop")
    for name, text in (("customers", CUSTOMERS), ("products", PRODUCTS)):
        path = folder / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        OdooImporter(config_for(module_database)).import_file(path, type=name, failed_dir=folder)
    return module_database


@pytest.fixture
def importing(shop: OdooReader, tmp_path: Path) -> Import:
    """Import a text (or objects, as JSON) as a file of orders into the shop."""

    def run(content: str | list[Any], **options: Any) -> RunResult:
        name, text = "orders.csv", content
        if not isinstance(text, str):
            name, text = "orders.json", json.dumps(content)
        path = tmp_path / name
        path.write_text(text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(shop)).import_file(path, type="orders", **options)

    return run


def counts(result: RunResult) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    assert result.error is None
    return found


def failures(result: RunResult) -> dict[int, dict[str, str]]:
    [path] = result.failed_files
    with Path(path).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    return {int(row["_error_row"]): row for row in rows}


def order(reader: OdooReader, name: str) -> dict[str, Any]:
    fields = ["state", "date_order", "amount_untaxed", "partner_id", "order_line"]
    [found] = reader.search_read("sale.order", [("name", "=", name)], fields)
    return found


def lines(reader: OdooReader, name: str) -> list[tuple[str, float, float]]:
    """Return (product, quantity, price) of an order's lines, in Odoo's order."""
    found = reader.search_read(
        "sale.order.line",
        [("order_id.name", "=", name)],
        ["product_id", "name", "product_uom_qty", "price_unit"],
        order="sequence, id",
    )
    return [
        (
            line["product_id"][1] if line["product_id"] else line["name"],
            line["product_uom_qty"],
            line["price_unit"],
        )
        for line in found
    ]


TEA, MUG, POT = "[P1] Tea", "[P2] Mug", "[P3] Pot"


def test_lines_may_stand_anywhere_and_order_cells_be_repeated_or_blank(
    importing: Import, shop: OdooReader
) -> None:
    text = HEADER + (
        "F-1,C1,2024-01-02,P1,2,11\n"
        ",,,P2,1,5.50\n"
        "F-2,two@orders.example,2024-01-03,4006381333931,1,\n"
        "F-1,C1,2024-01-02,P1,3,12\n"
    )
    planned = importing(text, dry_run=True)
    first = importing(text)
    assert counts(first) == counts(planned) == {"created": 4}
    assert first.records == planned.records
    assert dict(first.records["sale.order"])["created"] == 2
    assert dict(first.records["sale.order.line"])["created"] == 4
    assert lines(shop, "F-1") == [(TEA, 2, 11), (MUG, 1, 5.5), (TEA, 3, 12)]
    assert lines(shop, "F-2") == [(TEA, 1, 10)]
    assert order(shop, "F-1")["date_order"] == "2024-01-02 00:00:00"
    again = importing(text)
    assert (counts(again), again.records) == ({"unchanged": 4}, {})
    assert counts(importing(text, dry_run=True)) == {"unchanged": 4}


def test_nested_lines_sections_and_notes_stay_in_their_places(
    importing: Import, shop: OdooReader
) -> None:
    orders = [
        {
            "orderNumber": "N-1",
            "customer": "BE0477472701",
            "items": [
                {"displayType": "section", "description": "For tea"},
                {"sku": "P1", "qty": 2, "price": 3.5},
                {"displayType": "note", "description": "Handle with care"},
                {"sku": "P2", "qty": 1, "price": 7},
            ],
        },
        {"orderNumber": "N-2", "customer": "BE0477472701", "items": []},
    ]
    first = importing(orders)
    assert counts(first) == {"created": 2}
    assert lines(shop, "N-1") == [
        ("For tea", 0, 0),
        (TEA, 2, 3.5),
        ("Handle with care", 0, 0),
        (MUG, 1, 7),
    ]
    assert counts(importing(orders)) == {"unchanged": 2}


def test_a_changed_quantity_changes_its_line_and_leaves_the_price_alone(
    importing: Import, shop: OdooReader
) -> None:
    importing(HEADER + "Q-1,C1,2024-01-02,P1,2,11\n,,,P2,1,7\n")
    text = "order,product,quantity\nQ-1,P1,5\nQ-1,P2,1\n"
    changed = importing(text)
    assert counts(changed) == {"updated": 1, "unchanged": 1}
    assert changed.records == {"sale.order.line": {"created": 0, "updated": 1}}
    assert lines(shop, "Q-1") == [(TEA, 5, 11), (MUG, 1, 7)]


def test_rows_of_one_order_in_another_sequence_change_nothing(importing: Import) -> None:
    rows = ("M-1,C1,2024-01-02,P1,2,11\n", "M-1,C1,2024-01-02,P2,1,7\n")
    importing(HEADER + rows[0] + rows[1])
    assert counts(importing(HEADER + rows[1] + rows[0])) == {"unchanged": 2}


def test_lines_gone_from_the_file_are_told_and_removed_only_when_asked(
    importing: Import, shop: OdooReader
) -> None:
    importing(HEADER + "G-1,C1,2024-01-02,P1,2,11\n,,,P2,1,7\n")
    shorter = HEADER + "G-1,C1,2024-01-02,P1,2,11\n"
    told = importing(shorter)
    assert counts(told) == {"unchanged": 1}
    assert told.notices == (
        "not in the file, but in Odoo: 1 line in 1 order (G-1: 1 from an import). They stay; "
        "--delete-missing-lines removes those of imports",
    )
    by_hand = shop.search_read("product.product", [("default_code", "=", "P3")], ["id"])[0]["id"]
    order_id = order(shop, "G-1")["id"]
    shop.call("sale.order.line", "create", {"order_id": order_id, "product_id": by_hand})
    planned = importing(shorter, delete_missing_lines=True, dry_run=True)
    assert counts(planned) == {"updated": 1}
    assert len(lines(shop, "G-1")) == 3
    done = importing(shorter, delete_missing_lines=True)
    assert counts(done) == {"updated": 1}
    assert lines(shop, "G-1") == [(TEA, 2, 11), (POT, 1, 30)]
    assert done.notices == (
        "not in the file, but in Odoo: 2 lines in 1 order (G-1: 1 from an import, removed, "
        "1 made by hand, kept)",
    )


def test_a_file_that_says_nothing_of_lines_removes_none(
    importing: Import, shop: OdooReader
) -> None:
    importing(HEADER + "GN-1,C1,2024-01-02,P1,2,11\n")
    for content in (
        "order,customer reference\nGN-1,PO 7\n",
        [{"order": "GN-1", "customer reference": "PO 7", "lines": []}],
        "order,customer reference,product,quantity\nGN-1,PO 7,,\n",
    ):
        result = importing(content, delete_missing_lines=True)
        assert (result.count("failed"), result.notices) == (0, ())
    assert lines(shop, "GN-1") == [(TEA, 2, 11)]


def test_one_bad_line_fails_its_whole_order_and_no_other(
    importing: Import, shop: OdooReader
) -> None:
    text = HEADER + (
        "B-1,C1,2024-01-02,P1,1,1\n"
        "B-2,C1,2024-01-02,P1,1,1\n"
        "B-1,,,NOPE,1,1\n"
        "B-1,,,P2,x,1\n"
        "B-3,C1,2024-01-02,P1,1,1\n"
        "B-3,C2,,P2,1,1\n"
        "B-4,Nobody,2024-01-02,P1,1,1\n"
    )
    result = importing(text)
    assert counts(result) == {"created": 1, "failed": 6}
    told = failures(result)
    assert {row["order"] for row in told.values()} == {"B-1", "B-3", "B-4"}
    assert told[1]["_error_message"].startswith("row 3 of the same order failed: Odoo has no")
    assert (told[3]["_error_category"], told[3]["_error_field"]) == ("missing_relation", "product")
    assert (told[4]["_error_field"], told[4]["_error_message"]) == (
        "quantity",
        "'x' is not a number",
    )
    assert told[6]["_error_message"] == "this row says 'C2', row 5 of the same order says 'C1'"
    assert told[7]["_error_field"] == "customer"
    assert shop.count("sale.order", [("name", "in", ["B-1", "B-3", "B-4"])]) == 0
    assert counts(importing(text, dry_run=True)) == {"unchanged": 1, "failed": 6}


def test_an_order_made_by_hand_is_never_adopted_by_its_name(
    importing: Import, shop: OdooReader
) -> None:
    partner = shop.search_read("res.partner", [("ref", "=", "C1")], ["id"])[0]["id"]
    made = shop.call("sale.order", "create", {"name": "H-1", "partner_id": partner})
    refused = importing(HEADER + "H-1,C1,2024-01-02,P1,1,1\n")
    assert counts(refused) == {"failed": 1}
    told = failures(refused)[1]
    assert (told["_error_category"], told["_error_field"]) == ("exists", "order")
    assert f"database id {made}, which no import made" in told["_error_message"]
    assert ".id" in told["_error_hint"]
    assert lines(shop, "H-1") == []
    asked = f".id,customer,product,quantity,unit price\n{made},C1,P1,1,1\n"
    assert counts(importing(asked)) == {"created": 1}
    assert lines(shop, "H-1") == [(TEA, 1, 1)]
    assert counts(importing(asked)) == {"unchanged": 1}


def test_a_name_that_an_import_gave_under_another_id_is_told_with_that_id(
    importing: Import, shop: OdooReader
) -> None:
    header = "id,name,customer,product,quantity\n"
    assert counts(importing(header + "shop.t1,HELD-1,C1,P1,1\n")) == {"created": 1}
    made = shop.xids("sale.order")["shop.t1"]
    for text in (
        "name,customer,product,quantity\nHELD-1,C1,P1,2\n",
        f"{header}shop.t2,HELD-1,C1,P1,2\n",
    ):
        for options in ({"dry_run": True}, {}):
            refused = importing(text, **options)
            assert counts(refused) == {"failed": 1}
            told = failures(refused)[1]
            assert f"external id shop.t1 (database id {made})" in told["_error_message"]
            assert "no import" not in told["_error_message"]
            assert "in a column id; if not, give it another name" in told["_error_hint"]
    assert lines(shop, "HELD-1") == [(TEA, 1, 10)]
    assert counts(importing(f"{header}shop.t1,HELD-1,C1,P1,1\n")) == {"unchanged": 1}


@pytest.mark.parametrize("chunk", [1, 500])
def test_two_orders_of_a_file_never_get_the_same_line(
    importing: Import, shop: OdooReader, monkeypatch: pytest.MonkeyPatch, chunk: int
) -> None:
    monkeypatch.setattr(run, "_FIRST_CHUNK_LINES", chunk)
    monkeypatch.setattr(run, "_CHUNK_LINES", chunk)
    header = "id,name,customer,order_line/id,Order Lines/Product,order_line/product_uom_qty\n"
    text = header + (
        f"shop.d{chunk}a,D{chunk}-1,C1,shop.d{chunk}_l,P1,1\n"
        f"shop.d{chunk}b,D{chunk}-2,C1,shop.d{chunk}_m,P2,2\n"
        f",,,shop.d{chunk}_l,P2,3\n"
    )
    for options, landed in (({"dry_run": True}, 0), ({}, 1)):
        result = importing(text, **options)
        assert counts(result) == {"created": 1, "failed": 2}
        told = failures(result)[3]
        assert (
            f"row 1 of this file has a line with the same id shop.d{chunk}_l"
            in (told["_error_message"])
        )
        assert (told["_error_category"], told["_error_field"]) == ("duplicate", "order_line/id")
        assert "an id of its own" in told["_error_hint"]
        assert shop.count("sale.order", [("name", "like", f"D{chunk}-")]) == landed
    assert lines(shop, f"D{chunk}-1") == [(TEA, 1, 10)]
    again = importing(text)
    assert counts(again) == {"unchanged": 1, "failed": 2}


def test_ids_of_the_file_name_orders_and_lines(importing: Import, shop: OdooReader) -> None:
    header = "id,name,customer,order_line/id,Order Lines/Product,order_line/product_uom_qty\n"
    text = header + "shop.i1,I-1,C1,shop.i1_l1,P1,1\n,,,shop.i1_l2,P1,2\n"
    assert counts(importing(text)) == {"created": 2}
    assert shop.xids("sale.order")["shop.i1"] == order(shop, "I-1")["id"]
    assert {"shop.i1_l1", "shop.i1_l2"} <= shop.xids("sale.order.line").keys()
    turned = header + "shop.i1,I-1,C1,shop.i1_l2,P1,2\n,,,shop.i1_l1,P1,4\n"
    assert counts(importing(turned)) == {"updated": 1, "unchanged": 1}
    elsewhere = importing(header + "shop.i2,I-2,C1,shop.i1_l1,P1,1\n")
    assert counts(elsewhere) == {"failed": 1}
    told = failures(elsewhere)[1]
    assert told["_error_field"] == "order_line/id"
    assert "belongs to another order" in told["_error_message"]
    twice = importing(header + "shop.i3,I-3,C1,shop.l9,P1,1\nshop.i3,,,shop.l9,P2,1\n")
    assert "row 1 has a line with the same id" in failures(twice)[2]["_error_message"]


def test_totals_of_the_file_are_compared_and_never_sent(
    importing: Import, shop: OdooReader
) -> None:
    header = "order,customer,product,quantity,unit price,tax,untaxed amount,line total\n"
    text = header + "T-1,C1,P1,2,5,,10.00,10\nT-2,C1,P1,2,5,,11.00,9\n"
    planned = importing(text, dry_run=True, ignore=("tax",))
    assert planned.notices[-1] == (
        "totals of the file that differ, 2: row 2 (T-2): amount_untaxed 11.00 in the file, 10.00 "
        "by its lines; row 2 (T-2): price_subtotal 9 in the file, 10.00 by quantity and price"
    )
    done = importing(text, ignore=("tax",))
    assert counts(done) == {"created": 2}
    assert done.notices[-1] == (
        "totals of the file that differ, 2: row 2 (T-2): amount_untaxed 11.00 in the file, 10.00 "
        "in Odoo; row 2 (T-2): price_subtotal 9 in the file, 10.00 in Odoo"
    )
    assert order(shop, "T-2")["amount_untaxed"] == 10


def test_an_order_is_confirmed_once_and_keeps_its_date(importing: Import, shop: OdooReader) -> None:
    text = HEADER + "K-1,C1,2024-01-02,P1,2,11\nK-2,C2,2024-01-03 10:30:00,P2,1,7\n"
    planned = importing(text, confirm=True, dry_run=True)
    assert counts(planned) == {"created": 2}
    assert "2 orders would be confirmed" in planned.notices
    done = importing(text, confirm=True)
    assert counts(done) == {"created": 2}
    assert "2 orders confirmed" in done.notices
    held = [order(shop, name) for name in ("K-1", "K-2")]
    assert [(o["state"], o["date_order"]) for o in held] == [
        ("sale", "2024-01-02 00:00:00"),
        ("sale", "2024-01-03 10:30:00"),
    ]
    deliveries = shop.count("stock.picking", [("origin", "in", ["K-1", "K-2"])])
    again = importing(text, confirm=True)
    assert counts(again) == {"unchanged": 2}
    assert again.notices == ()
    assert counts(importing(text, confirm=True, dry_run=True)) == {"unchanged": 2}
    assert shop.count("stock.picking", [("origin", "in", ["K-1", "K-2"])]) == deliveries


def test_a_draft_of_an_earlier_import_is_confirmed_and_counts_as_updated(
    importing: Import, shop: OdooReader
) -> None:
    text = HEADER + "KD-1,C1,2024-01-02,P1,2,11\nKD-1,,,P2,1,7\n"
    importing(text)
    assert counts(importing(text, confirm=True, dry_run=True)) == {"updated": 1, "unchanged": 1}
    assert counts(importing(text, confirm=True)) == {"updated": 1, "unchanged": 1}
    assert order(shop, "KD-1")["state"] == "sale"


def test_a_confirmed_or_cancelled_order_is_not_changed(importing: Import, shop: OdooReader) -> None:
    text = HEADER + "S-1,C1,2024-01-02,P1,2,11\nS-1,,,P2,1,7\nS-2,C1,2024-01-02,P1,2,11\n"
    importing(text, confirm=True)
    shop.call("sale.order", "write", [order(shop, "S-2")["id"]], {"locked": True})
    for changed, row, told in (
        (text.replace("S-1,,,P2,1,7", "S-1,,,P2,4,7"), 2, "this line differs"),
        (text.replace("S-1,C1", "S-1,C2"), 1, "the file has other values"),
        (text + "S-1,,,P3,1,1\n", 4, "this line is not in it"),
        (text.replace("S-2,C1,2024-01-02,P1,2", "S-2,C1,2024-01-02,P1,3"), 3, "state locked"),
    ):
        for dry_run in (True, False):
            result = importing(changed, dry_run=dry_run)
            problem = failures(result)[row]
            assert problem["_error_category"] == "protected"
            assert told in problem["_error_message"]
            assert result.count("unchanged") > 0
    without = text.replace("S-1,,,P2,1,7\n", "")
    refused = importing(without, delete_missing_lines=True)
    assert "it has a line that the file has not" in failures(refused)[1]["_error_message"]
    shop.call("sale.order", "write", [order(shop, "S-2")["id"]], {"locked": False})
    shop.call("sale.order", "action_cancel", [order(shop, "S-2")["id"]])
    cancelled = importing(text.replace("S-2,C1,2024-01-02,P1,2", "S-2,C1,2024-01-02,P1,3"))
    assert "Set it to quotation" in failures(cancelled)[3]["_error_hint"]
    assert lines(shop, "S-1") == [(TEA, 2, 11), (MUG, 1, 7)]
    assert lines(shop, "S-2") == [(TEA, 2, 11)]


def test_an_order_in_another_currency_than_its_pricelist_is_refused(
    importing: Import, shop: OdooReader
) -> None:
    [euro] = shop.call(
        "res.currency", "search", [("name", "=", "EUR")], context={"active_test": False}
    )
    shop.call("res.currency", "write", [euro], {"active": True})
    shop.call("product.pricelist", "create", {"name": "Euro list", "currency_id": euro})
    header = "order,customer,pricelist,currency,product,quantity,unit price\n"
    text = header + "E-1,C1,,USD,P1,1,1\nE-2,C1,Euro list,EUR,P1,1,1\nE-3,C1,,EUR,P1,1,1\n"
    result = importing(text)
    assert counts(result) == {"created": 2, "failed": 1}
    problem = failures(result)[3]
    assert problem["_error_field"] == "currency"
    assert problem["_error_message"].startswith("the order would be in USD")
    again = importing(header + "E-1,,,EUR,,,\nE-2,,,EUR,,,\n")
    assert counts(again) == {"unchanged": 1, "failed": 1}


def test_options_reach_the_half_that_they_name(importing: Import, shop: OdooReader) -> None:
    text = "order,product,quantity,discount\nO-1,P1,1,\n"
    with pytest.raises(UsageError, match="partner"):
        importing(text, set_values={"order_line/partner": "C1"})
    result = importing(
        text.replace(",discount", "").replace("1,\n", "1\n"),
        set_values={"partner_id": "C1", "order_line/discount": "10"},
    )
    assert counts(result) == {"created": 1}
    [line] = shop.search_read("sale.order.line", [("order_id.name", "=", "O-1")], ["discount"])
    assert line["discount"] == 10
    cleared = importing(
        "order,customer,reference of customer,product,quantity,tax\nO-1,C1,,P1,1,\n",
        clear_empty=("tax",),
        ignore=("reference of customer",),
    )
    assert cleared.count("failed") == 0
    [line] = shop.search_read("sale.order.line", [("order_id.name", "=", "O-1")], ["tax_ids"])
    assert line["tax_ids"] == []


def test_a_run_that_is_stopped_has_an_outcome_for_every_row(
    shop: OdooReader, tmp_path: Path
) -> None:
    path = tmp_path / "orders.csv"
    rows = [f"Z-{n},C1,2024-01-02,P1,1,1\n" for n in range(1, 701)]
    path.write_text(HEADER + "".join(rows), encoding="utf-8")
    stop = threading.Event()
    importer = OdooImporter(
        config_for(shop), stop=stop, on_progress=lambda now: stop.set() if now.validated else None
    )
    result = importer.import_file(path, type="orders", failed_dir=tmp_path, confirm=True)
    assert result.status == "interrupted"
    assert result.count("read") == 700
    landed = result.count("created")
    assert landed + result.count("skipped") == 700
    assert shop.count("sale.order", [("name", "like", "Z-%")]) == landed
    assert shop.count("sale.order", [("name", "like", "Z-%"), ("state", "!=", "draft")]) == 0


def test_mode_says_what_may_happen_to_orders(importing: Import) -> None:
    text = HEADER + "MO-1,C1,2024-01-02,P1,2,11\n"
    assert counts(importing(text, mode=Mode.UPDATE)) == {"failed": 1}
    assert counts(importing(text, mode=Mode.CREATE)) == {"created": 1}
    assert counts(importing(text, mode=Mode.CREATE)) == {"failed": 1}


def test_the_server_judges_orders_and_keeps_nothing(importing: Import, shop: OdooReader) -> None:
    result = importing(HEADER + "DS-1,C1,2024-01-02,P1,2,11\n,,,P2,1,1\n", dry_run_server=True)
    assert counts(result) == {"created": 2}
    assert shop.count("sale.order", [("name", "=", "DS-1")]) == 0


def test_unknown_columns_of_lines_stop_the_import_before_anything_is_sent(
    importing: Import,
) -> None:
    orders = [{"order": "U-1", "customer": "C1", "lines": [{"sku": "P1", "colour": "red"}]}]
    with pytest.raises(ColumnError, match="'colour'"):
        importing(orders)
    assert counts(importing(orders, ignore_unknown_columns=True, dry_run=True)) == {"created": 1}
    assert counts(importing(orders, ignore=("colour",), dry_run=True)) == {"created": 1}


def test_a_column_that_may_be_the_orders_or_its_lines_is_not_guessed(importing: Import) -> None:
    with pytest.raises(ColumnError, match="amount_untaxed or order_line/price_subtotal"):
        importing("order,customer,product,quantity,subtotal\nA,C1,P1,1,1\n")
    both = [{"order": "A", "lines": [{"sku": "P1"}], "items": [{"sku": "P1"}]}]
    with pytest.raises(ColumnError, match="may both hold the lines"):
        importing(both)


def test_an_order_that_only_the_server_refuses_fails_with_all_its_rows(
    importing: Import, shop: OdooReader
) -> None:
    header = "order,customer,require_payment,prepayment_percent,product,quantity\n"
    text = header + "R-1,C1,1,7,P1,1\n,,,,P2,1\nR-2,C1,1,0.5,P1,1\n"
    result = importing(text)
    assert counts(result) == {"created": 1, "failed": 2}
    told = failures(result)
    assert "Prepayment percentage must be a valid percentage" in told[1]["_error_message"]
    assert told[2]["_error_message"].startswith("row 1 of the same order failed")
    assert shop.count("sale.order", [("name", "=", "R-1")]) == 0
    corrected = header + "R-1,C1,1,0.7,P1,1\n,,,,P2,1\n"
    assert counts(importing(corrected)) == {"created": 2}


def test_offline_every_row_that_passes_would_be_sent(tmp_path: Path) -> None:
    path = tmp_path / "orders.csv"
    path.write_text(HEADER + "A,C,2024-01-02,P,1,1\nA,,,Q,x,1\nB,C,,P,1,1\nB,,,Q,1,\n", "utf-8")
    for version in ("14.0", "17.0", "18.0", "19.0"):
        result = OdooImporter(None).import_file(
            path,
            type="orders",
            offline=True,
            dry_run=True,
            odoo_version=version,
            failed_dir=tmp_path / version,
        )
        assert counts(result) == {"created": 2, "failed": 2}
        assert dict(result.records["sale.order.line"])["created"] == 2


def test_lines_that_odoo_does_not_let_go_fail_their_order(
    importing: Import, shop: OdooReader
) -> None:
    importing(HEADER + "L-1,C1,2024-01-02,P1,2,11\n,,,P2,1,7\n")
    order_id = order(shop, "L-1")["id"]
    [group] = shop.search_read(
        "ir.model.data", [("module", "=", "base"), ("name", "=", "group_system")], ["res_id"]
    )
    [model] = shop.call("ir.model", "search", [("model", "=", "sale.order.line")])
    rule = shop.call(
        "ir.rule",
        "create",
        {
            "name": "keep the lines of L-1",
            "model_id": model,
            "domain_force": f"[('order_id', '!=', {order_id})]",
            "groups": [(4, group["res_id"])],
            "perm_read": False,
            "perm_write": False,
            "perm_create": False,
        },
    )
    group_rules = [("model_id", "=", model), ("groups", "!=", False), ("id", "!=", rule)]
    others = [r["id"] for r in shop.search_read("ir.rule", group_rules, ["id"])]
    shop.call("ir.rule", "write", others, {"active": False})
    try:
        result = importing(HEADER + "L-1,C1,2024-01-02,P1,2,11\n", delete_missing_lines=True)
    finally:
        shop.call("ir.rule", "write", others, {"active": True})
        shop.call("ir.rule", "unlink", [rule])
    assert counts(result) == {"failed": 1}
    assert "could not be removed" in failures(result)[1]["_error_message"]
    assert len(lines(shop, "L-1")) == 2
