"""Every wait of a connection: shown while it lasts, ended at once by closing or by a stop."""

from __future__ import annotations

import math
import threading
from collections.abc import Callable
from time import monotonic
from typing import NamedTuple

from odoo_ingestion.errors import Interrupted

_LOOK_AGAIN = 0.1
"""Seconds after which a wait looks whether it has to end."""

_SHOWN_FROM = 1.0
"""Seconds that a wait has to last to be shown: shorter ones would only flicker."""


class Pause(NamedTuple):
    """What is waited for: the seconds left, and the reason in words."""

    seconds: float
    words: str


class Waits:
    """Waits on behalf of many threads.

    ``closed`` ends every wait; ``stop`` (the user's wish) ends those that may last long by
    Interrupted. ``on_wait`` gets words to show, from any thread, and empty ones when nothing is
    waited for any more.
    """

    def __init__(
        self,
        closed: threading.Event,
        stop: threading.Event | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self._closed = closed
        self._stop = stop or threading.Event()
        self._on_wait = on_wait or (lambda _: None)
        self._lock = threading.Lock()
        self._shown: dict[int, str] = {}

    @property
    def stopped(self) -> bool:
        """Whether the user has stopped the run."""
        return self._stop.is_set()

    def sleep(self, seconds: float, words: str) -> None:
        """Wait so many seconds; raises Interrupted when the user stops the run."""
        end = monotonic() + seconds

        def left() -> Pause | None:
            rest = end - monotonic()
            return (
                Pause(rest, f"{words}, trying again in {math.ceil(rest)} s") if rest > 0 else None
            )

        self.until(left)

    def until(self, pause: Callable[[], Pause | None], *, stoppable: bool = True) -> None:
        """Wait as long as ``pause`` gives one, asking it again and again.

        Returns early once the connection is closed. Raises what ``pause`` raises, and Interrupted
        when the user stops the run and the wait is ``stoppable``.
        """
        try:
            while (now := pause()) is not None:
                if stoppable and self._stop.is_set():
                    raise Interrupted("stopped while waiting for Odoo; run again to go on")
                self._show(now)
                if self._closed.wait(min(_LOOK_AGAIN, now.seconds)):
                    return
        finally:
            self._hide()

    def _show(self, pause: Pause) -> None:
        me = threading.get_ident()
        with self._lock:
            known = self._shown.get(me)
            if known == pause.words or (known is None and pause.seconds < _SHOWN_FROM):
                return
            self._shown[me] = pause.words
        self._on_wait(pause.words)

    def _hide(self) -> None:
        with self._lock:
            if self._shown.pop(threading.get_ident(), None) is None:
                return
            others = next(iter(self._shown.values()), "")
        self._on_wait(others)
