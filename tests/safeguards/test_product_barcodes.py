"""What Odoo holds of barcodes is read at once where it is little, and then as good as asked."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from itertools import count
from random import Random
from typing import Any

import pytest

from odoo_ingestion import prefetch
from odoo_ingestion.records import Action, ModelSchema, Record, Row
from odoo_ingestion.safeguards import Verdict
from odoo_ingestion.safeguards.products import ProductSafeguard
from tests.safeguards.fake_odoo import FakeOdoo

MODELS = ("product.template", "product.product")


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file be long from its second chunk on."""
    monkeypatch.setattr(prefetch, "FEWEST_ASKED", 10)


def variant(number: int, barcode: str | bool, template: int) -> dict[str, Any]:
    named = (template, f"Product {template}")
    return {"id": number, "barcode": barcode, "product_tmpl_id": named}


def odoo_with(barcodes: Sequence[str | bool], packagings: Sequence[str] = ()) -> FakeOdoo:
    """Return an Odoo of simple products: variant 101 is that of template 1 and so on."""
    variants = [variant(100 + n, code, n) for n, code in enumerate(barcodes, 1)]
    packs = [{"id": 1, "barcode": code, "display_name": f"Box {code}"} for code in packagings]
    return FakeOdoo({"product.product": variants, "product.uom": packs})


def guard_of(
    odoo: FakeOdoo, model: str = "product.template", *, may_prefetch: bool = False
) -> ProductSafeguard:
    return ProductSafeguard(odoo, ModelSchema(model, "19.0", {}), may_prefetch=may_prefetch)


def record(
    number: int, barcode: str | None, record_id: int | None = None, model: str = "product.template"
) -> Record:
    action = Action.CREATED if record_id is None else Action.UPDATED
    values = {"name": f"Row {number}"} | ({} if barcode is None else {"barcode": barcode})
    return Record(Row(number, None, {}), model, action, f"t.r{number}", record_id, values)


def messages(verdicts: Sequence[Verdict]) -> list[str]:
    """Return what is wrong with each record, nothing where it may be sent."""
    return ["" if isinstance(v, Record) else "; ".join(p.message for p in v) for v in verdicts]


def new_rows(start: int, end: int) -> list[Record]:
    return [record(number, f"new {number}") for number in range(start, end)]


def test_few_barcodes_are_read_once_and_no_chunk_asks_for_its_own() -> None:
    odoo = odoo_with(["400", "401", False])
    guard = guard_of(odoo, may_prefetch=True)
    for start in range(0, 100, 20):
        assert messages(guard.check(new_rows(start, start + 20))) == [""] * 20
    assert odoo.about("product.product") == odoo.about("product.uom") == 1


def test_a_short_file_asks_for_its_own_rows_only() -> None:
    odoo = odoo_with(["400"])
    guard_of(odoo, may_prefetch=True).check(new_rows(0, 5))
    assert odoo.about("product.product", "search") == 0
    assert odoo.about("product.product") == odoo.about("product.uom") == 1


def test_many_barcodes_are_asked_for_chunk_by_chunk(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefetch, "MOST_PREFETCHED", 3)
    odoo = odoo_with([f"40{n}" for n in range(4)], ["900"])
    guard = guard_of(odoo, may_prefetch=True)
    for start in (0, 20, 40):
        guard.check(new_rows(start, start + 20))
    assert odoo.about("product.product") == 3
    assert odoo.about("product.uom") == 1  # of packagings there are few
    [verdict] = guard.check([record(99, "402")])
    assert messages([verdict]) == ["the barcode 402 is already used by Product 3 (id 3)"]


def test_a_run_in_which_more_than_rows_changes_barcodes_asks_each_time() -> None:
    odoo = odoo_with(["400"])
    guard = guard_of(odoo)
    for start in (0, 20, 40):
        guard.check(new_rows(start, start + 20))
    assert odoo.about("product.product") == odoo.about("product.uom") == 3


