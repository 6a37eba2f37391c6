import pytest

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.variants.axes import (
    Option,
    check_axes,
    is_axis_column,
    is_key_column,
    option_names,
    read_key,
    read_options,
)


def is_blank(cell: object) -> bool:
    return cell in (None, "")


@pytest.mark.parametrize(
    "name",
    ["attribute:Color", "Attribute: Size", "Option1 Name", "option_2_value", "Option3 Value"],
)
def test_columns_of_attributes_are_known(name: str) -> None:
    assert is_axis_column(name)


@pytest.mark.parametrize("name", ["Color", "attribute", "Options", "Option Name", "name"])
def test_other_columns_are_no_attributes(name: str) -> None:
    assert not is_axis_column(name)


@pytest.mark.parametrize("name", ["Handle", "parent_sku", "Parent SKU", "template key"])
def test_columns_of_a_products_key_are_known(name: str) -> None:
    assert is_key_column(name)


def test_a_row_says_its_values_in_the_order_of_its_columns() -> None:
    row = {
        "name": "Shirt",
        "attribute: Color ": "  light   blue ",
        "Option1 Name": "Size",
        "Option1 Value": 39.0,
        "attribute:Cut": "",
    }
    assert read_options(row, is_blank) == (
        Option("attribute: Color ", "Color", "light blue"),
        Option("Option1 Value", "Size", "39", 1),
    )
    assert option_names(row, is_blank) == {1: "Size"}


def test_the_only_option_of_a_product_without_any_says_nothing() -> None:
    row = {"Option1 Name": "Title", "Option1 Value": "Default Title"}
    assert read_options(row, is_blank) == ()
    assert read_options({"Option1 Value": "Default Title"}, is_blank) == ()


def test_a_key_may_be_a_number() -> None:
    assert read_key({"Parent SKU": 1001}, is_blank) == "1001"
    assert read_key({"Parent SKU": "", "name": "Shirt"}, is_blank) == ""


@pytest.mark.parametrize(
    ("header", "told"),
    [
        (["attribute:"], "names no attribute"),
        (["attribute:Color", "Attribute: color"], "are the same attribute"),
        (["Option1 Name"], "'Option1 Value' is missing"),
        (["Option2 Value"], "'Option2 Name' is missing"),
        (["Handle", "Parent SKU"], "all name the product"),
    ],
)
def test_a_header_that_is_not_whole_is_refused(header: list[str], told: str) -> None:
    with pytest.raises(ColumnError, match=told):
        check_axes(header)


def test_a_whole_header_passes() -> None:
    check_axes(["name", "Handle", "attribute:Color", "Option1 Name", "Option1 Value"])
