"""A loopback HTTP(S) server that does what a real Odoo cannot be provoked to do.

It answers ``version``, ``authenticate`` and ``list`` as Odoo would, over JSON-2 the version and
whose key it is; each further call gets the next reply of the script, the last one again and again.
"""

from __future__ import annotations

import gzip
import json
import socket
import ssl
import struct
import threading
import time
import xmlrpc.client
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any

Reply = Callable[[socket.socket], bool]
"""Answers one request on its socket; true when the connection is kept open."""


@dataclass(frozen=True)
class Request:
    """One request as it came in; over JSON-2 ``params`` is the one object of named arguments."""

    target: str
    headers: Mapping[str, str]
    method: str
    params: tuple[Any, ...]


def http(status: int, body: bytes = b"", kind: str = "text/html", **headers: str) -> Reply:
    """A plain HTTP answer; underscores in header names stand for dashes."""
    lines = [f"HTTP/1.1 {status} Whatever", f"Content-Length: {len(body)}"]
    lines += [f"Content-Type: {kind}"] if kind else []
    lines += [f"{name.replace('_', '-')}: {value}" for name, value in headers.items()]
    data = "\r\n".join([*lines, "", ""]).encode() + body

    def reply(client: socket.socket) -> bool:
        client.sendall(data)
        return True

    return reply


def answer(value: Any) -> Reply:
    """An XML-RPC answer."""
    return http(200, dumps(value), "text/xml")


def fault(code: int, text: str) -> Reply:
    """An XML-RPC fault."""
    body = xmlrpc.client.dumps(xmlrpc.client.Fault(code, text), methodresponse=True)
    return http(200, body.encode(), "text/xml")


def json_answer(value: Any) -> Reply:
    """A JSON-2 answer."""
    return http(200, json.dumps(value).encode(), "application/json; charset=utf-8")


def json_error(status: int, name: str, message: str) -> Reply:
    """A JSON-2 error, as Odoo 19 words them."""
    body = {
        "name": name,
        "message": message,
        "arguments": [message],
        "context": {},
        "debug": f"Traceback (most recent call last):\n  File x\n{name}: {message}\n",
    }
    return http(status, json.dumps(body).encode(), "application/json; charset=utf-8")


def unnamed(wanted: str) -> Reply:
    """How Odoo refuses a call that lacks an argument, before the method begins."""
    name = "werkzeug.exceptions.UnprocessableEntity"
    return json_error(422, name, f"missing a required argument: '{wanted}'")


def packed(value: Any) -> Reply:
    """An XML-RPC answer under gzip."""
    return http(200, gzip.compress(dumps(value)), "text/xml", Content_Encoding="gzip")


def dumps(value: Any) -> bytes:
    return xmlrpc.client.dumps((value,), methodresponse=True, allow_none=True).encode()


def drop(client: socket.socket) -> bool:
    """Close the connection without a word."""
    return False


def reset(client: socket.socket) -> bool:
    """Break the connection off hard."""
    client.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    return False


