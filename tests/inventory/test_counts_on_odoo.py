"""Counts on a real Odoo: left for review, applied, repeated, and read back by another client."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.config import Config
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Mode
from odoo_ingestion.runs import FileStart, ImportOptions
from tests.connections import config_for
from tests.inventory.stockroom import Import, Stockroom, counts
from tests.odoo_reader import OdooReader


def failed_text(result: RunResult) -> str:
    [path] = result.failed_files
    return Path(path).read_text(encoding="utf-8-sig")


def test_a_count_waits_for_review_and_moves_nothing(importing: Import, stock: Stockroom) -> None:
    stock.products("REV-1", "REV-2")
    text = "sku,location,quantity\nREV-1,WH/Stock,7\nREV-2,WH/Stock,2.5\n"
    assert counts(importing(text, dry_run=True)) == {"created": 2}
    assert stock.quants("REV-1") == []
    assert counts(importing(text)) == {"created": 2}
    assert (stock.on_hand("REV-1"), stock.waiting("REV-1")) == (0, [7])
    assert (stock.moves("REV-1"), stock.waiting("REV-2")) == ([], [2.5])
    assert counts(importing(text)) == {"unchanged": 2}
    assert counts(importing(text.replace("7", "8"))) == {"updated": 1, "unchanged": 1}
    assert stock.waiting("REV-1") == [8]


def test_an_applied_count_is_posted_once_whatever_is_repeated(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("APP-1", "APP-2", "APP-3")
    stock.put("APP-2", 4)
    text = "sku,location,quantity\nAPP-1,WH/Stock,7\nAPP-2,WH/Stock,4\nAPP-3,WH/Stock,0\n"
    dry = importing(text, apply=True, dry_run=True)
    done = importing(text, apply=True)
    assert counts(dry) == counts(done) == {"created": 1, "unchanged": 2}
    assert done.records["stock.quant"]["created"] == 1
    assert [stock.on_hand(code) for code in ("APP-1", "APP-2", "APP-3")] == [7, 4, 0]
    assert counts(importing(text, apply=True)) == {"unchanged": 3}
    # No move of 0, and none for the place that holds nothing of a product.
    assert [stock.moves(code) for code in ("APP-1", "APP-2", "APP-3")] == [[7], [4], []]
    assert stock.quants("APP-3") == []


def test_a_count_that_waits_is_applied_by_the_same_file(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("LATE-1")
    text = "sku,quantity\nLATE-1,3\n"
    importing(text)
    assert counts(importing(text, apply=True)) == {"updated": 1}
    assert (stock.on_hand("LATE-1"), stock.waiting("LATE-1")) == (3, [])


def test_what_moved_since_the_last_run_is_set_to_the_count_again(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("MOVED-1")
    text = "sku,location,quantity\nMOVED-1,WH/Stock,10\n"
    importing(text, apply=True)
    stock.put("MOVED-1", 6)
    assert counts(importing(text, apply=True)) == {"updated": 1}
    assert stock.on_hand("MOVED-1") == 10
    emptied = importing(text.replace("10", "0"), apply=True)
    assert (counts(emptied), stock.on_hand("MOVED-1")) == ({"updated": 1}, 0)


def test_odoo_empties_a_place_whose_count_is_applied_twice(stock: Stockroom) -> None:
    """Why counts are not applied by ``action_apply_inventory``: see CountPoster."""
    [product] = stock.products("TWICE-1")
    values = {"product_id": product, "location_id": stock.stock_id, "inventory_quantity": 5}
    quant = stock.reader.call("stock.quant", "create", values, context={"inventory_mode": True})
    for held in (5, 0):
        with pytest.raises(Exception, match="cannot marshal None"):
            stock.reader.call("stock.quant", "action_apply_inventory", [quant])
        assert stock.on_hand("TWICE-1") == held


def test_places_are_named_by_path_barcode_warehouse_or_not_at_all(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("PLACE-1", "PLACE-2", "PLACE-3", "PLACE-4", barcode=False)
    stock.location("Shelf 1", barcode="SHELF-1")
    text = (
        "sku,location,warehouse,quantity\n"
        "PLACE-1,WH/Stock/Shelf 1,,1\n"
        "PLACE-2,SHELF-1,WH,2\n"
        "PLACE-3,WH,,3\n"
        "PLACE-4,,WH,4\n"
        "PLACE-1,,,5\n"
    )
    assert counts(importing(text, apply=True)) == {"created": 5}
    found = {
        (code, quant["location_id"][1]): quant["quantity"]
        for code in ("PLACE-1", "PLACE-2", "PLACE-3", "PLACE-4")
        for quant in stock.quants(code, ["location_id", "quantity"])
    }
    assert found == {
        ("PLACE-1", "WH/Stock/Shelf 1"): 1,
        ("PLACE-2", "WH/Stock/Shelf 1"): 2,
        ("PLACE-3", "WH/Stock"): 3,
        ("PLACE-4", "WH/Stock"): 4,
        ("PLACE-1", "WH/Stock"): 5,
    }
    assert counts(importing(text, apply=True)) == {"unchanged": 5}


def test_packages_and_owners_are_places_of_their_own(importing: Import, stock: Stockroom) -> None:
    stock.products("PACK-1")
    stock.reader.call("stock.package", "create", {"name": "PALLET-9"})
    stock.reader.call("res.partner", "create", {"name": "Consignor", "ref": "OWNER-9"})
    text = (
        "sku,location,package,owner,quantity\n"
        "PACK-1,WH/Stock,,,1\nPACK-1,WH/Stock,PALLET-9,,2\nPACK-1,WH/Stock,,OWNER-9,3\n"
    )
    assert counts(importing(text, apply=True)) == {"created": 3}
    found = stock.quants("PACK-1", ["package_id", "owner_id", "quantity"])
    assert {(bool(q["package_id"]), bool(q["owner_id"]), q["quantity"]) for q in found} == {
        (False, False, 1),
        (True, False, 2),
        (False, True, 3),
    }
    assert counts(importing(text, apply=True)) == {"unchanged": 3}


def test_lots_are_made_as_needed_and_never_twice(importing: Import, stock: Stockroom) -> None:
    [product] = stock.products("LOT-1", tracking="lot")
    stock.reader.call("stock.lot", "create", {"name": "OLD", "product_id": product})
    text = "sku,location,lot,quantity\nLOT-1,WH/Stock,OLD,5\nLOT-1,WH/Stock,NEW,6\n"
    dry = importing(text, apply=True, dry_run=True)
    assert (counts(dry), dry.records["stock.lot"]["created"]) == ({"created": 2}, 1)
    assert stock.reader.count("stock.lot", [("product_id", "=", product)]) == 1
    done = importing(text, apply=True)
    assert (counts(done), done.records["stock.lot"]["created"]) == ({"created": 2}, 1)
    found = stock.quants("LOT-1", ["lot_id", "quantity"])
    assert {q["lot_id"][1]: q["quantity"] for q in found} == {"OLD": 5, "NEW": 6}
    again = importing(text, apply=True)
    assert (counts(again), dict(again.records)) == ({"unchanged": 2}, {})
    assert stock.reader.count("stock.lot", [("product_id", "=", product)]) == 2


def test_a_serial_number_is_one_piece(importing: Import, stock: Stockroom) -> None:
    stock.products("SER-1", tracking="serial")
    text = "sku,location,serial number,quantity\nSER-1,WH/Stock,S1,1\nSER-1,WH/Stock,S2,2\n"
    result = importing(text, apply=True)
    assert counts(result) == {"created": 1, "failed": 1}
    assert "'S2' is the serial number of one piece" in failed_text(result)


def test_rows_that_cannot_be_counted_say_what_to_do(importing: Import, stock: Stockroom) -> None:
    stock.products("GOOD-1", "PLAIN-1")
    stock.products("SERVICE-1", is_storable=False, type="service")
    stock.products("CONSU-1", is_storable=False)
    stock.products("TRACKED-1", tracking="lot")
    stock.location("Zone", usage="view")
    text = (
        "sku,location,lot,uom,quantity\n"
        "SERVICE-1,WH/Stock,,,1\n"
        "CONSU-1,WH/Stock,,,1\n"
        "TRACKED-1,WH/Stock,,,1\n"
        "PLAIN-1,WH/Stock,L1,,1\n"
        "PLAIN-1,WH/Stock,,kg,1\n"
        "PLAIN-1,Zone,,,1\n"
        "PLAIN-1,WH/Stock,,,-1\n"
        "PLAIN-1,WH/Stock,,,1.001\n"
        "PLAIN-1,WH/Stock,,,\n"
        ",WH/Stock,,,1\n"
        "NOBODY-1,WH/Stock,,,1\n"
        "GOOD-1,WH/Stock,,Units,4\n"
    )
    dry = importing(text, apply=True, dry_run=True)
    result = importing(text, apply=True)
    assert counts(dry) == counts(result) == {"created": 1, "failed": 11}
    said = failed_text(result)
    for words in (
        "SERVICE-1] SERVICE-1 is not storable",
        "Make it storable",
        "TRACKED-1] TRACKED-1 is tracked by lot, and the row names none",
        "is not tracked, and the row names the lot 'L1'",
        "is counted in Units, the row says another unit",
        "Zone only groups other locations",
        "-1 cannot be counted: it is below zero",
        "1.001 is finer than Odoo counts Units: in steps of 0.01",
        "the row says no quantity",
        "the row names no product",
    ):
        assert words in said
    assert stock.on_hand("GOOD-1") == 4
    assert failed_text(dry).splitlines() == said.splitlines()


def test_rows_about_the_same_stock_are_none_of_them_taken(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("SAME-1", "SAME-2")
    text = "sku,location,quantity\nSAME-1,WH/Stock,1\nSAME-1,WH,2\nSAME-2,WH/Stock,3\nSAME-1,,4\n"
    result = importing(text, apply=True)
    assert counts(result) == {"created": 1, "failed": 3}
    assert dict(result.errors) == {"duplicate": 3}
    assert "rows 2, 4 of this file are about the same stock" in failed_text(result)
    assert stock.quants("SAME-1") == []


def test_the_mode_says_whether_places_may_be_new(importing: Import, stock: Stockroom) -> None:
    stock.products("MODE-1", "MODE-2")
    stock.put("MODE-1", 1)
    text = "sku,location,quantity\nMODE-1,WH/Stock,5\nMODE-2,WH/Stock,5\n"
    update = importing(text, apply=True, mode=Mode.UPDATE)
    assert (counts(update), dict(update.errors)) == ({"updated": 1, "failed": 1}, {"not_found": 1})
    create = importing(text.replace("5", "6"), apply=True, mode=Mode.CREATE)
    assert (counts(create), dict(create.errors)) == ({"created": 1, "failed": 1}, {"exists": 1})
    assert (stock.on_hand("MODE-1"), stock.on_hand("MODE-2")) == (5, 6)


def test_what_applying_means_is_said_before(stock: Stockroom, tmp_path: Path) -> None:
    stock.products("SAID-1")
    path = tmp_path / "stock.csv"
    path.write_text("sku,location,quantity\nSAID-1,WH/Stock,1\n", encoding="utf-8")
    told: list[FileStart] = []
    importer = OdooImporter(config_for(stock.reader), on_start=told.append)
    for apply in (False, True):
        importer.import_file(path, "inventory", apply=apply)
    assert "left for review" in told[0].notices[-1]
    assert "cannot be undone" in told[1].notices[-1]


@pytest.mark.parametrize(
    ("groups", "options", "refused"),
    [
        (["base.group_user"], {}, "you may not count stock"),
        (["stock.group_stock_user"], {"apply": True}, "you may not apply counted stock"),
        (["stock.group_stock_user"], {}, None),
    ],
)
def test_a_user_needs_the_rights_of_the_inventory_app(
    module_database: OdooReader,
    stock: Stockroom,
    tmp_path: Path,
    groups: list[str],
    options: dict[str, Any],
    refused: str | None,
) -> None:
    login = f"counter-{groups[0]}-{len(options)}"
    ids = [module_database.call("ir.model.data", "check_object_reference", *g.split("."))[1]
           for g in groups]  # fmt: skip
    module_database.call(
        "res.users",
        "create",
        {"name": login, "login": login, "password": "counting-2026", "group_ids": ids},
        context={"no_reset_password": True},
    )
    stock.products(login)
    path = tmp_path / "stock.csv"
    path.write_text(f"sku,location,quantity\n{login},WH/Stock,1\n", encoding="utf-8")
    config = config_for(module_database)
    as_user = Config(
        url=config.url, database=config.database, username=login, api_key="counting-2026"
    )
    importer = OdooImporter(as_user)
    run = ImportOptions(type="inventory", failed_dir=tmp_path, **options)
    if refused is None:
        assert counts(importer.run([str(path)], run)) == {"created": 1}
        assert stock.waiting(login) == [1]
    else:
        with pytest.raises(UsageError, match=refused) as caught:
            importer.run([str(path)], run)
        assert "Inventory / " in (caught.value.hint or "")


def test_a_run_that_is_stopped_accounts_for_every_row(stock: Stockroom, tmp_path: Path) -> None:
    stock.products("STOP-1", "STOP-2")
    path = tmp_path / "stock.csv"
    path.write_text("sku,quantity\nSTOP-1,1\nSTOP-2,\n", encoding="utf-8")
    stop = threading.Event()
    importer = OdooImporter(config_for(stock.reader), stop=stop, on_start=lambda _: stop.set())
    result = importer.import_file(path, "inventory", failed_dir=tmp_path)
    assert (result.status, counts(result)) == ("interrupted", {"skipped": 1, "failed": 1})
    assert stock.quants("STOP-1") == []


def test_products_of_an_earlier_file_are_known_in_a_dry_run(
    stock: Stockroom, tmp_path: Path
) -> None:
    products, quantities = tmp_path / "products.csv", tmp_path / "inventory.csv"
    products.write_text(
        "default_code,name,type\nBOTH-1,Both,Storable\nBOTH-2,Two,Storable\n", encoding="utf-8"
    )
    quantities.write_text("sku,location,quantity\nBOTH-1,WH/Stock,4\n", encoding="utf-8")
    importer = OdooImporter(config_for(stock.reader))
    paths = [str(quantities), str(products)]
    for dry_run in (True, False):
        options = ImportOptions(dry_run=dry_run, apply=True, failed_dir=tmp_path)
        result = importer.run(paths, options)
        assert (counts(result), dict(result.examples)) == ({"created": 3}, {})
    assert stock.on_hand("BOTH-1") == 4
