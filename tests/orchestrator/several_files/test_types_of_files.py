"""What a file holds, where nobody says it: its name, its columns, and when neither will do."""

from __future__ import annotations

import pytest

from odoo_ingestion.data_models import IMPORT_TYPES, available_versions
from odoo_ingestion.errors import UsageError
from odoo_ingestion.orchestrator.several_files.names import NameEvidence, read_name
from odoo_ingestion.orchestrator.several_files.types_of_files import find_file_type

VERSION = available_versions()[-1]
PRODUCTS = ("default_code", "name", "list_price", "barcode")
PARTNERS = ("ref", "name", "email", "vat")
ORDERS = ("Order", "Customer", "Order Date", "SKU", "Quantity", "Unit Price")


@pytest.mark.parametrize(
    ("path", "types"),
    [
        ("customers.csv", "customers"),
        ("data/2024-11 Customers (2).xlsx", "customers"),
        ("customers.20261120-101010.failed.csv", "customers"),
        ("exports/vendors_export.json.gz", "suppliers"),
        ("ProductCategories.csv", "categories"),
        ("product categories - Copy.csv", "categories"),
        ("contacts.parquet", "partners"),
        ("companies.csv", "partners"),
        ("Articles_final.csv", "products"),
        ("customer_orders.csv", "orders"),
        ("sale_orders-2024.json", "orders"),
    ],
)
def test_a_name_that_ends_with_what_the_rows_are_says_it(path: str, types: str) -> None:
    assert read_name(path) == NameEvidence(types=(types,), strong=True)


@pytest.mark.parametrize(
    ("path", "model"),
    [
        ("res.partner.csv", "res.partner"),
        ("product_template (2).xlsx", "product.template"),
        ("res_partner_category.csv", "res.partner.category"),
        ("crm.lead.csv", "crm.lead"),
        ("res.partner-2024.csv", "res.partner"),
        ("purchase.order_of_last_year.csv", "purchase.order"),
        ("Sale Order Line.csv", "sale.order.line"),
    ],
)
def test_a_file_may_be_named_after_its_model(path: str, model: str) -> None:
    assert read_name(path) == NameEvidence(model=model, strong=True)


def test_a_name_that_goes_on_behind_the_type_says_less() -> None:
    assert read_name("customer_notes.csv") == NameEvidence(types=("customers",))


@pytest.mark.parametrize("path", ["rows.csv", "2024.csv", "-", "xyz-12.json"])
def test_other_names_say_nothing(path: str) -> None:
    assert read_name(path) == NameEvidence()


@pytest.mark.parametrize("name", list(IMPORT_TYPES))
def test_a_type_s_own_template_is_known_by_its_own_name(name: str) -> None:
    header = tuple(IMPORT_TYPES[name].example)
    found = find_file_type(f"{name}.csv", header, VERSION)
    assert (found.type, found.model) == (name, IMPORT_TYPES[name].model)


@pytest.mark.parametrize(
    ("header", "found"),
    [
        (PRODUCTS, "products"),
        (PARTNERS, "partners"),
        (ORDERS, "orders"),
        (("login", "name", "email"), "users"),
        (("product", "location", "quantity"), "inventory"),
        (("Handle", "Title", "Option1 Name", "Option1 Value", "Variant SKU"), "variants"),
    ],
)
def test_columns_alone_will_do_where_they_are_clear(header: tuple[str, ...], found: str) -> None:
    told = find_file_type("rows.csv", header, VERSION)
    assert told.type == found
    assert told.why.startswith("its columns fit; ")


def test_a_name_tells_customers_from_other_partners() -> None:
    assert find_file_type("customers.csv", PARTNERS, VERSION).type == "customers"
    assert find_file_type("rows.csv", PARTNERS, VERSION).type == "partners"


def test_a_model_without_a_type_is_taken_as_it_is() -> None:
    found = find_file_type("crm.lead.csv", ("name",), VERSION)
    assert (found.type, found.model) == (None, "crm.lead")
    assert find_file_type("res.partner.csv", PARTNERS, VERSION).type == "partners"


@pytest.mark.parametrize(
    ("path", "header", "listed"),
    [
        ("rows.csv", ("id", "name", "parent_id"), "categories (3 of 3 columns), partners"),
        ("products.csv", PARTNERS, "products (2 of 4 columns), partners (4 of 4 columns)"),
        ("customer_notes.csv", ("note_nr", "written_by", "stars"), "No type knows its columns"),
        ("customers.csv", ("colour", "of_mood"), "No type knows its columns"),
        ("rows.csv", ("complete_name",), "It may be categories (1 of 1 columns)"),
        ("rows.csv", ("a1", "b2"), "No type knows its columns"),
        ("purchases.csv", ("Name", "Product", "Quantity"), "It may be purchase-orders (3 of 3"),
        ("order_details.csv", ("orderID", "productID", "quantity"), "orders (3 of 3 columns)"),
    ],
)
def test_what_is_not_clear_is_asked_for_and_never_guessed(
    path: str, header: tuple[str, ...], listed: str
) -> None:
    with pytest.raises(UsageError) as caught:
        find_file_type(path, header, VERSION)
    assert caught.value.message.startswith(f"{path}: ")
    assert listed in (caught.value.hint or "")
    assert "--type TYPE or --model MODEL" in (caught.value.hint or "")
