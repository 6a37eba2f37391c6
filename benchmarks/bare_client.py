"""The yardstick: ready-made load() bodies, posted by two threads, and nothing else.

No file, no checks, no look-ups, no reading back: 500 rows a call, tracking off, database ids for
relations, an answer looked at for success alone.
"""

from __future__ import annotations

import threading
import time
import xmlrpc.client
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from benchmarks.places import Place

BATCH = 500
THREADS = 2
CONTEXT = {"tracking_disable": True, "noupdate": True}

Body = list[list[str]]


def load_all(place: Place, model: str, columns: Sequence[str], batches: Sequence[Body]) -> float:
    """Load batches of rows and return the seconds from the first call to the last answer."""
    client = _Client(place)
    started = time.perf_counter()
    with ThreadPoolExecutor(THREADS) as threads:
        list(threads.map(lambda body: client.load(model, list(columns), body), batches))
    seconds = time.perf_counter() - started
    client.close()
    return seconds


def cut(rows: Sequence[list[str]], size: int = BATCH) -> list[Body]:
    """Return rows in bodies of one call each."""
    return [list(rows[start : start + size]) for start in range(0, len(rows), size)]


class _Client:
    """One kept connection a thread, as far as the server keeps it."""

    def __init__(self, place: Place) -> None:
        self._place = place
        self._uid = place.login()
        self._of_thread = threading.local()
        self._opened: list[xmlrpc.client.ServerProxy] = []

    def load(self, model: str, columns: list[str], body: Body) -> None:
        place = self._place
        answer: Any = self._proxy().execute_kw(
            place.database,
            self._uid,
            place.secret,
            model,
            "load",
            [columns, body],
            {"context": CONTEXT},
        )
        if not answer["ids"]:
            raise SystemExit(f"The bare client was refused: {str(answer)[:2000]}")

    def close(self) -> None:
        for proxy in self._opened:
            proxy("close")()

    def _proxy(self) -> xmlrpc.client.ServerProxy:
        if not hasattr(self._of_thread, "proxy"):
            url = f"{self._place.url}/xmlrpc/2/object"
            self._of_thread.proxy = xmlrpc.client.ServerProxy(url, allow_none=True)
            self._opened.append(self._of_thread.proxy)
        proxy: xmlrpc.client.ServerProxy = self._of_thread.proxy
        return proxy
