"""How many calls were made, and how long the server took for each."""

from __future__ import annotations

import threading
from bisect import bisect_left
from collections.abc import Iterator
from contextlib import contextmanager
from time import monotonic

from odoo_ingestion.runs import CALL_BOUNDS, CallCounts


class CallTimes:
    """Counts calls, each repetition as one of its own, from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._failed = 0
        self._seconds = 0.0
        self._counts = [0] * (len(CALL_BOUNDS) + 1)

    @contextmanager
    def measured(self) -> Iterator[None]:
        """Count what happens inside as one call, also when it fails."""
        began = monotonic()
        failed = True
        try:
            yield
            failed = False
        finally:
            self._add(monotonic() - began, failed=failed)

    def counts(self) -> CallCounts:
        """Return the counts so far."""
        with self._lock:
            return CallCounts(self._failed, self._seconds, tuple(self._counts))

    def _add(self, seconds: float, *, failed: bool) -> None:
        with self._lock:
            self._failed += failed
            self._seconds += seconds
            self._counts[bisect_left(CALL_BOUNDS, seconds)] += 1
