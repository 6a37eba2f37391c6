"""Files imported through a proxy that misbehaves: nothing is lost, and nothing is there twice."""

from __future__ import annotations

import pytest

from tests.reliability.cases import ALL_CASES, CASES, MORE_CASES, PROTOCOLS, Case
from tests.reliability.fault_proxy import fault_proxy
from tests.reliability.files import COUNTS, DIFFERENCES, ORDERS, PARTNERS, PRODUCTS, VARIANTS, File
from tests.reliability.runs import (
    Place,
    Trial,
    check_completed,
    check_landed,
    check_same,
    check_stopped,
    check_unchanged,
    failed_rows,
)

FILES = {"products": PRODUCTS, "partners": PARTNERS, "orders": ORDERS}
SECOND = 2
"""The writing call that meets the fault: one batch has landed, others are to follow."""


def go_through(place: Place, case: Case, file: File, protocol: str, call: int) -> Trial:
    """Import a file through a fault, and again where that ended the run."""
    trial = Trial(place, file, protocol)
    result = trial.meet(case, call)
    if protocol in case.stops:
        check_stopped(trial, result)
        check_completed(trial)
        return trial
    check_landed(trial, result)
    repeated = any("had to be repeated" in told for told in result.notices)
    assert repeated == case.repeats, result.notices
    return trial


def alternating(fault: str, file: str) -> str:
    """Return the protocol of a case: every file and, over the files, every fault meets both."""
    place = list(ALL_CASES).index(fault) + list(FILES).index(file)
    return PROTOCOLS[place % 2]


@pytest.mark.parametrize("file", FILES)
@pytest.mark.parametrize("fault", CASES)
def test_a_fault_in_the_middle_loses_nothing_and_doubles_nothing(
    place: Place, fault: str, file: str
) -> None:
    go_through(place, CASES[fault], FILES[file], alternating(fault, file), SECOND)


@pytest.mark.parametrize("fault", MORE_CASES)
def test_orders_come_through_worse_faults(place: Place, fault: str) -> None:
    go_through(place, MORE_CASES[fault], ORDERS, alternating(fault, "orders"), SECOND)


@pytest.mark.parametrize("protocol", PROTOCOLS)
def test_a_wrong_content_type_ends_only_what_cannot_be_told_by_its_content(
    place: Place, protocol: str
) -> None:
    go_through(place, CASES["wrong content type"], PARTNERS, protocol, SECOND)


def check_differences(place: Place, fault: str, protocol: str) -> None:
    """Add differences through a fault and again without: each is added once, and told truly."""
    case = ALL_CASES[fault]
    trial = Trial(place, DIFFERENCES, protocol)
    result = trial.meet(case, SECOND)
    held = trial.held
    assert held <= trial.wanted
    landed = result.count("created") + result.count("updated")
    if protocol in case.stops:
        assert result.error is not None
        assert landed <= held.total()
    else:
        assert result.error is None, result.error
        assert landed == held.total()
        lost = failed_rows(result) - trial.file.bad
        assert len(lost) == trial.wanted.total() - held.total()
        assert ("connection" in result.errors) == bool(lost)
    check_same(trial, trial.run())
    check_unchanged(trial)


def test_a_difference_of_stock_is_added_once_although_its_answer_is_lost(place: Place) -> None:
    check_differences(place, "502 after the commit", PROTOCOLS[0])


# --- the long versions ----------------------------------------------------------------------


def writing_calls(place: Place, file: File, protocol: str) -> int:
    """Return how many calls write a file of this kind where nothing goes wrong.

    The first such file makes what the others find: attributes of variants.
    """
    for _ in range(2):
        trial = Trial(place, file, protocol)
        with fault_proxy(place.reader.url, {}, file.writes) as proxy:
            check_landed(trial, trial.run(proxy.url))
    return len(proxy.calls)


@pytest.mark.soak
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("file", [*FILES, "variants"])
@pytest.mark.parametrize("fault", ALL_CASES)
def test_a_fault_at_any_call_leaves_the_file_unchanged_in_the_end(
    place: Place, fault: str, file: str, protocol: str
) -> None:
    kind = (FILES | {"variants": VARIANTS})[file]
    calls = writing_calls(place, kind, protocol)
    assert calls > 1
    for call in range(1, calls + 1):
        check_unchanged(go_through(place, ALL_CASES[fault], kind, protocol, call))


@pytest.mark.soak
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("fault", ALL_CASES)
def test_counted_stock_is_moved_once_whatever_lies_between(
    place: Place, fault: str, protocol: str
) -> None:
    trial = Trial(place, COUNTS, protocol)
    result = trial.meet(ALL_CASES[fault], 1)
    assert trial.held <= trial.wanted
    assert result.count("created") + result.count("updated") <= trial.held.total()
    check_same(trial, trial.run())
    check_unchanged(trial)


@pytest.mark.soak
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("fault", ALL_CASES)
def test_differences_of_stock_are_added_once_through_every_fault(
    place: Place, fault: str, protocol: str
) -> None:
    check_differences(place, fault, protocol)


@pytest.mark.soak
@pytest.mark.parametrize("protocol", PROTOCOLS)
@pytest.mark.parametrize("file", FILES)
def test_one_fault_after_another_is_borne(place: Place, file: str, protocol: str) -> None:
    trial = Trial(place, FILES[file], protocol)
    borne = [case.fault for case in ALL_CASES.values() if not case.stops]
    script = dict(zip(range(1, 99, 3), borne, strict=False))
    with fault_proxy(place.reader.url, script, trial.file.writes) as proxy:
        result = trial.run(proxy.url, {"timeout": 2.0})
    assert len(proxy.met) > 2
    check_landed(trial, result)
    check_unchanged(trial)
