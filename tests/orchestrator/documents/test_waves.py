"""Documents whose lines name other documents of the file wait for them."""

from __future__ import annotations

from odoo_ingestion.data_models import load_catalogue
from odoo_ingestion.documents import FileDocument
from odoo_ingestion.orchestrator.documents.waves import DocumentWaves
from odoo_ingestion.records import Column, Row


def _waves() -> DocumentWaves:
    return DocumentWaves(
        load_catalogue("19.0", "product.pricelist"),
        [Column("List", "name")],
        load_catalogue("19.0", "product.pricelist.item"),
        [Column("Based", "base_pricelist_id"), Column("Price", "fixed_price")],
        "pricelist_id",
    )


def _list(name: str, *based_on: str) -> FileDocument:
    own = Row(1, 2, {"List": name})
    return FileDocument((own,), own, tuple(Row(1, 2, {"Based": text}) for text in based_on))


def test_a_list_waits_for_the_list_it_is_based_on() -> None:
    waves = _waves()
    first, second, third = _list("A", ""), _list("b", "a"), _list("C", "B", "somebody else's")
    assert waves.free([third, second, first]) == [first]
    assert list(waves.waves()) == [[second], [third]]


def test_lists_in_a_circle_come_as_they_are() -> None:
    waves = _waves()
    circle = [_list("A", "B"), _list("B", "A")]
    assert waves.free(circle) == []
    assert list(waves.waves()) == [circle]


def test_a_list_based_on_itself_does_not_wait_for_ever() -> None:
    waves = _waves()
    alone = _list("A", "A")
    assert waves.free([alone]) == []
    assert list(waves.waves()) == [[alone]]


def test_orders_never_wait() -> None:
    waves = DocumentWaves(
        load_catalogue("19.0", "sale.order"),
        [Column("Order", "name")],
        load_catalogue("19.0", "sale.order.line"),
        [Column("Product", "product_id")],
        "order_id",
    )
    order = _list("A", "B")
    assert waves.free([order]) == [order]
    assert list(waves.waves()) == []
