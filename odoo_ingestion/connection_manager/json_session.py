"""JSON-2 (Odoo 19 on): calls of models by named arguments, in the name of an API key's user."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from time import monotonic
from typing import Any
from urllib.parse import quote

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.counting import Counter
from odoo_ingestion.connection_manager.credentials import Credentials
from odoo_ingestion.connection_manager.faults import AccessDenied
from odoo_ingestion.connection_manager.json_wire import dump_arguments, read_answer
from odoo_ingestion.connection_manager.named_arguments import (
    missing_argument,
    name_arguments,
    rename_argument,
)
from odoo_ingestion.connection_manager.pages import JSON_2, explain_page, explain_status
from odoo_ingestion.connection_manager.refusals import (
    Refusal,
    WrongArguments,
    explain_refusal,
    read_refusal,
)
from odoo_ingestion.connection_manager.retrying import logger
from odoo_ingestion.connection_manager.session import Login, Session, unusable
from odoo_ingestion.connection_manager.transport import Reply, Request, Transport
from odoo_ingestion.connection_manager.wire import AlienAnswer, BrokenAnswer
from odoo_ingestion.errors import ConnectionFailed, OdooIngestionError, ServerBug

_VERSION_PATH = "/json/version"
"""Tells the version without a login (addon ``rpc``, Odoo 19)."""


_LONGEST_ERROR = 8 * 1024 * 1024
"""Bytes of an error's body that are read: it repeats the values that were sent."""


