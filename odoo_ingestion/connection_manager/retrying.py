"""Repeats what failed for a passing reason and is safe to repeat, and says so each time."""

from __future__ import annotations

import logging
import random
import threading
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import tenacity

from odoo_ingestion.errors import NotSent, RetryableError

T = TypeVar("T")

logger = logging.getLogger("odoo_ingestion.connection")

_FIRST_WAIT = 0.5
"""Seconds before the second try, on average; doubled from try to try."""


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


@dataclass(frozen=True)
class Patience:
    """How often and how long to try: ``tries`` in all, waits and total time in seconds.

    A server that asks to wait (``ServerBusy.retry_after``) is obeyed beyond ``longest_wait``, as
    long as the total allows it.
    """

    tries: int
    longest_wait: float
    total: float


class Retrier:
    """Repeats calls; ``retries`` counts repetitions, ``stopped`` ends every wait at once."""

    def __init__(self, patience: Patience, stopped: threading.Event) -> None:
        self._patience = patience
        self._stopped = stopped
        self.retries = Counter()

    def run(self, attempt: Callable[[], T], what: str, *, repeatable: bool = True) -> T:
        """Call ``attempt`` until it succeeds, fails for good, or patience ends.

        What certainly never reached the server is always repeated; what may have been carried out
        only when ``repeatable``. Raises the last failure.
        """
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: may_repeat(e, repeatable)),
            wait=self._wait,
            stop=tenacity.stop_after_attempt(self._patience.tries)
            | tenacity.stop_before_delay(self._patience.total),
            before_sleep=lambda state: self._announce(state, what),
            sleep=tenacity.sleep_using_event(self._stopped),
            retry_error_callback=lambda state: self._give_up(state, what),
        )
        return retrying(attempt)

    def _wait(self, state: tenacity.RetryCallState) -> float:
        mean = _FIRST_WAIT * 2.0 ** (state.attempt_number - 1)
        # Half fixed, half random: clients that collided once do not collide again.
        pause = min(self._patience.longest_wait, mean * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        asked = getattr(_failure(state), "retry_after", None)
        return pause if asked is None else max(pause, asked)

    def _announce(self, state: tenacity.RetryCallState, what: str) -> None:
        self.retries.add()
        logger.warning(
            "%s: %s Trying again in %.1f s (try %d of %d).",
            what,
            _failure(state),
            state.upcoming_sleep,
            state.attempt_number + 1,
            self._patience.tries,
        )

    def _give_up(self, state: tenacity.RetryCallState, what: str) -> Any:
        failure = _failure(state)
        if state.attempt_number > 1:
            logger.warning(
                "%s: given up after %d tries in %.0f s: %s",
                what,
                state.attempt_number,
                state.seconds_since_start or 0.0,
                failure,
            )
        raise failure


def may_repeat(error: BaseException, repeatable: bool) -> bool:
    """Tell whether the same call may be sent again after this error."""
    return isinstance(error, NotSent) or (repeatable and isinstance(error, RetryableError))


def _failure(state: tenacity.RetryCallState) -> BaseException:
    failure = state.outcome.exception() if state.outcome is not None else None
    if failure is None:
        raise RuntimeError("a retry without a failure")
    return failure
