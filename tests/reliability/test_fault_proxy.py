"""The proxy does what its script says, and nothing to any other call."""

from __future__ import annotations

import http.client
import socket
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from tests.reliability import faults
from tests.reliability.fault_proxy import Call, Fault, FaultProxy, call_of, fault_proxy

LOAD = "/json/2/res.partner/load"
READ = "/json/2/res.partner/read"
ANSWER = b"what Odoo says"
Open = Callable[..., FaultProxy]


class _Upstream(BaseHTTPRequestHandler):
    """Stands for Odoo: notes what reaches it and answers everything alike."""

    heard: list[str]

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers["Content-Length"]))
        self.heard.append(self.path)
        self.send_response_only(200)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(ANSWER)))
        self.end_headers()
        self.wfile.write(ANSWER)


@pytest.fixture
def heard() -> list[str]:
    """The paths that have reached the server behind the proxy."""
    return []


@pytest.fixture
def opened(heard: list[str]) -> Iterator[Open]:
    """Opens a proxy before a server, with a script for its calls of load()."""
    handler = type("Handler", (_Upstream,), {"heard": heard})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server, ExitStack() as stack:
        serving = threading.Thread(target=server.serve_forever, args=(0.02,))
        serving.start()
        url = f"http://127.0.0.1:{server.server_port}"

        def open_proxy(script: dict[int, Fault]) -> FaultProxy:
            return stack.enter_context(fault_proxy(url, script, lambda call: call.method == "load"))

        yield open_proxy
        server.shutdown()
        serving.join()


def ask(proxy: FaultProxy, path: str = LOAD, timeout: float = 10.0) -> tuple[int, bytes]:
    connection = http.client.HTTPConnection("127.0.0.1", proxy.port, timeout=timeout)
    try:
        connection.request("POST", path, b"{}")
        with connection.getresponse() as answer:
            return answer.status, answer.read()
    finally:
        connection.close()


def test_it_passes_on_what_the_script_does_not_name(opened: Open, heard: list[str]) -> None:
    proxy = opened({2: faults.bad_gateway})
    assert [ask(proxy)[0], ask(proxy, READ)[0], ask(proxy)[0], ask(proxy)[0]] == [
        200,
        200,
        502,
        200,
    ]
    assert heard == [LOAD, READ, LOAD]
    assert (proxy.met, proxy.calls) == ([2], [Call("res.partner", "load")] * 3)


def test_it_knows_the_calls_of_both_protocols() -> None:
    params: tuple[Any, ...] = ("database", 2, "key", "res.partner", "load", [["name"], [["A"]]], {})
    body = xmlrpc.client.dumps(params, "execute_kw").encode()
    assert call_of("/xmlrpc/2/object", body) == call_of(LOAD, b"{}") == Call("res.partner", "load")
    assert call_of("/xmlrpc/2/common", b"") == call_of("/json/version", b"") == Call()


@pytest.mark.parametrize(
    ("fault", "reaches"),
    [
        (faults.drop_before_sending, 0),
        (faults.drop_after_the_commit, 1),
        (faults.half_a_reply, 1),
    ],
)
def test_a_call_is_cut_before_or_after_it_is_carried_out(
    opened: Open, heard: list[str], fault: Fault, reaches: int
) -> None:
    proxy = opened({1: fault})
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(proxy)
    assert len(heard) == reaches
    assert ask(proxy) == (200, ANSWER)


def test_half_a_reply_may_look_whole(opened: Open) -> None:
    assert ask(opened({1: faults.half_a_reply_without_length})) == (200, ANSWER[:7])


@pytest.mark.parametrize(
    ("fault", "before"),
    [(faults.reply_after_the_time_out, 1), (faults.carried_out_after_the_time_out, 0)],
)
def test_a_call_is_carried_out_before_or_after_its_client_has_gone(
    opened: Open, heard: list[str], fault: Fault, before: int
) -> None:
    proxy = opened({1: fault})
    with pytest.raises(TimeoutError):
        ask(proxy, timeout=0.2)
    assert len(heard) >= before
    deadline = time.monotonic() + 10
    while not heard and time.monotonic() < deadline:
        time.sleep(0.01)
    assert heard == [LOAD]


def test_a_reply_comes_twice_on_the_same_connection(opened: Open) -> None:
    proxy = opened({1: faults.duplicate_reply})
    with socket.create_connection(("127.0.0.1", proxy.port), timeout=10) as client:
        client.sendall(f"POST {LOAD} HTTP/1.1\r\nContent-Length: 2\r\n\r\n{{}}".encode())
        came = b""
        while came.count(ANSWER) < 2:
            came += client.recv(65_536)
    assert came.count(b"HTTP/1.1 200") == 2


def test_connections_are_refused_for_a_while(opened: Open, heard: list[str]) -> None:
    proxy = opened({1: faults.refused_for(0.3)})
    begun = time.monotonic()
    with pytest.raises((http.client.HTTPException, ConnectionError)):
        ask(proxy)
    with pytest.raises(ConnectionRefusedError):
        ask(proxy)
    while time.monotonic() < begun + 10:
        try:
            assert ask(proxy) == (200, ANSWER)
            break
        except ConnectionError:
            time.sleep(0.02)
    assert time.monotonic() - begun > 0.3
    assert len(heard) == 1


def test_a_slow_reply_comes_in_pieces_and_whole(opened: Open) -> None:
    begun = time.monotonic()
    assert ask(opened({1: faults.slow_drip(0.02, 5)})) == (200, ANSWER)
    assert time.monotonic() - begun > 0.09


def test_a_busy_server_says_when_to_come_back(opened: Open) -> None:
    connection = http.client.HTTPConnection(
        "127.0.0.1", opened({1: faults.too_many_requests("7")}).port
    )
    connection.request("POST", LOAD, b"{}")
    answer = connection.getresponse()
    assert (answer.status, answer.headers["Retry-After"]) == (429, "7")
    connection.close()
