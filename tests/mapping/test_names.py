import pytest

from odoo_ingestion.mapping.names import (
    bare,
    folded,
    is_either_id,
    kind_of_part,
    split_language,
    split_path,
    words,
)
from odoo_ingestion.records import ColumnKind


@pytest.mark.parametrize(
    ("name", "spelled"),
    [
        ("customerID", "customer id"),
        ("unitPrice", "unit price"),
        ("Unit_Price", "unit price"),
        ("E-Mail", "e mail"),
        ("VATNumber", "vat number"),
        ("Zip / Postal Code", "zip postal code"),
        ("address.city", "address city"),
        ("UPC", "upc"),
        ("address1", "address1"),
        ("  Société  ", "société"),
        ("---", ""),
    ],
)
def test_a_name_is_split_into_words(name: str, spelled: str) -> None:
    assert words(name) == spelled


def test_the_mark_of_a_mandatory_column_is_not_part_of_its_name() -> None:
    assert bare(" Name* ") == "Name"
    assert bare("Company Type *") == "Company Type"


def test_case_and_spaces_do_not_count_when_names_are_compared() -> None:
    assert folded(" Sales\u00a0 PRICE ") == folded("sales price")


@pytest.mark.parametrize(
    ("name", "path"),
    [
        ("country_id/id", ("country_id", "id")),
        ("country_id/.id", ("country_id", ".id")),
        ("country_id:id", ("country_id", "id")),
        ("country_id.id", ("country_id", ".id")),
        ("Parent Category / External ID", ("Parent Category", "External ID")),
        ("Order Lines/Products*", ("Order Lines", "Products")),
        ("a/b/id", ("a/b", "id")),
        ("name", None),
        ("/id", None),
    ],
)
def test_a_path_is_split_at_its_last_part(name: str, path: tuple[str, str] | None) -> None:
    assert split_path(name) == path


@pytest.mark.parametrize(
    ("part", "kind"),
    [
        ("id", ColumnKind.EXTERNAL_ID),
        ("External ID", ColumnKind.EXTERNAL_ID),
        ("ID externe", ColumnKind.EXTERNAL_ID),
        ("Externe ID", ColumnKind.EXTERNAL_ID),
        (".id", ColumnKind.DATABASE_ID),
        ("database id", ColumnKind.DATABASE_ID),
        ("Datenbank-ID", ColumnKind.DATABASE_ID),
        ("display_name", ColumnKind.NAME),
        ("Name", ColumnKind.NAME),
        ("code", None),
        ("ID", None),
    ],
)
def test_the_last_part_says_how_a_record_is_named(part: str, kind: ColumnKind | None) -> None:
    assert kind_of_part(part) is kind


def test_an_id_in_capitals_may_be_either() -> None:
    assert is_either_id("ID")
    assert is_either_id("Id")
    assert not is_either_id("id")
    assert not is_either_id(".id")


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("name:fr_FR", ("name", "fr_FR")),
        ("Product Name : pt_BR", ("Product Name", "pt_BR")),
        ("name:ar_001", ("name", "ar_001")),
        ("name:sr@latin", ("name", "sr@latin")),
        ("name", ("name", None)),
        ("country_id:id", ("country_id:id", None)),
        ("attribute:Color", ("attribute:Color", None)),
        ("name:fr", ("name:fr", None)),
        (":fr_FR", (":fr_FR", None)),
    ],
)
def test_a_language_is_told_from_other_parts(name: str, parts: tuple[str, str | None]) -> None:
    assert split_language(name) == parts
