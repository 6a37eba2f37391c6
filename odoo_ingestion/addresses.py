"""Addresses as people paste them: of an Odoo server, of a proxy before it."""

from __future__ import annotations

import re
from itertools import takewhile
from urllib.parse import urlsplit

from pydantic import SecretStr

_LOOPBACK = re.compile(r"(localhost|127(\.\d{1,3}){3}|::1)", re.IGNORECASE)
_ENTRY_POINTS = ("web", "odoo", "xmlrpc", "jsonrpc", "json")
"""First segments of the addresses that Odoo itself serves (addons ``web`` and ``rpc``)."""


def normalize_url(text: str) -> str:
    """Return the address of an Odoo server in one form: scheme, host, port, path prefix.

    Accepts what people paste: no scheme (https then; http for a loopback address), a trailing
    slash, pages of the web client (``/web``, ``/odoo``) and end points (``/xmlrpc/2/common``).
    Raises ValueError, whose text repeats neither user nor password.
    """
    address = text.strip().strip("\"'")
    if "://" not in address:
        host = address.split("/")[0].rsplit("@")[-1].rsplit(":", 1)[0].strip("[]")
        address = f"{'http' if _LOOPBACK.fullmatch(host) else 'https'}://{address}"
    try:
        parts = urlsplit(address)
        standard = {"http": 80, "https": 443}.get(parts.scheme)
        port = "" if parts.port in (None, standard) else f":{parts.port}"
    except ValueError:
        raise ValueError("it is not an address; write it like https://example.odoo.com") from None
    if standard is None:
        raise ValueError("it must begin with https:// or http://")
    if "@" in parts.netloc:
        raise ValueError(
            "it holds a user name or password before the @; "
            "take them out and set ODOO_USERNAME and ODOO_API_KEY"
        )
    if not parts.hostname or re.search(r"[\s\\<>\"^`{|}]", parts.netloc):
        raise ValueError("it names no host; write it like https://example.odoo.com")
    return f"{parts.scheme}://{_host_for_url(parts.hostname)}{port}{_prefix(parts.path)}"


def _host_for_url(host: str) -> str:
    if ":" in host:
        return f"[{host}]"
    try:
        return host if host.isascii() else host.encode("idna").decode("ascii")
    except UnicodeError:
        raise ValueError("its host name is not a valid one") from None


def _prefix(path: str) -> str:
    """Return the path in front of Odoo's own pages: '' except behind a proxy with a sub-path."""
    segments = [segment for segment in path.split("/") if segment]
    own = takewhile(lambda segment: segment not in _ENTRY_POINTS, segments)
    return "".join(f"/{segment}" for segment in own)


def proxy_from_environment(url: str) -> SecretStr | None:
    """Return the proxy that the standard variables name for an address, or None."""
    parts = urlsplit(url)
    host = parts.hostname
    if not host or _LOOPBACK.fullmatch(host):
        return None
    import urllib.request

    if urllib.request.proxy_bypass(parts.netloc):
        return None
    proxies = urllib.request.getproxies()
    proxy = proxies.get(parts.scheme) or proxies.get("all")
    return SecretStr(proxy) if proxy else None


def check_proxy(text: str) -> str:
    """Return the address of a proxy; raises ValueError when it is none."""
    if not text.lower().startswith(("http://", "https://")):
        raise ValueError("only HTTP proxies are supported; write it like http://proxy:3128")
    try:
        parts = urlsplit(text)
        if not parts.hostname or parts.port == 0:
            raise ValueError
    except ValueError:
        raise ValueError("it is not an address; write it like http://proxy:3128") from None
    return text
