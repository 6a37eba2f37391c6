"""The goals, each with its name and bound, and what was found of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.measure import Measured


@dataclass(frozen=True)
class Goal:
    """A bound on one figure, None for what is measured to compare; ``unit``: empty for ratios."""

    name: str
    work: str
    words: str
    bound: float | None
    at_least: bool = False
    unit: str = ""

    def is_met(self, value: float) -> bool:
        """Tell whether a figure is within the bound."""
        if self.bound is None:
            return True
        return value >= self.bound if self.at_least else value <= self.bound


@dataclass(frozen=True)
class Finding:
    """What was found of a goal; ``ours`` and ``reference`` tell in words what was compared."""

    goal: str
    value: float
    ours: str
    reference: str


GOALS = (
    Goal("partners-create", "clean partners, create", "of the bare client's speed", 0.92, True),
    Goal("partners-password", "the same by password", "of the bare client's speed", 0.92, True),
    Goal("peer-partners", "the same by the peer", "of the bare client's speed", None),
    Goal("products-create", "simple products, create", "x the bare client's speed", 2.5, True),
    Goal("orders-create", "orders of 3 lines, create", "of the bare client's speed", 0.9, True),
    Goal("orders-line-ids", "the same", "of the bare client's with ids for lines", None),
    Goal("bad-known", "1 % bad products, known before sending", "x the clean time", 1.25),
    Goal("bad-server-partners", "0.1 % partners that Odoo refuses", "x the clean time", 2.5),
    Goal("bad-server-products", "0.1 % products that Odoo refuses", "x the clean time", 4.0),
    Goal("partners-unchanged", "the same partners again", "of the bare create's time", 1 / 4),
    Goal("products-unchanged", "the same products again", "of the bare create's time", 1 / 8),
    Goal("partners-changed", "1 % of partners changed", "of the bare create's time", 1 / 3),
    Goal("products-changed", "1 % of products changed", "of the bare create's time", 1 / 6),
    Goal("dry-run-offline", "dry run of products, offline", "x pandas.read_csv", 5.0),
    Goal("dry-run-server", "dry run of products, few in Odoo", "x pandas.read_csv", 8.0),
    Goal("dry-run-many", "dry run of products, many in Odoo", "x pandas.read_csv", 30.0),
    Goal("first-call", "first call sent", "after the start", 1.5, unit="s"),
    Goal("memory", "peak memory", "whatever the rows", 300.0, unit="MB"),
    Goal("memory-growth", "growth of the peak memory", "a row", 16.0, unit="bytes"),
    Goal("cost-per-row", "processor time over rows", "as exponent", 1.03),
)


def goal_of(name: str) -> Goal:
    """Return the goal of a name; raises StopIteration for none."""
    return next(goal for goal in GOALS if goal.name == name)


def compare(
    goal: str, ours: Sequence[Measured], reference: Sequence[float], *, as_speed: bool = False
) -> Finding:
    """Return the median of the ratios of pairs of seconds, pair by pair.

    The ratio is of times (ours to the reference), or as speeds the other way round.
    """
    pairs = [(own.seconds, theirs) for own, theirs in zip(ours, reference, strict=True)]
    ratios = [theirs / own if as_speed else own / theirs for own, theirs in pairs]
    cpu = statistics.median(own.cpu_seconds for own in ours)
    told = f"{seconds_of([own for own, _ in pairs])}, cpu {cpu:.2f} s"
    return Finding(goal, statistics.median(ratios), told, seconds_of(reference))


def seconds_of(values: Sequence[float]) -> str:
    """Return the median of seconds, with the range where there are several."""
    middle = f"{statistics.median(values):.2f} s"
    if len(values) == 1:
        return middle
    return f"{middle} ({min(values):.2f}-{max(values):.2f})"