def half_of(value: Any, *, told_length: bool, of_json: bool = False) -> Reply:
    """The first half of an answer, with or without its true length in the header."""
    body = json.dumps(value).encode() if of_json else dumps(value)
    kind = "application/json" if of_json else "text/xml"
    length = f"Content-Length: {len(body)}\r\n" if told_length else ""

    def reply(client: socket.socket) -> bool:
        head = f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n{length}Connection: close\r\n\r\n"
        client.sendall(head.encode() + body[: len(body) // 2])
        return False

    return reply


def silence(seconds: float) -> Reply:
    """Say nothing for a while, then close."""

    def reply(client: socket.socket) -> bool:
        time.sleep(seconds)
        return False

    return reply


def drip(value: Any, pause: float, *, of_json: bool = False) -> Reply:
    """An answer byte by byte."""
    body = json.dumps(value).encode() if of_json else dumps(value)
    kind = "application/json" if of_json else "text/xml"

    def reply(client: socket.socket) -> bool:
        client.sendall(f"HTTP/1.1 200 OK\r\nContent-Type: {kind}\r\n\r\n".encode())
        for index in range(len(body)):
            client.sendall(body[index : index + 1])
            time.sleep(pause)
        return False

    return reply


def then_close(reply: Reply) -> Reply:
    """Answer as if the connection were kept, and close it."""

    def closing(client: socket.socket) -> bool:
        reply(client)
        return False

    return closing


def twice(value: Any, pause: float) -> Reply:
    """An answer that comes once more after a pause, as from a proxy gone wrong."""

    def replies(client: socket.socket) -> bool:
        answer(value)(client)
        time.sleep(pause)
        return answer(value)(client)

    return replies


def slowly(reply: Reply, seconds: float) -> Reply:
    """Answer after a while."""

    def late(client: socket.socket) -> bool:
        time.sleep(seconds)
        return reply(client)

    return late


def together(reply: Reply, number: int) -> Reply:
    """Answer when so many requests have come in."""
    barrier = threading.Barrier(number, timeout=10)

    def joint(client: socket.socket) -> bool:
        barrier.wait()
        return reply(client)

    return joint


@dataclass
class ScriptedServer:
    """See the module; use it in a ``with`` statement."""

    script: list[Reply] = field(default_factory=list)
    tls: ssl.SSLContext | None = None
    version: Reply = field(default_factory=lambda: answer({"server_version": "19.0"}))
    authenticate: Reply = field(default_factory=lambda: answer(7))
    databases: Reply = field(default_factory=lambda: answer(["first", "second"]))
    json_version: Reply = field(default_factory=lambda: json_answer({"version": "19.0"}))
    key_owner: Reply = field(default_factory=lambda: json_answer({"uid": 7, "lang": "en_US"}))
    key_login: Reply = field(default_factory=lambda: json_answer([{"id": 7, "login": "ada"}]))
    garbage: Reply = field(default_factory=lambda: then_close(http(400)))
    """What is said to something that is no HTTP, like the beginning of TLS."""
    receives: int | None = None
    """Bytes read of each request's body before the connection is reset; None: all."""
    requests: list[Request] = field(default_factory=list)
    connections: int = 0

    def __enter__(self) -> ScriptedServer:
        self._lock = threading.Lock()
        self._clients: list[socket.socket] = []
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._threads = [threading.Thread(target=self._accept)]
        self._threads[0].start()
        return self

    def __exit__(self, *_: object) -> None:
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        with self._lock:
            clients = list(self._clients)
        for client in clients:
            with suppress(OSError):  # closed already
                client.shutdown(socket.SHUT_RDWR)
        for thread in self._threads:
            thread.join()

    @property
    def port(self) -> int:
        port: int = self._listener.getsockname()[1]
        return port

    @property
    def url(self) -> str:
        return f"{'https' if self.tls else 'http'}://127.0.0.1:{self.port}"

    def count(self, method: str) -> int:
        """How often a method was called."""
        return sum(request.method == method for request in self.requests)

    def _accept(self) -> None:
        while True:
            try:
                client, _ = self._listener.accept()
            except OSError:
                return
            with self._lock:
                self.connections += 1
                self._clients.append(client)
                thread = threading.Thread(target=self._serve, args=(client,))
                self._threads.append(thread)
            thread.start()

    def _serve(self, client: socket.socket) -> None:
        try:
            with client:
                if self.tls is None:
                    self._answer_all(client)
                else:
                    with self.tls.wrap_socket(client, server_side=True) as secured:
                        self._answer_all(secured)
        except OSError:
            pass  # the client went away, as clients do

    def _answer_all(self, client: socket.socket) -> None:
        with client.makefile("rb") as stream:
            while self._answer_one(client, stream):
                pass

    def _answer_one(self, client: socket.socket, stream: Any) -> bool:
        first = stream.readline().decode("latin-1")
        if not first:
            return False
        if not first.strip().isprintable():
            return self.garbage(client)
        headers = {}
        while line := stream.readline().strip().decode():
            name, _, value = line.partition(": ")
            headers[name.lower()] = value
        if first.startswith("CONNECT"):
            self.requests.append(Request(first.split()[1], headers, "CONNECT", ()))
            return self._next_reply()(client)
        if first.startswith("GET"):
            self.requests.append(Request(first.split()[1], headers, "GET", ()))
            return self.json_version(client)
        if self.receives is not None:
            stream.read(self.receives)
            return reset(client)
        body = stream.read(int(headers["content-length"]))
        request = _read_call(first.split()[1], headers, body)
        with self._lock:
            self.requests.append(request)
        return self._reply_to(request)(client)

    def _reply_to(self, request: Request) -> Reply:
        known = {
            "version": self.version,
            "authenticate": self.authenticate,
            "list": self.databases,
            "context_get": self.key_owner,
        }
        if request.target == "/json/2/res.users/read" and request.params[0]["fields"] == ["login"]:
            return self.key_login
        return known[request.method] if request.method in known else self._next_reply()

    def _next_reply(self) -> Reply:
        with self._lock:
            return self.script.pop(0) if len(self.script) > 1 else self.script[0]


def _read_call(target: str, headers: Mapping[str, str], body: bytes) -> Request:
    if target.startswith("/json/2/"):
        return Request(target, headers, target.rpartition("/")[2], (json.loads(body),))
    params, method = xmlrpc.client.loads(body)
    assert method is not None
    return Request(target, headers, method, params)
