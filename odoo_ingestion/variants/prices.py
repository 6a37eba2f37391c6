"""Prices of variants as Odoo holds them: the product's price and an extra for each value. Pure.

Odoo computes the price of a variant as ``list_price`` of its template plus the ``price_extra`` of
its values (``product.product._compute_product_lst_price``, Odoo 14 to 19).
"""

from __future__ import annotations

from collections.abc import Collection, Hashable, Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Generic, TypeVar

from msgspec import Struct

V = TypeVar("V", bound=Hashable)

_MOST_DECIMALS = 12


class Priced(Struct, Generic[V], frozen=True):
    """A variant's values and the price that it must have."""

    values: frozenset[V]
    price: Decimal


class Prices(Struct, Generic[V], frozen=True):
    """The product's price, and the extras of the values that may change, to the digit."""

    base: Decimal
    extras: Mapping[V, Decimal]


def solve_prices(
    variants: Sequence[Priced[V]],
    *,
    base: Decimal | None,
    extras: Mapping[V, Decimal],
    free: Collection[V],
    base_is_free: bool = True,
) -> Prices[V] | None:
    """Return prices that give each variant exactly its own, or None where there are none.

    ``base`` is the product's price now (None: it is new), ``extras`` those of the values now;
    only values in ``free`` may get others. What changes least is preferred: nothing, the
    product's price alone, extras alone, both. ``variants`` must not be empty.
    """
    held = {value: extras.get(value, Decimal(0)) for one in variants for value in one.values}
    places = _decimals([*(one.price for one in variants), *held.values(), base or Decimal(0)])
    if base is None:
        base, held, free = _reference(variants, held, free)
    elif (moved := _move_base(variants, base, held)) is not None and (
        moved == base or base_is_free
    ):
        return Prices(moved, {v: held[v] for v in held if v in free})
    ordered = [value for value in held if value in free]
    for with_base in (False, True) if base_is_free else (False,):
        changes = _solve(variants, base, held, ordered, with_base=with_base)
        if changes is None:
            continue
        found = [_exact(change, places) for change in changes]
        exact = [change for change in found if change is not None]
        if len(exact) == len(found):
            new_base = base + (exact[-1] if with_base else Decimal(0))
            return Prices(
                new_base, {v: held[v] + change for v, change in zip(ordered, exact, strict=False)}
            )
    return None


def _reference(
    variants: Sequence[Priced[V]], held: Mapping[V, Decimal], free: Collection[V]
) -> tuple[Decimal, dict[V, Decimal], set[V]]:
    """Return the start of a new product: the cheapest variant has its price and no extras."""
    cheapest = min(variants, key=lambda one: one.price)
    start = {v: Decimal(0) if v in free else extra for v, extra in held.items()}
    own = sum((start[v] for v in cheapest.values), Decimal(0))
    return cheapest.price - own, start, set(free) - cheapest.values


def _move_base(
    variants: Sequence[Priced[V]], base: Decimal, held: Mapping[V, Decimal]
) -> Decimal | None:
    """Return the one product's price with which the extras may stay as they are."""
    wanted = {one.price - sum((held[v] for v in one.values), Decimal(0)) for one in variants}
    if len(wanted) > 1:
        return None
    return wanted.pop() if wanted else base


def _solve(
    variants: Sequence[Priced[V]],
    base: Decimal,
    held: Mapping[V, Decimal],
    free: Sequence[V],
    *,
    with_base: bool,
) -> list[Fraction] | None:
    """Return the change of each free value (and of the base, last), 0 where any would do."""
    places = {value: place for place, value in enumerate(free)}
    width = len(free) + int(with_base)
    rows: dict[tuple[int, ...], Fraction] = {}
    for one in variants:
        own = base + sum((held[v] for v in one.values), Decimal(0))
        columns = sorted(places[v] for v in one.values if v in places)
        key = (*columns, *((width - 1,) if with_base else ()))
        missing = Fraction(one.price - own)
        if rows.setdefault(key, missing) != missing:
            return None
    return _eliminate([(dict.fromkeys(key, Fraction(1)), m) for key, m in rows.items()], width)


def _eliminate(
    equations: list[tuple[dict[int, Fraction], Fraction]], width: int
) -> list[Fraction] | None:
    """Solve by Gauss and Jordan over fractions; unknowns that stay free are 0."""
    pivots: dict[int, tuple[dict[int, Fraction], Fraction]] = {}
    for equation, result in equations:
        terms, right = dict(equation), result
        for column in sorted(equation):
            if column in pivots and terms.get(column):
                terms, right = _subtract(terms, right, pivots[column], terms[column])
        terms = {column: factor for column, factor in terms.items() if factor}
        while known := [column for column in terms if column in pivots]:
            terms, right = _subtract(terms, right, pivots[known[0]], terms[known[0]])
        if not terms:
            if right:
                return None
            continue
        pivot = min(terms)
        lead = terms[pivot]
        solved = {c: f / lead for c, f in terms.items()}, right / lead
        for column, other in pivots.items():
            if factor := other[0].get(pivot):
                pivots[column] = _subtract(*other, solved, factor)
        pivots[pivot] = solved
    return [pivots[c][1] if c in pivots else Fraction(0) for c in range(width)]


def _subtract(
    terms: Mapping[int, Fraction],
    right: Fraction,
    other: tuple[Mapping[int, Fraction], Fraction],
    factor: Fraction,
) -> tuple[dict[int, Fraction], Fraction]:
    result = dict(terms)
    for column, value in other[0].items():
        left = result.get(column, Fraction(0)) - factor * value
        if left:
            result[column] = left
        else:
            result.pop(column, None)
    return result, right - factor * other[1]


def _decimals(numbers: Sequence[Decimal]) -> int:
    exponents = [number.as_tuple().exponent for number in numbers]
    return min(_MOST_DECIMALS, max(0, *(-e for e in exponents if isinstance(e, int)), 0))


def _exact(number: Fraction, places: int) -> Decimal | None:
    """Return a fraction as a decimal of so many places, or None where it has more."""
    scaled = number * 10**places
    if scaled.denominator != 1:
        return None
    return Decimal(scaled.numerator).scaleb(-places)


def as_cell(number: Decimal) -> str:
    """Return an amount as load() takes it: plain digits, no needless zeros."""
    text = format(number, "f")
    return (text.rstrip("0").rstrip(".") if "." in text else text) or "0"
