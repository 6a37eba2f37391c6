from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.references import (
    category_path,
    read_database_id,
    read_external_id,
    read_many,
    read_one,
)
from odoo_ingestion.records import Column, ColumnKind

COUNTRY = Column("Country", "country_id", ColumnKind.NAME)
TAGS = Column("Tags", "category_id", ColumnKind.NAME)


def test_a_name_loses_the_spaces_around_it_and_no_others() -> None:
    reference = read_one(" United  Kingdom ", COUNTRY, "res.country")
    assert reference.texts == ("United  Kingdom",)
    assert (reference.column, reference.kind) == ("Country", ColumnKind.NAME)


@pytest.mark.parametrize(("cell", "text"), [(5, "5"), (7.0, "7"), (Decimal("12"), "12")])
def test_a_number_may_name_a_record(cell: Any, text: str) -> None:
    assert read_one(cell, COUNTRY, "res.country").texts == (text,)


@pytest.mark.parametrize("cell", [["a", "b"], {"id": 1}, "N/A", "-", "nan", True, "a\x00"])
def test_what_names_no_record_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_one(cell, COUNTRY, "res.country")


@pytest.mark.parametrize(
    "cell", ["All > Drinks > Tea", " All / Drinks  /  Tea", "All / Drinks > Tea"]
)
def test_a_category_path_gets_one_spelling(cell: str) -> None:
    column = Column("Category", "categ_id", ColumnKind.NAME)
    assert read_one(cell, column, "product.category").texts == ("All / Drinks / Tea",)


def test_a_slash_without_spaces_is_part_of_a_category_name() -> None:
    assert category_path("Audio / TV/Video") == ("Audio", "TV/Video")


@pytest.mark.parametrize("cell", ["All / ", " / Tea", "All /  / Tea"])
def test_a_category_path_with_an_empty_part_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match="empty part"):
        category_path(cell)


@pytest.mark.parametrize(
    ("cell", "texts"),
    [
        ("Services", ("Services",)),
        ("Consultancy Services,IT Services", ("Consultancy Services", "IT Services")),
        (" a , b ,, a ", ("a", "b")),
        ('"Red, large",Blue', ("Red, large", "Blue")),
        ('Blue, "He said ""hi"""', ("Blue", 'He said "hi"')),
        ("one\r\ntwo", ("one", "two")),
        (["x, y", 5], ("x, y", "5")),
        (12, ("12",)),
        ('["Red, large", "Blue"]', ("Red, large", "Blue")),
        (' ["a", 5, "a"] ', ("a", "5")),
        ("[new] shoes", ("[new] shoes",)),
        ("[old], [new]", ("[old]", "[new]")),
    ],
)
def test_a_list_of_names_is_read(cell: Any, texts: tuple[str, ...]) -> None:
    assert read_many(cell, TAGS, "res.partner.category").texts == texts


@pytest.mark.parametrize(
    "cell", ['"open', ",", "[]", "[null]", '[["a"]]', ["ok", ["nested"]], [None]]
)
def test_a_broken_list_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_many(cell, TAGS, "res.partner.category")


def test_lists_of_ids_are_checked_one_by_one() -> None:
    by_id = Column("Tags/ID", "category_id", ColumnKind.DATABASE_ID)
    assert read_many("3, 8", by_id, "res.partner.category").texts == ("3", "8")
    with pytest.raises(CellError, match="'x' is not a database id"):
        read_many("3,x", by_id, "res.partner.category")


@pytest.mark.parametrize("cell", ["base.us", "a1", "my list".replace(" ", "_"), "é.x", 42])
def test_an_external_id_is_taken_as_it_is(cell: Any) -> None:
    assert read_external_id(cell) == str(cell)


@pytest.mark.parametrize("cell", ["a b", "a\u00a0b", ".x", "x.", True, "a\x01"])
def test_an_external_id_that_odoo_refuses_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_external_id(cell)


@pytest.mark.parametrize(("cell", "text"), [("42", "42"), (" 007 ", "7"), (9.0, "9")])
def test_a_database_id_is_read(cell: Any, text: str) -> None:
    assert read_database_id(cell) == text


@pytest.mark.parametrize("cell", ["0", "-1", "1.5", "base.us", "2147483648", "9" * 40, "²", []])
def test_what_is_no_database_id_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_database_id(cell)
