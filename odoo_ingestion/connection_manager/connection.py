"""The connection that the other rooms use: the ``Odoo`` of ports.py over XML-RPC or JSON-2."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from copy import copy
from time import monotonic
from types import MappingProxyType
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.breaker import Breaker, Tolerance
from odoo_ingestion.connection_manager.call_times import CallTimes
from odoo_ingestion.connection_manager.protocols import NAMES, Negotiation
from odoo_ingestion.connection_manager.retrying import Patience, Retrier, logger
from odoo_ingestion.connection_manager.session import ApiSession
from odoo_ingestion.connection_manager.transport import Transport
from odoo_ingestion.connection_manager.versions import read_version
from odoo_ingestion.errors import ConnectionFailed, Interrupted, RetryableError, ServerRefused
from odoo_ingestion.runs import CallCounts

_FIRST_CONTACT = Patience(tries=3, longest_wait=5.0, total=60.0)
"""Someone waits in front of the screen: a wrong address should be told soon."""


class OdooConnection:
    """A logged-in connection to one database; safe to share between threads.

    Made by ``connect``; views made by ``with_context`` share pool, login and counters. Use it in a
    ``with`` statement, or ``close`` it.
    """

    def __init__(
        self,
        config: Config,
        transport: Transport,
        session: ApiSession,
        retrier: Retrier,
        version: str,
        context: Mapping[str, Any] | None = None,
        breaker: Breaker | None = None,
        times: CallTimes | None = None,
    ) -> None:
        self._config = config
        self._transport = transport
        self._session = session
        self._retrier = retrier
        self._version = version
        self._breaker = breaker
        self._context = MappingProxyType(dict(context or {}))
        self._times = times or CallTimes()

    def __repr__(self) -> str:
        return f"<OdooConnection {self.username} at {self.url} database {self.database}>"

    @property
    def version(self) -> str:
        """The server's series, like ``"19.0"``; of ``saas~18.2``: ``"18.2"``."""
        return self._version

    @property
    def protocol(self) -> str:
        """The API that is spoken: ``xmlrpc`` or ``json2``."""
        return self._session.protocol

    @property
    def uid(self) -> int:
        """The database id of the logged-in user."""
        return self._retrier.run(self._session.login, "the login").uid

    @property
    def url(self) -> str:
        """The server's address."""
        return self._config.url

    @property
    def database(self) -> str:
        """The database's name."""
        return self._config.database

    @property
    def username(self) -> str:
        """The login."""
        return self._config.username

    @property
    def context(self) -> Mapping[str, Any]:
        """The context that is merged into every call."""
        return self._context

    @property
    def retries(self) -> int:
        """How many calls have been repeated so far, over all views and threads."""
        return self._retrier.retries.value

    @property
    def retry_reasons(self) -> Mapping[str, int]:
        """How many calls have been repeated for what, by the code of the error."""
        return self._retrier.reasons

    @property
    def requests(self) -> int:
        """How many HTTP requests have been made, logins and repetitions included."""
        return self._transport.exchanges.value

    @property
    def breaker_opens(self) -> int:
        """How often the circuit breaker has opened because the server was away."""
        return 0 if self._breaker is None else self._breaker.opens

    @property
    def calls(self) -> CallCounts:
        """The calls so far and how long they took, over all views and threads."""
        return replace(
            self._times.counts(),
            logins=self.logins,
            requests=self.requests,
            breaker_opens=self.breaker_opens,
        )

    @property
    def logins(self) -> int:
        """How many times Odoo has been asked to authenticate."""
        return self._session.logins.value

    def with_context(self, **context: Any) -> OdooConnection:
        """Return the same connection with more context in every call."""
        view = copy(self)
        view._context = MappingProxyType({**self._context, **context})
        return view

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        """Call a method of a model and return its answer.

        ``repeatable`` false keeps a call of unknown fate from being sent twice; ``timeout`` is in
        seconds and overrides the configured one. ``kwargs`` are Odoo's keyword arguments; a
        ``context`` among them is merged over the connection's. A method that returns None gives
        None. Over XML-RPC text comes back with line feeds only (XML 1.0, 2.11): a carriage return
        that Odoo stores is sent to it as it is, but not told by it. Over JSON-2 positional
        arguments are sent by their names (named_arguments.py).

        Raises RetryableError when the tries are used up, ServerRefused when the server said no,
        ConnectionFailed when there is no server to talk to or it has been away for too long,
        Interrupted when the user stops the run while it is waited for, UsageError for a method
        whose arguments have no names known here (JSON-2).
        """
        context = {**self._context, **(kwargs.pop("context", None) or {})}
        if context:
            kwargs["context"] = context
        what = f"{model}.{method}"

        def attempt() -> Any:
            with self._times.measured():
                return self._session.execute(model, method, args, kwargs, timeout)

        started = monotonic()
        answer = self._retrier.run(attempt, what, repeatable=repeatable)
        logger.debug("%s answered in %.3f s", what, monotonic() - started)
        return answer

    def ping(self) -> float:
        """Return the seconds that the server takes to tell its version; needs no login.

        Raises RetryableError or ConnectionFailed when it does not answer; never tries again.
        """
        started = monotonic()
        self._session.server_version()
        return monotonic() - started

    def close(self) -> None:
        """Close every connection to the server; waits between tries end at once."""
        self._transport.close()

    def __enter__(self) -> OdooConnection:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()


def connect(
    config: Config,
    *,
    stop: threading.Event | None = None,
    on_wait: Callable[[str], None] | None = None,
) -> OdooConnection:
    """Reach the server, check its version and log in.

    ``stop``, once set, ends waits for a server that is away (by Interrupted). ``on_wait`` gets
    words that say what is waited for, from any thread, and empty ones when the wait is over.

    Raises ConnectionFailed, or its kind LoginFailed, which say what to do; ConfigurationError when
    the file of certificate authorities cannot be used.
    """
    _tell_cautions(config)
    transport = Transport(config, stop, on_wait)
    negotiation = Negotiation(config, transport)
    first = Retrier(_FIRST_CONTACT, transport.waits)
    try:
        told = first.run(negotiation.server_version, "the version request")
        version = read_version(told, config.url)
        session, reason = first.run(lambda: negotiation.choose(version), "the login")
    except (RetryableError, ServerRefused) as e:
        transport.close()
        raise ConnectionFailed(e.message, hint=e.hint) from e
    except (ConnectionFailed, Interrupted):
        transport.close()
        raise
    patience = Patience(config.tries, config.retry_max_wait, config.retry_max_seconds)
    tolerance = Tolerance(config.breaker_failures, config.breaker_seconds, config.give_up_after)
    breaker = Breaker(config.url, tolerance, transport.waits)
    retrier = Retrier(patience, transport.waits, breaker)
    logger.info(
        "Connected to %s, database %s, Odoo %s over %s (%s)",
        config.url,
        config.database,
        version,
        NAMES[session.protocol],
        reason,
    )
    return OdooConnection(config, transport, session, retrier, version, breaker=breaker)


def _tell_cautions(config: Config) -> None:
    for caution in config.cautions:
        logger.warning("%s", caution)
