"""Failures below HTTP (names, ports, TLS, time-outs, drops) as errors of ours."""

from __future__ import annotations

import re
import socket
import ssl
from collections.abc import Iterator
from urllib.parse import urlsplit

from urllib3 import exceptions as http

from odoo_ingestion.errors import (
    ConnectionFailed,
    NotSent,
    OdooIngestionError,
    UnknownFate,
)

_MAYBE_DONE = (
    "It is not known whether Odoo carried the call out; "
    "running the same file again doubles no record that has an external id."
)


def explain_failure(
    error: Exception, url: str, what: str, waited: float | None
) -> OdooIngestionError:
    """Return the error of ours for one of urllib3's or the system's.

    ``waited`` is None when the request was not handed over whole, so that the server cannot have
    carried it out; else the seconds that were allowed for the answer.
    """
    if waited is not None:
        return _after_sending(error, url, what, waited)
    for cause in _causes(error):
        if known := _known_cause(cause, url, _proxy_failed(error)):
            return known
    if _proxy_failed(error):
        return _proxy_refused(error, url)
    return _not_sent(error, url, what)


def _known_cause(cause: BaseException, url: str, proxy: bool) -> OdooIngestionError | None:
    if isinstance(cause, http.LocationParseError):
        return ConnectionFailed(
            f"{url} is not an address that can be reached.", hint="Check ODOO_URL."
        )
    if isinstance(cause, socket.gaierror):
        return _unknown_host(cause, url, proxy)
    if isinstance(cause, ssl.SSLCertVerificationError):
        return _distrusted(cause, url)
    if isinstance(cause, ssl.SSLError) and "WRONG_VERSION_NUMBER" in str(cause):
        return ConnectionFailed(
            f"{url} does not speak TLS at that port.",
            hint="Write http:// in front of the address, or correct its port.",
        )
    return None


def _after_sending(error: Exception, url: str, what: str, waited: float) -> UnknownFate:
    if any(isinstance(cause, TimeoutError | http.TimeoutError) for cause in _causes(error)):
        return UnknownFate(
            f"{url} did not answer {what} within {waited:g} seconds.",
            hint=f"{_MAYBE_DONE} Set ODOO_TIMEOUT (seconds) higher, or use smaller batches.",
        )
    return UnknownFate(
        f"The connection to {url} broke before the whole answer to {what} had come.",
        hint=f"{_MAYBE_DONE} Odoo breaks it when a call takes longer than its limits "
        "(limit_time_real, limit_time_cpu): smaller batches help.",
    )


def _unknown_host(cause: socket.gaierror, url: str, proxy: bool) -> OdooIngestionError:
    subject = "The proxy's host name" if proxy else f"The host name of {url}"
    setting = "HTTPS_PROXY, HTTP_PROXY or ODOO_PROXY" if proxy else "ODOO_URL"
    if cause.errno == socket.EAI_AGAIN:
        return NotSent(
            f"{subject} cannot be looked up at the moment.",
            hint=f"Check this machine's network and name service, then {setting}.",
        )
    return ConnectionFailed(
        f"{subject} is not known.", hint=f"Check the spelling of {setting}, and the network."
    )


def _distrusted(cause: ssl.SSLCertVerificationError, url: str) -> ConnectionFailed:
    host = urlsplit(url).hostname
    advice = {
        10: "The certificate has expired: the server's administrator has to renew it.",
        18: "It is signed by itself: save it as a PEM file and set ODOO_CA_FILE to that file.",
        62: f"The certificate is not made for {host}: use the name that it is made for.",
        64: f"The certificate is not made for {host}: use the name that it is made for.",
    }
    return ConnectionFailed(
        f"The certificate of {url} cannot be trusted: {cause.verify_message.rstrip('.')}.",
        hint=advice.get(
            cause.verify_code,
            "If your company has its own certificate authority, set ODOO_CA_FILE to its PEM file; "
            "if not, this machine's list of authorities (ca-certificates) may be missing or old.",
        ),
    )


def _proxy_refused(error: Exception, url: str) -> OdooIngestionError:
    text = " ".join(str(cause) for cause in _causes(error))
    refused = re.search(r"Tunnel connection failed: (\d+)", text)
    if refused and refused[1] == "407":
        return ConnectionFailed(
            "The proxy asks for a login.",
            hint="Write it into the proxy's address: http://user:password@host:port.",
        )
    if refused:
        return NotSent(
            f"The proxy could not reach {url}: it answered {refused[1]}.",
            hint="Check ODOO_URL, and HTTPS_PROXY or NO_PROXY.",
        )
    return NotSent(
        f"The proxy before {url} cannot be reached: {_system_reason(error)}.",
        hint="Check HTTPS_PROXY, HTTP_PROXY or ODOO_PROXY; NO_PROXY lists hosts to reach directly.",
    )


def _not_sent(error: Exception, url: str, what: str) -> NotSent:
    causes = list(_causes(error))
    if any(isinstance(cause, ConnectionRefusedError) for cause in causes):
        return NotSent(
            f"{url} refuses connections.",
            hint="Check the port in ODOO_URL, and that Odoo is running.",
        )
    if any(isinstance(cause, TimeoutError | http.TimeoutError) for cause in causes):
        return NotSent(
            f"{url} cannot be reached: it does not react.",
            hint="Check the address and port in ODOO_URL, the network and firewalls; "
            "ODOO_CONNECT_TIMEOUT (seconds) sets how long is waited.",
        )
    if any(isinstance(cause, ssl.SSLError) for cause in causes):
        return NotSent(
            f"No TLS connection to {url} comes about: {_system_reason(error)}.",
            hint="If the server has no TLS at that port, write http:// in front of its address.",
        )
    return NotSent(
        f"Could not send {what} to {url}: {_system_reason(error)}.",
        hint="Check the network and ODOO_URL; nothing was carried out.",
    )


def _system_reason(error: Exception) -> str:
    """Return the operating system's words, never urllib3's (they show addresses in memory)."""
    for cause in _causes(error):
        if isinstance(cause, ssl.SSLError):
            return (cause.reason or "it was broken off").replace("_", " ").lower()
        if isinstance(cause, OSError) and cause.strerror:
            return cause.strerror.lower()
    return "the connection was closed"


def _proxy_failed(error: Exception) -> bool:
    return any(isinstance(cause, http.ProxyError) for cause in _causes(error))


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    """Yield an error and what it wraps: urllib3 keeps causes in arguments as well."""
    seen: list[BaseException] = []
    waiting = [error]
    while waiting:
        cause = waiting.pop(0)
        if cause is None or any(cause is known for known in seen):
            continue
        seen.append(cause)
        yield cause
        waiting += [cause.__cause__, cause.__context__]
        waiting += [part for part in cause.args if isinstance(part, BaseException)]
