from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.variants.prices import Priced, Prices, as_cell, solve_prices

RED, BLUE, GREEN, S, L = "red", "blue", "green", "S", "L"


def priced(**prices: str) -> list[Priced[str]]:
    """Return ``red_S="10"`` as a variant of two values and its price."""
    return [
        Priced(frozenset(values.split("_")), Decimal(price)) for values, price in prices.items()
    ]


def comes_to(found: Prices[str] | None, held: dict[str, Decimal], one: Priced[str]) -> Decimal:
    assert found is not None
    extras = {**held, **found.extras}
    return found.base + sum((extras.get(value, Decimal(0)) for value in one.values), Decimal(0))


def test_one_price_for_all_is_the_products_own() -> None:
    found = solve_prices(
        priced(red_S="10", blue_L="10.00"), base=None, extras={}, free={RED, BLUE, S, L}
    )
    assert found is not None
    assert found.base == 10
    assert not any(found.extras.values())


def test_what_holds_already_is_left_alone() -> None:
    extras = {RED: Decimal("1.5"), BLUE: Decimal("-2")}
    found = solve_prices(
        priced(red="11.5", blue="8"), base=Decimal(10), extras=extras, free={RED, BLUE}
    )
    assert found == Prices(Decimal(10), extras)


def test_a_common_rise_is_the_products_and_not_of_each_value() -> None:
    extras = {RED: Decimal(0), BLUE: Decimal(2)}
    found = solve_prices(priced(red="12", blue="14"), base=Decimal(10), extras=extras, free={RED})
    assert found is not None
    assert found.base == 12


def test_one_dearer_value_gets_the_extra() -> None:
    extras = {RED: Decimal(0), BLUE: Decimal(2)}
    found = solve_prices(
        priced(red="10", blue="13"), base=Decimal(10), extras=extras, free={RED, BLUE}
    )
    assert found == Prices(Decimal(10), {RED: Decimal(0), BLUE: Decimal(3)})


def test_prices_that_are_not_additive_have_no_answer() -> None:
    variants = priced(red_S="10", red_L="12", blue_S="11", blue_L="99")
    assert solve_prices(variants, base=None, extras={}, free={RED, BLUE, S, L}) is None


def test_the_extras_of_values_that_may_not_change_stay() -> None:
    variants = priced(red_S="10", blue_S="15")
    held = {RED: Decimal(0), BLUE: Decimal(1), S: Decimal(0)}
    assert solve_prices(variants, base=Decimal(10), extras=held, free={S}) is None
    found = solve_prices(variants, base=Decimal(10), extras=held, free={BLUE, S})
    assert found is not None
    assert found.extras[BLUE] == 5


def test_without_the_products_price_only_extras_move() -> None:
    variants = priced(red="12", blue="12")
    held = {RED: Decimal(0), BLUE: Decimal(0)}
    found = solve_prices(
        variants, base=Decimal(10), extras=held, free={RED, BLUE}, base_is_free=False
    )
    assert found == Prices(Decimal(10), {RED: Decimal(2), BLUE: Decimal(2)})
    assert (
        solve_prices(variants, base=Decimal(10), extras=held, free={RED}, base_is_free=False)
        is None
    )


def test_thirds_of_a_cent_are_no_prices() -> None:
    a, b, c = "a", "b", "c"
    pairs = [frozenset((a, b)), frozenset((b, c)), frozenset((a, c))]
    variants = [
        Priced(pair, Decimal(price))
        for pair, price in zip(pairs, ("1.00", "1.01", "1.00"), strict=True)
    ]
    held = dict.fromkeys((a, b, c), Decimal(0))
    assert (
        solve_prices(variants, base=Decimal(0), extras=held, free={a, b, c}, base_is_free=False)
        is None
    )


amounts = st.decimals("-50", "50", places=2)


@given(
    base=st.decimals("0", "500", places=2),
    extras=st.fixed_dictionaries(dict.fromkeys((RED, BLUE, GREEN, S, "M", L), amounts)),
    chosen=st.sets(
        st.tuples(st.sampled_from((RED, BLUE, GREEN)), st.sampled_from((S, "M", L))), min_size=1
    ),
    is_new=st.booleans(),
)
def test_additive_prices_always_come_out_to_the_cent(
    base: Decimal, extras: dict[str, Decimal], chosen: set[tuple[str, str]], is_new: bool
) -> None:
    variants = [
        Priced(frozenset(pair), base + extras[pair[0]] + extras[pair[1]]) for pair in sorted(chosen)
    ]
    held = {} if is_new else dict.fromkeys(extras, Decimal("1.25"))
    found = solve_prices(
        variants, base=None if is_new else Decimal(7), extras=held, free=set(extras)
    )
    for one in variants:
        assert comes_to(found, held, one) == one.price


@pytest.mark.parametrize(
    ("number", "cell"),
    [("10.00", "10"), ("0.50", "0.5"), ("1E+2", "100"), ("0", "0"), ("-3", "-3")],
)
def test_amounts_are_written_plainly(number: str, cell: str) -> None:
    assert as_cell(Decimal(number)) == cell
