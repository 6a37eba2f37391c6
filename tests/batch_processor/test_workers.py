"""Jobs run a few at a time, in their turn, and what has not begun can be taken back."""

from __future__ import annotations

import threading

from odoo_ingestion.batch_processor.workers import QUEUED_PER_WORKER, WorkerPool

Job = tuple[str, int]


class Desk:
    """Jobs that end when told to; remembers which run and how many ran at once."""

    def __init__(self, workers: int, most: int = 4) -> None:
        self.begun: list[Job] = []
        self._changed = threading.Condition()
        self._allowed = 0
        self.pool = WorkerPool[Job](self._work, workers, most, lambda job: job[0] or None)

    def _work(self, job: Job) -> None:
        with self._changed:
            self.begun.append(job)
            self._changed.notify_all()
            assert self._changed.wait_for(lambda: self._allowed > 0, 20)
            self._allowed -= 1

    def end(self, jobs: int) -> None:
        with self._changed:
            self._allowed += jobs
            self._changed.notify_all()

    def await_begun(self, count: int) -> None:
        with self._changed:
            assert self._changed.wait_for(lambda: len(self.begun) >= count, 20)

    def collect(self, count: int) -> list[Job]:
        found: list[Job] = []
        while len(found) < count:
            found += [ended.job for ended in self.pool.collect(20)]
        return found


def test_no_more_jobs_run_than_are_allowed_and_those_that_wait_are_bounded() -> None:
    desk = Desk(workers=2)
    handed = 0
    while desk.pool.room:
        desk.pool.start(("", handed))
        handed += 1
    desk.await_begun(2)
    assert handed == 2 + 2 * QUEUED_PER_WORKER
    assert [job for _, job in desk.begun] == [0, 1]
    desk.end(handed)
    assert sorted(desk.collect(handed)) == [("", n) for n in range(handed)]
    assert not desk.pool.busy
    desk.pool.shut_down()


def test_more_run_as_soon_as_more_are_allowed() -> None:
    desk = Desk(workers=1)
    for n in range(3):
        desk.pool.start(("", n))
    desk.await_begun(1)
    desk.pool.allow(3)
    desk.await_begun(3)
    desk.end(3)
    desk.collect(3)
    desk.pool.shut_down()


def test_what_has_not_begun_can_be_taken_back() -> None:
    desk = Desk(workers=1)
    for n in range(4):
        desk.pool.start(("", n))
    desk.await_begun(1)
    assert desk.pool.take_back() == [("", 1), ("", 2), ("", 3)]
    desk.end(1)
    assert desk.collect(1) == [("", 0)]
    assert not desk.pool.busy
    desk.pool.shut_down()


def test_jobs_of_one_lane_never_run_at_once_and_others_overtake_them() -> None:
    desk = Desk(workers=2)
    for job in (("a", 0), ("a", 1), ("b", 2), ("a", 3)):
        desk.pool.start(job)
    desk.await_begun(2)
    assert sorted(desk.begun) == [("a", 0), ("b", 2)]
    desk.end(1)
    desk.collect(1)
    desk.end(3)
    desk.collect(3)
    assert [job for job in desk.begun if job[0] == "a"] == [("a", 0), ("a", 1), ("a", 3)]
    desk.pool.shut_down()
