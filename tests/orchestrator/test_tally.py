"""What the summary says of rows that the run did not come to."""

from __future__ import annotations

from odoo_ingestion.orchestrator.tally import Tally
from odoo_ingestion.records import Action, Outcome, Row


def test_rows_that_were_read_and_not_imported_are_told() -> None:
    tally = Tally()
    tally.read = 3
    tally.settle(Outcome(Row(1, 2, {}), Action.CREATED), "res.partner")
    [told] = tally.notices(dry_run=False)
    assert told.startswith("2 rows read and not imported, because the run ended early")


def test_nothing_is_told_of_a_run_that_came_to_its_end() -> None:
    tally = Tally()
    tally.read = 1
    tally.settle(Outcome(Row(1, 2, {}), Action.CREATED), "res.partner")
    assert tally.notices(dry_run=False) == []
