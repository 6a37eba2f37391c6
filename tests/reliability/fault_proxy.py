"""A proxy between the importer and the real Odoo that misbehaves as a script says."""

from __future__ import annotations

import http.client
import select
import socket
import struct
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import urlsplit

from odoo_ingestion.sandbox.odoo_server import pick_ports

UPSTREAM_SECONDS = 120.0
IDLE_SECONDS = 30.0
_OF_THE_WAY = ("host", "connection", "keep-alive", "content-length", "transfer-encoding")


@dataclass(frozen=True)
class Call:
    """What a request asks of Odoo, over either protocol; both are empty for what is no call."""

    model: str = ""
    method: str = ""


@dataclass(frozen=True)
class Reply:
    """An answer of HTTP, whole."""

    status: int
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True)
class Exchange:
    """One request on its way: how to pass it on, and how to answer it."""

    handler: BaseHTTPRequestHandler
    forward: Callable[[], Reply]
    proxy: FaultProxy

    def answer(self, reply: Reply, *, body: bytes | None = None, length: int | None = None) -> None:
        """Answer with a reply; ``body`` stands for its own and ``length`` for what it has.

        A length below 0 leaves the header away: the answer then ends with the connection.
        """
        shown = reply.body if body is None else body
        told = len(shown) if length is None else length
        self.handler.send_response_only(reply.status)
        for name, value in reply.headers:
            self.handler.send_header(name, value)
        if told >= 0:
            self.handler.send_header("Content-Length", str(told))
        self.handler.end_headers()
        self.write(shown)

    def write(self, piece: bytes) -> None:
        """Send bytes as they are."""
        self.handler.wfile.write(piece)
        self.handler.wfile.flush()

    def hang_up(self) -> None:
        """End the connection after what was sent."""
        self.handler.close_connection = True

    def cut(self) -> None:
        """Cut the connection with a reset, as a firewall or a dying machine does."""
        linger = struct.pack("ii", 1, 0)
        self.handler.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.hang_up()

    def wait_until_given_up(self, seconds: float) -> bool:
        """Wait until the client has hung up; return whether it did."""
        readable, _, _ = select.select([self.handler.connection], [], [], seconds)
        return bool(readable)


Fault = Callable[[Exchange], None]
"""What happens to one request, in place of being passed on."""


class FaultProxy:
    """Passes requests on to ``url``; the n-th call that ``counts`` meets the fault of the script.

    ``script`` maps the number of a call (from 1) to what happens to it. ``met`` holds the numbers
    whose fault took place, ``calls`` every counted call, in the order in which they came.
    """

    def __init__(
        self, url: str, script: Mapping[int, Fault], counts: Callable[[Call], bool]
    ) -> None:
        parts = urlsplit(url)
        self._upstream = (parts.hostname or "127.0.0.1", parts.port or 80)
        self._script = dict(script)
        self._counts = counts
        self._lock = threading.Lock()
        self._refusing = False
        self._reopening: list[threading.Thread] = []
        self._servers: list[_Server] = []
        self.calls: list[Call] = []
        self.met: list[int] = []
        # Below the ports of outgoing connections: none can take it while it is closed.
        self.port = pick_ports(None)[0]
        self._open()

    @property
    def url(self) -> str:
        """The address to give to the importer."""
        return f"http://127.0.0.1:{self.port}"

    def refuse_for(self, seconds: float) -> None:
        """Take no connections for a while, and cut those that there are when they ask."""
        self._refusing = True
        self._servers[-1].stop_listening()

        def reopen() -> None:
            time.sleep(seconds)
            self._open()
            self._refusing = False

        thread = threading.Thread(target=reopen)
        self._reopening.append(thread)
        thread.start()

    def close(self) -> None:
        """End the proxy and every thread of it."""
        for thread in self._reopening:
            thread.join()
        for server in self._servers:
            server.end()

    def handle(self, handler: BaseHTTPRequestHandler) -> None:
        """Take a request to its answer, or to its fault."""
        body = handler.rfile.read(int(handler.headers.get("Content-Length", 0)))
        exchange = Exchange(handler, lambda: self._forward(handler, body), self)
        self._fault_of(call_of(handler.path, body))(exchange)

    def _open(self) -> None:
        server = _Server(("127.0.0.1", self.port), _Handler)
        server.proxy = self
        self._servers.append(server)
        server.listening.start()

    def _fault_of(self, call: Call) -> Fault:
        with self._lock:
            if self._refusing:
                return Exchange.cut
            if not self._counts(call):
                return pass_on
            self.calls.append(call)
            fault = self._script.get(len(self.calls))
            if fault is None:
                return pass_on
            self.met.append(len(self.calls))
            return fault

    def _forward(self, handler: BaseHTTPRequestHandler, body: bytes) -> Reply:
        connection = http.client.HTTPConnection(*self._upstream, timeout=UPSTREAM_SECONDS)
        try:
            connection.request(handler.command, handler.path, body or None, _end_to_end(handler))
            answer = connection.getresponse()
            headers = tuple(
                pair for pair in answer.getheaders() if pair[0].lower() not in _OF_THE_WAY
            )
            return Reply(answer.status, headers, answer.read())
        finally:
            connection.close()


