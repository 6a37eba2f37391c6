"""How many calls are in flight: one more while that pays, one fewer when the server is in trouble.

Decisions are pure: what was seen of a stretch of calls, and what was decided before.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable

from msgspec import Struct

from odoo_ingestion.batch_processor.answers import Call, Landed, NoAnswer

MOST_WORKERS = 8
"""Calls in flight at most: more than hosted instances have workers for one database."""

WORTH = 1.1
"""Rows a second that one call more in flight has to bring, as a ratio, to be kept."""

STRETCHES_BETWEEN_TRIALS = 10
"""Stretches for which a number that has proved itself stands before one more is tried again."""

CALLS_OF_STRETCH = 4
"""Calls that a stretch has for each one in flight; the first of them still belong to before."""

SECONDS_OF_STRETCH = 2.0
"""Seconds that a stretch lasts at least: shorter ones are chance."""

ALIKE = 0.25
"""By how much, as a ratio, the rows a call may change while rates still say something."""

SLOW_CALL = 30.0
"""Seconds of a call that counts as trouble: Odoo ends calls after 60 to 120."""


class Stretch(Struct, frozen=True):
    """What was seen of some calls in a row: rows a second, and whether the server was in trouble.

    Trouble is a conflict, a call turned away, one without answer, or one that took very long.
    """

    rate: float
    trouble: bool = False


class Pace(Struct, frozen=True):
    """What was decided: ``workers`` calls in flight.

    ``rate`` is what one call fewer brought while one more is on trial, else None; ``rest`` counts
    the stretches until the next trial.
    """

    workers: int
    rate: float | None = None
    rest: int = 0


def decide(pace: Pace, seen: Stretch) -> Pace:
    """Return how to go on after a stretch of calls at a pace."""
    if seen.trouble:
        return Pace(max(1, pace.workers - 1), rest=STRETCHES_BETWEEN_TRIALS)
    if pace.rate is not None and seen.rate < WORTH * pace.rate:
        return Pace(pace.workers - 1, rest=STRETCHES_BETWEEN_TRIALS)
    if pace.rest > 0:
        return Pace(pace.workers, rest=pace.rest - 1)
    if pace.workers >= MOST_WORKERS:
        return Pace(pace.workers, rest=STRETCHES_BETWEEN_TRIALS)
    return Pace(pace.workers + 1, seen.rate)


class WorkerTuner:
    """Gathers calls to stretches and tells ``allow`` what is decided; safe to share.

    ``retries`` tells how often calls were sent again so far. A stretch begins anew when the number
    of rows a call changes much: rates at different sizes say nothing of the calls in flight.
    """

    def __init__(
        self,
        workers: int,
        retries: Callable[[], int],
        allow: Callable[[int], None],
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._pace = Pace(workers)
        self._retries = retries
        self._allow = allow
        self._clock = clock
        self._lock = threading.Lock()
        self._size = 0
        self._begin()

    def learn(self, call: Call, size: int) -> None:
        """Take in what a call brought; ``size`` are the rows that calls have at present."""
        with self._lock:
            trouble = (
                isinstance(call.answer, NoAnswer)
                or call.seconds > SLOW_CALL
                or self._retries() > self._retried
            )
            self._calls += 1
            settling = self._calls <= self._pace.workers
            other_size = abs(size - self._size) > ALIKE * self._size
            if not trouble and (other_size or settling):
                self._restart(size)
                return
            self._rows += call.rows if isinstance(call.answer, Landed) else 0
            seconds = self._clock() - self._begun
            enough = self._calls >= CALLS_OF_STRETCH * self._pace.workers
            if trouble or (enough and seconds >= SECONDS_OF_STRETCH):
                self._end(Stretch(self._rows / max(seconds, 0.001), trouble))

    def _restart(self, size: int) -> None:
        """Let the stretch begin with the next call."""
        if abs(size - self._size) > ALIKE * self._size:
            self._size, self._calls = size, 0
        self._begin(self._calls)

    def _begin(self, calls: int = 0) -> None:
        self._calls = calls
        self._rows = 0
        self._begun = self._clock()
        self._retried = self._retries()

    def _end(self, seen: Stretch) -> None:
        before = self._pace
        self._pace = decide(before, seen)
        self._begin()
        if self._pace.workers != before.workers:
            self._allow(self._pace.workers)
