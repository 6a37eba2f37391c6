"""Units, users, bank accounts and suppliers' prices in a real Odoo, read back by another client."""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import DATA

Import = Callable[..., RunResult]


@pytest.fixture
def importing(module_database: OdooReader, tmp_path: Path) -> Import:
    """Import a text as a CSV file of a type into the module's database."""

    def run(kind: str, text: str, **options: Any) -> RunResult:
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        options.setdefault("failed_dir", tmp_path / "failed")
        return OdooImporter(config_for(module_database)).import_file(path, kind, **options)

    return run


def counts(result: RunResult) -> dict[str, int]:
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


def failed_text(result: RunResult) -> str:
    [path] = result.failed_files
    return Path(path).read_text(encoding="utf-8-sig")


def test_units_may_stand_on_each_other(importing: Import, module_database: OdooReader) -> None:
    text = (
        "name,contains,reference unit\nPallet of 4,4,Crate of 24\nCrate of 24,24,Units\nHeap,3,\n"
    )
    dry = importing("units", text, dry_run=True)
    done = importing("units", text)
    assert counts(dry) == counts(done) == {"created": 2, "failed": 1}
    assert "a new record needs a value for Reference Unit" in failed_text(done)
    assert counts(importing("units", text)) == {"unchanged": 2, "failed": 1}
    [pallet] = module_database.search_read("uom.uom", [("name", "=", "Pallet of 4")], ["factor"])
    assert pallet["factor"] == 96


def test_users_get_groups_and_no_invitation(importing: Import, module_database: OdooReader) -> None:
    mails = module_database.count("mail.mail")
    text = (
        "login,name,email,groups,password\n"
        'ann@x.example,Ann,ann@x.example,"Sales / Administrator, Inventory / User",Sesame-2026\n'
        "bob,Bob,,Sales / Administrator,\n"
    )
    assert counts(importing("users", text)) == {"created": 2}
    assert module_database.count("mail.mail") == mails
    [ann] = module_database.search_read(
        "res.users", [("login", "=", "ann@x.example")], ["name", "email", "group_ids", "share"]
    )
    assert (ann["name"], len(ann["group_ids"]), ann["share"]) == ("Ann", 2, False)
    database = module_database.database
    authenticate = module_database.common.authenticate
    assert authenticate(database, "ann@x.example", "Sesame-2026", {}) == ann["id"]
    again = importing("users", text.replace("Sesame-2026", "Other-2027"))
    assert counts(again) == {"unchanged": 2}
    assert any("given to a new user only" in notice for notice in again.notices)
    assert authenticate(database, "ann@x.example", "Sesame-2026", {}) == ann["id"]


def test_users_that_an_import_must_not_touch(
    importing: Import, module_database: OdooReader
) -> None:
    contact = module_database.call(
        "res.partner", "create", {"name": "Known", "email": "Known <Known@x.example>"}
    )
    text = (
        "login,name,email\nadmin,Somebody,\n__system__,Somebody,\npublic,Somebody,\n"
        "known,Known,known@x.example\nnameless,,\n"
    )
    dry = importing("users", text, dry_run=True)
    result = importing("users", text)
    assert counts(dry) == counts(result) == {"failed": 5}
    assert dict(result.errors) == {"protected": 3, "duplicate": 1, "validation": 1}
    said = failed_text(result)
    for words in ("OdooBot", "the user who runs this import", "visitors", "double the contact"):
        assert words in said
    named = f"login,name,partner_id/.id\nknown,Known,{contact}\n"
    assert counts(importing("users", named)) == {"created": 1}
    [user] = module_database.search_read("res.users", [("login", "=", "known")], ["partner_id"])
    assert user["partner_id"][0] == contact


def test_bank_accounts_are_known_by_number_and_holder(
    importing: Import, module_database: OdooReader
) -> None:
    call = module_database.call
    holder = call("res.partner", "create", {"name": "Deco", "ref": "BANKED", "is_company": True})
    call("res.bank", "create", {"name": "Banque Une", "bic": "KREDBEBB"})
    made = {"acc_number": "DE89370400440532013000", "partner_id": holder}
    call("res.partner.bank", "create", made)
    text = (
        "iban,holder,BIC\nBE71096123456769,BANKED,KREDBEBB\nBE71 0961 2345 6769,Nobody,KREDBEBB\n"
        "DE89370400440532013000,BANKED,Banque Une\n"
    )
    result = importing("bank-accounts", text)
    assert counts(result) == {"created": 1, "updated": 1, "failed": 1}
    assert counts(importing("bank-accounts", text)) == {"unchanged": 2, "failed": 1}
    found = module_database.search_read(
        "res.partner.bank",
        [("partner_id", "=", holder)],
        ["acc_number", "bank_id", "allow_out_payment"],
    )
    assert {account["acc_number"]: account["bank_id"][1] for account in found} == {
        "BE71 0961 2345 6769": "Banque Une - KREDBEBB",
        "DE89 3704 0044 0532 0130 00": "Banque Une - KREDBEBB",
    }
    assert not any(account["allow_out_payment"] for account in found)


