"""Sends one request and reads one answer; says of each failure whether the request was sent."""

from __future__ import annotations

import socket
import ssl
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from math import inf
from queue import Queue
from time import monotonic
from typing import Any, TypeVar
from urllib.parse import unquote, urlsplit

import urllib3
from urllib3.connection import HTTPConnection, HTTPSConnection

from odoo_ingestion import __version__
from odoo_ingestion.call_rate import parse_rate
from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.counting import Counter
from odoo_ingestion.connection_manager.network_failures import explain_failure
from odoo_ingestion.connection_manager.pacing import Pacer
from odoo_ingestion.connection_manager.waiting import Waits
from odoo_ingestion.errors import ConfigurationError, ConnectionFailed, UnknownFate

T = TypeVar("T")

_PIECE = 65_536
REST_SECONDS = 0.25
"""How long a kept connection is not used after an answer; a second answer follows the first."""
_SENDING_SECONDS = 300.0
"""How long a send may stall: a server whose workers are all busy takes a large body late."""


class _PatientConnection(HTTPConnection):
    """Sends patiently, and counts as lost until it has rested after an answer.

    urllib3 applies the time-out for connecting to sending too. A proxy that answers twice would
    have its second answer taken for the next call's; while the connection rests it comes in, and
    urllib3 throws away a connection that has something to say.
    """

    released_at = -inf

    def connect(self) -> None:
        super().connect()
        self.sock.settimeout(_SENDING_SECONDS)

    @property
    def is_connected(self) -> bool:
        return super().is_connected and monotonic() - self.released_at >= REST_SECONDS


class _PatientSecureConnection(_PatientConnection, HTTPSConnection):
    """The same over TLS."""


class _Pool(urllib3.HTTPConnectionPool):
    """Takes the connection that has rested longest."""

    ConnectionCls = _PatientConnection
    QueueCls = Queue  # type: ignore[assignment]  # declared as the last in, first out kind

    def _put_conn(self, conn: Any) -> None:
        if isinstance(conn, _PatientConnection):
            conn.released_at = monotonic()
        super()._put_conn(conn)


class _SecurePool(_Pool, urllib3.HTTPSConnectionPool):
    """The same over TLS."""

    ConnectionCls = _PatientSecureConnection


class _Body:
    """A request's body that knows whether all of it was handed over, and when.

    As long as it was not, the server cannot have understood the request (RFC 9112, 6.3).
    """

    def __init__(self, data: bytes) -> None:
        self._data = data
        self.sent_at: float | None = None

    def __iter__(self) -> Iterator[bytes]:
        for start in range(0, len(self._data), _PIECE):
            yield self._data[start : start + _PIECE]
        self.sent_at = monotonic()


@dataclass(frozen=True)
class Request:
    """One request; ``what`` names it in messages, ``path`` follows the server's address."""

    path: str
    what: str
    data: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    verb: str = "POST"


@dataclass(frozen=True)
class Reply:
    """The beginning of an answer; ``headers`` is case-insensitive, ``pieces`` yields the body."""

    status: int
    headers: Mapping[str, str]
    pieces: Iterator[bytes]

    @property
    def content_type(self) -> str:
        """What the server says that the body is."""
        return self.headers.get("Content-Type", "")

    def head(self) -> str:
        """Return the beginning of a page, enough to tell what it is."""
        return next(self.pieces, b"").decode("utf-8", "replace")


