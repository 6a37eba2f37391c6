"""How often and how long a call of load() is tried while what is in its way passes."""

from __future__ import annotations

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


class _StopInVain(stop_base):
    """Ends the tries of a record that the server may die of, and those of a busy server."""

    def __call__(self, retry_state: RetryCallState) -> bool:
        error = retry_state.outcome.exception() if retry_state.outcome else None
        most = TRIES_OF_ONE if isinstance(error, UnknownFate) else TRIES
        if isinstance(error, ServerBusy):
            most = TRIES_WHILE_BUSY
        return retry_state.attempt_number >= most
