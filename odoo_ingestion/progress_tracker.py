"""Counts what becomes of the rows of one input file, how fast, and how long it will still take.

Draws nothing: whoever wants to show it asks for a `Progress` snapshot.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, deque
from collections.abc import Callable, Mapping

from msgspec import Struct

from odoo_ingestion.records import Action
from odoo_ingestion.runs import Progress

WINDOW = 20.0
"""Seconds over which rates are smoothed: a few batches of a slow server."""

FEWEST_ROWS = 20
"""Rows that a stage must have done before its rate says how long the rest will take."""

SAMPLE_EVERY = 0.25
"""Seconds between two samples of a rate, so that a million rows do not fill the memory."""


class _Sample(Struct, frozen=True):
    time: float
    count: int


class _Stage:
    """One stage's count and its rate; the tracker's lock guards it."""

    def __init__(self, started: float) -> None:
        self.count = 0
        self._samples = deque([_Sample(started, 0)])

    def advance(self, now: float, rows: int) -> None:
        self.count += rows
        if now - self._samples[-1].time >= SAMPLE_EVERY:
            self._samples.append(_Sample(now, self.count))
        self._forget(now)

    def rate(self, now: float) -> float:
        """Rows per second over the window; while the stage stands still it sinks towards 0."""
        self._forget(now)
        oldest = self._samples[0]
        if now <= oldest.time:
            return 0.0
        return (self.count - oldest.count) / (now - oldest.time)

    def _forget(self, now: float) -> None:
        # A sample that nothing has followed stays: a stall must lower the rate, not erase it.
        samples = self._samples
        while (
            len(samples) > 1 and samples[1].time <= now - WINDOW and samples[1].count < self.count
        ):
            samples.popleft()


class ProgressTracker:
    """The counts, the rate and the time left of one input file; safe to share between threads.

    ``clock`` gives seconds that never go back.
    """

    def __init__(self, file: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._file = file
        self._clock = clock
        self._lock = threading.Lock()
        self._started = clock()
        self._ended: float | None = None
        self._read = _Stage(self._started)
        self._validated = _Stage(self._started)
        self._done = _Stage(self._started)
        self._actions: Counter[Action] = Counter()
        self._fraction: float | None = None
        self._estimate: int | None = None
        self._reading_over = False
        self._note = ""

    def row_read(self, fraction: float | None = None, rows: int = 1) -> None:
        """Count rows as read; ``fraction`` (0..1) is how much of the file has been consumed."""
        with self._lock:
            if fraction is not None:
                self._estimate_total(min(max(fraction, 0.0), 1.0))
            self._read.advance(self._clock(), rows)

    def reading_finished(self) -> None:
        """Say that no more rows come: from here on the total is known."""
        with self._lock:
            self._reading_over = True

    def row_validated(self, rows: int = 1) -> None:
        """Count rows as checked, whether they passed or not."""
        with self._lock:
            self._validated.advance(self._clock(), rows)

    def outcomes(self, counts: Mapping[Action, int]) -> None:
        """Count what became of rows: every row is counted here once."""
        if counts:
            with self._lock:
                self._actions.update(counts)
                self._done.advance(self._clock(), sum(counts.values()))

    def note(self, text: str) -> None:
        """Set the words that say what is going on (a retry, a wait); empty takes them away."""
        with self._lock:
            self._note = text

    def finish(self) -> None:
        """Stop the clock: the run of this file is over, whole or not."""
        with self._lock:
            if self._ended is None:
                self._ended = self._clock()

    def snapshot(self) -> Progress:
        """Return how things stand; ``sent`` counts the rows that have their outcome."""
        with self._lock:
            now = self._clock() if self._ended is None else self._ended
            elapsed = max(now - self._started, 0.0)
            return Progress(
                file=self._file,
                read=self._read.count,
                validated=self._validated.count,
                sent=self._done.count,
                **{str(action): self._actions[action] for action in Action},
                fraction_read=1.0 if self._reading_over else self._fraction,
                total=self._total(),
                total_is_estimate=not self._reading_over,
                rate=self._rate(now, elapsed),
                eta=self._eta(now),
                elapsed=elapsed,
                note=self._note,
                finished=self._ended is not None,
            )

    def _estimate_total(self, fraction: float) -> None:
        # Files are read in blocks: the fraction jumps ahead of the rows and then stands still.
        # Just before a jump the rows have caught up with it.
        if self._fraction is not None and 0.0 < self._fraction < fraction:
            self._estimate = round(self._read.count / self._fraction)
        self._fraction = fraction

    def _total(self) -> int | None:
        if self._reading_over:
            return self._read.count
        return None if self._estimate is None else max(self._estimate, self._read.count)

    def _rate(self, now: float, elapsed: float) -> float:
        if self._ended is None:
            return self._done.rate(now)
        return self._done.count / elapsed if elapsed > 0 else 0.0

    def _eta(self, now: float) -> float | None:
        total = self._total()
        if self._ended is not None:
            return 0.0
        if total is None:
            return None
        slowest = 0.0
        for stage in (self._read, self._validated, self._done):
            left = total - stage.count
            if left <= 0:
                continue
            rate = stage.rate(now)
            if rate <= 0 or stage.count < FEWEST_ROWS:
                return None
            slowest = max(slowest, left / rate)
        return slowest
