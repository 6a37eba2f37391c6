"""The rate limit: so many calls in a time, over all threads."""

from __future__ import annotations

import threading
from time import monotonic
from typing import TYPE_CHECKING

from odoo_ingestion.call_rate import CallRate
from odoo_ingestion.connection_manager.waiting import Pause, Waits

if TYPE_CHECKING:
    from pyrate_limiter import StateBucket


class Pacer:
    """Lets calls through one after the other, evenly spaced; safe to share between threads.

    A token bucket (pyrate-limiter) that holds one token, so that no minute has more calls than
    were allowed for a minute, not even the first one. Without a rate everything passes.
    """

    def __init__(self, rate: CallRate | None, waits: Waits) -> None:
        self._rate = rate
        self._waits = waits
        self._lock = threading.Lock()
        self._bucket = None if rate is None else _bucket(rate)

    def await_turn(self) -> None:
        """Wait until the next call may be made; returns early once the connection is closed.

        Once the user stops the run nothing waits: the few calls that are left complete what has
        landed already, and have to be sent.
        """
        if self._bucket is not None:
            self._waits.until(self._pause, stoppable=False)

    def _pause(self) -> Pause | None:
        milliseconds = self._ask()
        if milliseconds <= 0 or self._waits.stopped:
            return None
        return Pause(milliseconds / 1000, f"slowed down to {self._rate} calls")

    def _ask(self) -> int:
        """Take a token and return 0, or the milliseconds until there may be one."""
        from pyrate_limiter import RateItem

        if self._bucket is None:
            return 0
        call = RateItem("call", int(monotonic() * 1000))
        with self._lock:  # the bucket remembers the wait of its last refusal only
            if self._bucket.put(call) is True:
                return 0
            left = self._bucket.waiting(call)
        return max(1, left) if isinstance(left, int) else 1


def _bucket(rate: CallRate) -> StateBucket:
    from pyrate_limiter import MonotonicClock, Rate, StateBucket, TokenBucket

    limit = Rate(rate.calls, rate.seconds * 1000, burst=1)
    return StateBucket([limit], TokenBucket(), clock=MonotonicClock())