class Transport:
    """A pool of kept-alive connections to one server; safe to share between threads.

    Nothing is sent twice here, no redirect is followed, certificates are verified unless the
    configuration says ``insecure``. ``stop`` and ``on_wait`` are those of ``Waits``; ``exchanges``
    counts the requests.
    """

    def __init__(
        self,
        config: Config,
        stop: threading.Event | None = None,
        on_wait: Callable[[str], None] | None = None,
    ) -> None:
        self._url = config.url
        self._timeout = config.timeout
        self._connect_timeout = config.connect_timeout
        self._manager = _open_manager(config)
        self.closed = threading.Event()
        self.waits = Waits(self.closed, stop, on_wait)
        self.exchanges = Counter()
        self._pacer = Pacer(None if config.rate is None else parse_rate(config.rate), self.waits)

    def exchange(
        self, request: Request, read: Callable[[Reply], T], timeout: float | None = None
    ) -> T:
        """Send a request once and return what ``read`` makes of the answer.

        ``timeout`` is in seconds, for the whole answer. Raises NotSent, UnknownFate,
        ConnectionFailed, and what ``read`` raises.
        """
        self._pacer.await_turn()
        if self.closed.is_set():
            raise ConnectionFailed(
                f"Did not send {request.what}: the connection to {self._url} has been closed."
            )
        self.exchanges.add()
        seconds = self._timeout if timeout is None else timeout
        body = _Body(request.data)
        try:
            with self._send(request, body, seconds) as response:
                deadline = (body.sent_at or monotonic()) + seconds
                pieces = _pieces(response, self._url, request.what, deadline)
                return read(Reply(response.status, response.headers, pieces))
        except (urllib3.exceptions.HTTPError, OSError) as e:
            waited = None if body.sent_at is None else seconds
            raise explain_failure(e, self._url, request.what, waited) from e

    def close(self) -> None:
        """Close every connection; what is asked afterwards raises ConnectionFailed."""
        self.closed.set()
        for key in self._manager.pools.keys():  # noqa: SIM118 - urllib3's container cannot iterate
            # clear() alone leaves that to the garbage collector.
            if (pool := self._manager.pools.get(key)) is not None:
                pool.close()
        self._manager.clear()

    def _send(self, request: Request, body: _Body, seconds: float) -> urllib3.BaseHTTPResponse:
        return self._manager.urlopen(
            request.verb,
            f"{self._url}{request.path}",
            body=body,
            headers={
                "Accept-Encoding": "gzip",
                "Content-Length": str(len(request.data)),
                "User-Agent": f"odoo-ingestion/{__version__}",
                **request.headers,
            },
            timeout=urllib3.Timeout(connect=self._connect_timeout, read=seconds),
            retries=False,
            redirect=False,
            preload_content=False,
        )


def _pieces(
    response: urllib3.BaseHTTPResponse, url: str, what: str, deadline: float
) -> Iterator[bytes]:
    while piece := response.read1(_PIECE):
        if monotonic() > deadline:
            raise UnknownFate(
                f"The answer of {url} to {what} came too slowly and was given up.",
                hint="Set ODOO_TIMEOUT (seconds) higher, or use smaller batches.",
            )
        yield piece


def _open_manager(config: Config) -> urllib3.PoolManager:
    options: dict[str, Any] = {
        "maxsize": config.pool_size,
        "block": False,
        "socket_options": _socket_options(),
    }
    if config.url.startswith("https:") or config.proxy is not None:
        options["ssl_context"] = _tls_context(config)
    manager: urllib3.PoolManager
    if config.proxy is None:
        manager = urllib3.PoolManager(**options)
    else:
        manager = _proxy_manager(config.proxy.get_secret_value(), options)
    manager.pool_classes_by_scheme = {"http": _Pool, "https": _SecurePool}
    return manager


def _socket_options() -> list[tuple[int, int, int]]:
    """Keep silent connections alive: a firewall between forgets them while Odoo works."""
    options = [*HTTPConnection.default_socket_options, (socket.SOL_SOCKET, socket.SO_KEEPALIVE, 1)]
    if hasattr(socket, "TCP_KEEPIDLE"):  # absent on macOS
        options.append((socket.IPPROTO_TCP, socket.TCP_KEEPIDLE, 60))
    return options


def _proxy_manager(proxy: str, options: dict[str, Any]) -> urllib3.ProxyManager:
    parts = urlsplit(proxy)
    host = f"[{parts.hostname}]" if ":" in str(parts.hostname) else parts.hostname
    port = f":{parts.port}" if parts.port else ""
    headers = {}
    if parts.username is not None:
        login = f"{unquote(parts.username)}:{unquote(parts.password or '')}"
        headers = urllib3.make_headers(proxy_basic_auth=login)
    return urllib3.ProxyManager(
        f"{parts.scheme}://{host}{port}",
        proxy_headers=headers,
        proxy_ssl_context=options["ssl_context"] if parts.scheme == "https" else None,
        **options,
    )


def _tls_context(config: Config) -> ssl.SSLContext:
    """Trust what the system trusts, and the authorities in ``ca_file`` besides.

    Everything and everyone when the configuration says ``insecure``, which is told at each run.
    """
    context = ssl.create_default_context()
    if config.insecure:
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        # urllib3 would warn once per call; connect() has said it, in words for people.
        urllib3.disable_warnings(urllib3.exceptions.InsecureRequestWarning)
        return context
    if config.ca_file is None:
        return context
    try:
        if config.ca_file.is_dir():
            context.load_verify_locations(capath=config.ca_file)
        else:
            context.load_verify_locations(cafile=config.ca_file)
    except OSError as e:  # ssl.SSLError is one
        raise ConfigurationError(
            f"The file of certificate authorities {config.ca_file} cannot be used: "
            f"{e.strerror or 'it holds no certificate'}.",
            hint="ODOO_CA_FILE (else SSL_CERT_FILE, REQUESTS_CA_BUNDLE) must name a PEM file.",
        ) from e
    return context
