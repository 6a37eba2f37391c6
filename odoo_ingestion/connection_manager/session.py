"""One login for all threads, and calls of models in its name."""

from __future__ import annotations

import re
import threading
from typing import Any, NamedTuple
from xmlrpc.client import Fault

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.faults import (
    AccessDenied,
    DatabaseMissing,
    answers_none,
    explain_fault,
)
from odoo_ingestion.connection_manager.retrying import Counter, logger
from odoo_ingestion.connection_manager.transport import Transport
from odoo_ingestion.errors import (
    ConnectionFailed,
    LoginFailed,
    OdooIngestionError,
    ServerBug,
)


class Login(NamedTuple):
    """A successful login; ``number`` counts them, so that a refused one is told from a newer."""

    uid: int
    number: int


class Session:
    """Logs in once, whatever the number of threads, and again when Odoo refuses the login.

    XML-RPC has no server-side session: every call carries database, user id and key, and Odoo
    checks them each time (odoo/service/model.py, Odoo 19).
    """

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._transport = transport
        self._secret = config.api_key.get_secret_value()
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
                raise self._login_failed(self._refused)
            if self._login is None or self._login == refused:
                self._login = self._authenticate(1 if refused is None else refused.number + 1)
            return self._login

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
            raise self._login_failed(str(e)) from e

    def server_version(self) -> dict[str, Any]:
        """Return what ``common.version()`` tells; needs no login."""
        try:
            answer = self._transport.ask("common", "version", what="the version request")
        except Fault as e:
            raise self._explain(e, "the version request") from e
        if not isinstance(answer, dict):
            raise ConnectionFailed(f"{self._config.url} speaks XML-RPC, but it is no Odoo.")
        return answer

    def databases(self) -> list[str] | None:
        """Return the names of the server's databases, None where it does not show them."""
        try:
            answer = self._transport.ask("db", "list", what="the database request")
        except (Fault, OdooIngestionError) as e:
            logger.debug("The server does not list its databases: %s", self._redact(str(e)))
            return None
        return [str(name) for name in answer] if isinstance(answer, list) else None

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
        params: tuple[Any, ...] = (database, login.uid, self._secret, model, method)
        params += (list(args), kwargs)
        try:
            return self._transport.ask("object", "execute_kw", *params, what=what, timeout=timeout)
        except Fault as e:
            if answers_none(e):
                return None
            raise self._explain(e, what) from None

    def _authenticate(self, number: int) -> Login:
        config = self._config
        self.logins.add()
        params: tuple[Any, ...] = (config.database, config.username, self._secret, {})
        try:
            uid = self._transport.ask("common", "authenticate", *params, what="the login")
        except Fault as e:
            raise self._login_fault(e) from None
        if type(uid) is not int:
            self._refused = "the login or the key is wrong"
            raise self._login_failed(self._refused)
        return Login(uid, number)

    def _login_fault(self, fault: Fault) -> OdooIngestionError:
        error = self._explain(fault, "the login")
        database = self._config.database
        if isinstance(error, DatabaseMissing):
            names = self.databases()
            shown = "does not show its databases" if names is None else f"has: {', '.join(names)}"
            return DatabaseMissing(
                f"{self._config.url} has no database {database!r}.",
                hint=f"Check ODOO_DATABASE (upper and lower case count); the server {shown}.",
            )
        if isinstance(error, AccessDenied):
            return self._login_failed(str(error))
        if isinstance(error, ServerBug) and "res.users" in error.message:
            return ConnectionFailed(
                f"The database {database!r} on {self._config.url} is not one of Odoo's.",
                hint="Check ODOO_DATABASE.",
            )
        return error

    def _explain(self, fault: Fault, what: str) -> OdooIngestionError | AccessDenied:
        error = explain_fault(fault, what)
        fault.faultString = self._redact(fault.faultString)
        logger.debug("Fault %s of %s: %s", fault.faultCode, what, fault.faultString)
        error.args = tuple(self._redact(part) for part in error.args)
        if isinstance(error, OdooIngestionError):
            error.message = self._redact(error.message)
        return error

    def _login_failed(self, reason: str) -> LoginFailed:
        config = self._config
        return LoginFailed(
            f"Odoo refuses the login {config.username!r} to database {config.database!r} "
            f"on {config.url}: {reason.rstrip('.')}.",
            hint="Check ODOO_USERNAME and ODOO_API_KEY. A user with two-factor authentication "
            "needs an API key (Preferences > Account Security > New API Key). After several "
            "wrong tries Odoo refuses every login from this machine for a minute.",
        )

    def _redact(self, text: object) -> str:
        """Take the key out of a text of the server.

        One equal to the login is no secret; a short one is taken for it only as a whole word.
        """
        if self._secret == self._config.username:
            return str(text)
        edge = r"\b" if len(self._secret) < 8 and self._secret.isalnum() else ""
        return re.sub(f"{edge}{re.escape(self._secret)}{edge}", "***", str(text))
