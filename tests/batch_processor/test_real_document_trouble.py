"""Orders on a connection that fails: nothing is doubled, and no order is half told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.errors import (
    AccessRefused,
    ConcurrentUpdate,
    ConnectionFailed,
    NotSent,
    OdooIngestionError,
    UnknownFate,
    ValidationRefused,
)
from odoo_ingestion.records import Action, Category, ModelSchema, Outcome, Record
from tests.batch_processor.orders import (
    Orders,
    again,
    line_actions,
    lines_of,
    loaded,
    make_stock,
    order_schemas,
)
from tests.batch_processor.real_runs import RealRun
from tests.batch_processor.troubled_odoo import Hook, TroubledOdoo
from tests.connections import connection_to
from tests.odoo_reader import OdooReader

pytestmark = pytest.mark.usefixtures("no_waiting")


@pytest.fixture(scope="module")
def schemas(odoo: OdooConnection) -> dict[str, ModelSchema]:
    return order_schemas(odoo)


@pytest.fixture(scope="module")
def stock(module_database: OdooReader) -> dict[str, list[int]]:
    return make_stock(module_database)


@pytest.fixture
def troubled(odoo: OdooConnection) -> TroubledOdoo:
    return TroubledOdoo(odoo)


@pytest.fixture
def run(troubled: TroubledOdoo, schemas: dict[str, ModelSchema]) -> Iterator[RealRun]:
    yield RealRun(troubled, schemas)


def raising(model: str, method: str, *errors: OdooIngestionError | None) -> Hook:
    """Return a hook that raises one error a call of that method, None letting it through."""
    waiting = list(errors)

    def hook(called: str, how: str, args: tuple[Any, ...]) -> None:
        if (called, how) == (model, method) and waiting and (error := waiting.pop(0)):
            raise error

    return hook


def mixed(orders: Orders, number: int) -> Record:
    """Return an order with two lines that share its call and one that follows."""
    lines = (
        orders.line(number, 0),
        orders.line(number, 1),
        orders.line(number, 2, discount="5"),
    )
    return orders.order(number, lines)


def test_orders_whose_answer_was_lost_are_sent_again_and_not_doubled(
    run: RealRun,
    troubled: TroubledOdoo,
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("lost", stock)
    lost = UnknownFate("no answer")
    troubled.after = raising("sale.order", "load", lost, lost, None, lost)
    assert run.load([orders.order(n) for n in range(4)]) == {Action.CREATED: 4}
    held = lines_of(module_database, "lost")
    assert len(held) == 12
    numbers = {row["order_id"][0] for row in held.values()}
    assert len(numbers) == 4
    assert module_database.count("sale.order.line", [("order_id", "in", list(numbers))]) == 12


def test_an_order_alone_whose_answer_was_lost_is_tried_again(
    run: RealRun,
    troubled: TroubledOdoo,
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("alone", stock)
    troubled.after = raising("sale.order", "load", UnknownFate("no answer"))
    assert run.load([orders.order(1)]) == {Action.CREATED: 1}
    assert troubled.loads() == [("sale.order", 3)] * 2
    assert len(lines_of(module_database, "alone")) == 3


def test_orders_in_the_way_of_others_are_tried_again(
    run: RealRun, troubled: TroubledOdoo, stock: dict[str, list[int]]
) -> None:
    orders = Orders("busy", stock)
    busy = ConcurrentUpdate("could not serialize access")
    troubled.before = raising("sale.order", "load", busy, busy)
    assert run.load([orders.order(n) for n in range(3)]) == {Action.CREATED: 3}
    assert troubled.loads() == [("sale.order", 9)] * 3


def test_a_stop_does_not_come_between_an_order_and_its_following_lines(
    run: RealRun,
    troubled: TroubledOdoo,
    schemas: dict[str, ModelSchema],
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("stop", stock)
    outcomes: list[Outcome] = []
    processor = BatchProcessor(
        troubled, schemas, BatchSettings(batch_size=2, workers=1), on_outcomes=outcomes.extend
    )

    def stop(model: str, method: str, args: tuple[Any, ...]) -> None:
        if (model, method) == ("sale.order", "load") and ".id" not in args[0]:
            processor._stopping.set()

    troubled.after = stop
    with processor:
        for n in range(6):
            processor.submit(mixed(orders, n))
        processor.flush()
    landed = [outcome for outcome in outcomes if outcome.action is Action.CREATED]
    assert len(landed) == len(outcomes) >= 1
    assert len(outcomes) + len(processor.unsent()) == 6
    assert all(len(each.lines) == 3 for each in processor.unsent())
    assert len(lines_of(module_database, "stop")) == 3 * len(landed)


def test_an_order_that_landed_before_the_connection_was_lost_says_what_it_lacks(
    run: RealRun,
    troubled: TroubledOdoo,
    schemas: dict[str, ModelSchema],
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("gone", stock)
    record = mixed(orders, 1)
    troubled.before = raising("sale.order.line", "load", NotSent("gone"))
    outcomes: list[Outcome] = []
    with (
        pytest.raises(ConnectionFailed),
        BatchProcessor(troubled, schemas, on_outcomes=outcomes.extend) as processor,
    ):
        processor.submit(record)
        processor.flush()
    assert [outcome.action for outcome in outcomes] == [Action.FAILED]
    assert "without all of its lines" in outcomes[0].problems[0].message
    held = lines_of(module_database, "gone")
    assert set(held) == {"gone.o1_l0", "gone.o1_l1"}
    assert run.load([record]) == {Action.CREATED: 1}
    assert len(lines_of(module_database, "gone")) == 3


def test_an_order_whose_following_lines_are_refused_after_all_says_that_it_landed(
    run: RealRun,
    troubled: TroubledOdoo,
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("late", stock)
    refusal = ValidationRefused("Somebody locked it.")
    troubled.before = raising("sale.order.line", "load", *[refusal, None] * 3)
    records = [mixed(orders, 1), orders.order(2, (orders.line(2, 0), orders.line(2, 1)))]
    assert run.load(records) == {Action.FAILED: 1, Action.CREATED: 1}
    refused, told = run.failed[1001].problems
    assert (refused.row, refused.message) == (records[0].lines[2].row.number, "Somebody locked it.")
    assert (told.row, "without all of its lines" in told.message) == (None, True)
    held = lines_of(module_database, "late")
    numbers = module_database.xids("sale.order")
    repaired = replace(
        records[0],
        action=Action.UPDATED,
        database_id=numbers["late.o1"],
        lines=tuple(
            replace(line, action=Action.UPDATED, database_id=held[line.external_id]["id"])
            if line.external_id in held
            else line
            for line in records[0].lines
        ),
    )
    assert run.load([repaired]) == {Action.UNCHANGED: 1}
    assert line_actions(run) == {Action.UNCHANGED: 2, Action.CREATED: 1}
    assert len(lines_of(module_database, "late")) == 5


def test_orders_that_cannot_be_looked_at_afterwards_have_landed(
    run: RealRun, troubled: TroubledOdoo, stock: dict[str, list[int]]
) -> None:
    orders = Orders("blind", stock)
    troubled.before = raising("sale.order", "read", UnknownFate("no answer"))
    assert run.load([orders.order(1)]) == {Action.CREATED: 1}
    assert line_actions(run) == {Action.CREATED: 3}
    assert "not checked" in run.notices[0]


def test_orders_that_may_not_be_read_are_sent_unchecked_and_nothing_is_added_to_them(
    run: RealRun, troubled: TroubledOdoo, stock: dict[str, list[int]]
) -> None:
    orders = Orders("hidden", stock)
    (second,) = loaded(run, [orders.order(1, more={"tag_ids/.id": str(stock["tags"][0])})])
    refused = AccessRefused("hidden by a rule")
    troubled.before = raising("sale.order", "read", *[refused] * 9)
    assert run.load([second]) == {Action.UPDATED: 1}
    assert line_actions(run) == {Action.UNCHANGED: 3}
    assert run.load([second], BatchSettings(m2m_add=True)) == {Action.FAILED: 1}
    assert run.outcomes[0].problems[0].category is Category.PERMISSION


def test_a_line_deleted_meanwhile_fails_its_order(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("deleted", stock)
    (second,) = loaded(run, [orders.order(1)])
    module_database.call("sale.order.line", "unlink", [second.lines[1].database_id])
    assert run.load([second]) == {Action.FAILED: 1}
    (problem,) = run.outcomes[0].problems
    assert (problem.category, problem.row) == (Category.NOT_FOUND, second.lines[1].row.number)


def test_a_new_order_does_not_take_a_line_that_exists(
    run: RealRun, module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    orders = Orders("thief", stock)
    (second,) = loaded(run, [orders.order(1)])
    wrong = orders.order(2, (orders.line(2, 0), second.lines[0]))
    assert run.load([wrong]) == {Action.FAILED: 1}
    assert "belongs to another record" in run.outcomes[0].problems[0].message
    assert len(lines_of(module_database, "thief")) == 3


def test_an_order_deleted_after_it_was_compared_is_made_anew_and_said_so(
    run: RealRun,
    troubled: TroubledOdoo,
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    orders = Orders("anew", stock)
    (second,) = loaded(run, [orders.order(1)])
    lines = tuple(replace(line, values={**line.values, "price_unit": "9"}) for line in second.lines)
    partner = module_database.call("res.partner", "create", {"name": "Other"})
    changed = replace(second, values={"partner_id/.id": str(partner)}, lines=lines)

    def delete(model: str, method: str, args: tuple[Any, ...]) -> None:
        if (model, method) == ("sale.order", "load"):
            module_database.call("sale.order", "unlink", [second.database_id])

    troubled.before = delete
    assert run.load([changed]) == {Action.CREATED: 1}
    assert line_actions(run) == {Action.CREATED: 3}
    held = lines_of(module_database, "anew")
    assert {each.line.external_id: each.database_id for each in run.outcomes[0].lines} == {
        name: row["id"] for name, row in held.items()
    }


def test_calls_hold_whole_orders_and_at_most_so_many_rows(
    run: RealRun, troubled: TroubledOdoo, stock: dict[str, list[int]]
) -> None:
    orders = Orders("cut", stock)
    records = [orders.order(0), orders.order(1), orders.order(2, 12), orders.order(3)]
    assert run.load(records, BatchSettings(batch_size=7, workers=1)) == {Action.CREATED: 4}
    assert sorted(troubled.loads()) == [("sale.order", 3), ("sale.order", 6), ("sale.order", 12)]


def test_a_salesman_without_rights_on_external_ids_is_told_the_ids_of_his_lines(
    run: RealRun,
    schemas: dict[str, ModelSchema],
    module_database: OdooReader,
    stock: dict[str, list[int]],
) -> None:
    groups = [
        module_database.call("ir.model.data", "check_object_reference", *name.split("."))[1]
        for name in ("base.group_user", "sales_team.group_sale_manager")
    ]
    values = {
        "name": "Salesman",
        "login": "salesman",
        "password": "salesman-secret",
        "group_ids": [(6, 0, groups)],
    }
    module_database.call("res.users", "create", values)
    reader = OdooReader(
        module_database.url, module_database.database, "salesman", "salesman-secret"
    )
    orders = Orders("rights", stock)
    with connection_to(reader) as odoo:
        own = RealRun(odoo.with_context(noupdate=True), schemas)
        records = [orders.order(n) for n in range(3)]
        assert own.load(records) == {Action.CREATED: 3}
        held = lines_of(module_database, "rights")
        told = {each.line.external_id: each.database_id for o in own.outcomes for each in o.lines}
        assert told == {name: row["id"] for name, row in held.items()}
        second = [
            again(record, outcome) for record, outcome in zip(records, own.outcomes, strict=True)
        ]
        assert own.load(second) == {Action.UNCHANGED: 3}


def test_a_user_who_may_not_make_orders_is_refused_in_a_dry_run_and_in_a_real_one(
    schemas: dict[str, ModelSchema], module_database: OdooReader, stock: dict[str, list[int]]
) -> None:
    group = module_database.call("ir.model.data", "check_object_reference", "base", "group_user")
    values = {
        "name": "Clerk",
        "login": "clerk",
        "password": "clerk-secret",
        "group_ids": [(6, 0, [group[1]])],
    }
    module_database.call("res.users", "create", values)
    reader = OdooReader(module_database.url, module_database.database, "clerk", "clerk-secret")
    orders = Orders("denied", stock)
    with connection_to(reader) as odoo:
        own = RealRun(odoo, schemas)
        records = [orders.order(n) for n in range(3)]
        assert own.plan(records) == {Action.FAILED: 3}
        assert own.load(records) == {Action.FAILED: 3}
    assert {o.problems[0].category for o in own.outcomes} == {Category.PERMISSION}
