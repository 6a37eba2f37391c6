"""Threads that carry shipments: a bounded number in flight and queued, and a clean end."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass
from typing import Generic, TypeVar

Job = TypeVar("Job")


@dataclass(frozen=True, slots=True)
class Ended(Generic[Job]):
    """A job that ended: carried out, with ``error`` when it raised, or cancelled unbegun."""

    job: Job
    error: BaseException | None = None
    cancelled: bool = False


class WorkerPool(Generic[Job]):
    """Runs jobs in threads, one at a time in each; used from one thread only.

    ``room`` is false when as many jobs wait as are running: whoever hands over more has to wait
    first, so that what waits stays bounded.
    """

    def __init__(self, work: Callable[[Job], None], workers: int) -> None:
        self._work = work
        self._executor = ThreadPoolExecutor(workers, thread_name_prefix="odoo-ingestion-batch")
        self._most = 2 * workers
        self._running: dict[Future[None], Job] = {}

    @property
    def room(self) -> bool:
        """True when one more job may be handed over."""
        return len(self._running) < self._most

    @property
    def busy(self) -> bool:
        """True while jobs wait or run that were not collected."""
        return bool(self._running)

    def start(self, job: Job) -> None:
        """Hand a job over; it begins when a thread is free."""
        self._running[self._executor.submit(self._work, job)] = job

    def collect(self, timeout: float) -> Iterator[Ended[Job]]:
        """Yield the jobs that ended, waiting at most ``timeout`` seconds for the first."""
        if not self._running:
            return
        done, _ = wait(self._running, timeout=timeout, return_when=FIRST_COMPLETED)
        for future in done:
            yield self._ended(future)

    def _ended(self, future: Future[None]) -> Ended[Job]:
        job = self._running.pop(future)
        if future.cancelled():
            return Ended(job, cancelled=True)
        return Ended(job, error=future.exception())

    def cancel(self) -> None:
        """Cancel the jobs that have not begun; those running are not touched."""
        for future in self._running:
            future.cancel()

    def shut_down(self) -> None:
        """End the threads after the jobs that run; none is left afterwards."""
        self.cancel()
        self._executor.shutdown(wait=True, cancel_futures=True)
