from itertools import combinations, product

from hypothesis import given
from hypothesis import strategies as st

from odoo_ingestion.variants.exclusions import excluded_pairs, forbids

AXES = (("red", "blue", "green"), ("S", "L"), ("cotton", "wool"))


def combination(*values: str) -> frozenset[str]:
    return frozenset(values)


def possible(axes: tuple[tuple[str, ...], ...], pairs: dict[str, set[str]]) -> set[frozenset[str]]:
    """Return what Odoo would make: every combination without an excluded pair."""
    return {
        frozenset(one)
        for one in product(*axes)
        if not any(b in pairs.get(a, ()) or a in pairs.get(b, ()) for a, b in combinations(one, 2))
    }


def test_where_everything_is_wanted_nothing_is_excluded() -> None:
    everything = {frozenset(one) for one in product(*AXES)}
    assert excluded_pairs(AXES, everything) == {}


def test_what_pairs_cannot_say_has_no_answer() -> None:
    axes = (("a", "b"), ("1", "2"), ("x", "y"))
    wanted = {frozenset(one) for one in product(*axes)} - {combination("a", "1", "x")}
    assert excluded_pairs(axes, wanted) is None


def test_too_many_combinations_have_no_answer() -> None:
    axes = [[f"{axis}{value}" for value in range(100)] for axis in "abc"]
    assert excluded_pairs(axes, {combination("a0", "b0", "c0")}) is None


@given(st.sets(st.sampled_from([frozenset(one) for one in product(*AXES)]), min_size=1))
def test_what_is_left_is_what_is_wanted(wanted: set[frozenset[str]]) -> None:
    pairs = excluded_pairs(AXES, wanted)
    if pairs is not None:
        assert possible(AXES, pairs) == wanted


@given(st.sets(st.sampled_from([frozenset(one) for one in product(AXES[0], AXES[1])]), min_size=1))
def test_two_attributes_can_always_be_said_by_pairs(wanted: set[frozenset[str]]) -> None:
    pairs = excluded_pairs(AXES[:2], wanted)
    assert pairs is not None
    assert possible(AXES[:2], pairs) == wanted


def test_an_exclusion_holds_in_both_directions() -> None:
    held = {"red": {"S"}}
    assert forbids(held, combination("S", "red"))
    assert not forbids(held, combination("L", "red"))
