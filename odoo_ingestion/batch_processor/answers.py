"""What one call of load() brought: landed, refused, or no answer at all."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from msgspec import Struct

from odoo_ingestion.records import Problem


class Landed(Struct, frozen=True):
    """The server carried the call out: one database id for each record, in order."""

    ids: tuple[int, ...]


class Fault(Struct, frozen=True):
    """One error of a refused call; ``rows`` are positions in the call, none when unnamed."""

    problem: Problem
    rows: tuple[int, ...] = ()


class Refused(Struct, frozen=True):
    """The server rolled the call back; ``whole`` when no row of it could ever land."""

    faults: tuple[Fault, ...]
    whole: bool = False


class NoAnswer(Struct, frozen=True):
    """The server did not end the call, again and again: too large, or a row that kills it."""

    problem: Problem


Answer = Landed | Refused | NoAnswer


class Call(Struct, frozen=True):
    """One call of load(): how many rows, how many seconds for an answer, and which."""

    rows: int
    seconds: float
    answer: Answer


def suspects(faults: Sequence[Fault], size: int) -> list[int]:
    """Return the positions that the errors name, in order: suspected, not yet guilty.

    When the insert of the batch raised, Odoo's first message names the batch's first row whether
    it is bad or not (``load()``, Odoo 14 to 19). So where other rows are named too and the first
    one only once, the first one is not suspected: if it is bad it will be named again.
    """
    named = Counter(row for fault in faults for row in set(fault.rows) if 0 <= row < size)
    if len(named) > 1 and named[0] == 1:
        del named[0]
    return sorted(named)


def problems_of(answer: Refused | NoAnswer) -> tuple[Problem, ...]:
    """Return why a record fails that was sent alone, each reason once."""
    if isinstance(answer, NoAnswer):
        return (answer.problem,)
    return tuple(dict.fromkeys(fault.problem for fault in answer.faults))