def make_product(reader: OdooReader, code: str) -> int:
    made: int = reader.call("product.template", "create", {"name": code, "default_code": code})
    return made


def test_prices_of_suppliers_are_told_apart_by_all_their_terms(
    importing: Import, module_database: OdooReader
) -> None:
    call = module_database.call
    vendor = call("res.partner", "create", {"name": "Wood", "ref": "VENDOR"})
    by_hand = make_product(module_database, "SP-HAND")
    make_product(module_database, "SP-NEW")
    call("res.currency", "write", [call("res.currency", "search", [("name", "=", "CHF")],
         context={"active_test": False})[0]], {"active": True})  # fmt: skip
    values = {"partner_id": vendor, "product_tmpl_id": by_hand, "min_qty": 5, "price": 7}
    call("product.supplierinfo", "create", values)
    text = (
        "vendor,sku,min qty,price,currency,valid from,valid until\n"
        "VENDOR,SP-HAND,5.00,8,,,\n"
        "VENDOR,SP-NEW,10,2.10,,,\nVENDOR,SP-NEW,100,1.90,,,\nVENDOR,SP-NEW,100,1.95,CHF,,\n"
        "VENDOR,SP-NEW,100,1.80,,2027-01-01,2027-12-31\nVENDOR,SP-NEW,10.0,2.20,,,\n"
    )
    dry = importing("supplier-prices", text, dry_run=True)
    done = importing("supplier-prices", text)
    assert counts(dry) == counts(done) == {"created": 4, "updated": 1, "failed": 1}
    assert dict(done.errors) == {"duplicate": 1}
    again = importing("supplier-prices", text)
    assert counts(again) == {"unchanged": 5, "failed": 1}
    found = module_database.search_read(
        "product.supplierinfo", [("partner_id", "=", vendor)], ["price", "min_qty"]
    )
    assert sorted(line["price"] for line in found) == [1.8, 1.9, 1.95, 2.1, 8]


def test_a_price_of_a_variant_belongs_to_its_product(
    importing: Import, module_database: OdooReader
) -> None:
    module_database.call("res.partner", "create", {"name": "Iron", "ref": "VENDOR-2"})
    make_product(module_database, "SPV-1")
    make_product(module_database, "SPV-2")
    text = "vendor,variant,sku,price\nVENDOR-2,SPV-1,SPV-2,3\nVENDOR-2,SPV-1,,4\n"
    result = importing("supplier-prices", text)
    assert counts(result) == {"created": 1, "failed": 1}
    assert "the variant is one of [SPV-1] SPV-1" in failed_text(result)
    # The same price by its product: Odoo 19 has filled the only variant in.
    by_product = "vendor,sku,price\nVENDOR-2,SPV-1,5\n"
    assert counts(importing("supplier-prices", by_product)) == {"updated": 1}


def test_odoos_own_template_of_prices_goes_in(module_database: OdooReader, tmp_path: Path) -> None:
    path = tmp_path / "product_supplierinfo.xls"
    shutil.copy(DATA / "odoo_templates" / "19" / "product_supplierinfo.xls", path)
    for name in ("Azure Interior", "Wood Corner"):
        module_database.call("res.partner", "create", {"name": name})
    for name in ("Conference Chair", "Cabinet with Doors", "Desk Combination"):
        module_database.call("product.template", "create", {"name": name})
    module_database.call(
        "product.template", "create", {"name": "Corner Desk Black", "default_code": "FURN_1118"}
    )
    importer = OdooImporter(config_for(module_database))
    first = importer.import_file(path, "supplier-prices", failed_dir=tmp_path)
    assert (counts(first), dict(first.examples)) == ({"created": 4}, {})
    again = importer.import_file(path, "supplier-prices", failed_dir=tmp_path)
    assert counts(again) == {"unchanged": 4}
