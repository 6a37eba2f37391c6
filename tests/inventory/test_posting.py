"""What is sent, in which calls, and what a refusal or silence of Odoo comes to."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    NotSent,
    ServerBusy,
    UnknownFate,
    ValidationRefused,
)
from odoo_ingestion.inventory.counts import Count, Place
from odoo_ingestion.inventory.differences import DifferencePoster, mark_of, reason_of
from odoo_ingestion.inventory.lots import LotName, Lots
from odoo_ingestion.inventory.posting import CountPoster, Entry
from odoo_ingestion.inventory.quants import Held
from odoo_ingestion.records import Category, Problem, Row
from tests.inventory.scripted_odoo import ScriptedOdoo

STEP = Decimal("0.01")


def counted(number: int, quantity: str = "5", lot: str = "") -> Count:
    place = Place(number, 8, lot)
    return Count(Row(number, number + 1, {}), place, STEP, quantity=Decimal(quantity))


def difference(number: int, delta: str, reference: str = "R", **place: Any) -> Count:
    return Count(
        Row(number, number + 1, {}),
        Place(number, 8, **place),
        STEP,
        delta=Decimal(delta),
        reference=reference,
    )


def entries(*numbers: int) -> list[Entry]:
    return [Entry(counted(number), Held()) for number in numbers]


@pytest.mark.parametrize(
    ("version", "apply", "field"),
    [
        ("19.0", True, "inventory_quantity_auto_apply"),
        ("15.0", True, "inventory_quantity_auto_apply"),
        ("14.0", True, "inventory_quantity"),
        ("19.0", False, "inventory_quantity"),
    ],
)
def test_a_count_is_sent_as_the_version_takes_it(version: str, apply: bool, field: str) -> None:
    odoo = ScriptedOdoo({"stock.quant.create": [1]}, version)
    entry = Entry(counted(3, lot="L"), Held(), lot_id=7)
    assert CountPoster(odoo, apply=apply).post([entry]) == {}
    [(_, args, kwargs)] = odoo.calls
    assert args == ([{"product_id": 3, "location_id": 8, "lot_id": 7, field: 5.0}],)
    assert kwargs == {"repeatable": False, "context": {"inventory_mode": True}}


def test_a_bad_row_is_cut_out_and_the_good_ones_land() -> None:
    sent: list[int] = []

    def create(rows: list[dict[str, Any]], **_: Any) -> Any:
        products = [row["product_id"] for row in rows]
        if 3 in products:
            return ValidationRefused("the period\n is locked")
        sent.extend(products)
        return products

    odoo = ScriptedOdoo({"stock.quant.create": create})
    refused = CountPoster(odoo, apply=True).post(entries(1, 2, 3, 4, 5))
    assert refused == {3: Problem(Category.VALIDATION, "the period is locked")}
    assert sent == [1, 2, 4, 5]


def test_other_transactions_in_the_way_cost_only_the_rows_that_they_hold() -> None:
    odoo = ScriptedOdoo({"stock.quant.create": ConcurrentUpdate("locked")})
    refused = CountPoster(odoo, apply=True).post(entries(1, 2))
    assert {number: p.category for number, p in refused.items()} == {
        1: Category.SERVER,
        2: Category.SERVER,
    }


def test_a_call_without_an_answer_is_never_sent_again() -> None:
    odoo = ScriptedOdoo({"stock.quant.create": UnknownFate("timed out")})
    assert CountPoster(odoo, apply=True).post(entries(1, 2)) == {}
    assert len(odoo.calls) == 1


def test_an_odoo_that_is_gone_ends_the_run() -> None:
    odoo = ScriptedOdoo({"stock.quant.create": NotSent("refused")})
    with pytest.raises(ConnectionFailed):
        CountPoster(odoo, apply=True).post(entries(1))


@pytest.mark.parametrize(
    ("apply", "held", "words"),
    [
        (True, Held(1, Decimal(3)), "Odoo holds 3 now"),
        (False, Held(1, Decimal(3)), "no count waits for review there now"),
        (False, Held(1, Decimal(3), Decimal(4)), "a count of 4 waits for review there now"),
        (True, Held(1, Decimal(5)), None),
        (False, Held(1, Decimal(3), Decimal(5)), None),
    ],
)
def test_what_odoo_holds_afterwards_is_compared(apply: bool, held: Held, words: str | None) -> None:
    problem = CountPoster(ScriptedOdoo({}), apply=apply).mismatch(counted(1), held)
    assert (problem is None) if words is None else (problem and words in problem.message)


def test_a_place_that_cannot_be_read_afterwards_is_a_problem() -> None:
    held = Problem(Category.AMBIGUOUS_RECORD, "in 2 parts")
    assert CountPoster(ScriptedOdoo({}), apply=True).mismatch(counted(1), held) is held


# --- differences ----------------------------------------------------------------------------


def test_a_mark_is_that_of_the_reference_and_the_place_alone() -> None:
    one = difference(1, "5")
    assert mark_of(one) == mark_of(difference(1, "6"))
    assert mark_of(one) != mark_of(difference(1, "5", "S"))
    assert mark_of(one) != mark_of(difference(1, "5", lot="L"))
    assert reason_of(one) == f"R (odoo_ingestion {mark_of(one)})"
    assert len(reason_of(difference(1, "5", "x" * 500))) < 160


@pytest.mark.parametrize(
    ("version", "field"), [("17.0", "name"), ("18.0", "name"), ("19.0", "inventory_name")]
)
def test_moves_are_found_by_their_mark_in_every_version(version: str, field: str) -> None:
    out, back, other = difference(1, "-5"), difference(2, "5"), difference(3, "1")
    move = {"product_qty": 5.0, "date": "2026-11-20 10:00:00"}
    odoo = ScriptedOdoo(
        {
            "stock.move.search_read": [
                # 17 and 18 put the user's name behind it.
                {**move, field: f"{reason_of(out)} (Ann)", "location_dest_id": [14, "Inventory"]},
                {**move, field: reason_of(back), "location_dest_id": [8, "WH/Stock"]},
                {**move, field: "R (odoo_ingestion 0123456789abcdef)", "location_dest_id": [8, ""]},
            ]
        },
        version,
    )
    found = DifferencePoster(odoo).find([out, back, other])
    assert {mark: move.delta for mark, move in found.items()} == {
        mark_of(out): Decimal(-5),
        mark_of(back): Decimal(5),
    }
    [(domain, fields)] = odoo.called("stock.move.search_read")
    assert (field, "like", "(odoo_ingestion ") in domain
    assert field in fields


def scripted(**answers: Any) -> ScriptedOdoo:
    script = {
        "stock.quant.create": [9],
        "stock.quant.write": True,
        "stock.move.search_read": [],
        "stock.inventory.conflict.create": [4],
        "stock.inventory.conflict.action_keep_difference": None,
    }
    return ScriptedOdoo({**script, **{n.replace("__", "."): a for n, a in answers.items()}})


def test_a_difference_is_added_to_what_lies_there_at_that_moment() -> None:
    odoo = scripted()
    entry = Entry(difference(1, "-2.5"), Held(6, Decimal(8)))
    assert DifferencePoster(odoo).post(entry) is None
    assert odoo.called("stock.quant.write") == [([6], {"inventory_diff_quantity": -2.5})]
    name, args, kwargs = odoo.calls[-1]
    assert (name, args) == ("stock.inventory.conflict.action_keep_difference", ([4],))
    assert kwargs["context"]["inventory_name"] == reason_of(entry.count)
    assert kwargs["repeatable"] is False


def test_a_difference_for_a_new_place_makes_an_empty_one_first() -> None:
    odoo = scripted()
    assert DifferencePoster(odoo).post(Entry(difference(1, "2"), Held())) is None
    [(made,)] = odoo.called("stock.quant.create")
    assert made == [{"product_id": 1, "location_id": 8, "inventory_quantity": 0.0}]
    assert odoo.called("stock.quant.write")[0][0] == [9]


def test_a_difference_that_a_dead_run_added_meanwhile_is_not_added_again() -> None:
    count = difference(1, "2")
    move = {
        "inventory_name": reason_of(count),
        "product_qty": 2.0,
        "location_dest_id": [8, "L"],
        "date": "2026-11-20 10:00:00",
    }
    odoo = scripted(stock__move__search_read=[move])
    assert DifferencePoster(odoo).post(Entry(count, Held(6))) is None
    assert not odoo.called("stock.inventory.conflict.action_keep_difference")
    assert [values for _, values in odoo.called("stock.quant.write")] == [
        {"inventory_diff_quantity": 2.0},
        {"inventory_diff_quantity": 0.0},
    ]


KEEP = "stock__inventory__conflict__action_keep_difference"


@pytest.mark.parametrize(
    ("answers", "category"),
    [
        ({KEEP: ValidationRefused("no")}, Category.VALIDATION),
        ({KEEP: ConcurrentUpdate("no")}, Category.SERVER),
        ({KEEP: {"res_model": "stock.inventory.conflict"}}, Category.SERVER),
        ({"stock__quant__write": ValidationRefused("no")}, Category.VALIDATION),
        ({KEEP: UnknownFate("timed out")}, None),
        ({KEEP: ServerBusy("502")}, None),
    ],
)
def test_a_difference_that_odoo_does_not_add(
    answers: dict[str, Any], category: Category | None
) -> None:
    problem = DifferencePoster(scripted(**answers)).post(Entry(difference(1, "2"), Held(6)))
    assert (problem.category if problem else None) == category


@pytest.mark.parametrize("where", [KEEP, "stock__quant__write"])
def test_an_odoo_that_is_gone_ends_the_run_of_differences(where: str) -> None:
    with pytest.raises(ConnectionFailed):
        DifferencePoster(scripted(**{where: NotSent("gone")})).post(
            Entry(difference(1, "2"), Held(6))
        )


# --- lots -----------------------------------------------------------------------------------


def test_lots_of_a_refused_call_are_made_one_by_one() -> None:
    def create(rows: list[dict[str, Any]], **_: Any) -> Any:
        names = [row["name"] for row in rows]
        return ValidationRefused("bad name") if "B" in names else [ord(name) for name in names]

    lots = Lots(ScriptedOdoo({"stock.lot.create": create}), 1)
    made = lots.create([LotName(1, "A"), LotName(1, "B"), LotName(1, "C")])
    assert made[LotName(1, "A")] == 65
    assert isinstance(made[LotName(1, "B")], Problem)
    assert lots.created == 2


def test_lots_of_a_call_without_an_answer_are_looked_for_before_they_are_made_again() -> None:
    answers = iter([UnknownFate("timed out"), [12]])
    odoo = ScriptedOdoo(
        {
            "stock.lot.create": lambda *_, **__: next(answers),
            "stock.lot.search_read": [{"id": 11, "name": "A", "product_id": [1, "P"]}],
        }
    )
    lots = Lots(odoo, 1)
    assert lots.create([LotName(1, "A"), LotName(1, "B")]) == {LotName(1, "A"): 11,
                                                               LotName(1, "B"): 12}  # fmt: skip
    assert (lots.created, [row["name"] for row in odoo.called("stock.lot.create")[1][0]]) == (
        2,
        ["B"],
    )


def test_odoo_14_and_15_call_lots_otherwise() -> None:
    assert Lots(ScriptedOdoo({}, "14.0"), 1).model == "stock.production.lot"
    assert Lots(ScriptedOdoo({}, "16.0"), 1).model == "stock.lot"
