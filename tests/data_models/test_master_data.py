"""Units, users, bank accounts and suppliers' prices: what their rows may say, without a server."""

from __future__ import annotations

import pytest

from odoo_ingestion.data_models import (
    IMPORT_TYPES,
    available_versions,
    build_validator,
    load_catalogue,
    type_for_model,
)
from odoo_ingestion.data_models.bank_account import is_iban
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import check_columns, map_columns
from tests.data_models.rows import draft, problems, row, validator

SINCE = {"units": "19.0"}
"""Units are said otherwise before: Odoo 14 to 18 have categories of units."""


@pytest.mark.parametrize("version", available_versions())
@pytest.mark.parametrize("name", ["units", "users", "bank-accounts", "supplier-prices"])
def test_the_example_is_a_good_row(name: str, version: str) -> None:
    kind = IMPORT_TYPES[name]
    schema = load_catalogue(version, kind.model)
    columns = map_columns(list(kind.example), schema, kind)
    if float(version) < float(SINCE.get(name, "0")):
        with pytest.raises(ColumnError, match="category_id, uom_type and factor"):
            check_columns(columns, ignore_unknown=False)
        return
    assert check_columns(columns, ignore_unknown=False) == ()
    checker = build_validator(columns.columns, schema, kind, required_on_create=["name"])
    found = draft(checker.validate(row(**kind.example)))
    assert found.warnings == ()
    assert checker.missing_required(found) == ()


def test_the_rules_hold_for_the_models_too() -> None:
    for name in ("units", "users", "bank-accounts", "supplier-prices"):
        assert type_for_model(IMPORT_TYPES[name].model) is IMPORT_TYPES[name]


# --- units ----------------------------------------------------------------------------------


def test_a_unit_of_an_older_odoo_has_its_own_columns() -> None:
    checker = validator("uom.uom", "name", "category_id", "uom_type", "factor", version="17.0")
    given = row(name=" Crate ", category_id="Unit", uom_type="bigger", factor="0.5")
    assert draft(checker.validate(given)).values == {
        "name": "Crate",
        "uom_type": "bigger",
        "factor": "0.5",
    }


@pytest.mark.parametrize("factor", ["0", "-3"])
def test_a_unit_contains_something(factor: str) -> None:
    checker = validator("uom.uom", "name", "relative_factor")
    [problem] = problems(checker.validate(row(name="X", relative_factor=factor)))
    assert f"cannot contain {factor}" in problem.message


@pytest.mark.parametrize(
    ("factor", "reference", "missing"),
    [("24", "", 1), ("24", "Units", 0), ("1", "", 0), ("", "", 0)],
)
def test_a_new_unit_that_contains_several_says_of_what(
    factor: str, reference: str, missing: int
) -> None:
    checker = validator("uom.uom", "name", "relative_factor", "relative_uom_id")
    given = row(name="Crate", relative_factor=factor, relative_uom_id=reference)
    assert len(checker.missing_required(draft(checker.validate(given)))) == missing


# --- users ----------------------------------------------------------------------------------


def test_a_user_needs_a_name_or_a_contact_and_no_partner_column() -> None:
    checker = validator(
        *("res.users", "login", "name", "partner_id"), required_on_create=["login", "partner_id"]
    )
    nameless = draft(checker.validate(row(login=" ann ")))
    assert nameless.values == {"login": "ann"}
    [problem] = checker.missing_required(nameless)
    assert problem.field == "name"
    named = draft(checker.validate(row(login="ann", partner_id="Ann")))
    assert checker.missing_required(named) == ()


def test_it_is_said_that_passwords_are_for_new_users() -> None:
    checker = validator("res.users", "login", "password")
    found = draft(checker.validate(row(login="ann", password="Sesame-2026")))
    assert found.warnings == ("the password is given to a new user only, never changed",)


# --- bank accounts --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("BE71096123456769", "BE71 0961 2345 6769"),
        ("be71-0961-2345-6769", "BE71 0961 2345 6769"),
        (" 123-456 789 ", "123-456 789"),
        ("BE71096123456760", "BE71096123456760"),
    ],
)
def test_an_iban_is_written_as_odoo_keeps_it(given: str, kept: str) -> None:
    checker = validator("res.partner.bank", "acc_number")
    assert draft(checker.validate(row(acc_number=given))).values == {"acc_number": kept}


def test_check_digits_tell_an_iban() -> None:
    assert is_iban("DE89370400440532013000")
    assert not is_iban("DE89370400440532013001")
    assert not is_iban("12345")


@pytest.mark.parametrize("field", ["bank_bic", "bank_name"])
def test_an_account_never_renames_its_bank(field: str) -> None:
    checker = validator("res.partner.bank", "acc_number", field)
    [problem] = problems(checker.validate(row(acc_number="1", **{field: "KREDBEBB"})))
    assert "the bank itself, for all of its accounts" in problem.message


# --- suppliers' prices ----------------------------------------------------------------------


def test_a_price_is_for_a_product_or_a_variant() -> None:
    names = ("partner_id", "product_tmpl_id", "product_id", "price")
    checker = validator("product.supplierinfo", *names)
    for given, missing in (({"product_tmpl_id": "A"}, 0), ({"product_id": "A"}, 0), ({}, 1)):
        found = draft(checker.validate(row(partner_id="V", price="1", **given)))
        assert len(checker.missing_required(found)) == missing


@pytest.mark.parametrize(("given", "kept"), [("10.00", "10"), ("1e2", "100"), ("0", "0")])
def test_quantities_of_the_key_have_one_spelling(given: str, kept: str) -> None:
    checker = validator("product.supplierinfo", "min_qty")
    assert draft(checker.validate(row(min_qty=given))).values == {"min_qty": kept}


def test_a_price_does_not_end_before_it_begins() -> None:
    checker = validator("product.supplierinfo", "date_start", "date_end")
    given = row(date_start="2027-02-01", date_end="2027-01-01")
    [problem] = problems(checker.validate(given))
    assert "ends on 2027-01-01, before it begins" in problem.message


def test_a_price_below_zero_is_doubted() -> None:
    checker = validator("product.supplierinfo", "price")
    assert draft(checker.validate(row(price="-1"))).warnings == ("the price is negative: -1",)


@pytest.mark.parametrize("version", available_versions())
def test_the_supplier_has_one_column_name_in_every_version(version: str) -> None:
    schema = load_catalogue(version, "product.supplierinfo")
    [column] = map_columns(["vendor"], schema, IMPORT_TYPES["supplier-prices"]).columns
    assert column.field == ("name" if version == "14.0" else "partner_id")
