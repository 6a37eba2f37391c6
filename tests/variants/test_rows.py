from odoo_ingestion.records import ColumnKind, Draft, Reference, Row
from odoo_ingestion.variants.axes import Option
from odoo_ingestion.variants.rows import (
    KeyKind,
    ProductKey,
    VariantRow,
    describe_product,
    name_options,
)

SHARED = frozenset({"name", "description_sale", "categ_id"})


def variant_row(
    number: int,
    values: dict[str, str],
    *options: Option,
    category: str = "",
    names: dict[int, str] | None = None,
) -> VariantRow:
    references = (
        {"categ_id": Reference("category", ColumnKind.NAME, (category,))} if category else {}
    )
    draft = Draft(Row(number, None, {}), values, references)
    return VariantRow(draft, ProductKey(KeyKind.KEY, "shirt"), options, names or {})


def test_the_first_row_that_fills_a_field_speaks_for_the_product() -> None:
    rows = [
        variant_row(1, {"name": "Shirt", "default_code": "1"}, category="All / Shirts"),
        variant_row(2, {"default_code": "2", "description_sale": "Soft"}),
        variant_row(3, {"name": "Shirt"}, category="all /  shirts"),
    ]
    product = describe_product(rows, SHARED, {})
    assert product.values == {"name": "Shirt", "description_sale": "Soft"}
    assert product.references["categ_id"].texts == ("All / Shirts",)
    assert product.problems == {}


def test_a_row_that_says_something_else_fails_and_names_the_row_before() -> None:
    rows = [
        variant_row(1, {"name": "Shirt"}, category="Shirts"),
        variant_row(5, {"name": "Trousers"}),
        variant_row(6, {"name": "Shirt"}, category="Socks"),
    ]
    problems = describe_product(rows, SHARED, {"name": "Title"}).problems
    assert problems[1].message == "row 1 of the same product says something else in Title"
    assert problems[2].field == "categ_id"
    assert set(problems) == {1, 2}


def test_a_field_to_be_cleared_gives_way_to_one_that_is_filled() -> None:
    rows = [
        variant_row(1, {"description_sale": ""}),
        variant_row(2, {"description_sale": "Soft"}),
        variant_row(3, {"description_sale": ""}),
    ]
    product = describe_product(rows, SHARED, {})
    assert product.values == {"description_sale": "Soft"}
    assert product.problems == {}


def test_the_name_of_an_option_may_stand_in_the_first_row_only() -> None:
    rows = [
        variant_row(1, {}, Option("Option1 Value", "Size", "S", 1), names={1: "Size"}),
        variant_row(2, {}, Option("Option1 Value", "", "L", 1)),
    ]
    assert [row.options[0].attribute for row in name_options(rows)] == ["Size", "Size"]


def test_an_option_without_a_name_and_one_named_twice_are_problems() -> None:
    nameless, twice = name_options(
        [
            variant_row(1, {}, Option("Option2 Value", "", "S", 2)),
            variant_row(2, {}, Option("attribute:Size", "Size", "S"), Option("x", "size", "L", 1)),
        ]
    )
    assert "has no name" in nameless.problems[0].message
    assert twice.problems[0].message == "the row gives size two values"
