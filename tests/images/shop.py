"""A loopback web server with images, and with what goes wrong on the web."""

from __future__ import annotations

import ssl
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from tests.images.pictures import png

TEN_MEGABYTES = 10 * 1024 * 1024


class Shop(ThreadingHTTPServer):
    """Answers by path; keeps what it was asked."""

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Page)
        self.asked: list[tuple[str, dict[str, str]]] = []
        self.scheme = "http"

    def url(self, path: str) -> str:
        return f"{self.scheme}://127.0.0.1:{self.server_port}{path}"

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Say nothing of clients that hang up: they are meant to."""


class _Page(BaseHTTPRequestHandler):
    server: Shop

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - as its parent has it
        return

    def do_GET(self) -> None:
        self.server.asked.append((self.path, dict(self.headers.items())))
        getattr(self, f"_{self.path[1:].partition('?')[0].partition('/')[0]}", self._missing)()

    def _send(self, content: bytes, status: int = 200, **headers: str) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()
        self.wfile.write(content)

    def _tea(self) -> None:
        self._send(png(), Content_Length=str(len(png())), Set_Cookie="a=b")

    def _missing(self) -> None:
        self._send(b"gone", 404)

    def _moved(self) -> None:
        self._send(b"", 302, Location="/tea")

    def _inside(self) -> None:
        self._send(b"", 302, Location="http://localhost:1/tea")

    def _file(self) -> None:
        self._send(b"", 302, Location="file:///etc/passwd")

    def _circle(self) -> None:
        self._send(b"", 301, Location="/circle")

    def _told_large(self) -> None:
        self._send(b"", Content_Length=str(TEN_MEGABYTES + 1))

    def _large(self) -> None:
        self._send(b"\0" * (TEN_MEGABYTES + 1))

    def _short(self) -> None:
        self._send(png()[:10], Content_Length="1000")

    def _slow(self) -> None:
        self.send_response(200)
        self.end_headers()
        for _ in range(200):
            self.wfile.write(b"\x89")
            self.wfile.flush()
            time.sleep(0.05)


@contextmanager
def open_shop(context: ssl.SSLContext | None = None) -> Iterator[Shop]:
    with Shop() as shop:
        if context is not None:
            shop.socket = context.wrap_socket(shop.socket, server_side=True)
            shop.scheme = "https"
        thread = threading.Thread(target=shop.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        try:
            yield shop
        finally:
            shop.shutdown()
            thread.join()
