"""The header of a file of orders: whose each column is."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from odoo_ingestion.data_models import import_type, load_catalogue
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import (
    DocumentColumns,
    LineBinder,
    RecordBinder,
    binder,
    check_document_columns,
    map_document_columns,
)
from odoo_ingestion.records import ModelSchema

ORDERS = import_type("orders")


def mapped(header: Sequence[str], version: str = "19.0") -> DocumentColumns:
    schema, lines = (load_catalogue(version, m) for m in ("sale.order", "sale.order.line"))
    return map_document_columns(header, schema, lines, ORDERS)


def own(columns: DocumentColumns) -> dict[str, str]:
    return {column.name: column.field for column in columns.record.columns}


def of_lines(columns: DocumentColumns) -> dict[str, str]:
    return {column.name: column.field for column in columns.lines.columns}


def test_a_flat_header_is_parted_by_what_the_type_says() -> None:
    header = ["orderID", "customerID", "orderDate", "productID", "unitPrice", "quantity"]
    header += ["discount", "description", "taxes", "currency", "note", "Unit of Measure"]
    columns = mapped([*header, "sku number"])
    assert own(columns) == {
        "orderID": "name",
        "customerID": "partner_id",
        "orderDate": "date_order",
        "currency": "currency_id",
        "note": "note",
    }
    assert of_lines(columns) == {
        "productID": "product_id",
        "unitPrice": "price_unit",
        "quantity": "product_uom_qty",
        "discount": "discount",
        "description": "name",
        "taxes": "tax_ids",
        "Unit of Measure": "product_uom_id",
        "sku number": "product_id",
    }


def test_odoos_own_notation_is_the_lines_whatever_the_name() -> None:
    header = ["Order Reference", "Customer*", "Order Lines/Products*", "Order Lines/Quantity"]
    header += ["order_line/id", "order_line/name", "Order Lines / Unit Price", "order_line/tax_ids"]
    columns = mapped(header)
    assert own(columns) == {"Order Reference": "name", "Customer*": "partner_id"}
    assert of_lines(columns) == {
        "Order Lines/Products*": "product_id",
        "Order Lines/Quantity": "product_uom_qty",
        "order_line/id": "id",
        "order_line/name": "name",
        "Order Lines / Unit Price": "price_unit",
        "order_line/tax_ids": "tax_ids",
    }


@pytest.mark.parametrize(
    "name", ["order_line", "lines", "items", "details", "orderLines", "Order Lines", "line_items"]
)
def test_a_list_of_lines_is_found_by_its_name(name: str) -> None:
    columns = mapped(["orderID", "customer", name])
    assert columns.nested == name
    assert of_lines(columns) == {}


def test_beside_a_list_of_lines_every_column_is_the_orders() -> None:
    columns = mapped(["orderID", "details", "quantity"])
    assert [column.name for column in columns.record.unknown] == ["quantity"]


def test_two_lists_of_lines_are_not_guessed() -> None:
    with pytest.raises(ColumnError, match="'items' and 'details' may both hold the lines"):
        mapped(["orderID", "items", "details"])


def test_a_name_of_both_is_ambiguous_and_says_how_to_be_plain() -> None:
    columns = mapped(["order", "customer", "product", "subtotal"])
    with pytest.raises(ColumnError) as stopped:
        check_document_columns(columns, ignore_unknown=True)
    assert "'subtotal' may mean amount_untaxed or order_line/price_subtotal" in (
        stopped.value.message
    )
    plain = mapped(["order", "customer", "amount_untaxed", "order_line/price_subtotal"])
    assert own(plain)["amount_untaxed"] == "amount_untaxed"
    assert of_lines(plain) == {"order_line/price_subtotal": "price_subtotal"}


def test_what_neither_has_is_told_with_what_is_near_in_both() -> None:
    columns = mapped(["order", "custmer", "prodct", "freight"])
    with pytest.raises(ColumnError) as stopped:
        check_document_columns(columns, ignore_unknown=False)
    for told in ("'custmer' is not known", "order_line/product_id", "'freight'"):
        assert told in stopped.value.message
    left_out = check_document_columns(columns, ignore_unknown=True)
    assert len(left_out) == 3


def test_a_line_is_named_by_no_database_id_and_moved_to_no_other_order() -> None:
    columns = mapped(["order", "order_line/.id", "order_line/order_id"])
    reasons = {column.name: column.reason for column in columns.lines.unsupported}
    assert "order_line/id (external id) only" in reasons["order_line/.id"]
    assert "belongs to the document of its row" in reasons["order_line/order_id"]


def test_a_file_without_any_column_of_the_order_is_refused() -> None:
    with pytest.raises(ColumnError, match="no column of the file says"):
        check_document_columns(mapped(["productID", "quantity"]), ignore_unknown=False)


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
def test_the_same_header_fits_every_version(version: str) -> None:
    header = ["order", "customer", "date", "salesperson", "warehouse", "pricelist", "currency"]
    header += ["product", "quantity", "tax_ids", "product_uom_id", "price", "discount", "total"]
    columns = mapped(header, version)
    check_document_columns(columns, ignore_unknown=False)
    assert own(columns)["customer"] == "partner_id"
    newest = version == "19.0"
    assert of_lines(columns)["tax_ids"] == ("tax_ids" if newest else "tax_id")
    assert of_lines(columns)["product_uom_id"] == ("product_uom_id" if newest else "product_uom")


def test_columns_that_turn_up_later_are_bound_by_the_half_that_they_stand_in() -> None:
    schema, lines = (load_catalogue("19.0", m) for m in ("sale.order", "sale.order.line"))
    record = RecordBinder(schema, ORDERS)
    line = LineBinder(schema, lines, ORDERS)
    found = (record.bind_known("customer"), line.bind_known("qty"))
    assert [column and column.field for column in found] == ["partner_id", "product_uom_qty"]
    assert (record.bind_known("qty"), line.bind_known("customer number")) == (None, None)


def test_a_header_of_known_columns_is_parted_without_the_other_versions(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def refuse(schema: ModelSchema, name: str) -> str | None:
        raise AssertionError(f"looked for {name} in every version")

    monkeypatch.setattr(binder, "reason_without", refuse)
    columns = mapped(["order", "customer", "product", "quantity"])
    assert own(columns) == {"order": "name", "customer": "partner_id"}
    with pytest.raises(AssertionError, match="freight"):
        mapped(["order", "freight"])
