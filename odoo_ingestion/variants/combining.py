"""Templates that make every combination by themselves: what keeps them to the wanted ones."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import combinations

from odoo_ingestion.records import Category, Problem
from odoo_ingestion.variants.attributes import ALWAYS, Attribute, Value
from odoo_ingestion.variants.exclusions import excluded_pairs, forbids
from odoo_ingestion.variants.holdings import Combination, HeldExclusion
from odoo_ingestion.variants.plans import ProductPlan
from odoo_ingestion.versions import series_number

Pair = frozenset[Value]

_LINES_MAKE_NOTHING = (19,)
"""The first series in which an attribute line is known not to make variants when told so
(``create_product_product`` in ``product.template.attribute.line.create``)."""


def plan_combinations(plan: ProductPlan, version: str) -> None:
    """Settle which of our exclusions are lifted, or fail the rows that bring new variants.

    Exclusions that an import has made (``plan.ours``) may be lifted again, a person's never.
    """
    for row in plan.new_rows:
        if forbids(_others(plan), row.combination):
            row.fail(_forbidden(", ".join(sorted(value.label for value in row.combination))))
    _refuse_old_server(plan, version)
    plan.lifted = [
        exclusion.record_id
        for exclusion in (plan.held.exclusions if plan.held else ())
        if exclusion.record_id in plan.ours
        and any(_pairs_of(exclusion) & _pairs_in(row.combination) for row in plan.alive)
    ]
    missing = missing_pairs(plan, plan.axes)
    archived = [v.label for v in (plan.held.variants if plan.held else ()) if not v.active]
    if missing is None or ((missing or plan.lifted) and archived):
        problem = _not_by_pairs(plan) if missing is None else _archived(archived[0])
        for row in plan.new_rows:
            row.fail(problem)
        plan.lifted = []


def missing_pairs(plan: ProductPlan, axes: Mapping[Attribute, set[Value]]) -> set[Pair] | None:
    """Return the pairs of values that have to exclude each other and do not yet.

    None where no pairs leave exactly the wanted combinations. Nothing is missing where Odoo does
    not make combinations by itself, nor where the file speaks of some existing variants only.
    """
    makes_all = len(axes) > 1 and all(attribute.mode == ALWAYS for attribute in axes)
    if not makes_all or not (plan.new_rows or next(plan.unnamed(), None) is None):
        return set()
    values = [sorted(some, key=lambda v: v.token) for some in axes.values()]
    pairs = excluded_pairs(values, plan.wanted())
    if pairs is None:
        return None
    held = {
        pair
        for exclusion in (plan.held.exclusions if plan.held else ())
        if exclusion.record_id not in plan.lifted
        for pair in _pairs_of(exclusion)
    }
    return {frozenset((one, other)) for one, others in pairs.items() for other in others} - held


def _pairs_of(exclusion: HeldExclusion) -> set[Pair]:
    return {frozenset((exclusion.value, other)) for other in exclusion.excluded}


def _pairs_in(combination: Combination) -> set[Pair]:
    return {frozenset(pair) for pair in combinations(combination, 2)}


def _others(plan: ProductPlan) -> dict[Value, set[Value]]:
    """Return the exclusions that a person has made."""
    found: dict[Value, set[Value]] = {}
    for exclusion in plan.held.exclusions if plan.held else ():
        if exclusion.record_id not in plan.ours:
            found.setdefault(exclusion.value, set()).update(exclusion.excluded)
    return found


def _refuse_old_server(plan: ProductPlan, version: str) -> None:
    if series_number(version) >= _LINES_MAKE_NOTHING:
        return
    known = {line.attribute for line in plan.held.axes} if plan.held else set[Attribute]()
    axes = plan.axes
    new = [attribute for attribute in axes if attribute not in known]
    if new and all(attribute.mode == ALWAYS for attribute in axes):
        for row in plan.new_rows:
            row.fail(_old_server(new[0], version))


def _forbidden(labels: str) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"somebody excluded this combination of the product in Odoo ({labels})",
        None,
        "Remove the exclusion there (attribute values, Configure), or leave the row out.",
    )


def _not_by_pairs(plan: ProductPlan) -> Problem:
    names = ", ".join(attribute.name for attribute in plan.axes)
    return Problem(
        Category.PROTECTED,
        f"the attributes {names} make all combinations in Odoo (create_variant always), and no "
        "exclusions of pairs leave exactly those of the file",
        None,
        "Use one attribute that makes variants dynamically: a new name for one of the columns.",
    )


def _archived(label: str) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"the product has an archived variant ({label}): excluding combinations would delete it",
        None,
        "Make the archived variant active first, or use an attribute that is created dynamically.",
    )


def _old_server(attribute: Attribute, version: str) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"Odoo {version} makes every combination of {attribute.name} (create_variant always) as "
        "soon as it is put on a product",
        None,
        "Use an attribute that makes variants dynamically: a new name for the column.",
    )
