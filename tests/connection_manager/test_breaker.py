"""A server that is down is left alone, by all threads at once, and given up in the end."""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.connection_manager.breaker import Breaker, OutageLasts, Tolerance
from odoo_ingestion.connection_manager.waiting import Waits
from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    Interrupted,
    NotSent,
    OdooIngestionError,
    ServerBusy,
    UnknownFate,
    ValidationRefused,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, SECRET
from tests.connection_manager.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]
Link = Callable[..., tuple[ScriptedServer, OdooConnection]]

SECRETS = pytest.mark.parametrize("secret", [SECRET, KEY], ids=["xmlrpc", "json2"])


def breaker(
    failures: int = 3,
    seconds: float = 0.2,
    give_up_after: float = 60.0,
    stop: threading.Event | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> Breaker:
    waits = Waits(threading.Event(), stop, on_wait)
    return Breaker("http://odoo.test", Tolerance(failures, seconds, give_up_after), waits)


def fail(breaker_: Breaker, error: OdooIngestionError, times: int = 1) -> None:
    def attempt() -> None:
        raise error

    for _ in range(times):
        with pytest.raises((type(error), OutageLasts)):
            breaker_.run(attempt)


def waited(breaker_: Breaker) -> float:
    """How long a call that succeeds has to wait."""
    started = time.monotonic()
    assert breaker_.run(lambda: "done") == "done"
    return time.monotonic() - started


@pytest.mark.parametrize("error", [NotSent("x"), UnknownFate("x"), ServerBusy("x")])
def test_failures_of_the_way_in_a_row_open_it_for_its_time(error: OdooIngestionError) -> None:
    circuit = breaker()

    fail(circuit, error, times=2)
    assert waited(circuit) < 0.1
    fail(circuit, error, times=3)

    assert waited(circuit) >= 0.19
    assert waited(circuit) < 0.1
    assert circuit.opens == 1


@pytest.mark.parametrize("error", [ConcurrentUpdate("x"), ValidationRefused("x")])
def test_an_answer_whatever_it_says_is_no_failure_of_the_way(error: OdooIngestionError) -> None:
    circuit = breaker()

    fail(circuit, NotSent("x"), times=2)
    fail(circuit, error, times=5)
    fail(circuit, NotSent("x"), times=2)

    assert waited(circuit) < 0.1
    assert circuit.opens == 0


def test_an_answer_to_a_call_from_before_the_failures_does_not_count() -> None:
    circuit = breaker(seconds=0.3)
    going, answered = threading.Event(), threading.Event()

    def slow() -> None:
        going.set()
        assert answered.wait(5)

    thread = threading.Thread(target=circuit.run, args=(slow,))
    thread.start()
    going.wait()
    fail(circuit, NotSent("x"), times=2)
    answered.set()
    thread.join()
    fail(circuit, NotSent("x"))

    assert waited(circuit) >= 0.29


def test_calls_that_fail_together_are_one_failure() -> None:
    circuit = breaker(failures=2, seconds=60.0)
    together = threading.Barrier(4, timeout=5)

    def attempt() -> None:
        together.wait()
        raise UnknownFate("x")

    def call() -> None:
        with pytest.raises((UnknownFate, OutageLasts)):
            circuit.run(attempt)

    with ThreadPoolExecutor(4) as threads:
        for done in [threads.submit(call) for _ in range(4)]:
            done.result()

    assert circuit.opens == 0
    fail(circuit, UnknownFate("x"))
    assert circuit.opens == 1


def test_a_probe_that_fails_keeps_it_open_for_as_long_again() -> None:
    circuit = breaker()
    fail(circuit, NotSent("x"), times=3)

    started = time.monotonic()
    fail(circuit, NotSent("x"))
    assert time.monotonic() - started >= 0.19

    assert waited(circuit) >= 0.19
    assert circuit.opens == 1


def test_one_call_of_many_threads_tries_the_server_out() -> None:
    circuit = breaker()
    fail(circuit, NotSent("x"), times=3)
    begun: list[float] = []

    def slow() -> None:
        begun.append(time.monotonic())
        time.sleep(0.4)

    with ThreadPoolExecutor(6) as threads:
        for _ in range(6):
            threads.submit(circuit.run, slow)

    first, second = sorted(begun)[:2]
    assert len(begun) == 6
    assert second - first >= 0.39


def test_a_wish_to_wait_holds_for_every_thread() -> None:
    circuit = breaker()

    fail(circuit, ServerBusy("x", retry_after=0.3))

    assert waited(circuit) >= 0.29


def test_it_gives_up_after_its_time_with_a_last_probe_and_says_how_to_go_on() -> None:
    circuit = breaker(seconds=60.0, give_up_after=0.3)
    fail(circuit, NotSent("Odoo refuses connections."), times=3)

    started = time.monotonic()
    fail(circuit, NotSent("Odoo refuses connections."))
    assert 0.2 < time.monotonic() - started < 20
    with pytest.raises(ConnectionFailed) as caught:
        circuit.run(lambda: "done")

    assert "4 times in a row" in caught.value.message
    assert "Odoo refuses connections." in caught.value.message
    assert "run the same command" in str(caught.value.hint)
    assert "--give-up-after" in str(caught.value.hint)


def test_a_stop_ends_the_wait_at_once() -> None:
    stop = threading.Event()
    circuit = breaker(seconds=60.0, stop=stop)
    fail(circuit, NotSent("x"), times=3)
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()

    with pytest.raises(Interrupted):
        circuit.run(lambda: "done")

    assert time.monotonic() - started < 20


def test_the_wait_is_shown_and_taken_away(caplog: pytest.LogCaptureFixture) -> None:
    shown: list[str] = []
    circuit = breaker(seconds=1.2, on_wait=shown.append)
    with caplog.at_level(logging.WARNING):
        fail(circuit, NotSent("Odoo refuses connections."), times=3)
        waited(circuit)

    assert shown[0] == "waiting: Odoo refuses connections; asking again in 2 s"
    assert shown[-1] == ""
    opened, closed = [record.getMessage() for record in caplog.records]
    assert "failed 3 times in a row" in opened
    assert "Odoo answers again" in closed


# --- through a connection, over both protocols -----------------------------------------------


def ok(secret: str) -> reply.Reply:
    return reply.answer(5) if secret == SECRET else reply.json_answer(5)


def linked(link: Link, secret: str, *script: reply.Reply, **settings: Any) -> Any:
    chosen = {"breaker_failures": 2, "breaker_seconds": 0.2, "tries": 2, "api_key": secret}
    return link(*script, **(chosen | settings))


@SECRETS
def test_an_outage_longer_than_all_tries_is_waited_for(link: Link, secret: str) -> None:
    down = [reply.http(503)] * 5
    _, connection = linked(link, secret, *down, ok(secret))

    assert connection.call("res.partner", "search_count", []) == 5

    assert connection.retries == 5
    assert connection.retry_reasons == {"busy": 5}
    assert connection.breaker_opens == 1


@SECRETS
def test_what_may_not_be_repeated_is_not_repeated_in_an_outage(link: Link, secret: str) -> None:
    _, connection = linked(link, secret, *[reply.http(502)] * 3, ok(secret))

    for _ in range(3):
        with pytest.raises(ServerBusy):
            connection.call("res.partner", "create", {}, repeatable=False)

    assert connection.retries == 0
    assert connection.call("res.partner", "search_count", []) == 5


@SECRETS
def test_a_server_that_stays_away_ends_the_run_resumably(link: Link, secret: str) -> None:
    _, connection = linked(link, secret, reply.drop, give_up_after=0.5)
    started = time.monotonic()

    with pytest.raises(ConnectionFailed, match="times in a row") as caught:
        connection.call("res.partner", "search_count", [])

    assert caught.value.code == "connection"
    assert time.monotonic() - started < 20


@SECRETS
def test_what_never_reached_a_server_that_is_away_is_sent_when_it_is_back(
    link: Link, secret: str
) -> None:
    server, connection = linked(link, secret, ok(secret))
    method = "execute_kw" if secret == SECRET else "create"
    server.receives = 10  # a request is broken off after its first bytes
    answered = threading.Event()

    def mend_after_two_tries() -> None:
        while connection.retries < 2 and not answered.wait(0.01):
            pass
        server.receives = None

    mending = threading.Thread(target=mend_after_two_tries)
    mending.start()

    big = {"name": "x" * 30_000_000}
    try:
        assert connection.call("res.partner", "create", big, repeatable=False) == 5
    finally:
        answered.set()
        mending.join()
    assert server.count(method) == 1
    assert connection.retries >= 2
