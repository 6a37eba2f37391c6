"""Lines of orders: products, sections and notes."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.data_models import build_validator, load_catalogue
from odoo_ingestion.records import Column, ColumnKind, Draft, Problem, Row

COLUMNS = (
    Column("product", "product_id", ColumnKind.NAME),
    Column("text", "name"),
    Column("kind", "display_type"),
    Column("discount", "discount"),
)


def checked(**cells: Any) -> Draft | tuple[Problem, ...]:
    schema = load_catalogue("19.0", "sale.order.line")
    return build_validator(COLUMNS, schema, None).validate(Row(1, 2, cells))


def missing(**cells: Any) -> list[str | None]:
    schema = load_catalogue("19.0", "sale.order.line")
    validator = build_validator(COLUMNS, schema, None)
    draft = validator.validate(Row(1, 2, cells))
    assert isinstance(draft, Draft)
    return [problem.field for problem in validator.missing_required(draft)]


@pytest.mark.parametrize(
    ("word", "key"),
    [
        ("Section", "line_section"),
        ("section", "line_section"),
        ("note", "line_note"),
        ("line_note", "line_note"),
    ],
)
def test_sections_and_notes_are_named_in_plain_words(word: str, key: str) -> None:
    draft = checked(kind=word, text="Teas")
    assert isinstance(draft, Draft)
    assert draft.values["display_type"] == key


def test_a_new_line_has_a_product_or_is_a_section_with_a_text() -> None:
    assert missing(text="Tea") == ["product"]
    assert missing(kind="section", text="  ") == ["text"]
    assert missing(kind="note", text="Handle with care") == []
    assert missing(product="P1") == []


def test_a_section_with_a_product_is_refused() -> None:
    problems = checked(kind="section", text="Teas", product="P1")
    assert isinstance(problems, tuple)
    assert [problem.message for problem in problems] == [
        "a section or note has no product, and this one has 'P1'"
    ]


@pytest.mark.parametrize(("discount", "doubtful"), [("0.15", True), ("15", False), ("0", False)])
def test_a_discount_that_looks_like_a_fraction_is_doubted(discount: str, doubtful: bool) -> None:
    draft = checked(product="P1", discount=discount)
    assert isinstance(draft, Draft)
    assert bool(draft.warnings) is doubtful
    if doubtful:
        assert "for 15 percent write 15" in draft.warnings[0]
