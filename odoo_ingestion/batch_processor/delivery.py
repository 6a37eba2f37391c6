"""Outcomes are told in lists; who takes them one by one still gets every one."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import ExitStack

from odoo_ingestion.records import Outcome

TakeOutcomes = Callable[[Sequence[Outcome]], None]
"""Gets each row's outcome exactly once, in the thread that hands the records over."""


def one_by_one(take: Callable[[Outcome], None]) -> TakeOutcomes:
    """Return what takes outcomes in lists by taking each of them.

    Where ``take`` raises, the others are taken all the same before it is raised on.
    """

    def take_all(outcomes: Sequence[Outcome]) -> None:
        with ExitStack() as rest:  # runs all its callbacks, whichever raise; last in, first out
            for outcome in reversed(outcomes):
                rest.callback(take, outcome)

    return take_all
