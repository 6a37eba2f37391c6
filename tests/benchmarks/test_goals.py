"""Ratios, bounds and the table of findings."""

from __future__ import annotations

import pytest

from benchmarks.__main__ import MEASUREMENTS, main
from benchmarks.client_alone import exponent
from benchmarks.goals import GOALS, Finding, compare, goal_of
from benchmarks.measure import Measured
from benchmarks.table import render


def took(*seconds: float) -> list[Measured]:
    return [Measured(value, 0.5, 0, 0, "", "") for value in seconds]


def test_a_ratio_is_the_median_of_those_of_the_pairs() -> None:
    finding = compare("bad-known", took(2.0, 9.0, 6.0), [1.0, 3.0, 1.0])

    assert finding.value == 3.0
    assert finding.ours == "6.00 s (2.00-9.00), cpu 0.50 s"
    assert finding.reference == "1.00 s (1.00-3.00)"


def test_as_speed_the_slower_importer_is_below_one() -> None:
    assert compare("partners-create", took(10.0), [9.0], as_speed=True).value == 0.9


def test_speeds_have_a_lower_bound_and_times_an_upper_one() -> None:
    assert goal_of("partners-create").is_met(0.92)
    assert not goal_of("partners-create").is_met(0.91)
    assert goal_of("bad-known").is_met(1.25)
    assert not goal_of("bad-known").is_met(1.26)


def test_every_goal_has_one_measurement() -> None:
    measured = [name for told in MEASUREMENTS for name in told.split()]

    assert sorted(measured) == sorted(goal.name for goal in GOALS)


def test_a_name_that_is_no_goal_is_refused_before_anything_is_measured() -> None:
    with pytest.raises(SystemExit, match="no measurement partner-create"):
        main(["partner-create"])


def test_the_cost_of_a_row_that_stays_the_same_has_the_exponent_one() -> None:
    assert exponent({1_000: 0.2, 10_000: 2.0, 100_000: 20.0}) == pytest.approx(1.0)
    assert exponent({1_000: 1.0, 10_000: 100.0}) == pytest.approx(2.0)


def test_the_table_tells_what_was_missed() -> None:
    found = [Finding("first-call", 1.2, "csv 1.20 s", ""), Finding("memory", 301.0, "csv", "")]

    met, missed = render(found, markdown=False).splitlines()[1:]
    lines = render(found, markdown=True).splitlines()

    assert met.endswith("at most 1.5 s after the start     met")
    assert missed.endswith("MISSED")
    assert len(lines) == 4
    assert {line.count("|") for line in lines} == {8}