def test_who_has_a_barcode_that_was_read_at_once_is_named() -> None:
    odoo = odoo_with(["400", "401"], ["900"])
    guard = guard_of(odoo, may_prefetch=True)
    guard.check(new_rows(0, 20))
    verdicts = guard.check([record(30, "401"), record(31, "401", 2), record(32, "900")])
    assert messages(verdicts) == [
        "the barcode 401 is already used by Product 2 (id 2)",
        "the barcode 401 is already used by row 30 of this file",
        "the barcode 900 is already used by the packaging Box 900",
    ]


def test_a_barcode_that_was_freed_since_it_was_read_is_free() -> None:
    odoo = odoo_with(["400"])
    guard = guard_of(odoo, may_prefetch=True)
    guard.check(new_rows(0, 20))
    odoo.tables["product.product"][0]["barcode"] = False
    assert messages(guard.check([record(30, "400")])) == [""]


def test_a_barcode_that_a_row_gives_up_stays_taken_whether_read_at_once_or_not() -> None:
    for may_prefetch in (True, False):
        odoo = odoo_with(["400"])
        guard = guard_of(odoo, may_prefetch=may_prefetch)
        guard.check(new_rows(0, 20))
        assert messages(guard.check([record(30, "500", 1)])) == [""]
        odoo.tables["product.product"][0]["barcode"] = "500"  # the row has landed
        found = messages(guard.check([record(31, "400")]))
        assert found == ["the barcode 400 is already used by the record of row 30 of this file"]


def test_packagings_that_may_not_be_seen_take_no_barcode() -> None:
    odoo = odoo_with(["400"], ["900"])
    odoo.refused.add("product.uom")
    guard = guard_of(odoo, may_prefetch=True)
    assert messages(guard.check(new_rows(0, 5))) == [""] * 5
    assert messages(guard.check([*new_rows(5, 20), record(30, "900")])) == [""] * 16


def test_variants_are_told_of_their_own_ids() -> None:
    odoo = odoo_with(["400", "401"])
    guard = guard_of(odoo, "product.product")
    own, others = record(1, "400", 101, MODELS[1]), record(2, "401", 101, MODELS[1])
    found = messages(guard.check([own, others]))
    assert found == ["", "the barcode 401 is already used by Product 2 (id 102)"]


def test_fields_of_a_template_with_several_variants_are_refused_beside_its_barcode() -> None:
    odoo = odoo_with(["400", "401"])
    odoo.tables["product.product"].append(variant(199, False, 2))
    found = guard_of(odoo).check([record(1, "402", 1), record(2, "400", 2), record(3, None, 2)])
    assert [len(v) if isinstance(v, tuple) else 0 for v in found] == [0, 2, 0]


def any_chunks(random: Random, model: str) -> Iterator[list[Record]]:
    """Yield chunks of rows that fight for few barcodes; no record is in two of them."""
    numbers = count(1)
    ids = [None] * 60 + list(range(1, 31) if model == "product.template" else range(101, 131))
    random.shuffle(ids)
    codes = [None, "", *(f"4{n:02d}" for n in range(40)), *(f"5{n:02d}" for n in range(20))]
    for start in range(0, len(ids), 30):
        yield [
            record(next(numbers), random.choice(codes), record_id, model)
            for record_id in ids[start : start + 30]
        ]


@pytest.mark.parametrize("model", MODELS)
def test_what_is_read_at_once_says_the_same_as_what_is_asked(model: str) -> None:
    random = Random(7)
    for _ in range(30):
        held = random.sample([f"4{n:02d}" for n in range(40)], 30)
        chunks = list(any_chunks(random, model))
        told = []
        for may_prefetch in (True, False):
            guard = guard_of(odoo_with(held, ["500", "501"]), model, may_prefetch=may_prefetch)
            told.append([messages(guard.check(chunk)) for chunk in chunks])
        assert told[0] == told[1]


@pytest.mark.parametrize("model", MODELS)
def test_a_chunk_comes_to_what_its_rows_come_to_one_by_one(model: str) -> None:
    random = Random(8)
    for _ in range(30):
        held = random.sample([f"4{n:02d}" for n in range(40)], 30)
        rows = [one for chunk in any_chunks(random, model) for one in chunk]
        at_once, alone = (guard_of(odoo_with(held, ["500"]), model) for _ in range(2))
        one_by_one = [alone.check([row])[0] for row in rows]
        assert messages(at_once.check(rows)) == messages(one_by_one)
