"""The stub Odoo behind HTTP on the loopback interface, over XML-RPC and JSON-2."""

from __future__ import annotations

import json
import threading
import xmlrpc.client
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from benchmarks.places import Place
from benchmarks.stub_odoo import UID, VERSION, StubOdoo

DATABASE = "stub"
LOGIN = "bench"
KEY = "0123456789abcdef" * 2 + "01234567"
"""In the form of Odoo's API keys, so that JSON-2 is chosen; a password for XML-RPC is any other."""

_POSITIONS = {
    "check_access_rights": ("operation", "raise_exception"),
    "create": ("vals_list",),
    "default_get": ("fields",),
    "fields_get": ("allfields", "attributes"),
    "load": ("fields", "data"),
    "name_search": ("name", "domain", "operator", "limit"),
    "read": ("ids", "fields", "load"),
    "search": ("domain", "offset", "limit", "order"),
    "search_count": ("domain", "limit"),
    "search_read": ("domain", "fields", "offset", "limit", "order"),
}
"""What the arguments of XML-RPC are called over JSON-2."""


@contextmanager
def serving(secret: str = KEY) -> Iterator[tuple[Place, StubOdoo]]:
    """Yield where a stub server answers, and the stub itself, while the block runs."""
    stub = StubOdoo()
    with ThreadingHTTPServer(("127.0.0.1", 0), partial(_Handler, stub)) as server:
        server.daemon_threads = True
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            yield Place(f"http://127.0.0.1:{server.server_port}", DATABASE, LOGIN, secret), stub
        finally:
            server.shutdown()
            thread.join()


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def __init__(self, stub: StubOdoo, *connection: Any) -> None:
        self._stub = stub
        super().__init__(*connection)

    def do_GET(self) -> None:
        self._send("application/json", json.dumps({"version": VERSION}).encode())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.path.startswith("/json/2/"):
            model, method = self.path.split("/")[-2:]
            self._answer_json(model, method, json.loads(body))
        else:
            self._answer_xml(*xmlrpc.client.loads(body))

    def _answer_json(self, model: str, method: str, given: dict[str, Any]) -> None:
        try:
            value, status = self._stub.answer(model, method, given), 200
        except NotImplementedError as error:
            value, status = {"name": "NotFound", "message": str(error), "debug": ""}, 404
        self._send("application/json", json.dumps(value).encode(), status)

    def _answer_xml(self, params: tuple[Any, ...], method: str | None) -> None:
        value: Any
        try:
            value = (self._value(method, params),)
        except NotImplementedError as error:
            value = xmlrpc.client.Fault(2, str(error))
        text = xmlrpc.client.dumps(value, methodresponse=True, allow_none=True)
        self._send("text/xml", text.encode())

    def _value(self, method: str | None, params: tuple[Any, ...]) -> Any:
        if method == "version":
            return {"server_version": VERSION, "server_serie": VERSION}
        if method == "authenticate":
            return UID
        _, _, _, model, called, args, *rest = params
        named = dict(zip(_POSITIONS.get(called, ()), args, strict=False))
        return self._stub.answer(model, called, {**named, **(rest[0] if rest else {})})

    def _send(self, kind: str, body: bytes, status: int = 200) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """Say nothing of each request."""
