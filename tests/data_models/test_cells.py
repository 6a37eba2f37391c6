import base64
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.data_models.cell_errors import CellError, is_no_value, shown
from odoo_ingestion.data_models.cells import converter_for
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Column, ColumnKind, FieldSpec, Reference


def read(spec: FieldSpec, cell: Any, *, tz: str = "UTC", **words: str) -> str | Reference:
    return converter_for(spec, Column("the column", spec.name), Notation(tz), words)(cell)


TEXT = FieldSpec("comment", "char")


@pytest.mark.parametrize("cell", [None, "", "  ", "\t\n", "\u00a0", "NULL", "\\N", []])
def test_these_cells_say_nothing(cell: Any) -> None:
    assert is_no_value(cell)


@pytest.mark.parametrize("cell", ["N/A", "nan", "None", "-", "null", "0", 0, False, {}, "NULL "])
def test_these_cells_say_something(cell: Any) -> None:
    assert not is_no_value(cell)


def test_a_long_value_is_shown_on_one_line_and_shortened() -> None:
    assert shown("a\nb") == "'a\ufffdb'"
    assert len(shown("x" * 1000)) == 62
    assert shown(10**5000) == "'a number of thousands of digits'"


@pytest.mark.parametrize(
    "text", ["007", " padded ", "N/A", "é\u200d", "日本", "tab\there", "two\nlines", "😀", "False"]
)
def test_text_stays_exactly_as_it_is(text: str) -> None:
    assert read(TEXT, text) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [("'+32 2 555", "+32 2 555"), ("'=1+1", "=1+1"), ("'-", "-"), ("'n Winkel", "'n Winkel")],
)
def test_the_apostrophe_that_guards_text_in_odoos_csv_export_is_left_out(
    cell: str, text: str
) -> None:
    assert read(TEXT, cell) == text


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        (94523, "94523"),
        (94523.0, "94523"),
        (1.5, "1.5"),
        (1e-7, "0.0000001"),
        (Decimal("2.50"), "2.50"),
        (Decimal("3.00"), "3"),
        (True, "True"),
        (date(2024, 2, 28), "2024-02-28"),
        (datetime(2024, 2, 28), "2024-02-28"),
        (datetime(2024, 2, 28, 9, 30), "2024-02-28 09:30:00"),
        (time(9, 30), "09:30:00"),
        ("a\r\nb\rc", "a\nb\nc"),
    ],
)
def test_other_values_become_plain_text(cell: Any, text: str) -> None:
    assert read(TEXT, cell) == text


@pytest.mark.parametrize(
    "cell",
    [
        "a\x00b",
        "\x1b[0m",
        "\ud800",
        "\uffff",
        [],
        {},
        b"x",
        float("nan"),
        Decimal("1e999"),
        pytest.param(10**5000, id="huge"),
    ],
)
def test_what_text_cannot_be_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read(TEXT, cell)


def test_a_control_character_is_named_with_its_place() -> None:
    with pytest.raises(CellError, match=r"control character U\+0000 at position 3"):
        read(TEXT, "ab\x00")


def test_text_longer_than_its_field_is_refused() -> None:
    with pytest.raises(CellError, match="is 3 characters long"):
        read(FieldSpec("code", "char", size=2), "ABC")


@pytest.mark.parametrize("name", ["default_code", "ref", "barcode", "vat", "email"])
def test_keys_lose_the_spaces_around_them(name: str) -> None:
    assert read(FieldSpec(name, "char"), "  A 1 ") == "A 1"


@pytest.mark.parametrize(
    "cell", ["1", "TRUE", "Yes", "y", "T", "on", "x", True, 1, 1.0, Decimal(1)]
)
def test_yes_is_read(cell: Any) -> None:
    assert read(FieldSpec("active", "boolean"), cell) == "1"


@pytest.mark.parametrize("cell", ["0", "False", "NO", "n", "f", "off", False, 0, 0.0])
def test_no_is_read(cell: Any) -> None:
    assert read(FieldSpec("active", "boolean"), cell) == "0"


@pytest.mark.parametrize("cell", ["maybe", "2", 2, float("nan"), Decimal("sNaN"), "N/A", [], "oui"])
def test_neither_yes_nor_no_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read(FieldSpec("active", "boolean"), cell)


TYPE = FieldSpec(
    "type",
    "selection",
    selection=(("contact", "Contact"), ("invoice", "Invoice"), ("invoice", "Facture")),
)


@pytest.mark.parametrize("cell", ["invoice", "INVOICE", " Invoice ", "facture", "bill"])
def test_a_selection_is_read_by_key_label_in_any_language_and_further_words(cell: str) -> None:
    assert read(TYPE, cell, bill="invoice", gone="nowhere") == "invoice"


def test_a_selection_by_number_is_read() -> None:
    assert read(FieldSpec("priority", "selection", selection=(("0", "Normal"),)), 0) == "0"


