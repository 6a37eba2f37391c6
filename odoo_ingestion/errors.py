"""The exception tree: branches by consequence (stop the run, try again, refuse a row)."""

from __future__ import annotations

from typing import ClassVar


class OdooIngestionError(Exception):
    """Base of every error that this package raises on purpose.

    ``message`` says what happened and where, ``hint`` what to do about it (may be empty).
    ``code`` is stable and fit for scripts.
    """

    code: ClassVar[str] = "error"

    def __init__(self, message: str, *, hint: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


# --- the run cannot go on -------------------------------------------------------------------


class FatalError(OdooIngestionError):
    """The run cannot start or cannot go on."""

    code = "fatal"


class UsageError(FatalError):
    """Options that are wrong or do not go together."""

    code = "usage"


class ConfigurationError(UsageError):
    """A setting is missing or cannot be understood."""

    code = "configuration"


class InputFileError(UsageError):
    """The input file cannot be read; the message names file, line and column where known."""

    code = "file"


class ColumnError(UsageError):
    """The header does not fit the Odoo model: unknown, doubled or unusable columns."""

    code = "columns"


class OutputFileError(FatalError):
    """A file of ours (failed records, sidecar) cannot be written, for example: disk full."""

    code = "output"


class JournalError(FatalError):
    """The journal of runs cannot be read or written, or says that the run cannot go on."""

    code = "journal"


class RunLocked(FatalError):  # noqa: N818 - reads as what happened
    """Another run of the same type into the same database is going on."""

    code = "locked"


class SandboxError(FatalError):
    """The sandbox cannot be built, started or stopped."""

    code = "sandbox"


class ConnectionFailed(FatalError):  # noqa: N818 - reads as what happened
    """Odoo cannot be reached, or what answers is not Odoo's API."""

    code = "connection"


class LoginFailed(ConnectionFailed):
    """Odoo answered and refused the database, the login or the key."""

    code = "login"


class TooManyErrors(FatalError):  # noqa: N818
    """As many rows failed as the user allows."""

    code = "max_errors"


class Interrupted(FatalError):  # noqa: N818
    """The user stopped the run; what was in flight has been finished and recorded."""

    code = "interrupted"


# --- the same call may succeed later --------------------------------------------------------


class RetryableError(OdooIngestionError):
    """A failure that passes: the same call may succeed later."""

    code = "retryable"


class NotSent(RetryableError):  # noqa: N818
    """The request never reached the server: repeating it is always safe."""

    code = "not_sent"


class UnknownFate(RetryableError):  # noqa: N818
    """The request was sent and no whole answer came back: it may have been carried out."""

    code = "unknown_fate"


class ServerBusy(RetryableError):  # noqa: N818
    """The server or a proxy before it asks to come back later (429, 502, 503, 504)."""

    code = "busy"

    def __init__(
        self,
        message: str,
        *,
        hint: str | None = None,
        retry_after: float | None = None,
        turned_away: bool = False,
    ) -> None:
        super().__init__(message, hint=hint)
        self.retry_after = retry_after
        """Seconds that the server asked to wait, or None."""
        self.turned_away = turned_away
        """Whether the call was certainly not carried out (429)."""


class ConcurrentUpdate(RetryableError):  # noqa: N818
    """PostgreSQL refused the transaction because of another one (serialization, deadlock, lock)."""

    code = "concurrent_update"


# --- the server understood and said no ------------------------------------------------------


class ServerRefused(OdooIngestionError):  # noqa: N818
    """The server carried nothing out and says why."""

    code = "refused"


class ValidationRefused(ServerRefused):
    """The server's own checks refuse the values (UserError, ValidationError, constraints)."""

    code = "validation"


class AccessRefused(ServerRefused):
    """The user has no right to do this (AccessError, record rules)."""

    code = "permission"


class RecordMissing(ServerRefused):
    """A record that the call names is not there (MissingError)."""

    code = "missing"


class ModelMissing(ServerRefused):
    """The server has no such model: its app is not installed."""

    code = "model"


class ServerBug(ServerRefused):
    """The server failed with a traceback: the call is wrong or the server is."""

    code = "server"


class UntellableAnswer(ServerBug):
    """The call was carried out, but XML-RPC cannot carry its answer: it holds None."""
