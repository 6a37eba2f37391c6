"""Threads that carry shipments: a bounded number in flight and queued, and a clean end."""

from __future__ import annotations

import threading
from collections import deque
from collections.abc import Callable, Hashable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from typing import Generic, TypeVar

from msgspec import Struct

from odoo_ingestion.errors import ConnectionFailed, RetryableError

Job = TypeVar("Job")

QUEUED_PER_WORKER = 3
"""Jobs that may wait for each that runs: looking up the next rows can take as long as they do."""


class Ended(Struct, Generic[Job], frozen=True):
    """A job that ended: carried out, with ``error`` when it raised."""

    job: Job
    error: BaseException | None = None


class WorkerPool(Generic[Job]):
    """Runs jobs in threads, one at a time in each; used from one thread only, but for ``allow``.

    ``workers`` jobs run at once to begin with, at most ``most``. Jobs of one ``lane_of`` other than
    None never run at the same time.
    """

    def __init__(
        self,
        work: Callable[[Job], None],
        workers: int,
        most: int,
        lane_of: Callable[[Job], Hashable | None],
    ) -> None:
        self._work = work
        self._lane_of = lane_of
        self._executor = ThreadPoolExecutor(most, thread_name_prefix="odoo-ingestion-batch")
        self._workers = workers
        self._lock = threading.RLock()
        self._waiting: deque[Job] = deque()
        self._running: dict[Future[None], Job] = {}
        self._ended: dict[Future[None], Job] = {}

    @property
    def workers(self) -> int:
        """How many jobs may run at once."""
        return self._workers

    @property
    def room(self) -> bool:
        """Whether one more job may be handed over: what waits stays bounded."""
        return len(self._waiting) < QUEUED_PER_WORKER * self._workers

    @property
    def hungry(self) -> bool:
        """Whether fewer jobs wait than run at once, so that a thread may soon have none."""
        return len(self._waiting) < self._workers

    @property
    def busy(self) -> bool:
        """Whether jobs wait or run, or have ended and were not collected."""
        return bool(self._waiting or self._running or self._ended)

    def allow(self, workers: int) -> None:
        """Let so many jobs run at once from now on; from any thread."""
        with self._lock:
            self._workers = workers
            self._begin()

    def start(self, job: Job) -> None:
        """Hand a job over; it begins when its turn has come."""
        with self._lock:
            self._waiting.append(job)
            self._begin()

    def collect(self, timeout: float) -> Iterator[Ended[Job]]:
        """Yield the jobs that ended, waiting at most ``timeout`` seconds for the first."""
        if not self._ended and not timeout:  # the usual case, once a record
            return
        with self._lock:
            open_now = [*self._ended, *self._running]
        if not open_now:
            return
        done, _ = wait(open_now, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in done:
            with self._lock:
                self._note_end(future)
                job = self._ended.pop(future)
            yield Ended(job, future.exception())

    def take_back(self) -> list[Job]:
        """Return the jobs that have not begun, in order: they are no longer the pool's."""
        with self._lock:
            taken = list(self._waiting)
            self._waiting.clear()
            return taken

    def shut_down(self) -> None:
        """End the threads after the jobs that run; none is left afterwards."""
        self.take_back()
        self._executor.shutdown(wait=True)

    # --- under the lock, from the threads as well -------------------------------------------

    def _begin(self) -> None:
        while len(self._running) < self._workers and (job := self._next()) is not None:
            future = self._executor.submit(self._work, job)
            self._running[future] = job
            future.add_done_callback(self._go_on)

    def _next(self) -> Job | None:
        taken = {self._lane_of(job) for job in self._running.values()} - {None}
        for position, job in enumerate(self._waiting):
            if self._lane_of(job) not in taken:
                del self._waiting[position]
                return job
        return None

    def _go_on(self, future: Future[None]) -> None:
        with self._lock:
            self._note_end(future)
            self._begin()

    def _note_end(self, future: Future[None]) -> None:
        """Free the place of a job that ended; its callback may come after it is collected."""
        if (job := self._running.pop(future, None)) is not None:
            self._ended[future] = job


def fatal(error: BaseException) -> BaseException:
    """Return the error that ends the run: a look-up that was tried in vain is a lost connection."""
    if not isinstance(error, RetryableError):
        return error
    fatal = ConnectionFailed(error.message, hint=error.hint)
    fatal.__cause__ = error
    return fatal
