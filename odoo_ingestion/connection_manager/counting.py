"""A count that many threads add to."""

from __future__ import annotations

import threading


class Counter:
    """Counts from many threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._value = 0

    @property
    def value(self) -> int:
        """The count so far."""
        return self._value

    def add(self) -> None:
        """Count one more."""
        with self._lock:
            self._value += 1
