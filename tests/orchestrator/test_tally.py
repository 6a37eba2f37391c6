"""What the summary says of rows that the run did not come to."""

from __future__ import annotations

from odoo_ingestion.orchestrator.tally import Tally
from odoo_ingestion.records import Action, Category, Outcome, Problem, Row


def test_rows_that_were_read_and_not_imported_are_told() -> None:
    tally = Tally()
    tally.read = 3
    tally.settle([Outcome(Row(1, 2, {}), Action.CREATED)])
    [told] = tally.notices(dry_run=False)
    assert told.startswith("2 rows read and not imported, because the run ended early")


def test_nothing_is_told_of_a_run_that_came_to_its_end() -> None:
    tally = Tally()
    tally.read = 1
    tally.settle([Outcome(Row(1, 2, {}), Action.CREATED)])
    assert tally.notices(dry_run=False) == []


def test_only_rows_that_landed_are_said_to_be_archived_or_without_a_key() -> None:
    tally = Tally()
    problem = Problem(Category.VALIDATION, "no")
    ends = [(Action.UPDATED, ()), (Action.FAILED, (problem,)), (Action.UNCHANGED, ())]
    for number, (action, problems) in enumerate(ends, start=1):
        tally.read += 1
        tally.archived(number)
        tally.keyless(number)
        tally.settle([Outcome(Row(number, None, {}), action, problems=problems)])
    tally.archived(4)  # the run ended before its outcome came
    archived, keyless = tally.notices(dry_run=False)
    assert archived == "archived records stay archived: rows 1, 3"
    assert keyless.startswith("no key in rows 1, 3: ")
    assert tally.notices(dry_run=True)[0] == "archived records would stay archived: rows 1, 3"


def test_of_many_rows_without_a_key_the_first_are_named_whatever_order_they_land_in() -> None:
    tally = Tally()
    numbers = [*range(1000, 500, -1), *range(1, 501)]
    for number in numbers:
        tally.read += 1
        tally.keyless(number)
        tally.settle([Outcome(Row(number, None, {}), Action.CREATED)])
    [keyless] = tally.notices(dry_run=False)
    assert keyless.startswith("no key in rows 1, 2, 3, 4, 5 and 995 more: ")
