from collections.abc import Sequence

import pytest

from odoo_ingestion.data_models import import_type, load_catalogue
from odoo_ingestion.mapping import ColumnMap, bank_columns, map_bank_columns
from odoo_ingestion.records import Column, ColumnKind

NUMBER = "bank_ids/acc_number"


def mapped(*header: str, version: str = "19.0") -> ColumnMap:
    partners = load_catalogue(version, "res.partner")
    accounts = load_catalogue(version, "res.partner.bank")
    names = bank_columns(header, partners)
    return map_bank_columns(names, partners, accounts, import_type("bank-accounts"))


def refused(found: ColumnMap) -> Sequence[tuple[str, str]]:
    return [(column.name, column.reason) for column in found.unsupported]


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
@pytest.mark.parametrize(
    ("bank", "number"),
    [
        ("bank_ids/bank", NUMBER),
        ("bank_ids/bank_id", NUMBER),
        ("Banks/Bank", "Banks/Account Number"),
        ("banks / bic*", "bank_ids.acc_number"),
    ],
)
def test_bank_and_number_are_taken_by_any_of_their_names(
    version: str, bank: str, number: str
) -> None:
    found = mapped("name", bank, number, "country_id/id", version=version)
    assert found.columns == (
        Column(bank, "bank_id", ColumnKind.NAME),
        Column(number, "acc_number"),
    )
    assert found.left_out == ()


def test_a_bank_may_be_named_by_its_ids() -> None:
    found = mapped(NUMBER, "Banks/Bank/External ID")
    assert found.columns[1].kind is ColumnKind.EXTERNAL_ID


@pytest.mark.parametrize(
    "name",
    ["bank_ids/acc_holder_name", "bank_ids/id", "bank_ids/.id", "bank_ids/partner_id", "banks/x"],
)
def test_nothing_else_of_an_account_is_taken(name: str) -> None:
    found = mapped(NUMBER, name)
    assert [column.name for column in found.columns] == [NUMBER]
    ((told, reason),) = refused(found)
    assert told == name
    assert "--type bank-accounts" in reason


def test_a_second_column_for_the_same_field_is_refused() -> None:
    found = mapped(NUMBER, "Banks/Account Number")
    assert [name for name, _ in refused(found)] == ["Banks/Account Number"]


def test_a_bank_without_a_number_is_refused() -> None:
    assert mapped("bank_ids/bank").columns == ()
    assert "bank_ids/acc_number beside it" in refused(mapped("bank_ids/bank"))[0][1]


@pytest.mark.parametrize("name", ["bank_ids", "bank_ids/", "banks", "bank account", "child_ids/x"])
def test_other_columns_are_left_to_others(name: str) -> None:
    assert bank_columns((name,), load_catalogue("19.0", "res.partner")) == ()


def test_other_models_have_no_such_columns() -> None:
    assert bank_columns((NUMBER,), load_catalogue("19.0", "product.template")) == ()