def test_a_value_outside_the_selection_is_told_what_is_allowed() -> None:
    with pytest.raises(CellError) as caught:
        read(TYPE, "gone", gone="nowhere")
    assert caught.value.hint == "Allowed: Contact, Invoice."


def test_a_long_selection_is_told_in_part() -> None:
    many = tuple((str(n), f"Zone {n}") for n in range(20))
    with pytest.raises(CellError) as caught:
        read(FieldSpec("tz", "selection", selection=many), "x")
    assert str(caught.value.hint).endswith("Zone 11 and 8 more.")


def test_a_label_of_two_values_is_ambiguous_and_a_key_is_not() -> None:
    spec = FieldSpec("s", "selection", selection=(("a", "Same"), ("b", "Same"), ("same", "C")))
    assert read(spec, "SAME") == "same"
    spec = FieldSpec("s", "selection", selection=(("a", "Same"), ("b", "Same")))
    with pytest.raises(CellError, match="may mean a or b"):
        read(spec, "same")


def test_a_file_is_base64_or_bytes() -> None:
    spec = FieldSpec("image_1920", "binary")
    encoded = base64.b64encode(b"some bytes").decode()
    assert read(spec, encoded[:4] + "\n" + encoded[4:]) == encoded
    assert read(spec, f"data:image/png;base64,{encoded}") == encoded
    assert read(spec, b"some bytes") == encoded


@pytest.mark.parametrize(
    "cell", ["https://a.example/b.png", "abc", "é", "0x151C", 5, "data:;base64,", "a.pdf"]
)
def test_what_is_no_file_is_refused(cell: Any) -> None:
    with pytest.raises(CellError, match="is not a file"):
        read(FieldSpec("datas", "binary"), cell)


@pytest.mark.parametrize(
    ("cell", "source"),
    [
        ("images/tea.png", "file:images/tea.png"),
        (" tea.JPG ", "file:tea.JPG"),
        ("https://a.example/b.png?size=2", "https://a.example/b.png?size=2"),
        ("HTTP://a.example/b", "http://a.example/b"),
    ],
)
def test_an_image_may_be_named_by_where_it_is(cell: str, source: str) -> None:
    for name in ("image_1920", "avatar_128", "logo"):
        assert read(FieldSpec(name, "binary"), cell) == source


@pytest.mark.parametrize(
    "cell", ["ftp://a.example/b.png", "file:///etc/passwd", "C:\\tea.png", "javascript:1", "https:"]
)
def test_an_image_at_an_address_of_another_kind_is_refused(cell: str) -> None:
    with pytest.raises(CellError, match="is no address of an image") as caught:
        read(FieldSpec("image_1920", "binary"), cell)
    assert "beside the file" in str(caught.value.hint)


@pytest.mark.parametrize("cell", ["abc", "é", 5, "x" * 2_001 + ".png"])
def test_what_is_neither_an_image_nor_names_one_is_refused(cell: Any) -> None:
    with pytest.raises(CellError, match="is not a file"):
        read(FieldSpec("image_1920", "binary"), cell)


@pytest.mark.parametrize("kind", ["one2many", "json", "properties", "reference", "unheard_of"])
def test_types_that_no_cell_can_hold_are_refused(kind: str) -> None:
    with pytest.raises(CellError, match=f"fields of type {kind} cannot be imported"):
        read(FieldSpec("lines", kind), "x")


@pytest.mark.parametrize(
    ("kind", "cell", "expected"),
    [
        ("integer", "3.0", "3"),
        ("many2one_reference", "7", "7"),
        ("float", "1,5", "1.5"),
        ("monetary", "2", "2"),
        ("date", "2024/02/28", "2024-02-28"),
        ("text", " a ", " a "),
        ("html", "<b>x</b>", "<b>x</b>"),
    ],
)
def test_each_type_has_its_reader(kind: str, cell: str, expected: str) -> None:
    assert read(FieldSpec("x", kind), cell) == expected


def test_moments_follow_the_users_time_zone() -> None:
    spec = FieldSpec("date_order", "datetime")
    assert read(spec, "2024-07-01T12:00:00Z", tz="Asia/Tokyo") == "2024-07-01 21:00:00"
    with pytest.raises(UsageError, match="time zone Mars/Base"):
        read(spec, "2024-07-01", tz="Mars/Base")


def test_relations_and_ids_become_references_and_ids() -> None:
    country = FieldSpec("country_id", "many2one", relation="res.country")
    found = converter_for(country, Column("C", "country_id", ColumnKind.EXTERNAL_ID), Notation())(
        "base.us"
    )
    assert found == Reference("C", ColumnKind.EXTERNAL_ID, ("base.us",))
    own = FieldSpec("id", "integer")
    assert (
        converter_for(own, Column("id", "id", ColumnKind.EXTERNAL_ID), Notation())("a.b") == "a.b"
    )
    assert converter_for(own, Column(".id", "id", ColumnKind.DATABASE_ID), Notation())("07") == "7"
