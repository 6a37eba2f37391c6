"""Bank accounts in the rows of partners, from the file to what Odoo holds, and again."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.records import Mode
from tests.connections import config_for
from tests.odoo_reader import OdooReader
from tests.real_files.files import counts, problems

HEADER = ("ref", "name", "bank_ids/bank", "bank_ids/acc_number")
IBAN = "BE71 0961 2345 6769"


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> OdooReader:
    """Return the reader of a database with one bank."""
    module_database.call("res.bank", "create", {"name": "Banque Une", "bic": "KREDBEBB"})
    return module_database


def write(path: Path, *rows: tuple[str, ...]) -> Path:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows(rows)
    return path


def run(reader: OdooReader, path: Path, kind: str = "partners", **options: Any) -> RunResult:
    options = {"failed_dir": path.parent / "failed", **options}
    result = OdooImporter(config_for(reader)).import_file(path, kind, **options)
    assert result.error is None
    return result


def accounts(reader: OdooReader, prefix: str) -> dict[str, list[tuple[str, str | None]]]:
    """Return number and bank of the accounts of partners by their references."""
    partners = reader.search_read("res.partner", [("ref", "=like", f"{prefix}%")], ["ref"])
    found = reader.search_read(
        "res.partner.bank",
        [("partner_id", "in", [one["id"] for one in partners])],
        ["acc_number", "bank_id", "partner_id"],
    )
    return {
        one["ref"]: [
            (a["acc_number"], a["bank_id"][1] if a["bank_id"] else None)
            for a in found
            if a["partner_id"][0] == one["id"]
        ]
        for one in partners
    }


def test_an_account_lands_with_its_partner_and_a_second_run_changes_nothing(
    odoo: OdooReader, tmp_path: Path
) -> None:
    rows = (
        ("BA-1", "Ann", "KREDBEBB", "BE71096123456769"),
        ("BA-2", "Bob", "Banque Une", "00123"),
        ("BA-3", "Cy", "", "445-566"),
        ("BA-4", "Di", "", ""),
    )
    path = write(tmp_path / "p.csv", HEADER, *rows)
    dry = run(odoo, path, dry_run=True)
    done = run(odoo, path)
    assert counts(dry) == counts(done) == {"created": 4}
    assert dry.records == done.records
    assert done.records["res.partner"] == {"created": 4, "updated": 0}
    assert done.records["res.partner.bank"] == {"created": 3, "updated": 0}
    bank = "Banque Une - KREDBEBB"
    assert accounts(odoo, "BA-") == {
        "BA-1": [(IBAN, bank)],
        "BA-2": [("00123", bank)],
        "BA-3": [("445-566", None)],
        "BA-4": [],
    }
    assert counts(run(odoo, path)) == {"unchanged": 4}
    # The same numbers, as others write them.
    written = write(tmp_path / "q.csv", HEADER, rows[0], ("BA-3", "Cy", "", "445.566"))
    assert counts(run(odoo, written, dry_run=True)) == {"unchanged": 1, "updated": 1}
    alone = write(tmp_path / "accounts.csv", ("iban", "holder"), (IBAN, "BA-1"), ("00123", "BA-2"))
    assert counts(run(odoo, alone, "bank-accounts")) == {"unchanged": 2}


def test_a_row_tells_the_stronger_of_partner_and_account(odoo: OdooReader, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", HEADER[:2], ("BS-1", "Ann"), ("BS-2", "Bob"), ("BS-3", "Cy"))
    assert counts(run(odoo, path, "customers")) == {"created": 3}
    rows = [("BS-1", "Ann", "", "111"), ("BS-2", "Bob", "", ""), ("BS-3", "Cyd", "", "")]
    write(path, HEADER, *rows)
    dry = run(odoo, path, "customers", dry_run=True)
    done = run(odoo, path, "customers")
    assert counts(dry) == counts(done) == {"created": 1, "unchanged": 1, "updated": 1}
    assert done.records["res.partner"] == {"created": 0, "updated": 1}
    assert done.records["res.partner.bank"] == {"created": 1, "updated": 0}
    write(path, HEADER, ("BS-1", "Ann", "KREDBEBB", "111"), *rows[1:])
    assert counts(run(odoo, path, "customers")) == {"updated": 1, "unchanged": 2}
    # An empty cell says nothing of the account, and another number is another account.
    write(path, HEADER, ("BS-1", "Ann", "", "111"))
    assert counts(run(odoo, path, "customers")) == {"unchanged": 1}
    write(path, HEADER, ("BS-1", "Ann", "", "222"))
    assert counts(run(odoo, path, "customers")) == {"created": 1}
    assert sorted(accounts(odoo, "BS-1")["BS-1"]) == [
        ("111", "Banque Une - KREDBEBB"),
        ("222", None),
    ]


def test_a_refused_account_fails_its_row_and_says_that_the_partner_landed(
    odoo: OdooReader, tmp_path: Path
) -> None:
    rows = (
        ("BR-1", "Ann", "NOSUCHBE", "111"),
        ("BR-2", "Bob", "KREDBEBB", "222"),
        ("BR-3", "Cy", "KREDBEBB", ""),
        ("", "", "KREDBEBB", "333"),
    )
    path = write(tmp_path / "p.csv", HEADER, *rows)
    dry = run(odoo, path, dry_run=True)
    assert counts(dry) == {"created": 1, "failed": 3}
    assert "the record would land, and its bank account would not: " in problems(dry)[1]["message"]
    done = run(odoo, path)
    assert counts(done) == {"created": 1, "failed": 3}
    told = problems(done)
    assert "the record landed (id " in told[1]["message"]
    assert "and its bank account did not: " in told[1]["message"]
    assert (told[1]["field"], told[1]["category"]) == ("bank_ids/bank", "missing_relation")
    assert (told[3]["field"], told[3]["category"]) == ("bank_ids/acc_number", "validation")
    assert "nothing of the partner" in told[4]["message"]
    # The partner of the first row is there; the others that failed were never sent.
    assert accounts(odoo, "BR-") == {
        "BR-1": [],
        "BR-2": [("222", "Banque Une - KREDBEBB")],
    }
    odoo.call("res.bank", "create", {"name": "Such", "bic": "NOSUCHBE"})
    [failed] = done.failed_files
    again = run(odoo, Path(failed))
    assert counts(again) == {"created": 1, "failed": 2}
    assert accounts(odoo, "BR-1") == {"BR-1": [("111", "Such - NOSUCHBE")]}


def test_what_odoo_itself_refuses_of_an_account_fails_the_row(
    odoo: OdooReader, tmp_path: Path
) -> None:
    columns = ("ref", "name", "Banks/Account Number", "Banks/Bank/.id")
    path = write(tmp_path / "p.csv", columns, ("BO-1", "Ann", "111", "999999"))
    result = run(odoo, path)
    assert counts(result) == {"failed": 1}
    assert problems(result)[1]["field"] == "Banks/Bank/.id"
    assert accounts(odoo, "BO-") == {"BO-1": []}


def test_accounts_of_rows_that_wait_for_their_parents_land_too(
    odoo: OdooReader, tmp_path: Path
) -> None:
    header = ("ref", "name", "parent_id", "Banks/Account Number")
    rows = [(f"BC-{n}", f"Child {n}", "BC-0", f"77{n}") for n in range(1, 6)]
    path = write(tmp_path / "p.csv", header, *rows, ("BC-0", "Mother", "", "770"))
    assert counts(run(odoo, path, dry_run_server=True)) == {"created": 6}
    assert counts(run(odoo, path)) == {"created": 6}
    assert counts(run(odoo, path)) == {"unchanged": 6}
    assert accounts(odoo, "BC-") == {f"BC-{n}": [(f"77{n}", None)] for n in range(6)}


def test_only_updating_never_makes_an_account(odoo: OdooReader, tmp_path: Path) -> None:
    path = write(tmp_path / "p.csv", HEADER[:2], ("BU-1", "Ann"))
    run(odoo, path)
    write(path, HEADER, ("BU-1", "Ann", "", "111"))
    result = run(odoo, path, mode=Mode.UPDATE)
    assert counts(result) == {"failed": 1}
    assert "there is no such record to update" in problems(result)[1]["message"]
    assert accounts(odoo, "BU-") == {"BU-1": []}


def test_no_other_column_of_an_account_is_taken(odoo: OdooReader, tmp_path: Path) -> None:
    columns = ("ref", "name", "bank_ids/bank", "bank_ids/acc_holder_name", "bank_ids/id")
    path = write(tmp_path / "p.csv", columns, ("BN-1", "Ann", "KREDBEBB", "Ann", "x.y"))
    with pytest.raises(ColumnError) as caught:
        run(odoo, path)
    said = caught.value.message.splitlines()
    assert len(said) == 3
    assert all("bank_ids/" in line for line in said)
    assert "--type bank-accounts" in caught.value.message
    assert "it needs a column bank_ids/acc_number beside it" in caught.value.message
    assert counts(run(odoo, path, ignore_unknown_columns=True)) == {"created": 1}
    assert accounts(odoo, "BN-") == {"BN-1": []}
