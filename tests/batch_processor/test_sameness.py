"""The quick answer that a record is held as it was sent is never given where a field differs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.batch_processor import differs
from odoo_ingestion.batch_processor.sameness import Sameness
from odoo_ingestion.records import FieldSpec
from tests.batch_processor.test_comparing import OTHER, SAME

SPECS = {
    "name": FieldSpec("name", "char"),
    "price": FieldSpec("price", "float", digits=(16, 2)),
    "weight": FieldSpec("weight", "float"),
    "active": FieldSpec("active", "boolean"),
    "country_id/.id": FieldSpec("country_id", "many2one"),
    "category_id/.id": FieldSpec("category_id", "many2many"),
    "at": FieldSpec("at", "datetime"),
    "kind": FieldSpec("kind", "selection", selection=(("consu", "Goods"), ("goods", "Consu"))),
}
VALUES = {
    "name": "Tea",
    "price": "9.95",
    "weight": "2",
    "active": "1",
    "country_id/.id": "57",
    "category_id/.id": "3,8",
    "at": "2024-02-29 12:00:00",
    "kind": "goods",
}
HELD = {
    "name": "Tea",
    "price": 9.95,
    "weight": 2.0,
    "active": True,
    "country_id": 57,
    "category_id": [8, 3],
    "at": "2024-02-29 11:00:00",
    "kind": "consu",
}
SAMENESS = Sameness(SPECS, "Europe/Berlin")


@pytest.mark.parametrize(("spec", "sent", "held"), OTHER)
def test_it_is_never_sure_of_what_differs(spec: FieldSpec, sent: str, held: Any) -> None:
    assert not Sameness({"c": spec}, "UTC").is_sure({"c": sent}, {spec.name: held})


def test_it_is_sure_of_what_is_held_as_it_was_sent_whatever_the_types() -> None:
    assert SAMENESS.is_sure(VALUES, HELD)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("name", "Coffee"),
        ("price", 9.96),
        ("weight", 2.1),
        ("active", False),
        ("country_id", 58),
        ("category_id", [8]),
        ("at", "2024-02-29 12:00:00"),
        ("kind", "goods"),
    ],
)
def test_one_other_value_is_enough_not_to_be_sure(name: str, other: Any) -> None:
    assert not SAMENESS.is_sure(VALUES, {**HELD, name: other})


def test_it_is_not_sure_of_a_field_that_was_not_read() -> None:
    assert not SAMENESS.is_sure(VALUES, {k: v for k, v in HELD.items() if k != "name"})
    assert not SAMENESS.is_sure(VALUES, {k: v for k, v in HELD.items() if k != "price"})


NUMBERS = st.floats(allow_nan=False, allow_infinity=False) | st.integers(-(10**6), 10**6)


@given(
    st.sampled_from([spec for spec, _, _ in (*SAME, *OTHER)]),
    st.text(max_size=3) | NUMBERS.map(str) | st.sampled_from([sent for _, sent, _ in SAME]),
    st.none() | st.booleans() | NUMBERS | st.sampled_from([held for _, _, held in SAME]),
)
def test_where_it_is_sure_the_slow_comparison_says_the_same(
    spec: FieldSpec, sent: str, held: Any
) -> None:
    if spec.type == "many2many" and not isinstance(held, list):
        held = []
    if Sameness({"c": spec}, "UTC").is_sure({"c": sent}, {spec.name: held}):
        assert not differs(spec, sent, held)


@given(NUMBERS.map(str), st.integers(0, 17))
def test_a_number_held_as_the_float_of_its_text_is_the_same_at_any_digits(
    text: str, scale: int
) -> None:
    spec = FieldSpec("w", "float", digits=(20, scale))
    if Sameness({"w": spec}, "UTC").is_sure({"w": text}, {"w": float(text)}):
        assert not differs(spec, text, float(text))
