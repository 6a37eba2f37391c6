"""Amounts of the file against what the lines come to."""

from __future__ import annotations

from decimal import Decimal

from odoo_ingestion.documents import compare_amounts, untaxed_amounts
from odoo_ingestion.documents.sales import SALE_ORDER


def line(quantity: str, price: str, discount: str = "") -> dict[str, str]:
    return {"product_uom_qty": quantity, "price_unit": price, "discount": discount}


def test_the_sum_is_rounded_or_each_line_is() -> None:
    lines = [line("1", "0.125"), line("1", "0.125")]
    assert untaxed_amounts(lines, SALE_ORDER) == (Decimal("0.25"), Decimal("0.26"))


def test_a_discount_is_in_percent() -> None:
    assert untaxed_amounts([line("3", "10", "15")], SALE_ORDER)[0] == Decimal("25.5")


def test_sections_count_for_nothing() -> None:
    lines = [{"display_type": "line_section", "name": "Teas"}, line("2", "1.5")]
    assert untaxed_amounts(lines, SALE_ORDER)[0] == 3


def test_nothing_is_reckoned_where_a_price_or_quantity_is_left_to_odoo() -> None:
    assert untaxed_amounts([line("1", "2"), {"product_uom_qty": "1"}], SALE_ORDER) == ()


def test_amounts_differ_from_half_a_unit_of_the_currency_on() -> None:
    assert compare_amounts({"amount_untaxed": "10.00"}, {"amount_untaxed": 10.004}) == {}
    differing = compare_amounts({"amount_untaxed": "10"}, {"amount_untaxed": 10.01})
    assert differing == {"amount_untaxed": ("10", "10.01")}
    yen = Decimal(1)
    assert compare_amounts({"amount_untaxed": "10.4"}, {"amount_untaxed": 10.0}, yen) == {}


def test_what_odoo_does_not_tell_is_not_compared() -> None:
    assert compare_amounts({"amount_tax": "1"}, {"amount_untaxed": 2.0}) == {}
