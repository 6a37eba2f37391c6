"""Error answers of JSON-2 as errors of ours.

Odoo answers with a status and ``{name, message, arguments, context, debug}``; ``name`` is the
exception's class with its module, ``debug`` the traceback (Json2Dispatcher, odoo/http.py, Odoo 19).
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple

from odoo_ingestion.connection_manager.faults import (
    AccessDenied,
    Raised,
    access_refused,
    model_missing,
    server_error,
    shorten,
    user_error,
)
from odoo_ingestion.connection_manager.pages import too_large
from odoo_ingestion.errors import ConnectionFailed, OdooIngestionError, RecordMissing

_NO_MODEL = re.compile(r"^the model '(.*)' does not exist$")
_USER_ERRORS = {409, 422}
"""The statuses of UserError and its kinds besides those told apart here (odoo/exceptions.py)."""


class WrongArguments(Exception):  # noqa: N818 - reads as what happened
    """Odoo refuses the names of the arguments; nothing was carried out."""


class Refusal(NamedTuple):
    """What Odoo says of a call that it did not carry out."""

    status: int
    name: str
    message: str
    debug: str


def read_refusal(status: int, answer: Any) -> Refusal | None:
    """Return the refusal that an error's body tells, None when it is not one of Odoo's."""
    if not isinstance(answer, Mapping) or not {"name", "message"} <= set(answer):
        return None
    name, message = str(answer["name"]), str(answer["message"])
    if name.endswith(".RedirectWarning") and isinstance(answer.get("arguments"), list):
        message = str(answer["arguments"][0])  # the rest is an action of the web client
    return Refusal(status, name, message, str(answer.get("debug", "")))


def explain_refusal(
    refusal: Refusal, what: str, url: str
) -> OdooIngestionError | AccessDenied | WrongArguments:
    """Return the error for a refusal; ``what`` names the call in messages.

    The message never holds the traceback.
    """
    kind = refusal.name.rpartition(".")[2]
    if refusal.name.startswith("werkzeug."):
        return _explain_http(refusal, kind, what, url)
    if kind in ("AccessDenied", "SessionExpiredException"):
        return AccessDenied(shorten(refusal.message))
    if kind == "AccessError":
        return access_refused(refusal.message)
    if kind == "MissingError":
        return RecordMissing(
            shorten(refusal.message), hint="It has been deleted, or it never existed."
        )
    if refusal.status in _USER_ERRORS or kind == "RedirectWarning":
        return user_error(refusal.message)
    return server_error(Raised(kind, refusal.message.strip()), what)


def _explain_http(
    refusal: Refusal, kind: str, what: str, url: str
) -> OdooIngestionError | AccessDenied | WrongArguments:
    """Return the error for what Odoo refuses before the method is called."""
    if refusal.status == 401:
        return AccessDenied("the key is wrong, or has been withdrawn")
    if refusal.status == 413:
        return too_large(url, what)
    if found := _NO_MODEL.match(refusal.message):
        return model_missing(found[1])
    if refusal.status == 422:
        return WrongArguments(shorten(refusal.message))
    if refusal.status == 403:
        return ConnectionFailed(
            f"{url} refuses {what}: {shorten(refusal.message)}",
            hint="Ask the server's administrator, or use --protocol xmlrpc.",
        )
    return server_error(Raised(kind, refusal.message.strip()), what)
