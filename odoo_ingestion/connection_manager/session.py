"""XML-RPC: one login for all threads, and calls of models in its name."""

from __future__ import annotations

import threading
from time import monotonic
from typing import Any, NamedTuple, Protocol
from xmlrpc.client import Fault

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.counting import Counter
from odoo_ingestion.connection_manager.credentials import Credentials
from odoo_ingestion.connection_manager.faults import (
    AccessDenied,
    DatabaseMissing,
    answers_none,
    explain_fault,
)
from odoo_ingestion.connection_manager.pages import XML_RPC, explain_page, explain_status
from odoo_ingestion.connection_manager.retrying import logger
from odoo_ingestion.connection_manager.transport import Reply, Request, Transport
from odoo_ingestion.connection_manager.wire import (
    AlienAnswer,
    BrokenAnswer,
    LargeAnswer,
    dump_call,
)
from odoo_ingestion.connection_manager.xml_answers import Answer
from odoo_ingestion.errors import (
    ConnectionFailed,
    OdooIngestionError,
    ServerBug,
    UnknownFate,
)

FRESH_SECONDS = 3600.0
"""How long a login is used before Odoo is asked again."""


class Login(NamedTuple):
    """A successful login; ``number`` counts them, so that a refused one is told from a newer.

    ``at`` is the moment of ``time.monotonic``.
    """

    uid: int
    number: int
    at: float

    @property
    def is_fresh(self) -> bool:
        """Whether it may still be used unasked."""
        return monotonic() - self.at < FRESH_SECONDS


class ApiSession(Protocol):
    """Calls in the name of one user, whatever the protocol; safe to share between threads."""

    protocol: str
    logins: Counter

    def login(self) -> Login:
        """Return the login; raises LoginFailed, ConnectionFailed and what is retryable."""
        ...

    def execute(
        self,
        model: str,
        method: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        timeout: float | None = None,
    ) -> Any:
        """Call a method of a model once."""
        ...

    def server_version(self) -> dict[str, Any]:
        """Return what the server tells of its version; needs no login."""
        ...


def unusable(url: str, what: str, reason: BrokenAnswer | AlienAnswer) -> OdooIngestionError:
    """Return the error for an answer that is cut off, damaged or none of Odoo's."""
    message = f"The answer of {url} to {what} is unusable: {reason}."
    if isinstance(reason, BrokenAnswer):
        return UnknownFate(message, hint="It is not known whether Odoo carried the call out.")
    if isinstance(reason, LargeAnswer):
        return ConnectionFailed(message, hint="Use a smaller batch size (--batch-size).")
    return ConnectionFailed(message, hint="Check that ODOO_URL is the address of an Odoo server.")


