"""The progress tracker: counts that add up, and a time left that can be believed."""

from __future__ import annotations

import threading

import pytest

from odoo_ingestion.progress_tracker import ProgressTracker
from odoo_ingestion.records import Action


class Clock:
    """A clock that a test moves by hand."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def done(action: Action = Action.CREATED) -> dict[Action, int]:
    return {action: 1}


def pass_row(tracker: ProgressTracker, fraction: float | None = None) -> None:
    tracker.row_read(fraction)
    tracker.row_validated()
    tracker.outcomes(done())


def test_nothing_is_known_before_the_first_row() -> None:
    progress = ProgressTracker("a.csv", Clock()).snapshot()

    assert (progress.file, progress.read, progress.rate) == ("a.csv", 0, 0.0)
    assert progress.total is None
    assert progress.eta is None
    assert progress.total_is_estimate
    assert not progress.finished


def test_the_counts_add_up() -> None:
    tracker = ProgressTracker("a.csv", Clock())
    for action in (*Action, Action.FAILED):
        tracker.row_read()
        tracker.row_validated()
        tracker.outcomes(done(action))

    progress = tracker.snapshot()

    counts = (progress.created, progress.updated, progress.unchanged, progress.skipped)
    assert counts == (1, 1, 1, 1)
    assert progress.failed == 2
    assert sum(counts) + progress.failed == progress.read == progress.validated == progress.sent


@pytest.mark.parametrize("rate", [1, 7, 400, 20_000])
def test_a_constant_rate_has_an_eta_within_five_per_cent_throughout(rate: int) -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    rows = min(rate * 90, 200_000)
    for number in range(1, rows + 1):
        clock.now = 1000.0 + number / rate
        pass_row(tracker, number / rows)
        if number % (rows // 90) or number < 20:
            continue
        progress = tracker.snapshot()
        left = (rows - number) / rate
        assert progress.total == pytest.approx(rows, rel=0.01)
        assert progress.eta == pytest.approx(left, rel=0.05, abs=1 / rate)
        assert progress.rate == pytest.approx(rate, rel=0.05)


def test_a_constant_rate_in_batches_has_an_eta_within_five_per_cent_when_one_lands() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for _ in range(20_000):
        tracker.row_read(1.0)
        tracker.row_validated()
    tracker.reading_finished()

    for batch in range(1, 100):
        clock.now = 1000.0 + batch
        for _ in range(200):
            tracker.outcomes(done())
        assert tracker.snapshot().eta == pytest.approx(100 - batch, rel=0.05)


def test_the_total_is_right_when_a_file_is_read_in_blocks() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 3001):
        clock.now += 0.01
        block = 1 + (number - 1) // 1000
        pass_row(tracker, min(block * 1000 / 5000, 1.0))
        if number > 1000:
            assert tracker.snapshot().total == 5000


def test_the_total_is_unknown_while_only_one_block_was_read() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for _ in range(10):
        clock.now += 1
        pass_row(tracker, 1.0)

    assert tracker.snapshot().total is None
    assert tracker.snapshot().eta is None


def test_the_total_is_exact_once_reading_has_ended() -> None:
    tracker = ProgressTracker("a.csv", Clock())
    for _ in range(12):
        tracker.row_read(None)
    assert tracker.snapshot().total is None

    tracker.reading_finished()

    assert tracker.snapshot().total == 12
    assert not tracker.snapshot().total_is_estimate
    assert tracker.snapshot().fraction_read == 1.0


def test_a_fraction_beyond_the_end_never_makes_the_total_smaller_than_what_was_read() -> None:
    tracker = ProgressTracker("a.csv", Clock())
    for fraction in (-0.5, 0.9, 1.7, 1.7):
        tracker.row_read(fraction)

    progress = tracker.snapshot()

    assert progress.fraction_read == 1.0
    assert progress.total == 4


def test_a_stall_lengthens_the_time_left_more_and_more() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 501):
        clock.now += 0.1
        pass_row(tracker, number / 1000)
    before = tracker.snapshot().eta
    assert before == pytest.approx(50, rel=0.05)

    etas = [before]
    for _ in range(30):
        clock.now += 5
        etas.append(tracker.snapshot().eta)

    known = [eta for eta in etas if eta is not None]
    assert known == etas == sorted(known)
    assert len(set(known)) == len(known)
    assert tracker.snapshot().rate < 2


def test_after_a_stall_the_old_rate_comes_back_within_the_window() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 1001):
        clock.now += 120 if number == 500 else 0.1
        pass_row(tracker, number / 1000)

    assert tracker.snapshot().rate == pytest.approx(10, rel=0.05)


def test_the_slowest_stage_decides_the_time_left() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 1001):
        tracker.row_read(number / 1000)
        tracker.row_validated()
    tracker.reading_finished()
    for _ in range(100):
        clock.now += 0.5
        tracker.outcomes(done())

    assert tracker.snapshot().eta == pytest.approx(450, rel=0.05)


def test_no_time_left_is_told_while_a_stage_has_not_begun() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for _ in range(10):
        clock.now += 1
        tracker.row_read(None)
    tracker.reading_finished()

    assert tracker.snapshot().eta is None


def test_the_first_few_rows_tell_no_time_left() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 20):
        clock.now += 1
        pass_row(tracker, number / 1000)
        assert tracker.snapshot().eta is None
    clock.now += 1
    pass_row(tracker, 20 / 1000)

    assert tracker.snapshot().eta == pytest.approx(980, rel=0.05)


def test_a_clock_that_stands_still_is_no_division_by_zero() -> None:
    tracker = ProgressTracker("a.csv", Clock())
    pass_row(tracker, 0.5)
    pass_row(tracker, 1.0)

    assert tracker.snapshot().rate == 0.0
    tracker.finish()
    assert tracker.snapshot().rate == 0.0


def test_finishing_stops_the_clock_once() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for _ in range(30):
        pass_row(tracker)
    tracker.reading_finished()
    clock.now += 3
    tracker.finish()
    clock.now += 100
    tracker.finish()

    progress = tracker.snapshot()

    assert progress.finished
    assert (progress.elapsed, progress.rate, progress.eta) == (3, 10, 0.0)


def test_a_note_is_shown_until_it_is_taken_away() -> None:
    tracker = ProgressTracker("a.csv", Clock())
    tracker.note("the server is busy, trying again")
    assert tracker.snapshot().note == "the server is busy, trying again"
    tracker.note("")
    assert tracker.snapshot().note == ""


def test_threads_lose_no_count() -> None:
    tracker = ProgressTracker("a.csv")

    def work() -> None:
        for _ in range(2000):
            pass_row(tracker, 0.5)
            tracker.snapshot()

    threads = [threading.Thread(target=work) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    progress = tracker.snapshot()
    assert progress.read == progress.validated == progress.sent == progress.created == 8000


def test_rows_may_be_counted_many_at_a_time() -> None:
    clock = Clock()
    tracker = ProgressTracker("a.csv", clock)
    for number in range(1, 11):
        clock.now += 1.0
        tracker.row_read(number / 20, rows=500)
        tracker.row_validated(rows=500)
        tracker.outcomes({Action.CREATED: 499, Action.FAILED: 1})

    progress = tracker.snapshot()

    assert (progress.read, progress.validated, progress.sent) == (5000, 5000, 5000)
    assert (progress.created, progress.failed) == (4990, 10)
    assert progress.total == pytest.approx(10_000, rel=0.01)
    assert progress.eta == pytest.approx(10, rel=0.05)
