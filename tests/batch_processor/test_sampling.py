"""Of new records a part is read back: all that is doubtful, and enough to find what is not kept."""

from __future__ import annotations

import re

import pytest

from odoo_ingestion.batch_processor.sampling import (
    FULLY_CHECKED,
    ONE_IN,
    Sampler,
    depends_on_value,
    may_be_rewritten,
)
from odoo_ingestion.records import Action, FieldSpec, Record
from tests.batch_processor.runs import Run
from tests.batch_processor.scripted_odoo import SCHEMA, ScriptedOdoo, record


def sampler() -> Sampler:
    return Sampler({SCHEMA.model: SCHEMA})


def batch(start: int, size: int = 100, **cells: str) -> list[Record]:
    return [
        record(n, values=cells or {"name": f"Name {n}", "phone": f"{n}"})
        for n in range(start, start + size)
    ]


def test_every_record_is_looked_at_until_its_columns_are_known() -> None:
    known = sampler()
    seen = [len(known.chosen(batch(n))) for n in range(0, FULLY_CHECKED + 100, 100)]
    assert seen == [100] * (FULLY_CHECKED // 100) + [0]
    assert (known.checked, known.unchecked) == (FULLY_CHECKED, 100)


def test_a_column_that_comes_late_is_looked_at_as_thoroughly() -> None:
    known = sampler()
    known.chosen(batch(0, FULLY_CHECKED))
    assert len(known.chosen(batch(1000, name="A", email="a@x"))) == 100


def test_of_the_batches_after_that_one_in_ten_is_looked_at_whole() -> None:
    known = sampler()
    known.chosen(batch(0, FULLY_CHECKED))
    seen = [len(known.chosen(batch(1000 + n))) for n in range(3 * ONE_IN)]
    assert seen == [*[0] * (ONE_IN - 1), 100] * 3


def test_once_a_field_was_not_kept_every_record_that_fills_it_is_looked_at() -> None:
    known = sampler()
    known.chosen(batch(0, FULLY_CHECKED))
    known.chosen(batch(2000, FULLY_CHECKED, name="A"))
    known.found("res.partner", ["phone"])
    assert len(known.chosen(batch(3000))) == 100
    assert known.chosen(batch(4000, name="A")) == []


def test_values_that_odoo_may_rewrite_are_looked_at_always() -> None:
    known = sampler()
    known.chosen(batch(0, FULLY_CHECKED, name="A", comment="<p>fine</p>"))
    doubtful = record(1001, name="A", comment='<a onclick="x">y</a>')
    rest = batch(2000, 9, name="A", comment="<p>fine</p>")
    assert known.chosen([*rest, doubtful]) == [doubtful]


@pytest.mark.parametrize(
    ("spec", "kept", "rewritten"),
    [
        (FieldSpec("c", "html"), ["", "words", "<p>a <b>b</b><br/></p>"], ["<p class='x'>", "a<b"]),
        (FieldSpec("w", "float", digits=(16, 2)), ["1", "1.25", "-3.1"], ["1.255", "1e-5"]),
        (FieldSpec("m", "monetary"), ["12.50"], ["0.001"]),
        (FieldSpec("s", "char", size=3), ["abc"], ["abcd"]),
        (FieldSpec("p", "many2one", relation="res.partner"), [""], ["7"]),
    ],
)
def test_what_odoo_rewrites_depends_on_the_value(
    spec: FieldSpec, kept: list[str], rewritten: list[str]
) -> None:
    assert depends_on_value(spec, "res.partner")
    assert [cell for cell in kept if may_be_rewritten(spec, cell)] == []
    assert [cell for cell in rewritten if not may_be_rewritten(spec, cell)] == []


def test_texts_and_exact_numbers_do_not_depend_on_their_values() -> None:
    plain = [
        FieldSpec("n", "char"),
        FieldSpec("f", "float"),
        FieldSpec("r", "many2one", relation="res.x"),
    ]
    assert not any(depends_on_value(spec, "res.partner") for spec in plain)


def test_a_longer_run_reads_back_a_part_and_says_so() -> None:
    odoo = ScriptedOdoo()
    run = Run(odoo, batch_size=100)
    assert run.load([record(n, name=f"N {n}") for n in range(2_000)]) == {Action.CREATED: 2_000}
    assert odoo.calls.count(("res.partner", "read")) < 10
    (told,) = run.notices
    assert re.search(r": came to \d at a time \(--workers fixes it\);", told)
    found = re.search(r"looked up for ([\d,]+) of 2,000 new records", told)
    assert found and FULLY_CHECKED <= int(found[1].replace(",", "")) <= FULLY_CHECKED + 700


def test_a_field_that_is_never_kept_is_named_for_every_row() -> None:
    odoo = ScriptedOdoo()
    odoo.keep = lambda cells: {**cells, "phone": "+32 1"}
    run = Run(odoo, batch_size=100, workers=1)
    run.load([record(n, name="A", phone="1") for n in range(2_000)])
    assert {outcome.not_kept for outcome in run.outcomes} == {("phone",)}
