"""Which pairs of values must exclude each other so that only the wanted combinations are made.

Where every attribute of a template is of mode ``always``, Odoo makes all combinations that no
exclusion forbids whenever an attribute line is saved (``product.template._create_variant_ids``,
Odoo 14 to 19). An exclusion forbids a pair of values, so what can be said by pairs alone holds.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterator, Mapping, Sequence
from itertools import combinations, product
from typing import TypeVar

V = TypeVar("V", bound=Hashable)

_MOST_COMBINATIONS = 100_000


def excluded_pairs(
    axes: Sequence[Sequence[V]], wanted: Collection[frozenset[V]]
) -> dict[V, set[V]] | None:
    """Return value -> values of later axes that it excludes, so that only ``wanted`` is possible.

    ``axes`` are the values of each attribute. None where pairs cannot say it: some other
    combination consists of pairs that are all needed, or there are too many to tell.
    """
    count = 1
    for axis in axes:
        count *= len(axis)
    if count > _MOST_COMBINATIONS:
        return None
    needed = {frozenset(pair) for one in wanted for pair in combinations(one, 2)}
    for possible in product(*axes):
        one = frozenset(possible)
        if one not in wanted and all(frozenset(p) in needed for p in combinations(possible, 2)):
            return None
    if count == len(set(wanted)):
        return {}
    return dict(_unneeded(axes, needed))


def _unneeded(
    axes: Sequence[Sequence[V]], needed: Collection[frozenset[V]]
) -> Iterator[tuple[V, set[V]]]:
    found: dict[V, set[V]] = defaultdict(set)
    for first, second in combinations(axes, 2):
        for one, other in product(first, second):
            if frozenset((one, other)) not in needed:
                found[one].add(other)
    yield from found.items()


def forbids(held: Mapping[V, Collection[V]], combination: frozenset[V]) -> bool:
    """Tell whether exclusions forbid a combination; they hold in both directions."""
    return any(other in held.get(one, ()) for one in combination for other in combination - {one})
