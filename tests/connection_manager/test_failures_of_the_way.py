"""What goes wrong between here and Odoo is the same error over both protocols."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.connection_manager.transport import REST_SECONDS
from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    NotSent,
    OdooIngestionError,
    ServerBusy,
    ServerRefused,
    UnknownFate,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, config_for
from tests.connection_manager.scripted_server import Reply, ScriptedServer

Link = Callable[..., tuple[ScriptedServer, OdooConnection]]


@pytest.fixture(params=["xmlrpc", "json2"])
def protocol(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def link(serve: Callable[..., ScriptedServer], protocol: str) -> Iterator[Link]:
    """Starts a scripted server and a connection to it over the protocol of the test."""
    with ExitStack() as stack:

        def start(*script: Reply, **settings: Any) -> tuple[ScriptedServer, OdooConnection]:
            server = serve(*script)
            config = config_for(server.url, **{"api_key": KEY, "protocol": protocol, **settings})
            return server, stack.enter_context(connect(config))

        yield start


def answered(protocol: str, value: Any) -> Reply:
    return reply.json_answer(value) if protocol == "json2" else reply.answer(value)


def calls(server: ScriptedServer) -> int:
    """How many calls of records came in, without the login."""
    return server.count("execute_kw") + server.count("create") + server.count("load")


def half(protocol: str, *, told_length: bool) -> Reply:
    return reply.half_of([1] * 40, told_length=told_length, of_json=protocol == "json2")


LOST: dict[str, Callable[[str], Reply]] = {
    "dropped": lambda _: reply.drop,
    "reset": lambda _: reply.reset,
    "half, with its length": lambda protocol: half(protocol, told_length=True),
    "half, without its length": lambda protocol: half(protocol, told_length=False),
    "server error": lambda _: reply.http(500, b"<html>oops</html>"),
    "time-out of the web server": lambda _: reply.http(408),
}


@pytest.mark.parametrize("way", LOST)
def test_a_lost_answer_leaves_the_fate_unknown_and_nothing_is_sent_twice(
    link: Link, protocol: str, way: str
) -> None:
    server, connection = link(LOST[way](protocol))

    with pytest.raises(UnknownFate):
        connection.call("res.partner", "create", {"name": "x"}, repeatable=False)

    assert calls(server) == 1
    assert connection.retries == 0


@pytest.mark.parametrize("way", LOST)
def test_a_lost_answer_is_asked_for_again_where_that_is_harmless(
    link: Link, protocol: str, way: str
) -> None:
    server, connection = link(LOST[way](protocol), answered(protocol, {"ids": [1]}))

    assert connection.call("res.partner", "load", ["id"], [["x.a"]]) == {"ids": [1]}
    assert calls(server) == 2
    assert connection.retries == 1


def test_a_request_that_was_not_taken_whole_was_not_carried_out(link: Link, protocol: str) -> None:
    server, connection = link(answered(protocol, 1))
    server.receives = 1000

    with pytest.raises(NotSent):
        connection.call("res.partner", "load", ["id"], [["x" * 20_000_000]], repeatable=False)


def test_a_server_that_is_gone_got_nothing(link: Link, protocol: str) -> None:
    server, connection = link(answered(protocol, 1))
    server.__exit__()

    with pytest.raises(NotSent, match="refuses connections"):
        connection.call("res.partner", "create", {"name": "x"}, repeatable=False)

    server.__enter__()  # for the end of the fixture


def test_silence_is_given_up_after_the_time_out(link: Link) -> None:
    _, connection = link(reply.silence(1.0))

    with pytest.raises(UnknownFate, match=r"did not answer res\.partner\.create within 0\.1"):
        connection.call("res.partner", "create", {}, repeatable=False, timeout=0.1)


def test_an_answer_that_drips_is_given_up_after_the_time_out(link: Link, protocol: str) -> None:
    _, connection = link(reply.drip([1] * 50, 0.02, of_json=protocol == "json2"))

    with pytest.raises(UnknownFate, match="too slowly"):
        connection.call("res.partner", "create", {}, repeatable=False, timeout=0.2)


@pytest.mark.parametrize("status", [429, 502, 503, 504])
def test_a_busy_server_tells_how_long_to_wait(link: Link, status: int) -> None:
    _, connection = link(reply.http(status, b"<html>", Retry_After="7"), tries=1)

    with pytest.raises(ServerBusy, match=f"HTTP {status}") as caught:
        connection.call("res.partner", "create", {}, repeatable=False)

    assert caught.value.retry_after == 7.0


def test_a_busy_server_is_asked_again(link: Link, protocol: str) -> None:
    server, connection = link(reply.http(503), answered(protocol, [5]))

    assert connection.call("res.partner", "load", [], []) == [5]
    assert calls(server) == 2


@pytest.mark.parametrize(
    ("page", "kind", "words"),
    [
        (reply.http(200, b"<!DOCTYPE html><p>Log in"), ConnectionFailed, "a web page"),
        (reply.http(200, b"hello", "text/plain"), ConnectionFailed, "text/plain instead of"),
        (reply.http(301, Location="https://o.example/web"), ConnectionFailed, "redirects to"),
        (reply.http(403), ConnectionFailed, "forbids access"),
        (reply.http(404, b"<html>"), ConnectionFailed, "HTTP 404"),
        (reply.http(413, b"<html>nginx"), ServerRefused, "too large"),
    ],
)
def test_a_page_is_not_taken_for_an_answer(
    link: Link, page: Reply, kind: type[OdooIngestionError], words: str
) -> None:
    _, connection = link(page)

    with pytest.raises(kind, match=words) as caught:
        connection.call("res.partner", "create", {}, repeatable=False)

    assert caught.value.hint


def test_a_conflict_in_the_database_is_tried_again(link: Link, protocol: str) -> None:
    words = "could not serialize access due to concurrent update"
    if protocol == "json2":
        conflict = reply.json_error(500, "psycopg2.errors.SerializationFailure", words)
    else:
        trace = "Traceback (most recent call last):\n  File x\n"
        conflict = reply.fault(1, f"{trace}psycopg2.errors.SerializationFailure: {words}\n")
    server, connection = link(conflict, answered(protocol, [5]))

    assert connection.call("res.partner", "load", [], []) == [5]
    assert calls(server) == 2

    _, again = link(conflict, tries=1)
    with pytest.raises(ConcurrentUpdate, match="at the same time"):
        again.call("res.partner", "create", {})


def test_a_connection_is_kept_for_further_calls(link: Link, protocol: str) -> None:
    server, connection = link(answered(protocol, [5]), pool_size=1)

    connection.call("res.partner", "load", [], [])
    before = server.connections
    time.sleep(REST_SECONDS)
    connection.call("res.partner", "load", [], [])

    assert server.connections == before


def test_a_closed_connection_sends_nothing_more(link: Link, protocol: str) -> None:
    server, connection = link(answered(protocol, 1))
    connection.close()

    with pytest.raises(ConnectionFailed, match="has been closed"):
        connection.call("res.partner", "load", [], [])

    assert calls(server) == 0
