"""What a row ends as when Odoo refuses it, does not answer, or holds something else afterwards."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.errors import UnknownFate, ValidationRefused
from odoo_ingestion.inventory.adding import DifferenceDesk
from odoo_ingestion.inventory.counting import CountDesk
from odoo_ingestion.inventory.counts import Count, Place
from odoo_ingestion.inventory.differences import DifferencePoster, reason_of
from odoo_ingestion.inventory.lots import Lots
from odoo_ingestion.inventory.posting import CountPoster
from odoo_ingestion.inventory.quants import StockReader
from odoo_ingestion.inventory.settling import DeskRules, LotMaker
from odoo_ingestion.records import Action, Outcome, Row
from tests.inventory.scripted_odoo import ScriptedOdoo

STEP = Decimal("0.01")
ROW = Row(1, 2, {})
COUNT = Count(ROW, Place(1, 8), STEP, quantity=Decimal(5))
DIFFERENCE = Count(ROW, Place(1, 8), STEP, delta=Decimal(2), reference="R")


def quants(*quantities: float) -> list[dict[str, Any]]:
    place = {"product_id": [1, "P"], "location_id": [8, "L"], "lot_id": False, "package_id": False}
    idle = {"owner_id": False, "inventory_quantity": 0.0, "inventory_quantity_set": False}
    return [{"id": n + 1, "quantity": q, **place, **idle} for n, q in enumerate(quantities)]


def one_after_the_other(*answers: Any) -> Callable[..., Any]:
    left = iter(answers)
    return lambda *_, **__: next(left)


def settled(odoo: ScriptedOdoo, count: Count) -> Outcome:
    rules = DeskRules(apply=True)
    lots = Lots(odoo, 1)
    reader, maker = StockReader(odoo, lots), LotMaker(lots, dry_run=False)
    outcomes: list[Outcome] = []
    if count.delta is None:
        poster = CountPoster(odoo, apply=True)
        CountDesk(rules, reader, maker, poster).process([count], outcomes.append)
    else:
        desk = DifferenceDesk(rules, reader, maker, DifferencePoster(odoo))
        desk.process([count], outcomes.append)
    [outcome] = outcomes
    return outcome


@pytest.mark.parametrize(
    ("answer", "afterwards", "action", "words"),
    [
        ([1], quants(5), Action.CREATED, ""),
        (UnknownFate("timed out"), quants(5), Action.CREATED, ""),
        (UnknownFate("timed out"), [], Action.FAILED, "Odoo holds 0 now"),
        ([1], quants(3), Action.FAILED, "Odoo holds 3 now"),
        ([1], quants(3, 2), Action.FAILED, "in 2 parts"),
        (ValidationRefused("locked"), [], Action.FAILED, "locked"),
    ],
)
def test_a_count_is_what_odoo_holds_afterwards(
    answer: Any, afterwards: list[dict[str, Any]], action: Action, words: str
) -> None:
    odoo = ScriptedOdoo(
        {
            "stock.quant.search_read": one_after_the_other([], afterwards),
            "stock.quant.create": answer,
        }
    )
    outcome = settled(odoo, COUNT)
    assert outcome.action is action
    assert words in "".join(problem.message for problem in outcome.problems)
    assert len(odoo.called("stock.quant.create")) == 1


def test_a_place_in_parts_is_not_counted_nor_changed() -> None:
    for count in (COUNT, DIFFERENCE):
        odoo = ScriptedOdoo({"stock.quant.search_read": quants(3, 2), "stock.move.search_read": []})
        assert settled(odoo, count).action is Action.FAILED


MOVE = {
    "inventory_name": reason_of(DIFFERENCE),
    "product_qty": 2.0,
    "location_dest_id": [8, "L"],
    "date": "2026-11-20 10:00:00",
}


@pytest.mark.parametrize(
    ("answer", "moves", "action", "words"),
    [
        (None, [MOVE], Action.UPDATED, ""),
        (UnknownFate("timed out"), [MOVE], Action.UPDATED, ""),
        (UnknownFate("timed out"), [], Action.FAILED, "Odoo shows no move for it"),
        (None, [{**MOVE, "product_qty": 3.0}], Action.FAILED, "changed this place by 3"),
        (ValidationRefused("locked"), [], Action.FAILED, "locked"),
    ],
)
def test_a_difference_is_the_move_that_carries_its_mark(
    answer: Any, moves: list[dict[str, Any]], action: Action, words: str
) -> None:
    odoo = ScriptedOdoo(
        {
            "stock.quant.search_read": one_after_the_other(quants(4), quants(6)),
            "stock.move.search_read": one_after_the_other([], [], moves),
            "stock.quant.write": True,
            "stock.inventory.conflict.create": [4],
            "stock.inventory.conflict.action_keep_difference": answer,
        }
    )
    outcome = settled(odoo, DIFFERENCE)
    assert outcome.action is action
    assert words in "".join(problem.message for problem in outcome.problems)
    assert len(odoo.called("stock.inventory.conflict.action_keep_difference")) == 1
