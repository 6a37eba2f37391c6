"""A port before a real server that can be shut: connections are refused meanwhile."""

from __future__ import annotations

import socket
import threading
from collections.abc import Callable
from contextlib import suppress
from typing import Any
from urllib.parse import urlsplit


class Gate:
    """Forwards connections to ``url`` while it is open; ``passed`` counts them.

    ``shut`` lets what is on its way end and refuses what comes then.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        self._target = (str(parts.hostname), int(parts.port or 80))
        self._threads: list[threading.Thread] = []
        self._listener: socket.socket | None = None
        self._port = 0
        self.passed = 0

    def __enter__(self) -> Gate:
        self.open()
        return self

    def __exit__(self, *_: object) -> None:
        self.shut()
        for thread in self._threads:
            thread.join()

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self._port}"

    def open(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", self._port))
        self._port = self._listener.getsockname()[1]
        self._start(self._accept, self._listener)

    def shut(self) -> None:
        if self._listener is not None:
            self._listener.shutdown(socket.SHUT_RDWR)
            self._listener.close()
            self._listener = None

    def _start(self, work: Callable[..., None], *args: Any) -> None:
        thread = threading.Thread(target=work, args=args)
        self._threads.append(thread)
        thread.start()

    def _accept(self, listener: socket.socket) -> None:
        while True:
            try:
                client, _ = listener.accept()
            except OSError:
                return
            self.passed += 1
            self._start(self._forward, client)

    def _forward(self, client: socket.socket) -> None:
        with client, socket.create_connection(self._target) as server:
            there = threading.Thread(target=_pipe, args=(client, server))
            there.start()
            _pipe(server, client)
            with suppress(OSError):  # the client has gone already
                client.shutdown(socket.SHUT_RDWR)
            there.join()


def _pipe(source: socket.socket, target: socket.socket) -> None:
    with suppress(OSError):  # one of them has gone
        while data := source.recv(2**16):
            target.sendall(data)
