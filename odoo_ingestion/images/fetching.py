"""Images from the web: bounded in size and time, from public addresses alone."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Collection, Iterator
from contextlib import contextmanager, suppress
from http.client import HTTPConnection, HTTPException, HTTPResponse
from typing import NamedTuple
from urllib.parse import SplitResult, quote, urljoin, urlsplit

from odoo_ingestion.images.addresses import public_addresses
from odoo_ingestion.images.content import LARGEST_BYTES, ImageRefused, too_large
from odoo_ingestion.records import Category

FETCH_SECONDS = 30.0
"""The most that one image may take, redirects and all."""

_STEP_SECONDS = 10.0
_MOST_REDIRECTS = 5
_REDIRECTS = frozenset({301, 302, 303, 307, 308})
_PORTS = {"http": 80, "https": 443}
_CHUNK = 64 * 1024
_HEADERS = {
    "Accept": "image/*",
    "Accept-Encoding": "identity",
    "User-Agent": "odoo-ingestion",
    "Connection": "close",
}


class _Hop(NamedTuple):
    """What one address answered: an image, or where else to look."""

    content: bytes
    location: str | None = None


def fetch_image(
    url: str, *, allowed: Collection[str] = (), seconds: float = FETCH_SECONDS
) -> bytes:
    """Return what an http(s) address answers: at most 10 MB, within ``seconds``.

    Each address of a chain of redirects is checked; the connection goes to the very IP address
    that was checked. No cookies, credentials or proxies are used, nothing is tried twice.
    ``allowed`` are hosts that may have a private address. Raises ImageRefused.
    """
    deadline = time.monotonic() + seconds
    for _ in range(_MOST_REDIRECTS + 1):
        parts = _parse(url)
        try:
            hop = _get(parts, allowed, deadline)
        except (OSError, HTTPException, ValueError) as error:
            raise _unreachable(parts, error, late=time.monotonic() >= deadline) from error
        if hop.location is None:
            return hop.content
        url = urljoin(url, hop.location)
    raise ImageRefused(f"{url} redirects again and again", "Give the image's own address.")


def _parse(url: str) -> SplitResult:
    """Return an address in its parts; raises ImageRefused for one that is not fetched."""
    try:
        parts = urlsplit(url)
        usable = parts.scheme in _PORTS and parts.hostname and parts.port != 0
    except ValueError:
        usable = None
    if not usable:
        raise ImageRefused(
            "this is no http or https address of an image", "Write it like https://host/a.png."
        )
    if parts.username is not None or parts.password is not None:
        raise ImageRefused(
            f"the address at {parts.hostname} holds a login", "Give an address without one."
        )
    return parts


def _get(parts: SplitResult, allowed: Collection[str], deadline: float) -> _Hop:
    host = parts.hostname or ""
    port = parts.port or _PORTS[parts.scheme]
    link = _connect(public_addresses(host, port, allowed), port, deadline)
    connection = HTTPConnection(host, port)
    try:
        if parts.scheme == "https":
            link = ssl.create_default_context().wrap_socket(
                link, server_hostname=host, do_handshake_on_connect=False
            )
        connection.sock = link
        with _cut_at(deadline, link):
            if isinstance(link, ssl.SSLSocket):
                link.do_handshake()
            connection.request("GET", _target(parts), headers={"Host": _host(parts), **_HEADERS})
            hop = _read(connection.getresponse(), parts)
        if time.monotonic() >= deadline:  # what was cut looks like the end of the answer
            raise TimeoutError
        return hop
    finally:
        connection.close()
        link.close()


@contextmanager
def _cut_at(deadline: float, link: socket.socket) -> Iterator[None]:
    """Cut a connection from outside at the deadline, however slowly its server drips."""
    clock = threading.Timer(max(0.0, deadline - time.monotonic()), _cut, [link])
    clock.daemon = True
    clock.start()
    try:
        yield
    finally:
        clock.cancel()


def _connect(addresses: list[str], port: int, deadline: float) -> socket.socket:
    """Return a connection to the first of the addresses that takes one."""
    failure: OSError = TimeoutError("timed out")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            return socket.create_connection((address, port), min(left, _STEP_SECONDS))
        except OSError as error:
            failure = error
    raise failure


def _cut(link: socket.socket) -> None:
    with suppress(OSError):  # it ended by itself in the same moment
        socket.socket.shutdown(link, socket.SHUT_RDWR)  # of TLS too: without its farewell


def _target(parts: SplitResult) -> str:
    path = quote(parts.path or "/", safe="/%:@!$&'()*+,;=~")
    query = quote(parts.query, safe="/?%:@!$&'()*+,;=~[]")
    return f"{path}?{query}" if query else path


def _host(parts: SplitResult) -> str:
    host = parts.hostname or ""
    shown = f"[{host}]" if ":" in host else host.encode("idna").decode("ascii")
    return shown if parts.port in (None, _PORTS[parts.scheme]) else f"{shown}:{parts.port}"


def _read(response: HTTPResponse, parts: SplitResult) -> _Hop:
    location = response.getheader("Location")
    if response.status in _REDIRECTS and location:
        return _Hop(b"", location)
    if response.status != 200:
        raise ImageRefused(
            f"{parts.hostname} answered {response.status} {response.reason} for the image",
            "Open the address in a browser, and correct it.",
            category=Category.CONNECTION,
        )
    told = response.getheader("Content-Length", "")
    if told.isdecimal() and int(told) > LARGEST_BYTES:
        raise too_large(int(told))
    content = bytearray()
    while chunk := response.read1(_CHUNK):
        content += chunk
        if len(content) > LARGEST_BYTES:
            raise too_large(len(content))
    if told.isdecimal() and len(content) < int(told):
        raise ConnectionError("the answer broke off")
    return _Hop(bytes(content))


def _unreachable(parts: SplitResult, error: Exception, *, late: bool) -> ImageRefused:
    why = "it took too long" if late else str(error) or type(error).__name__
    return ImageRefused(
        f"the image cannot be fetched from {parts.hostname}: {why}",
        "Try again later, or save the image beside the file.",
        category=Category.CONNECTION,
    )
