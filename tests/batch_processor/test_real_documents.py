"""Sale orders with their lines in a real Odoo 19, read back by an independent reader."""

from __future__ import annotations

from functools import partial

import pytest
from msgspec.structs import replace

from odoo_ingestion.batch_processor import BatchSettings
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.records import Action, Category, Line, ModelSchema, Row
from tests.batch_processor.orders import (
    Orders,
    line_actions,
    lines_of,
    loaded,
    make_stock,
    order_schemas,
)
from tests.batch_processor.real_runs import RealRun
from tests.odoo_reader import OdooReader


@pytest.fixture(scope="module")
def schemas(odoo: OdooConnection) -> dict[str, ModelSchema]:
    return order_schemas(odoo)


@pytest.fixture(scope="module")
def stock(module_database: OdooReader) -> dict[str, list[int]]:
    return make_stock(module_database)


def test_50_orders_land_with_their_lines_and_a_second_run_changes_nothing(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("fifty", stock)
    records = [orders.order(n) for n in range(50)]
    assert run.plan(records) == {Action.CREATED: 50}
    assert run.plan(records[:5], on_server=True) == {Action.CREATED: 5}
    assert not lines_of(module_database, "fifty")
    second = loaded(run, records)
    assert line_actions(run) == {Action.CREATED: 150}
    assert {each.not_kept for outcome in run.outcomes for each in outcome.lines} == {()}
    held = lines_of(module_database, "fifty")
    assert len(held) == 150
    told = {each.line.external_id: each.database_id for o in run.outcomes for each in o.lines}
    assert told == {name: row["id"] for name, row in held.items()}
    row = held["fifty.o7_l2"]
    assert row["product_id"][0] == stock["products"][2]
    assert (row["product_uom_qty"], row["price_unit"]) == (3.0, 5.5)
    for attempt in (run.load, run.plan):
        assert attempt(second) == {Action.UNCHANGED: 50}
        assert line_actions(run) == {Action.UNCHANGED: 150}
    assert lines_of(module_database, "fifty") == held
    assert module_database.count("sale.order.line") >= 150


def test_one_changed_quantity_is_sent_alone_and_keeps_its_price(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("change", stock)
    second = loaded(run, [orders.order(n) for n in range(3)])
    before = lines_of(module_database, "change")
    changed = replace(
        second[1].lines[1], values={**second[1].lines[1].values, "product_uom_qty": "40"}
    )
    second[1] = replace(second[1], lines=(second[1].lines[0], changed, second[1].lines[2]))
    for attempt in (run.plan, run.load):
        assert attempt(second) == {Action.UNCHANGED: 3}
        assert line_actions(run) == {Action.UNCHANGED: 8, Action.UPDATED: 1}
        (told,) = (each for o in run.outcomes for each in o.lines if each.action is Action.UPDATED)
        assert told.line.external_id == "change.o1_l1"
    after = lines_of(module_database, "change")
    assert {name for name in after if after[name] != before[name]} == {"change.o1_l1"}
    assert (after["change.o1_l1"]["product_uom_qty"], after["change.o1_l1"]["price_unit"]) == (
        40,
        5.5,
    )
    assert run.load(second) == {Action.UNCHANGED: 3}
    assert line_actions(run) == {Action.UNCHANGED: 9}


def test_a_further_line_joins_its_order_and_no_other_line_is_touched(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("more", stock)
    (second,) = loaded(run, [orders.order(1)])
    before = lines_of(module_database, "more")
    by_hand = module_database.call(
        "sale.order.line",
        "create",
        {"order_id": second.database_id, "product_id": stock["products"][0]},
    )
    wider = replace(second, lines=(*second.lines, orders.line(1, 3)))
    assert run.plan([wider], on_server=True) == {Action.UNCHANGED: 1}
    assert run.load([wider]) == {Action.UNCHANGED: 1}
    assert line_actions(run) == {Action.UNCHANGED: 3, Action.CREATED: 1}
    after = lines_of(module_database, "more")
    assert {name: after[name] for name in before} == before
    assert run.outcomes[0].lines[3].database_id == after["more.o1_l3"]["id"]
    assert module_database.count("sale.order.line", [("order_id", "=", second.database_id)]) == 5
    assert module_database.count("sale.order.line", [("id", "=", by_hand)]) == 1


def test_an_order_with_a_bad_product_fails_and_names_the_line(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("bad", stock)
    records = [orders.order(n) for n in range(6)]
    wrong = replace(
        records[2].lines[1], values={**records[2].lines[1].values, "product_id/.id": "999999"}
    )
    records[2] = replace(records[2], lines=(records[2].lines[0], wrong, records[2].lines[2]))
    no_product = replace(
        records[4].lines[2], values={**records[4].lines[2].values, "product_id/.id": ""}
    )
    records[4] = replace(records[4], lines=(*records[4].lines[:2], no_product))
    for attempt in (partial(run.plan, on_server=True), run.load):
        assert attempt(records) == {Action.CREATED: 4, Action.FAILED: 2}
        assert set(run.failed) == {1002, 1004}
        (problem,) = run.failed[1002].problems
        assert (problem.row, problem.field) == (wrong.row.number, "product_id")
        assert problem.category is Category.MISSING_RELATION
        (problem,) = run.failed[1004].problems
        assert problem.row == no_product.row.number
        assert run.failed[1004].lines == ()
    held = lines_of(module_database, "bad")
    assert len(held) == 12
    assert not any(name.startswith(("bad.o2_", "bad.o4_")) for name in held)


def test_an_order_that_is_wrong_itself_blames_no_line(
    run: RealRun, stock: dict[str, list[int]]
) -> None:
    orders = Orders("self", stock)
    records = [orders.order(0), orders.order(1, more={"partner_id/.id": ""})]
    assert run.load(records) == {Action.CREATED: 1, Action.FAILED: 1}
    assert [problem.row for problem in run.failed[1001].problems] == [None]


def test_lines_that_fill_other_columns_follow_in_their_own_place(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("mixed", stock)
    records = []
    for n in range(4):
        lines = (
            Line(
                Row(0, None, {}),
                Action.CREATED,
                f"mixed.o{n}_s",
                None,
                {"display_type": "line_section", "name": f"Part {n}"},
            ),
            orders.line(n, 0, discount="10"),
            orders.line(n, 1),
            orders.line(n, 2, discount="20", name="Described"),
            orders.line(n, 3),
        )
        records.append(orders.order(n, lines))
    assert run.plan(records, on_server=True) == {Action.CREATED: 4}
    second = loaded(run, records)
    assert line_actions(run) == {Action.CREATED: 20}
    held = lines_of(module_database, "mixed")
    assert len(held) == 20
    ids = module_database.call("sale.order", "read", [second[1].database_id], ["order_line"])
    names = {row["id"]: name for name, row in held.items()}
    in_order = module_database.search_read(
        "sale.order.line", [("id", "in", ids[0]["order_line"])], ["id"], order="sequence, id"
    )
    assert [names[row["id"]] for row in in_order] == [
        "mixed.o1_s",
        "mixed.o1_l0",
        "mixed.o1_l1",
        "mixed.o1_l2",
        "mixed.o1_l3",
    ]
    assert held["mixed.o1_l0"]["discount"] == 10
    assert held["mixed.o1_l1"]["discount"] == 0
    assert held["mixed.o1_l2"]["name"] == "Described"
    assert held["mixed.o1_l3"]["name"].startswith("Article 3")
    assert held["mixed.o1_s"]["product_id"] is False
    assert run.load(second) == {Action.UNCHANGED: 4}
    assert line_actions(run) == {Action.UNCHANGED: 20}


def test_an_order_is_not_begun_when_a_line_that_would_follow_is_refused(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("part", stock)
    bad = orders.line(1, 2, **{"discount": "5", "product_id/.id": "999999"})
    records = [
        orders.order(0, (orders.line(0, 0), orders.line(0, 1), orders.line(0, 2, discount="5"))),
        orders.order(1, (orders.line(1, 0), orders.line(1, 1), bad)),
    ]
    for attempt in (partial(run.plan, on_server=True), run.load):
        assert attempt(records) == {Action.CREATED: 1, Action.FAILED: 1}
        (problem,) = run.failed[1001].problems
        assert (problem.row, problem.field) == (bad.row.number, "product_id")
    assert set(lines_of(module_database, "part")) == {"part.o0_l0", "part.o0_l1", "part.o0_l2"}
    assert "part.o1" not in module_database.xids("sale.order")


def test_the_same_new_orders_sent_twice_double_nothing(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    """As after a call whose answer was lost: the records are still said to be new."""
    orders = Orders("twice", stock)
    records = [
        orders.order(n, (orders.line(n, 0), orders.line(n, 1, discount="3"))) for n in range(5)
    ]
    assert run.load(records) == {Action.CREATED: 5}
    assert run.load(records) == {Action.CREATED: 5}
    held = lines_of(module_database, "twice")
    assert len(held) == 10
    orders_held = {row["order_id"][0] for row in held.values()}
    assert len(orders_held) == 5
    domain = [("order_id", "in", list(orders_held))]
    assert module_database.count("sale.order.line", domain) == 10


def test_a_line_of_another_order_is_not_moved(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("move", stock)
    first, other = loaded(run, [orders.order(0), orders.order(1)])
    wrong = replace(first, lines=(*first.lines, other.lines[0]))
    assert run.load([wrong]) == {Action.FAILED: 1}
    assert "belongs to another record" in run.outcomes[0].problems[0].message
    assert run.outcomes[0].problems[0].row == other.lines[0].row.number
    held = lines_of(module_database, "move")
    assert held["move.o1_l0"]["order_id"][0] == other.database_id


def test_tags_are_added_to_what_an_order_holds_where_that_is_asked(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("tags", stock)
    a, b, c = (str(number) for number in stock["tags"])
    (second,) = loaded(run, [orders.order(0, more={"tag_ids/.id": f"{a},{b}"})])
    add = BatchSettings(m2m_add=True)

    def tags() -> set[str]:
        (row,) = module_database.call("sale.order", "read", [second.database_id], ["tag_ids"])
        return {str(number) for number in row["tag_ids"]}

    named = replace(second, values={**second.values, "tag_ids/.id": b})
    assert run.load([named], add) == {Action.UNCHANGED: 1}
    named = replace(second, values={**second.values, "tag_ids/.id": c})
    assert run.plan([named], add) == {Action.UPDATED: 1}
    assert run.load([named], add) == {Action.UPDATED: 1}
    assert run.outcomes[0].not_kept == ()
    assert tags() == {a, b, c}
    assert run.load([named], add) == {Action.UNCHANGED: 1}
    assert run.load([named]) == {Action.UPDATED: 1}
    assert tags() == {c}
    cleared = replace(second, values={**second.values, "tag_ids/.id": ""})
    assert run.load([cleared], add) == {Action.UPDATED: 1}
    assert tags() == set()


def test_taxes_are_added_to_what_a_line_holds_where_that_is_asked(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("taxes", stock)
    ids = module_database.call("account.tax", "search", [("type_tax_use", "=", "sale")])
    first = str(ids[0])
    made = module_database.call("account.tax", "copy", ids[0], {"name": "Another"})
    second_tax = str(made[0] if isinstance(made, list) else made)
    (second,) = loaded(run, [orders.order(1, (orders.line(1, 0, **{"tax_ids/.id": first}),))])
    line = second.lines[0]
    named = replace(
        second, lines=(replace(line, values={**line.values, "tax_ids/.id": second_tax}),)
    )
    add = BatchSettings(m2m_add=True)
    assert run.plan([named], add) == run.load([named], add) == {Action.UNCHANGED: 1}
    assert line_actions(run) == {Action.UPDATED: 1}
    (held,) = module_database.call("sale.order.line", "read", [line.database_id], ["tax_ids"])
    assert {str(number) for number in held["tax_ids"]} == {first, second_tax}
    assert run.load([named], add) == {Action.UNCHANGED: 1}
    assert line_actions(run) == {Action.UNCHANGED: 1}


def test_an_order_without_external_id_goes_by_its_database_id(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("number", stock)
    number = module_database.call("sale.order", "create", {"partner_id": stock["partner"][0]})
    record = replace(
        orders.order(1, (orders.line(1, 0), orders.line(1, 1))),
        action=Action.UPDATED,
        external_id=None,
        database_id=number,
        values={"client_order_ref": "Ours"},
    )
    assert run.plan([record], on_server=True) == {Action.UPDATED: 1}
    assert not lines_of(module_database, "number")
    assert run.load([record]) == {Action.UPDATED: 1}
    held = lines_of(module_database, "number")
    assert {row["order_id"][0] for row in held.values()} == {number}
    assert len(held) == 2


def test_cells_of_records_that_are_only_planned_are_not_shown_to_the_server(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    """A line without the product that it would get is not judged by what it lacks."""
    orders = Orders("plans", stock)
    planned = orders.line(1, 1, display_type="line_note", name="Only text")
    values = {"display_type": "line_note", "name": "Text", "product_id/.id": "new:article"}
    records = [
        orders.order(0, (orders.line(0, 0), orders.line(0, 1))),
        orders.order(1, (orders.line(1, 0), replace(planned, values=values))),
    ]
    assert run.plan(records, on_server=True) == {Action.CREATED: 2}
    assert line_actions(run) == {Action.CREATED: 4}
    assert len(run.notices) == 1
    assert not lines_of(module_database, "plans")


def test_lines_without_a_schema_are_refused_at_once(
    odoo: OdooConnection, schemas: dict[str, ModelSchema], stock: dict[str, list[int]]
) -> None:
    alone = RealRun(odoo, {"sale.order": schemas["sale.order"]})
    with pytest.raises(ValueError, match=r"sale\.order\.order_line"):
        alone.load([Orders("schema", stock).order(1)])
