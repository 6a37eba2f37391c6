"""How often and how long a call of load() is tried while what is in its way passes."""

from __future__ import annotations

import random
from collections.abc import Callable
from threading import Event

from tenacity import (
    RetryCallState,
    Retrying,
    retry_if_exception_type,
    stop_after_attempt,
    stop_any,
    stop_when_event_set,
    wait_random_exponential,
)
from tenacity.stop import stop_base

from odoo_ingestion.errors import ConcurrentUpdate, ServerBusy, UnknownFate

TRIES = 6
"""Calls of one piece while other transactions are in the way."""

TRIES_OF_ONE = 3
"""Calls of a single record that brings no answer, before it is given up."""

TRIES_WHILE_BUSY = 2
"""Calls that a busy server does not take before it is asked whether it answers anything."""

ROUNDS = 3
"""How often that is asked: a call that it still does not take is too much for it, or kills it."""

LONGEST_WAIT = 20.0
"""Seconds between two tries. What a busy server asks for is waited for by the connection."""

FIRST_BEFORE_PARTS, LONGEST_BEFORE_PARTS = 0.5, 4.0
"""Seconds before a call without an answer is sent in parts, twice as many after each further one;
a server that stays away for longer opens the connection's circuit breaker."""

_backoff = wait_random_exponential(multiplier=0.2, max=LONGEST_WAIT)


def tries_of(
    *,
    alone: bool,
    stopping: Event,
    sleep: Callable[[float], None],
    note: Callable[[RetryCallState], None],
) -> Retrying:
    """Return what repeats a call of load(); ``alone`` says that it holds a single record.

    A call of many records whose answer did not come is not repeated: it was too much at once, and
    its halves are sent instead.
    """
    passing: tuple[type[Exception], ...] = (ConcurrentUpdate, ServerBusy)
    return Retrying(
        retry=retry_if_exception_type((*passing, UnknownFate) if alone else passing),
        stop=stop_any(stop_after_attempt(TRIES), _StopInVain(), stop_when_event_set(stopping)),
        wait=_backoff,
        sleep=sleep,
        before_sleep=note,
        reraise=True,
    )


def pause_before_parts(unanswered: int) -> float:
    """Return the seconds to wait once so many calls in a row, 1 or more, brought no answer.

    Halves that are sent at once would all be lost in the same short outage.
    """
    longest = min(LONGEST_BEFORE_PARTS, FIRST_BEFORE_PARTS * 2.0 ** min(unanswered, 10))
    return random.uniform(longest / 2, longest)  # noqa: S311 - jitter, no secret


class _StopInVain(stop_base):
    """Ends the tries of a record that the server may die of, and those of a busy server."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        most = TRIES_OF_ONE if isinstance(error, UnknownFate) else TRIES
        if isinstance(error, ServerBusy):
            most = TRIES_WHILE_BUSY
        return retry_state.attempt_number >= most
