"""Which of Odoo's APIs a connection speaks, and why."""

from __future__ import annotations

from typing import Any, NamedTuple

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.credentials import is_api_key
from odoo_ingestion.connection_manager.json_session import JsonSession
from odoo_ingestion.connection_manager.retrying import logger
from odoo_ingestion.connection_manager.session import ApiSession, Session
from odoo_ingestion.connection_manager.transport import Transport
from odoo_ingestion.connection_manager.versions import major
from odoo_ingestion.errors import ConnectionFailed, OdooIngestionError, ServerRefused

NAMES = {"xmlrpc": "XML-RPC", "json2": "JSON-2"}
_JSON_2_SINCE = 19


class Choice(NamedTuple):
    """A session that is logged in, and in words why it speaks its protocol."""

    session: ApiSession
    reason: str


class Negotiation:
    """Finds the protocol for one connection; what it was asked for once is not asked again.

    ``auto`` is JSON-2 where the server has it (Odoo 19 on) and takes the key, else XML-RPC. A
    password is no key, so it is never tried as one.
    """

    def __init__(self, config: Config, transport: Transport) -> None:
        self._config = config
        self._xml = Session(config, transport)
        self._json = JsonSession(config, transport)

    def server_version(self) -> dict[str, Any]:
        """Return what the server tells of its version, over the protocol that it is told by.

        Raises what the first way to ask raises when the others fail as well.
        """
        if self._config.protocol == "json2":
            first, second = self._json.server_version, self._xml.server_version
        else:
            first, second = self._xml.server_version, self._json.server_version
        try:
            return first()
        except ConnectionFailed as e:
            if not self._may_be_json:
                raise
            try:
                return second()
            except OdooIngestionError:
                raise e from None

    def choose(self, version: str) -> Choice:
        """Log in and return the session; ``version`` is the server's series.

        Raises LoginFailed, ConnectionFailed and what is retryable.
        """
        if self._config.protocol == "json2":
            return self._demanded(version)
        if self._may_be_json and major(version) >= _JSON_2_SINCE:
            return self._json_else_xml()
        self._xml.login()
        return Choice(self._xml, self._why_not_json(version))

    @property
    def _may_be_json(self) -> bool:
        if self._config.protocol != "auto":
            return self._config.protocol == "json2"
        return is_api_key(self._config.api_key.get_secret_value())

    def _why_not_json(self, version: str) -> str:
        if self._config.protocol == "xmlrpc":
            return "it was asked for"
        if major(version) < _JSON_2_SINCE:
            return f"Odoo {version} has no JSON-2, which came with Odoo 19"
        return "the login uses a password; JSON-2 takes API keys only"

    def _demanded(self, version: str) -> Choice:
        if major(version) < _JSON_2_SINCE:
            raise ConnectionFailed(
                f"{self._config.url} runs Odoo {version}, which has no JSON-2: that came with "
                "Odoo 19.",
                hint="Use --protocol auto or xmlrpc (ODOO_PROTOCOL).",
            )
        self._json.login()
        return Choice(self._json, "it was asked for")

    def _json_else_xml(self) -> Choice:
        try:
            self._json.login()
        except (ConnectionFailed, ServerRefused) as e:
            logger.info("JSON-2 is not used: %s", e)
            refused = e.message.rstrip(".")
        else:
            return Choice(self._json, "the server has it and takes the key")
        self._xml.login()
        return Choice(self._xml, f"JSON-2 did not work: {refused}")
