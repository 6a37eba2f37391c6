"""Each call is counted once, by how long it took, also when it fails."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo_ingestion.connection_manager import call_times
from odoo_ingestion.connection_manager.call_times import CallTimes
from odoo_ingestion.runs import CALL_BOUNDS
from tests.connections import connection_to
from tests.odoo_reader import OdooReader


def test_calls_are_counted_by_how_long_they_took(monkeypatch: pytest.MonkeyPatch) -> None:
    moments = iter([0.0, 0.05, 10.0, 10.2, 20.0, 200.0])
    monkeypatch.setattr(call_times, "monotonic", lambda: next(moments))
    times = CallTimes()
    for _ in range(3):
        with times.measured():
            pass
    counts = times.counts()
    assert counts.total == 3 and counts.failed == 0
    assert counts.seconds == pytest.approx(180.25)
    assert counts.counts[0] == counts.counts[CALL_BOUNDS.index(0.25)] == counts.counts[-1] == 1


def test_a_call_that_fails_is_counted_too() -> None:
    times = CallTimes()
    with pytest.raises(ValueError, match="no"), times.measured():
        raise ValueError("no")
    assert (times.counts().total, times.counts().failed) == (1, 1)


def test_threads_lose_no_call() -> None:
    times = CallTimes()

    def call(_: int) -> None:
        with times.measured():
            pass

    with ThreadPoolExecutor(8) as pool:
        list(pool.map(call, range(2000)))
    assert times.counts().total == 2000


def test_a_connection_counts_the_calls_of_all_its_views(module_database: OdooReader) -> None:
    with connection_to(module_database) as odoo:
        before = odoo.calls.total
        odoo.call("res.users", "search_count", [])
        odoo.with_context(lang="en_US").call("res.users", "search_count", [])
        assert odoo.calls.total == before + 2
        assert odoo.calls.seconds > 0
