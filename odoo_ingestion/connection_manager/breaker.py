"""The circuit breaker: a server that is down is left alone for a while, by all threads at once.

The libraries do not fit: pybreaker makes every call under its lock, so that only one is on its way
at a time, and circuitbreaker has none; both refuse calls while the circuit is open, where here they
wait, and neither gives up.
"""

from __future__ import annotations

import logging
import math
import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple, TypeVar

from odoo_ingestion.connection_manager.waiting import Pause, Waits
from odoo_ingestion.errors import (
    ConnectionFailed,
    NotSent,
    OdooIngestionError,
    RetryableError,
    ServerBusy,
    UnknownFate,
)

T = TypeVar("T")

_logger = logging.getLogger("odoo_ingestion.connection")

_WHILE_ANOTHER_ASKS = 0.5
"""Seconds that a thread waits before it looks what the probe of another one has shown."""


class Tolerance(NamedTuple):
    """How many failures in a row open the circuit, for how long, and when all is given up.

    ``seconds`` pass before one call is let through; ``give_up_after`` counts in seconds from the
    first failure after the last answer.
    """

    failures: int
    seconds: float
    give_up_after: float


class OutageLasts(Exception):  # noqa: N818 - reads as what happened; never leaves this room
    """The call failed and the circuit is open: what comes next waits for the server."""


class Breaker:
    """Counts failures of the way to the server; safe to share between threads.

    Failures are NotSent, UnknownFate and ServerBusy; whatever else comes back is an answer. Calls
    that were on their way together and fail together are one failure: what broke them broke once.
    ``opens`` counts how often the circuit was opened.
    """

    def __init__(self, url: str, tolerance: Tolerance, waits: Waits) -> None:
        self._url = url
        self._tolerance = tolerance
        self._waits = waits
        self._lock = threading.Lock()
        self._failures = 0
        self._failing_since = self._failed_at = 0.0
        self._quiet_until = 0.0
        self._probing = False
        self._last: RetryableError | None = None
        self._given_up = False
        self.opens = 0

    def run(self, attempt: Callable[[], T]) -> T:
        """Call ``attempt`` once, after waiting as long as the circuit is open.

        Raises what it raises; OutageLasts, caused by it, when it failed and the circuit is open;
        ConnectionFailed when the server has been away for too long.
        """
        probe = self._enter()
        begun = monotonic()
        try:
            answer = attempt()
        except (NotSent, UnknownFate, ServerBusy) as e:
            if self._note_failure(e, begun, probe=probe):
                raise OutageLasts from e
            raise
        except ConnectionFailed:  # no Odoo, or a page before it: the run ends
            raise
        except OdooIngestionError:
            self._note_answer(begun)
            raise
        finally:
            if probe:
                self._probing = False
        self._note_answer(begun)
        return answer

    def _enter(self) -> bool:
        """Wait until a call may be made; tell whether it is the one that tries the server out."""
        probe = False

        def turn() -> Pause | None:
            nonlocal probe
            with self._lock:
                if self._given_up and self._last is not None:
                    raise self._gone(self._last)
                left = self._quiet_until - monotonic()
                if left > 0:
                    return self._pause(left)
                if self._failures < self._tolerance.failures:
                    return None
                if self._probing:
                    return self._pause(_WHILE_ANOTHER_ASKS)
                self._probing = probe = True
                return None

        self._waits.until(turn)
        return probe

    def _pause(self, left: float) -> Pause:
        asked = self._last.message.rstrip(".") if self._last is not None else "Odoo is away"
        return Pause(left, f"waiting: {asked}; asking again in {math.ceil(left)} s")

    def _note_failure(self, error: RetryableError, begun: float, *, probe: bool) -> bool:
        """Count the failure of a call that was begun then; tell whether the circuit is open."""
        now = monotonic()
        with self._lock:
            counts = begun >= self._failed_at
            if counts:
                self._failures += 1
                self._failed_at = now
            self._last = error
            if self._failures == 1:
                self._failing_since = now
            give_up_at = self._failing_since + self._tolerance.give_up_after
            asked = error.retry_after if isinstance(error, ServerBusy) else None
            if asked is not None:
                # What one thread is asked to do, the others do too.
                self._quiet_until = max(self._quiet_until, now + asked)
            if self._failures < self._tolerance.failures:
                return False
            first = counts and self._failures == self._tolerance.failures
            if first or probe:
                # The last probe comes just when all would be given up.
                pause = min(self._tolerance.seconds, max(0.0, give_up_at - now))
                self._quiet_until = max(self._quiet_until, now + pause)
                self._given_up = now >= give_up_at
            self.opens += first
            given_up = self._given_up
        if first and not given_up:
            _logger.warning(
                "Odoo has failed %d times in a row: %s Waiting %.0f s before it is asked again.",
                self._tolerance.failures,
                error,
                self._quiet_until - now,
            )
        return True

    def _note_answer(self, begun: float) -> None:
        """Take in that Odoo answered a call that was begun at that moment."""
        with self._lock:
            if self._failures and begun < self._failing_since:
                return  # it was on its way before Odoo went away
            was_open = self._failures >= self._tolerance.failures
            self._failures = 0
            self._given_up = False
            if was_open:  # else a wish to wait, which the answer to an earlier call does not end
                self._quiet_until = 0.0
        if was_open:
            _logger.warning("Odoo answers again: going on.")

    def _gone(self, last: RetryableError) -> ConnectionFailed:
        minutes = (monotonic() - self._failing_since) / 60
        error = ConnectionFailed(
            f"{self._url} has failed for {minutes:.1f} minutes, {self._failures} times in a row. "
            f"The last time: {last.message}",
            hint="When Odoo answers again, run the same command: nothing is doubled. "
            "--give-up-after SECONDS (ODOO_GIVE_UP_AFTER) waits longer.",
        )
        error.__cause__ = last
        return error
