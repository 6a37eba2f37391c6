"""The rate limit: counted for every request, over all threads, and shown while it slows down."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest

from odoo_ingestion.call_rate import CallRate, parse_rate
from odoo_ingestion.connection_manager import connect
from odoo_ingestion.connection_manager.pacing import Pacer
from odoo_ingestion.connection_manager.waiting import Waits
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, SECRET, config_for
from tests.connection_manager.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]


def pacer(text: str, **waits: object) -> Pacer:
    return Pacer(parse_rate(text), Waits(threading.Event()))


def test_calls_of_many_threads_are_evenly_spaced() -> None:
    turns: list[float] = []
    pace = pacer("20/s")

    def call() -> None:
        pace.await_turn()
        turns.append(time.monotonic())

    with ThreadPoolExecutor(8) as threads:
        for _ in range(12):
            threads.submit(call)

    turns.sort()
    assert len(turns) == 12
    assert turns[-1] - turns[0] >= 11 * 0.05 - 0.03
    assert turns[-1] - turns[0] < 3


def test_without_a_rate_nothing_waits() -> None:
    pace = Pacer(None, Waits(threading.Event()))
    started = time.monotonic()

    for _ in range(1000):
        pace.await_turn()

    assert time.monotonic() - started < 10


@pytest.mark.parametrize("ended", ["closed", "stopped"])
def test_closing_and_a_stop_end_a_wait_and_let_the_call_pass(ended: str) -> None:
    events = {"closed": threading.Event(), "stopped": threading.Event()}
    shown: list[str] = []
    pace = Pacer(parse_rate("1/h"), Waits(events["closed"], events["stopped"], shown.append))
    pace.await_turn()
    threading.Timer(0.3, events[ended].set).start()

    pace.await_turn()  # else for an hour

    assert shown == ["slowed down to 1/h calls", ""]


@pytest.mark.parametrize("secret", [SECRET, KEY], ids=["xmlrpc", "json2"])
def test_every_request_counts_the_login_too_and_the_wait_is_shown(
    serve: Serve, secret: str
) -> None:
    server = serve(reply.answer(1) if secret == SECRET else reply.json_answer(1))
    shown: list[str] = []
    started = time.monotonic()

    settings = config_for(server.url, rate="100/min", api_key=secret, pool_size=1)
    with connect(settings, on_wait=shown.append) as connection:
        connection.call("res.partner", "search_count", [])
        assert connection.requests == len(server.requests) >= 3

    assert time.monotonic() - started >= 0.6 * (len(server.requests) - 1) - 0.05
    assert not shown  # shorter than a second: showing it would flicker


def test_a_long_wait_is_shown_and_taken_away() -> None:
    shown: list[str] = []
    pace = Pacer(CallRate(40, 60, "min"), Waits(threading.Event(), None, shown.append))

    pace.await_turn()
    pace.await_turn()

    assert shown == ["slowed down to 40/min calls", ""]


@pytest.mark.parametrize(
    ("written", "rate"),
    [
        ("60/min", (60, 60, "min")),
        (" 2 / s ", (2, 1, "s")),
        ("1000/hour", (1000, 3600, "h")),
        ("5 per second", (5, 1, "s")),
    ],
)
def test_rates_are_read_as_people_write_them(written: str, rate: tuple[int, int, str]) -> None:
    assert parse_rate(written) == rate


@pytest.mark.parametrize("written", ["", "60", "0/min", "-1/s", "1.5/s", "60/day", "fast"])
def test_what_is_no_rate_is_refused(written: str) -> None:
    with pytest.raises(ValueError, match="write it like 60/min"):
        parse_rate(written)
