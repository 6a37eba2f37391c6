"""How the sale prices of a product's rows are written: price and extras, or pricelist items."""

from __future__ import annotations

from decimal import Decimal

from odoo_ingestion.records import Category, Mode, Problem
from odoo_ingestion.variants.attributes import Value
from odoo_ingestion.variants.plans import ProductPlan, RowPlan
from odoo_ingestion.variants.prices import Priced, as_cell, solve_prices


def plan_prices(plan: ProductPlan, mode: Mode, column: str, *, has_pricelist: bool) -> None:
    """Settle the product's price and the extras, or which rows go to the pricelist.

    Variants that no row gives a price keep theirs to the digit. ``column`` is the file's column
    of the price. Where nothing holds, the rows with a price fail.
    """
    priced = [row for row in plan.alive if row.price is not None]
    if not priced:
        return
    new = plan.held is None
    may_change = new or mode is not Mode.CREATE
    extras = _extras(plan)
    known = set(plan.held.values) if plan.held else set()
    free = {v for row in priced for v in row.combination if may_change or v not in known}
    found = solve_prices(
        _wanted(plan, priced),
        base=plan.held.price if plan.held else None,
        extras=extras,
        free=free,
        base_is_free=may_change,
    )
    if found is not None:
        _apply(plan, found.base, {**extras, **found.extras}, set(found.extras))
    elif has_pricelist:
        for row in priced:
            row.by_item = True
        if new:
            plan.base = priced[0].price
    else:
        for row in priced:
            row.fail(_not_additive(column))


def _extras(plan: ProductPlan) -> dict[Value, Decimal]:
    held = plan.held.values if plan.held else {}
    return {value: one.extra for value, one in held.items() if one.active}


def _wanted(plan: ProductPlan, priced: list[RowPlan]) -> list[Priced[Value]]:
    """Return the prices that must come out, those of the variants that nobody prices as held."""
    wanted = [Priced(row.combination, row.price) for row in priced if row.price is not None]
    named = {row.held.record_id for row in priced if row.held is not None}
    if plan.held is not None:
        wanted += [
            Priced(variant.combination, plan.held.price_of(variant))
            for variant in plan.held.variants
            if variant.active and variant.record_id not in named
        ]
    return wanted


def _apply(
    plan: ProductPlan, base: Decimal, extras: dict[Value, Decimal], told: set[Value]
) -> None:
    if plan.held is None or base != plan.held.price:
        plan.base = base
    held = _extras(plan)
    plan.extras = {v: extras[v] for v in told if v not in held or held[v] != extras[v]}
    for row in plan.alive:
        if row.price is not None and row.held is not None and plan.held is not None:
            row.repriced = plan.held.price_of(row.held) != row.price


def default_extra(plan: ProductPlan, value: Value) -> str:
    """Return the extra of a value that is new on the product, as Odoo itself would set it.

    Where the file prices the variants that have it, it is what makes their prices right.
    """
    if value in plan.extras:
        return as_cell(plan.extras[value])
    told = any(row.price is not None and value in row.combination for row in plan.alive)
    return "0" if told else as_cell(Decimal(str(value.extra)))


def _not_additive(column: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        "these prices are not a product's price plus an extra for each value: Odoo has no price "
        "of a single variant",
        column,
        "Name a pricelist that takes them: --pricelist NAME. Or correct the prices of the product.",
    )
