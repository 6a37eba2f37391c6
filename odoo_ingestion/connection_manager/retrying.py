"""Repeats what failed for a passing reason and is safe to repeat, and says so each time."""

from __future__ import annotations

import logging
import random
import threading
from collections import Counter as Tally
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

import tenacity

from odoo_ingestion.connection_manager.breaker import Breaker, OutageLasts
from odoo_ingestion.connection_manager.counting import Counter
from odoo_ingestion.connection_manager.waiting import Waits
from odoo_ingestion.errors import NotSent, OdooIngestionError, RetryableError, ServerBusy

T = TypeVar("T")

logger = logging.getLogger("odoo_ingestion.connection")

_FIRST_WAIT = 0.5
"""Seconds before the second try, on average; doubled from try to try."""


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
    """Repeats calls; ``retries`` counts repetitions, ``waits`` is how it waits between them.

    With a ``breaker``, tries and time are counted anew after an outage: how long that may last is
    the breaker's to say.
    """

    def __init__(self, patience: Patience, waits: Waits, breaker: Breaker | None = None) -> None:
        self._patience = patience
        self._waits = waits
        self._breaker = breaker
        self._lock = threading.Lock()
        self._reasons: Tally[str] = Tally()
        self.retries = Counter()

    @property
    def reasons(self) -> Mapping[str, int]:
        """How many calls were repeated for what, by the code of the error."""
        with self._lock:
            return dict(self._reasons)

    def run(self, attempt: Callable[[], T], what: str, *, repeatable: bool = True) -> T:
        """Call ``attempt`` until it succeeds, fails for good, or patience ends.

        What certainly was not carried out is always repeated; what may have been carried out
        only when ``repeatable``. Raises the last failure; ConnectionFailed when the breaker gives
        the server up, Interrupted when the user stops the run meanwhile.
        """
        breaker = self._breaker
        if breaker is None:
            return self._try(attempt, what, repeatable=repeatable)
        while True:
            try:
                return self._try(lambda: breaker.run(attempt), what, repeatable=repeatable)
            except OutageLasts as e:
                failure = e.__cause__
                if not isinstance(failure, OdooIngestionError):
                    raise RuntimeError("an outage without a failure") from e
                if not may_repeat(failure, repeatable):
                    raise failure from failure.__cause__
                self._count(failure)
                logger.warning("%s: %s Trying again when Odoo answers.", what, failure)

    def _try(self, attempt: Callable[[], T], what: str, *, repeatable: bool) -> T:
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception(lambda e: may_repeat(e, repeatable)),
            wait=self._wait,
            stop=tenacity.stop_after_attempt(self._patience.tries)
            | tenacity.stop_before_delay(self._patience.total),
            before_sleep=lambda state: self._announce(state, what),
            sleep=lambda seconds: self._waits.sleep(seconds, f"{what} failed"),
            retry_error_callback=lambda state: self._give_up(state, what),
        )
        return retrying(attempt)

    def _count(self, failure: BaseException) -> None:
        self.retries.add()
        with self._lock:
            self._reasons[getattr(failure, "code", "error")] += 1

    def _wait(self, state: tenacity.RetryCallState) -> float:
        mean = _FIRST_WAIT * 2.0 ** (state.attempt_number - 1)
        # Half fixed, half random: clients that collided once do not collide again.
        pause = min(self._patience.longest_wait, mean * random.uniform(0.5, 1.5))  # noqa: S311 - jitter
        asked = getattr(_failure(state), "retry_after", None)
        return pause if asked is None else max(pause, asked)

    def _announce(self, state: tenacity.RetryCallState, what: str) -> None:
        self._count(_failure(state))
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
    turned_away = isinstance(error, ServerBusy) and error.turned_away
    is_safe = repeatable or turned_away or isinstance(error, NotSent)
    return is_safe and isinstance(error, RetryableError)


def _failure(state: tenacity.RetryCallState) -> BaseException:
    failure = state.outcome.exception() if state.outcome is not None else None
    if failure is None:
        raise RuntimeError("a retry without a failure")
    return failure