class Session:
    """Logs in once, whatever the number of threads, and again when Odoo refuses the login.

    XML-RPC has no server-side session: every call carries database, user id and key, and Odoo
    checks them each time (odoo/service/model.py, Odoo 19).
    """

    protocol = "xmlrpc"

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._transport = transport
        self._credentials = Credentials(config)
        self._lock = threading.Lock()
        self._login: Login | None = None
        self._refused: str | None = None
        self.logins = Counter()

    def login(self, refused: Login | None = None) -> Login:
        """Return the login; the first thread makes it while the others wait for it.

        ``refused`` is a login that Odoo no longer takes: unless another thread has replaced it
        already, it is replaced. Raises LoginFailed, ConnectionFailed and what is retryable.
        """
        with self._lock:
            if self._refused is not None:
                # Asking again would make Odoo lock out this machine's address for a while.
                raise self._credentials.login_failed(self._refused)
            known = self._login
            if known is None or known == refused or not known.is_fresh:
                known = self._authenticate(1 if known is None else known.number + 1)
                self._login = known
            return known

    def execute(
        self,
        model: str,
        method: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        timeout: float | None = None,
    ) -> Any:
        """Call a method of a model once; only a refused login makes it log in and call again.

        Odoo checks the login before anything else, so that a refused call did nothing.
        """
        login = self.login()
        try:
            return self._execute(login, model, method, args, kwargs, timeout)
        except AccessDenied:
            logger.warning("Odoo no longer takes the login; logging in again.")
        login = self.login(refused=login)
        try:
            return self._execute(login, model, method, args, kwargs, timeout)
        except AccessDenied as e:
            raise self._credentials.login_failed(str(e)) from e

    def server_version(self) -> dict[str, Any]:
        """Return what ``common.version()`` tells; needs no login."""
        try:
            answer = self.ask("common", "version", what="the version request")
        except Fault as e:
            raise self._explain(e, "the version request") from e
        if not isinstance(answer, dict):
            raise ConnectionFailed(f"{self._config.url} speaks XML-RPC, but it is no Odoo.")
        return answer

    def databases(self) -> list[str] | None:
        """Return the names of the server's databases, None where it does not show them."""
        try:
            answer = self.ask("db", "list", what="the database request")
        except (Fault, OdooIngestionError) as e:
            logger.debug(
                "The server does not list its databases: %s", self._credentials.redact(str(e))
            )
            return None
        return [str(name) for name in answer] if isinstance(answer, list) else None

    def ask(
        self,
        service: str,
        method: str,
        *params: Any,
        what: str,
        timeout: float | None = None,
    ) -> Any:
        """Call a method of a service (``common``, ``object``, ``db``) and return its answer.

        ``what`` names the call in messages; ``timeout`` is in seconds, for the whole answer.
        Raises xmlrpc's Fault, NotSent, UnknownFate, ServerBusy, ServerRefused, ConnectionFailed.
        """
        request = Request(
            f"{XML_RPC.path}/{service}",
            what,
            dump_call(method, params),
            {"Content-Type": "text/xml"},
        )
        return self._transport.exchange(request, lambda reply: self._read(reply, what), timeout)

    def _read(self, reply: Reply, what: str) -> Any:
        url = self._config.url
        if reply.status != 200:
            raise explain_status(reply.status, reply.headers, reply.head(), url, what, XML_RPC)
        first = next(reply.pieces, b"")
        if page := explain_page(reply.content_type, first, url, XML_RPC):
            raise page
        answer = Answer()
        try:
            answer.feed(first)
            for piece in reply.pieces:
                answer.feed(piece)
            return answer.value()
        except (BrokenAnswer, AlienAnswer) as e:
            raise unusable(url, what, e) from e

    def _execute(
        self,
        login: Login,
        model: str,
        method: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        timeout: float | None,
    ) -> Any:
        what = f"{model}.{method}"
        database = self._config.database
        params: tuple[Any, ...] = (database, login.uid, self._credentials.secret, model, method)
        params += (list(args), kwargs)
        try:
            return self.ask("object", "execute_kw", *params, what=what, timeout=timeout)
        except Fault as e:
            if answers_none(e):
                return None
            raise self._explain(e, what) from None

    def _authenticate(self, number: int) -> Login:
        config = self._config
        self.logins.add()
        params: tuple[Any, ...] = (config.database, config.username, self._credentials.secret, {})
        try:
            uid = self.ask("common", "authenticate", *params, what="the login")
        except Fault as e:
            raise self._login_fault(e) from None
        if type(uid) is not int:
            self._refused = "the login or the key is wrong"
            raise self._credentials.login_failed(self._refused)
        return Login(uid, number, monotonic())

    def _login_fault(self, fault: Fault) -> OdooIngestionError:
        error = self._explain(fault, "the login")
        database = self._config.database
        if isinstance(error, DatabaseMissing):
            return self._credentials.database_missing(self.databases())
        if isinstance(error, AccessDenied):
            return self._credentials.login_failed(str(error))
        if isinstance(error, ServerBug) and "res.users" in error.message:
            return ConnectionFailed(
                f"The database {database!r} on {self._config.url} is not one of Odoo's.",
                hint="Check ODOO_DATABASE.",
            )
        return error

    def _explain(self, fault: Fault, what: str) -> OdooIngestionError | AccessDenied:
        error = explain_fault(fault, what)
        fault.faultString = self._credentials.redact(fault.faultString)
        logger.debug("Fault %s of %s: %s", fault.faultCode, what, fault.faultString)
        return self._credentials.clean(error)