class JsonSession:
    """Sends a key with each call; Odoo keeps no session (addon ``rpc``, json2.py, Odoo 19).

    Asks once whose key it is. A key that Odoo does not take, or takes no longer, is not sent again.
    """

    protocol = "json2"

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._transport = transport
        self._credentials = Credentials(config)
        self._lock = threading.Lock()
        self._login: Login | None = None
        self._refused: str | None = None
        self._learnt: dict[tuple[str, str], str] = {}
        self.logins = Counter()

    def login(self) -> Login:
        """Return the login; the first thread makes it while the others wait for it.

        Raises LoginFailed, ConnectionFailed and what is retryable.
        """
        with self._lock:
            if self._login is None or not self._login.is_fresh:
                self._login = self._authenticate()
            return self._login

    def execute(
        self,
        model: str,
        method: str,
        args: tuple[Any, ...],
        kwargs: dict[str, Any],
        timeout: float | None = None,
    ) -> Any:
        """Call a method of a model once.

        A refusal of the arguments' names comes before the method begins; the call is then made
        again with the name that Odoo asks for.
        """
        self.login()
        named = name_arguments(model, method, args, kwargs)
        answer = self._call_as_named(model, method, named, timeout)
        if method == "create" and isinstance(answer, list) and _creates_one(args, kwargs):
            return answer[0]  # as XML-RPC does (call_kw, odoo/service/model.py)
        return answer

    def server_version(self) -> dict[str, Any]:
        """Return what the server tells of its version; needs no login."""
        request = Request(_VERSION_PATH, "the version request", verb="GET")
        answer = self._transport.exchange(request, lambda reply: self._read(reply, request.what))
        if not isinstance(answer, dict) or "version" not in answer:
            raise ConnectionFailed(f"{self._config.url} speaks JSON, but it is no Odoo.")
        return {"server_version": answer["version"]}

    def _call_as_named(
        self, model: str, method: str, named: dict[str, Any], timeout: float | None
    ) -> Any:
        """Call with the names that Odoo takes here: a module may call an argument otherwise."""
        wanted = self._learnt.get((model, method))
        renamed = rename_argument(method, named, wanted) if wanted else None
        try:
            return self._call(model, method, renamed or named, timeout)
        except WrongArguments as e:
            wanted = missing_argument(str(e))
            renamed = rename_argument(method, named, wanted) if wanted else None
            if wanted is None or renamed is None:
                raise _wrong(e, f"{model}.{method}") from None
        logger.info("%s.%s: Odoo calls the argument %s.", model, method, wanted)
        try:
            answer = self._call(model, method, renamed, timeout)
        except WrongArguments as e:
            raise _wrong(e, f"{model}.{method}") from None
        self._learnt[model, method] = wanted
        return answer

    def _call(self, model: str, method: str, named: dict[str, Any], timeout: float | None) -> Any:
        try:
            return self._post(model, method, named, f"{model}.{method}", timeout)
        except AccessDenied as e:
            self._refused = str(e)
            raise self._credentials.login_failed(self._refused) from None

    def _post(
        self, model: str, method: str, named: dict[str, Any], what: str, timeout: float | None
    ) -> Any:
        if self._refused is not None:
            raise self._credentials.login_failed(self._refused)
        request = Request(
            f"{JSON_2.path}/{quote(model, safe='')}/{quote(method, safe='')}",
            what,
            dump_arguments(named),
            {
                "Authorization": f"bearer {self._credentials.secret}",
                "Content-Type": "application/json",
                "X-Odoo-Database": self._config.database,
            },
        )
        return self._transport.exchange(request, lambda reply: self._read(reply, what), timeout)

    def _read(self, reply: Reply, what: str) -> Any:
        url = self._config.url
        if reply.status != 200:
            raise self._error(reply, what)
        first = next(reply.pieces, b"")
        if page := explain_page(reply.content_type, first, url, JSON_2):
            raise page
        try:
            return read_answer(_chained(first, reply))
        except (BrokenAnswer, AlienAnswer) as e:
            raise unusable(url, what, e) from e

    def _error(self, reply: Reply, what: str) -> Exception:
        """Return the error that a status other than 200 stands for."""
        url = self._config.url
        head = b""
        if reply.content_type.startswith("application/json"):
            head = _beginning(reply)
            refusal = _refusal(reply.status, head)
            if refusal is not None:
                return self._explain(refusal, what)
        page = head.decode("utf-8", "replace") or reply.head()
        return explain_status(reply.status, reply.headers, page, url, what, JSON_2)

    def _explain(self, refusal: Refusal, what: str) -> Exception:
        logger.debug(
            "HTTP %d of %s: %s", refusal.status, what, self._credentials.redact(refusal.debug)
        )
        error = explain_refusal(refusal, what, self._config.url)
        if isinstance(error, WrongArguments):
            return error
        return self._credentials.clean(error)

    def _authenticate(self) -> Login:
        """Ask whose key it is: XML-RPC takes a key only with its own user's login."""
        self.logins.add()
        self._check_headers()
        try:
            who = self._post("res.users", "context_get", {}, "the login", None)
            uid = who.get("uid") if isinstance(who, dict) else None
            if not isinstance(uid, int):
                raise ConnectionFailed(f"{self._config.url} speaks JSON, but it is no Odoo.")
            wanted = {"ids": [uid], "fields": ["login"]}
            (user,) = self._post("res.users", "read", wanted, "the login", None)
        except AccessDenied as e:
            self._refused = str(e)
            raise self._credentials.login_failed(self._refused) from None
        except ConnectionFailed as e:
            raise self._database_or_proxy(e) from e
        if user["login"] != self._config.username:
            raise self._credentials.login_failed(
                f"the key is that of another user, {user['login']!r}"
            )
        return Login(uid, self.logins.value, monotonic())

    def _check_headers(self) -> None:
        """Refuse what no header of HTTP can carry."""
        secret = self._credentials.secret
        if not (secret.isascii() and secret.isprintable() and " " not in secret):
            raise self._credentials.login_failed("JSON-2 takes API keys only, and this is none")
        if not self._config.database.isascii():
            raise ConnectionFailed(
                f"JSON-2 cannot name the database {self._config.database!r}: it is not ASCII.",
                hint="Use --protocol xmlrpc.",
            )

    def _database_or_proxy(self, error: ConnectionFailed) -> OdooIngestionError:
        """Return what a page instead of an answer means: no such database, or no JSON-2."""
        if "HTTP 404" not in error.message:
            return error
        names = Session(self._config, self._transport).databases()
        if names is not None and self._config.database in names:
            return error
        return self._credentials.database_missing(names)


def _wrong(error: WrongArguments, what: str) -> OdooIngestionError:
    return ServerBug(
        f"Odoo takes other arguments for {what} over JSON-2: {error}.",
        hint="A module on that server changed the method; use --protocol xmlrpc.",
    )


def _creates_one(args: tuple[Any, ...], kwargs: dict[str, Any]) -> bool:
    values = args[0] if args else kwargs.get("vals_list")
    return not isinstance(values, list | tuple)


def _chained(first: bytes, reply: Reply) -> Iterator[bytes]:
    yield first
    yield from reply.pieces


def _beginning(reply: Reply) -> bytes:
    """Return an error's body as far as a sensible one goes."""
    body = bytearray()
    for piece in reply.pieces:
        body += piece
        if len(body) > _LONGEST_ERROR:
            break
    return bytes(body)


def _refusal(status: int, body: bytes) -> Refusal | None:
    try:
        return read_refusal(status, read_answer([body]))
    except (BrokenAnswer, AlienAnswer):
        return None
