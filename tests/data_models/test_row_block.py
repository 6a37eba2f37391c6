"""Rows read together say what each of them says alone."""

from collections.abc import Sequence
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.records import Column, Draft, Row
from tests.data_models.rows import draft, problems, row, validator
from tests.data_models.test_any_cell import CELLS, SPECIAL

PRODUCTS = (
    "name", "default_code", "barcode", "list_price", "type", "is_storable", "categ_id",
    "description_sale", "weight", "sale_ok", "sequence",
)  # fmt: skip
PARTNERS = (
    "name",
    "company_type",
    "is_company",
    "email",
    "vat",
    "country_id",
    "category_id",
    "ref",
)
CATEGORIES = ("name", "complete_name", "parent_id")
TEXTS = st.sampled_from(
    ["", " ", "NULL", "\\N", "Chair", " Chair ", "12.50", "0", "1\n2", "-3", "'=1", "caf\ufffd",
     "All / Tea", "Storable", "service", "company", "person", "a@b.example", "Tea\u00a0", "yes"]
)  # fmt: skip

NUMBERS = st.sampled_from(
    [
        1,
        12,
        10**5000,
        0,
        -1,
        1.5,
        0.0,
        12.0,
        1e22,
        1e-7,
        Decimal("2.50"),
        Decimal(0),
        Decimal("1E+3"),
    ]
)


def alone_and_together(
    names: Sequence[str], model: str, rows: Sequence[Row], **options: Any
) -> None:
    alone = validator(model, *names, **options)
    together = validator(model, *names, **options)
    expected = [alone.validate(one) for one in rows]
    assert list(together.validate_all(rows)) == expected
    assert together.notices == alone.notices
    missing = [alone.missing_required(one) for one in expected if isinstance(one, Draft)]
    again = together.validate_all(rows)
    assert [together.missing_required(o) for o in again if isinstance(o, Draft)] == missing


def rows_of(names: Sequence[str], cells: st.SearchStrategy[Any]) -> st.SearchStrategy[list[Row]]:
    whole = st.tuples(*(cells for _ in names)).map(lambda row: dict(zip(names, row, strict=True)))
    sparse = st.dictionaries(st.sampled_from([*names, "who_knows"]), cells, max_size=3)
    values = st.lists(st.one_of(whole, whole, sparse), max_size=12)
    return values.map(lambda found: [Row(n, n + 1, one) for n, one in enumerate(found, start=1)])


@pytest.mark.parametrize(
    ("model", "names"),
    [
        ("product.template", PRODUCTS),
        ("res.partner", PARTNERS),
        ("product.category", CATEGORIES),
    ],
)
@settings(max_examples=60, deadline=None)
@given(data=st.data())
def test_rows_read_together_say_what_each_says_alone(
    data: st.DataObject, model: str, names: tuple[str, ...]
) -> None:
    kinds = [TEXTS, st.one_of(TEXTS, SPECIAL), st.one_of(TEXTS, CELLS), NUMBERS]
    cells = data.draw(st.sampled_from(kinds))
    rows = data.draw(rows_of(names, cells))
    constant = {"sequence": "7"} if model == "product.template" and "sequence" not in names else {}
    alone_and_together(names, model, rows, set_values=constant, required_on_create=("name",))


def test_a_wrong_cell_is_told_in_the_words_of_its_row_alone() -> None:
    rows = [row(n, name=f"Chair {n}", list_price="12.50") for n in range(1, 40)]
    rows[17] = row(18, name="Chair 18", list_price="1,234")
    found = list(validator("product.template", "name", "list_price").validate_all(rows))
    (problem,) = problems(found.pop(17))
    assert problem.field == "list_price"
    assert "may be 1234 or 1.234" in problem.message
    assert [draft(one).values["list_price"] for one in found] == ["12.50"] * 38


def test_two_numbers_in_one_cell_are_no_number_although_each_line_is_one() -> None:
    rows = [row(1, name="A", list_price="1\n2"), row(2, name="B", list_price="3")]
    first, second = validator("product.template", "name", "list_price").validate_all(rows)
    assert problems(first)[0].field == "list_price"
    assert draft(second).values["list_price"] == "3"


def test_a_column_that_turns_up_later_is_read_from_there_on() -> None:
    rows = [row(1, name="A"), row(2, name="B", barcode="4001"), row(3, name="C", barcode=" 4002 ")]
    late = validator("product.template", "name", bind_late=lambda name: Column(name, name))
    found = [draft(one).values for one in late.validate_all(rows)]
    assert [one.get("barcode") for one in found] == [None, "4001", "4002"]
    assert draft(next(late.validate_all(rows[1:]))).values["barcode"] == "4001"


def test_doubts_are_told_of_each_row() -> None:
    rows = [row(n, name=f"P{n}", list_price=price) for n, price in enumerate(["1", "-2", "-2"], 1)]
    found = validator("product.template", "name", "list_price").validate_all(rows)
    assert [draft(one).warnings for one in found] == [
        (),
        ("list_price is negative: -2",),
        ("list_price is negative: -2",),
    ]


def test_constants_count_for_every_row_and_for_the_rules() -> None:
    rows = [row(1, name="A"), row(2, name="B")]
    checked = validator("product.template", "name", set_values={"type": "storable"})
    for one in checked.validate_all(rows):
        assert draft(one).values == {
            "name": draft(one).values["name"],
            "type": "consu",
            "is_storable": "1",
        }
