"""The external ids of lines."""

from __future__ import annotations

from collections.abc import Mapping

from odoo_ingestion.documents import name_lines
from odoo_ingestion.documents.sales import SALE_ORDER
from odoo_ingestion.records import Draft, Problem, Row


def names(
    *lines: Mapping[str, str], order: str = "shop.o1", ids: tuple[str | None, ...] = ()
) -> list[str | Problem]:
    given = (*ids, *(None for _ in lines))
    drafts = [
        Draft(Row(number, None, {}), {}, external_id=given[number - 1])
        for number, _ in enumerate(lines, start=1)
    ]
    return name_lines(order, "sale.order.line", drafts, lines, ("product_id",), SALE_ORDER)


TEA, MUG = {"product_id/.id": "4"}, {"product_id/.id": "9"}


def test_a_line_is_its_product_whatever_its_place_and_quantity() -> None:
    tea, mug = names({**TEA, "product_uom_qty": "2"}, MUG)
    assert names(MUG, {**TEA, "product_uom_qty": "5"}) == [mug, tea]
    assert tea != mug


def test_the_same_product_again_is_told_apart_by_how_often_it_stood_before() -> None:
    first, second = names(TEA, TEA)
    assert first != second
    assert names(TEA, MUG, TEA)[::2] == [first, second]


def test_two_orders_have_different_lines() -> None:
    assert names(TEA, order="shop.o1") != names(TEA, order="shop.o2")


def test_sections_and_notes_go_by_their_text() -> None:
    section = {"display_type": "line_section", "name": "Teas"}
    note = {"display_type": "line_note", "name": "Teas"}
    found = names(section, note, section, {**section, "name": "Mugs"})
    assert len(set(map(str, found))) == 4
    assert names(note, {**section, "name": "Mugs"}, section) == [found[1], found[3], found[0]]


def test_an_id_of_the_file_is_kept_and_completed() -> None:
    assert names(TEA, MUG, ids=("shop.l1", "l2")) == ["shop.l1", "__import__.l2"]


def test_an_id_counts_once_in_a_document() -> None:
    first, second = names(TEA, MUG, ids=("shop.l1", "shop.l1"))
    assert first == "shop.l1"
    assert isinstance(second, Problem)
    assert second.message == "row 1 has a line with the same id shop.l1"
