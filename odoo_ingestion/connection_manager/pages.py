"""HTTP answers that are none of Odoo's API (web pages, redirects, refusals) as errors of ours."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

from odoo_ingestion.addresses import normalize_url
from odoo_ingestion.errors import (
    ConnectionFailed,
    OdooIngestionError,
    ServerBusy,
    ServerRefused,
    UnknownFate,
)


class Api(NamedTuple):
    """One of Odoo's APIs as messages call it, where it is served, and what its answers are."""

    name: str
    path: str
    kind: str


XML_RPC = Api("XML-RPC", "/xmlrpc/2", "XML")
JSON_2 = Api("JSON-2", "/json/2", "JSON")

LONGEST_ASKED_WAIT = 300.0
"""Seconds: who is asked to wait for longer asks again by then; how often is bounded elsewhere."""

_BUSY = {
    429: "asks for fewer calls",
    502: "has no Odoo behind it at the moment",
    503: "is not available at the moment",
    504: "got no answer from Odoo in time",
}
_ODOO_SH_HINT = (
    "That is the page of an odoo.sh project, not an Odoo. Open the branch, press Connect, "
    "and set ODOO_URL to the address of what opens, like https://project.odoo.com."
)
_NO_ODOO_HINT = (
    "Check that ODOO_URL is the address of an Odoo server, as the browser shows it when logged in."
)


def explain_page(
    content_type: str, beginning: bytes, url: str, api: Api
) -> ConnectionFailed | None:
    """Return an error when an answer with status 200 is a page, None when it may be the API's."""
    kind = content_type.partition(";")[0].strip().lower()
    text = beginning[:4096].decode("utf-8", "replace").lstrip("\ufeff \t\r\n").lower()
    is_html = kind == "text/html" or text.startswith(("<!doctype html", "<html"))
    if not is_html and (not text or _may_be(api, kind, text)):
        return None
    what = (
        "a web page (HTML)" if is_html else f"{kind or 'something unknown'} instead of {api.kind}"
    )
    return ConnectionFailed(
        f"{url} answered with {what}, not as Odoo's API.",
        hint=_ODOO_SH_HINT
        if _is_odoo_sh(url, beginning.decode("utf-8", "replace"))
        else _NO_ODOO_HINT,
    )


def _may_be(api: Api, kind: str, text: str) -> bool:
    return text.startswith("<") if api is XML_RPC else kind == "application/json"


def explain_status(
    status: int, headers: Mapping[str, str], page: str, url: str, what: str, api: Api
) -> OdooIngestionError:
    """Return the error for an HTTP status other than 200 that does not speak for Odoo itself.

    ``headers`` is case-insensitive; ``page`` is the beginning of the body.
    """
    if status in _BUSY:
        return ServerBusy(
            f"{url} {_BUSY[status]} (HTTP {status}, {what}).",
            hint="Try again later, with fewer workers if it is your server that is busy.",
            retry_after=_bounded(retry_after_seconds(headers.get("Retry-After"))),
            turned_away=status == 429,  # before it was carried out (RFC 6585, 4)
        )
    if status == 413:
        return too_large(url, what)
    if 300 <= status < 400:
        return _redirected(headers.get("Location", ""), url, page)
    if status >= 500 or status == 408:
        return UnknownFate(
            f"{url} failed while it answered {what} (HTTP {status}).",
            hint="The server's log tells why; it is not known whether the call was carried out.",
        )
    return ConnectionFailed(_refusal(status, url, api), hint=_refusal_hint(status, url, page, api))


def too_large(url: str, what: str) -> ServerRefused:
    """Return the error for a request over the server's limit (Odoo 14 to 19: 128 MiB)."""
    return ServerRefused(
        f"{url} refuses {what}: the request is too large (HTTP 413).",
        hint="Use a smaller batch size (--batch-size).",
    )


def retry_after_seconds(value: str | None, now: datetime | None = None) -> float | None:
    """Return the seconds that a Retry-After header asks to wait (RFC 9110, 10.2.3), or None."""
    if value is None:
        return None
    if value.strip().isdecimal():
        return float(value)
    try:
        moment = parsedate_to_datetime(value)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return max(0.0, (moment - (now or datetime.now(UTC))).total_seconds())


def _bounded(asked: float | None) -> float | None:
    return None if asked is None else min(asked, LONGEST_ASKED_WAIT)


def _redirected(location: str, url: str, page: str) -> ConnectionFailed:
    if _is_odoo_sh(url, page):
        return ConnectionFailed(f"{url} redirects instead of answering.", hint=_ODOO_SH_HINT)
    try:
        target = normalize_url(urljoin(f"{url}/xmlrpc/2/common", location))
    except ValueError:
        target = ""
    if not target or target == url:
        return ConnectionFailed(f"{url} redirects instead of answering.", hint=_NO_ODOO_HINT)
    return ConnectionFailed(
        f"{url} redirects to {target}.",
        hint=f"If that is your Odoo, set ODOO_URL to {target}.",
    )


def _refusal(status: int, url: str, api: Api) -> str:
    reasons = {
        400: "refuses the request as malformed",
        401: "asks for a login of the web server's own",
        403: "forbids access to its API",
        404: f"has no {api.name} API",
        405: "does not take API calls",
        407: "is behind a proxy that asks for a login",
    }
    return f"{url} {reasons.get(status, 'refuses the request')} (HTTP {status})."


def _refusal_hint(status: int, url: str, page: str, api: Api) -> str:
    if _is_odoo_sh(url, page):
        return _ODOO_SH_HINT
    if status == 407:
        return "Write the login into the proxy's address: http://user:password@host:port."
    if status in {401, 403}:
        return f"Ask the server's administrator to let {api.path} through, then try again."
    if api is JSON_2:
        return f"{_NO_ODOO_HINT} JSON-2 came with Odoo 19; a proxy must let {api.path} through."
    return f"{_NO_ODOO_HINT} Odoo 22 and later have no XML-RPC any more."


def _is_odoo_sh(url: str, page: str) -> bool:
    host = urlsplit(url).hostname or ""
    return host == "odoo.sh" or host.endswith(".odoo.sh") or "odoo.sh" in page.lower()
