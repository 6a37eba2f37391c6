"""Which lines share the call of their record: an empty cell must be what Odoo would hold anyway."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.batch_processor.cells import cells_of
from odoo_ingestion.batch_processor.cutting import fitting, pieces, rows_of, size_of
from odoo_ingestion.batch_processor.packing import Packer
from odoo_ingestion.errors import AccessRefused
from odoo_ingestion.records import Action, Batch, Line
from tests.batch_processor.scripted_lines import SCHEMAS, line, order
from tests.batch_processor.scripted_odoo import ScriptedOdoo

DEFAULTS = {"sequence": 10, "route": "usual", "display_type": False}


def server(defaults: dict[str, Any] | None = None) -> ScriptedOdoo:
    odoo = ScriptedOdoo()
    found = DEFAULTS if defaults is None else defaults
    odoo.answers["sale.order.line", "default_get"] = lambda names, context: {
        name: found[name] for name in names if name in found
    }
    return odoo


def packed(*lines: Line, odoo: ScriptedOdoo | None = None, **more: Any) -> tuple[list[str], ...]:
    result = Packer(odoo or server(), SCHEMAS).pack(order(*lines, **more))
    parts = (result.together, result.later)
    return tuple([each.external_id.removeprefix("t.") for each in part] for part in parts)


def test_lines_of_the_same_columns_go_together_and_nothing_is_asked() -> None:
    odoo = server()
    assert packed(line("a", name="1"), line("b", name="2"), odoo=odoo) == (["a", "b"], [])
    assert odoo.calls == []


def test_a_column_that_odoo_computes_is_not_left_empty() -> None:
    lines = (line("a", name="1", price_unit="2"), line("b", name="2"), line("c", name="3"))
    assert packed(*lines) == (["b", "c"], ["a"])


def test_a_column_without_default_may_be_left_empty_in_a_new_line() -> None:
    lines = (line("a", name="1", note="2"), line("b", name="2"))
    assert packed(*lines) == (["a", "b"], [])
    result = Packer(server(), SCHEMAS).pack(order(*lines))
    assert result.together[1].values == {"name": "2", "note": ""}


def test_a_column_with_a_default_is_not_left_empty() -> None:
    assert packed(line("a", name="1", route="2"), line("b", name="2")) == (["a"], ["b"])


def test_a_line_that_exists_is_never_cleared() -> None:
    lines = (line("a", name="1", note="2"), line("b", 7, name="2"))
    assert packed(*lines, action=Action.UPDATED) == (["a"], ["b"])


def test_a_section_leaves_empty_what_odoo_keeps_empty_in_it() -> None:
    lines = (
        line("s", display_type="line_section", name="Part"),
        line("a", product_id__id="1", price_unit="2", name="x"),
        line("b", product_id__id="2", price_unit="3", name="y"),
    )
    assert packed(*lines) == (["s", "a", "b"], [])
    section = Packer(server(), SCHEMAS).pack(order(*lines)).together[0]
    assert section.values["product_id/.id"] == section.values["price_unit"] == ""


def test_without_known_defaults_only_the_very_same_columns_go_together() -> None:
    odoo = server()

    def refuse(*args: Any, **more: Any) -> Any:
        raise AccessRefused("not yours")

    odoo.answers["sale.order.line", "default_get"] = refuse
    assert packed(line("a", name="1", note="2"), line("b", name="2"), odoo=odoo) == (["a"], ["b"])


def test_the_defaults_are_asked_once() -> None:
    odoo = server()
    packer = Packer(odoo, SCHEMAS)
    record = order(line("a", name="1", note="2"), line("b", name="2"))
    packer.pack(record)
    packer.pack(record)
    assert len(odoo.calls) == 1


def test_lines_that_would_land_in_another_order_are_numbered() -> None:
    lines = (line("a", name="1", price_unit="2"), line("b", name="2"), line("c", name="3"))
    result = Packer(server(), SCHEMAS).pack(order(*lines))
    numbers = {
        each.external_id: each.values["sequence"] for each in (*result.together, *result.later)
    }
    assert numbers == {"t.a": "8", "t.b": "9", "t.c": "10"}


@pytest.mark.parametrize(
    ("lines", "action"),
    [
        ((line("a", name="1"), line("b", name="2"), line("c", price_unit="3")), Action.CREATED),
        (
            (line("a", name="1", price_unit="1"), line("b", name="2"), line("c", name="3")),
            Action.UPDATED,
        ),
        (
            (
                line("a", name="1", price_unit="1", sequence="5"),
                line("b", name="2", sequence="6"),
                line("c", name="3", sequence="7"),
            ),
            Action.CREATED,
        ),
    ],
    ids=["already in order", "of an order that exists", "numbered by the file"],
)
def test_lines_are_not_numbered(lines: tuple[Line, ...], action: Action) -> None:
    result = Packer(server(), SCHEMAS).pack(order(*lines, action=action))
    given = {each.external_id: each.values.get("sequence") for each in lines}
    sent = (*result.together, *result.later)
    assert {each.external_id: each.values.get("sequence") for each in sent} == given
    assert result.later


def test_the_first_row_carries_the_record_and_the_others_only_their_line() -> None:
    record = order(line("a", name="1"), line("b", name="2"))
    other = order(line("c", name="3"))
    batch = Batch("sale.order", ("note",), (record, other), {})
    cells = cells_of(batch, batch.records)
    assert cells.columns == ["id", "note", "order_line/id", "order_line/name"]
    assert cells.rows == [
        ["t.o", "x", "t.a", "1"],
        ["", "", "t.b", "2"],
        ["t.o", "x", "t.c", "3"],
    ]
    assert list(cells.owners) == [0, 0, 1]


def test_a_record_counts_as_the_rows_and_the_bytes_of_its_lines() -> None:
    record = order(line("a", name="1"), line("b", name="22"))
    assert rows_of(record) == 2
    assert size_of(record) == len("t.oxt.a1t.b22")
    assert fitting((record, record, record), 5) == 2
    assert fitting((record,), 1) == 1
    assert [len(piece) for piece in pieces((record,) * 3, 4)] == [2, 1]
