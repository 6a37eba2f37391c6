"""Differences on a real Odoo: each reference is added once, whatever is repeated or moves."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion import RunResult
from odoo_ingestion.errors import UsageError
from tests.inventory.stockroom import Import, Stockroom, counts


def failed_text(result: RunResult) -> str:
    [path] = result.failed_files
    return Path(path).read_text(encoding="utf-8-sig")


def test_a_difference_is_added_once_for_each_reference(importing: Import, stock: Stockroom) -> None:
    stock.products("DIF-1", "DIF-2")
    stock.put("DIF-1", 10)
    text = (
        "sku,location,delta,reference\n"
        "DIF-1,WH/Stock,5,DELIVERY 12\n"
        "DIF-1,WH/Stock,-2,BROKEN 7\n"
        "DIF-2,WH/Stock,3,DELIVERY 12\n"
        "DIF-2,WH,0,NOTHING 1\n"
    )
    dry = importing(text, apply=True, dry_run=True)
    assert stock.on_hand("DIF-1") == 10
    done = importing(text, apply=True)
    assert counts(dry) == counts(done) == {"updated": 2, "created": 1, "unchanged": 1}
    assert (stock.on_hand("DIF-1"), stock.on_hand("DIF-2")) == (13, 3)
    again = importing(text, apply=True)
    assert counts(again) == counts(importing(text, apply=True, dry_run=True)) == {"unchanged": 4}
    assert "3 differences were added by an earlier import" in again.notices[0]
    assert (stock.on_hand("DIF-1"), stock.moves("DIF-1")) == (13, [10, 5, 2])
    other = importing(text.replace("DELIVERY 12", "DELIVERY 13"), apply=True)
    assert counts(other) == {"updated": 2, "unchanged": 2}
    assert (stock.on_hand("DIF-1"), stock.on_hand("DIF-2")) == (18, 6)


def test_the_move_shows_the_reference(importing: Import, stock: Stockroom) -> None:
    stock.products("DIF-SHOWN")
    importing("sku,location,delta\nDIF-SHOWN,WH/Stock,1\n", apply=True,
              set_values={"reference": "Count of June"})  # fmt: skip
    domain = [("product_id.default_code", "=", "DIF-SHOWN")]
    [move] = stock.reader.search_read("stock.move", domain, ["inventory_name", "reference"])
    assert move["reference"].startswith("Count of June (odoo_ingestion ")


def test_what_moves_between_two_runs_is_neither_lost_nor_undone(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("DIF-MOVED")
    text = "sku,location,delta,reference\nDIF-MOVED,WH/Stock,5,A\n"
    importing(text, apply=True)
    stock.put("DIF-MOVED", 2)
    assert counts(importing(text, apply=True)) == {"unchanged": 1}
    assert stock.on_hand("DIF-MOVED") == 2
    assert counts(importing(text.replace("A", "B"), apply=True)) == {"updated": 1}
    assert stock.on_hand("DIF-MOVED") == 7


def test_a_difference_of_a_lot_makes_the_lot(importing: Import, stock: Stockroom) -> None:
    stock.products("DIF-LOT", tracking="lot")
    text = "sku,location,lot,delta,reference\nDIF-LOT,WH/Stock,L-1,4,IN 1\n"
    assert counts(importing(text, apply=True)) == {"created": 1}
    [quant] = stock.quants("DIF-LOT", ["lot_id", "quantity"])
    assert (quant["lot_id"][1], quant["quantity"]) == ("L-1", 4)
    assert counts(importing(text, apply=True)) == {"unchanged": 1}


def test_differences_that_cannot_be_added_say_why(importing: Import, stock: Stockroom) -> None:
    stock.products("DIF-BAD", "DIF-WAIT", "DIF-SUM")
    stock.products("DIF-SER", tracking="serial")
    for code, held in (("DIF-BAD", 3), ("DIF-WAIT", 3), ("DIF-SUM", 3)):
        stock.put(code, held)
    importing("sku,location,quantity\nDIF-WAIT,WH/Stock,8\n")
    start = "sku,location,lot,delta,reference\n"
    importing(f"{start}DIF-SER,WH/Stock,S1,1,IN\nDIF-BAD,WH/Stock,,1,IN\n", apply=True)
    text = (
        f"{start}DIF-BAD,WH/Stock,,-5,OUT\nDIF-WAIT,WH/Stock,,1,IN\nDIF-BAD,WH/Stock,,2,IN\n"
        "DIF-SER,WH/Stock,S1,1,IN 2\nDIF-BAD,WH/Stock,,1,\nDIF-SUM,WH/Stock,,-2,OUT 1\n"
        "DIF-SUM,WH/Stock,,-2,OUT 2\nDIF-BAD,WH/Stock,,1,X\nDIF-BAD,WH/Stock,,2,X\n"
    )
    dry = importing(text, apply=True, dry_run=True)
    result = importing(text, apply=True)
    assert counts(dry) == counts(result) == {"updated": 1, "failed": 8}
    said = failed_text(result)
    for words in (
        "4 lies there, and the difference leaves -1",
        "a count of 8 waits for review at this place",
        "'IN' changed this place by 1 on ",
        "the piece with the serial number 'S1' lies there already",
        "a difference needs a reference",
        "1 lies there, and the difference leaves -1",
        "of this file is about the same stock",
    ):
        assert words in said
    assert failed_text(dry).splitlines() == said.splitlines()
    assert [stock.on_hand(code) for code in ("DIF-BAD", "DIF-WAIT", "DIF-SUM")] == [4, 3, 1]


def test_a_count_and_a_difference_of_one_place_exclude_each_other(
    importing: Import, stock: Stockroom
) -> None:
    stock.products("DIF-BOTH")
    text = (
        "sku,location,quantity,delta,reference\n"
        "DIF-BOTH,WH/Stock,5,,\nDIF-BOTH,WH/Stock,,1,A\nDIF-BOTH,WH/Stock,1,1,B\n"
    )
    result = importing(text, apply=True)
    assert (counts(result), stock.quants("DIF-BOTH")) == ({"failed": 3}, [])
    assert "the row says a quantity and a difference" in failed_text(result)


def test_differences_need_to_be_applied(importing: Import) -> None:
    with pytest.raises(UsageError, match="cannot wait for review") as caught:
        importing("sku,location,delta,reference\nA,WH/Stock,5,X\n")
    assert "--apply" in (caught.value.hint or "")
