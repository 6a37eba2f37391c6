"""XML-RPC faults of Odoo as errors of ours.

The codes are those of addons ``rpc`` (Odoo 19) and ``base`` (14 to 18), controllers/xmlrpc.py:
1 any other exception, with its traceback; 2 UserError and its kinds; 3 AccessDenied; 4 AccessError.
"""

from __future__ import annotations

import re
from typing import NamedTuple
from xmlrpc.client import Fault

from odoo_ingestion.errors import (
    AccessRefused,
    ConcurrentUpdate,
    ConnectionFailed,
    ModelMissing,
    OdooIngestionError,
    RecordMissing,
    ServerBug,
    ServerBusy,
    UnknownFate,
    UntellableAnswer,
    ValidationRefused,
)

_LONGEST = 600
"""Characters of the server's words that a message repeats."""

_CONCURRENT = re.compile(
    r"could not serialize access|deadlock detected|could not obtain lock|lock timeout"
    r"|Cannot grab a lock on records",
    re.IGNORECASE,
)
_CONCURRENT_EXCEPTIONS = {
    "SerializationFailure",
    "DeadlockDetected",
    "LockNotAvailable",
    "TransactionRollbackError",
    "ConcurrencyError",
}
_NO_DATABASE = re.compile(r'database "([^"]*)" does not exist')
_BUSY = re.compile(
    r"connection pool is full|too many clients|connection slots are reserved"
    r"|the database system is (starting up|shutting down|in recovery mode)"
    # libpq, before and from PostgreSQL 14 on: Odoo's database is not there for the moment
    r"|could not connect to server|connection to server .{0,300} failed:",
    re.IGNORECASE,
)
_BROKEN = re.compile(
    r"server closed the connection|terminating connection|connection already closed",
    re.IGNORECASE,
)
_NO_MODEL = re.compile(r"^Object (\S+) doesn't exist$")
_MISSING_RECORD = re.compile(r"\([^()]*: [\w.]+\([\d, ]+\), [^()]*: \d+\)\s*$")
"""The end of MissingError's text in every language: (Record: m(1,), User: 2), odoo/fields.py."""


class DatabaseMissing(ConnectionFailed):
    """The server has no such database."""


class AccessDenied(Exception):  # noqa: N818 - Odoo's name for it
    """Odoo does not take the login and key of this call (fault 3); nothing was carried out."""


class Raised(NamedTuple):
    """The exception at the end of a traceback: its class without module, and its words."""

    exception: str
    words: str


def explain_fault(fault: Fault, what: str) -> OdooIngestionError | AccessDenied:
    """Return the error for a fault; ``what`` names the call in messages (``res.partner.load``).

    The message never holds the traceback.
    """
    text = str(fault.faultString)
    if fault.faultCode == 2:
        return user_error(text)
    if fault.faultCode == 3:
        return AccessDenied(shorten(text))
    if fault.faultCode == 4:
        return access_refused(text)
    return server_error(last_exception(text), what)


def answers_none(fault: Fault) -> bool:
    """Tell whether the fault means: carried out and committed, and the method returned None.

    Odoo marshals answers with ``allow_none=False``. A None deep inside an answer is another case.
    """
    text = str(fault.faultString)
    if fault.faultCode != 1 or "cannot marshal None" not in text:
        return False
    return "in dump_struct" not in text and "in dump_array" not in text


def last_exception(traceback: str) -> Raised:
    """Return the exception that a traceback ends with; of other text, the last line."""
    lines = traceback.rstrip().split("\nTraceback (most recent call last):\n")[-1].splitlines()
    if lines and lines[0].startswith("Traceback (most recent call last):"):
        lines = lines[1:]
    is_traceback = "Traceback (most recent call last):" in traceback
    if not is_traceback:
        return Raised("", shorten(lines[-1] if lines else ""))
    while lines and lines[0].startswith(" "):
        lines = lines[1:]
    name, _, words = "\n".join(lines).partition(":")
    return Raised(name.strip().rpartition(".")[2], words.strip())


def user_error(text: str) -> OdooIngestionError:
    """Return the error for a UserError of Odoo or one of its kinds, by its words."""
    words = shorten(text)
    if found := _NO_MODEL.match(words):
        return model_missing(found[1])
    if _CONCURRENT.search(words):
        return _concurrent(words)
    if _MISSING_RECORD.search(text):
        return RecordMissing(words, hint="It has been deleted, or it never existed.")
    return ValidationRefused(words)


def model_missing(model: str) -> ModelMissing:
    """Return the error for a model that the server does not have."""
    return ModelMissing(
        f"This Odoo has no model {model}.",
        hint="Install the app that brings it, or check the spelling.",
    )


def access_refused(text: str) -> AccessRefused:
    """Return the error for an AccessError of Odoo."""
    return AccessRefused(
        shorten(text), hint="Ask an administrator of this Odoo for the right to do that."
    )


def server_error(raised: Raised, what: str) -> OdooIngestionError:
    """Return the error for any other exception of Odoo; ``what`` names the call."""
    words = raised.words
    if raised.exception in _CONCURRENT_EXCEPTIONS or _CONCURRENT.search(words):
        return _concurrent(words)
    if found := _NO_DATABASE.search(words):
        return DatabaseMissing(f"The server has no database {found[1]!r}.")
    if _BUSY.search(words):
        return ServerBusy(f"Odoo's database takes no more work: {_first_line(words)}.")
    if _BROKEN.search(words):
        return UnknownFate(
            f"Odoo lost its database while it carried out {what}.",
            hint="It is not known whether the call was carried out.",
        )
    if "cannot marshal None" in words:
        return UntellableAnswer(
            f"{what} was carried out, but its answer cannot be told over XML-RPC: "
            "it holds an empty value.",
        )
    said = (
        f"{raised.exception}: {words}"
        if raised.exception and words
        else f"{raised.exception}{words}"
    )
    return ServerBug(
        f"Odoo failed while it carried out {what}: {shorten(said) or 'it gives no reason'}",
        hint="The log at level DEBUG, and the server's own log, hold the whole report.",
    )


def _concurrent(words: str) -> ConcurrentUpdate:
    return ConcurrentUpdate(
        f"Odoo was changing the same records at the same time: {_first_line(words)}.",
        hint="Use fewer workers (--workers 1), or run again when less is going on.",
    )


def _first_line(words: str) -> str:
    return words.strip().split("\n")[0].rstrip(".")


def shorten(words: str) -> str:
    """Return words without blanks around them, cut where they are too long for a message."""
    words = words.strip()
    return words if len(words) <= _LONGEST else f"{words[:_LONGEST]}..."