class _Server(ThreadingHTTPServer):
    """Keeps connections alive, as the usual web server before an Odoo does."""

    allow_reuse_address = True
    daemon_threads = False
    proxy: FaultProxy

    def __init__(self, address: tuple[str, int], handler: type[BaseHTTPRequestHandler]) -> None:
        super().__init__(address, handler)
        self.listening = threading.Thread(target=self.serve_forever, args=(0.02,))
        self._open: set[socket.socket] = set()
        self._opening = threading.Lock()

    def stop_listening(self) -> None:
        """Close the port; connections that are open stay so."""
        self.shutdown()
        self.listening.join()
        self.socket.close()

    def end(self) -> None:
        """Close the port and every connection, and wait for their threads."""
        self.stop_listening()
        with self._opening:
            for client in self._open:
                # A client that has gone already has shut it down itself.
                with suppress(OSError):
                    client.shutdown(socket.SHUT_RDWR)
        self.server_close()

    def get_request(self) -> tuple[socket.socket, Any]:
        """Take a connection, and remember it until it is closed."""
        client, address = super().get_request()
        with self._opening:
            self._open.add(client)
        return client, address

    def shutdown_request(self, request: Any) -> None:
        """Close a connection without the goodbye that would come before a reset."""
        with self._opening:
            self._open.discard(request)
        self.close_request(request)

    def handle_error(self, request: object, client_address: object) -> None:
        """A client that hangs up is no news here: the tests look at what the importer says."""


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    timeout = IDLE_SECONDS
    disable_nagle_algorithm = True
    server: _Server

    def do_POST(self) -> None:
        self.server.proxy.handle(self)

    def do_GET(self) -> None:
        self.server.proxy.handle(self)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name above
        """Say nothing."""


def call_of(path: str, body: bytes) -> Call:
    """Return what a request asks: JSON-2 says it in its path, XML-RPC in its body."""
    if path.startswith("/json/2/"):
        model, _, method = path.removeprefix("/json/2/").partition("/")
        return Call(model, method)
    if path != "/xmlrpc/2/object":
        return Call()
    params, _ = xmlrpc.client.loads(body)
    return Call(str(params[3]), str(params[4]))


def _end_to_end(handler: BaseHTTPRequestHandler) -> dict[str, str]:
    return {name: text for name, text in handler.headers.items() if name.lower() not in _OF_THE_WAY}


@contextmanager
def fault_proxy(
    url: str, script: Mapping[int, Fault], counts: Callable[[Call], bool]
) -> Iterator[FaultProxy]:
    """Run a proxy for the time of a test."""
    proxy = FaultProxy(url, script, counts)
    try:
        yield proxy
    finally:
        proxy.close()


def pass_on(exchange: Exchange) -> None:
    """Do no harm."""
    exchange.answer(exchange.forward())
