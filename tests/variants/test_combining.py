from decimal import Decimal
from itertools import product

from odoo_ingestion.records import Draft, Row
from odoo_ingestion.variants.attributes import ALWAYS, DYNAMIC, Attribute, Value
from odoo_ingestion.variants.combining import missing_pairs, plan_combinations
from odoo_ingestion.variants.holdings import (
    HeldExclusion,
    HeldLine,
    HeldTemplate,
    HeldValue,
    HeldVariant,
)
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.rows import KeyKind, ProductKey, VariantRow

KEY = ProductKey(KeyKind.NAME, "Desk")


def attribute(name: str, values: str, mode: str = ALWAYS) -> list[Value]:
    """Return the values of an attribute, one a letter."""
    made = Attribute(name, mode, ord(name[0]))
    return [Value(made, letter, 100 * ord(name[0]) + ord(letter)) for letter in values]


def plan_of(*wanted: tuple[Value, ...], held: HeldTemplate | None = None) -> ProductPlan:
    rows = [
        RowPlan(
            VariantRow(Draft(Row(number, None, {}), {}), KEY, ()), combination=frozenset(values)
        )
        for number, values in enumerate(wanted, 1)
    ]
    return ProductPlan(KEY, rows, held=held)


def held_template(axes: list[list[Value]], *variants: HeldVariant) -> HeldTemplate:
    template = HeldTemplate(7, "Desk", Decimal(1), active=True)
    for number, values in enumerate(axes, 1):
        template.lines.append(HeldLine(number, values[0].attribute, frozenset(values), active=True))
        for value in values:
            one = HeldValue(value.record_id or 0, number, value, Decimal(0), active=True)
            template.values[value] = one
    template.variants.extend(variants)
    return template


def messages(plan: ProductPlan) -> list[str]:
    return [problem.message for row in plan.rows for problem in row.problems]


def test_a_dynamic_attribute_needs_no_exclusions() -> None:
    color, size = attribute("Color", "RB", DYNAMIC), attribute("Size", "SL")
    plan = plan_of((color[0], size[0]), (color[1], size[1]))
    plan_combinations(plan, "19.0")
    assert messages(plan) == []
    assert missing_pairs(plan, plan.axes) == set()


def test_a_combination_that_is_not_wanted_is_excluded_by_its_pair() -> None:
    color, size = attribute("Color", "RB"), attribute("Size", "SL")
    plan = plan_of((color[0], size[0]), (color[0], size[1]), (color[1], size[1]))
    plan_combinations(plan, "19.0")
    assert messages(plan) == []
    assert missing_pairs(plan, plan.axes) == {frozenset((color[1], size[0]))}


def test_three_attributes_that_pairs_cannot_single_out_fail_with_advice() -> None:
    axes = [attribute("Color", "RB"), attribute("Size", "SL"), attribute("Fit", "TW")]
    plan = plan_of(*list(product(*axes))[1:])
    plan_combinations(plan, "19.0")
    assert len(messages(plan)) == 7
    assert "no exclusions of pairs" in messages(plan)[0]


def test_an_archived_variant_is_not_put_at_risk() -> None:
    color, size = attribute("Color", "RB"), attribute("Size", "SL")
    archived = HeldVariant(1, "", "", False, frozenset((color[1], size[0])), "Desk (B, S)")
    held = held_template([color, size], archived)
    plan = plan_of((color[0], size[0]), (color[0], size[1]), held=held)
    plan_combinations(plan, "19.0")
    assert all("archived variant (Desk (B, S))" in text for text in messages(plan))
    assert len(messages(plan)) == 2


def test_our_own_exclusion_is_lifted_and_a_persons_never() -> None:
    color, size = attribute("Color", "RB"), attribute("Size", "SL")
    for is_ours in (True, False):
        held = held_template([color, size])
        held.exclusions.append(HeldExclusion(5, color[0], frozenset((size[0],))))
        plan = plan_of(*product(color, size), held=held)
        plan.ours = {5} if is_ours else set()
        plan_combinations(plan, "19.0")
        assert plan.lifted == ([5] if is_ours else [])
        assert len(messages(plan)) == (0 if is_ours else 1)


def test_older_servers_would_make_everything_with_the_lines() -> None:
    color = attribute("Color", "RB")
    plan = plan_of((color[0],), (color[1],))
    plan_combinations(plan, "17.0")
    assert len(messages(plan)) == 2
    assert "Odoo 17.0 makes every combination of Color" in messages(plan)[0]
