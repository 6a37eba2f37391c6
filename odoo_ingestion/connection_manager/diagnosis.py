"""The connection doctor: can this user import, and if not, what is to be done?"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field
from statistics import median
from typing import Any
from urllib.parse import urlsplit

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager.connection import OdooConnection
from odoo_ingestion.connection_manager.credentials import is_api_key
from odoo_ingestion.connection_manager.examination import (
    Finding,
    examine_automation,
    examine_companies,
    examine_external_ids,
    examine_languages,
    examine_rights,
    examine_user,
)
from odoo_ingestion.connection_manager.faults import DatabaseMissing
from odoo_ingestion.connection_manager.protocols import NAMES, Choice, Negotiation
from odoo_ingestion.connection_manager.retrying import Patience, Retrier
from odoo_ingestion.connection_manager.transport import Transport
from odoo_ingestion.connection_manager.versions import NEWEST, major, read_version
from odoo_ingestion.errors import OdooIngestionError

_ONE_TRY = Patience(tries=1, longest_wait=0.0, total=0.0)
_PINGS = 3
_SLOW_MILLISECONDS = 500.0
_LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}


@dataclass(frozen=True)
class Diagnosis:
    """What was found out, in the order in which it was looked at.

    ``facts`` holds those of these that could be learnt: ``version``, ``protocol`` (``xmlrpc`` or
    ``json2``), ``user`` (id, name, login), ``company``, ``companies``, ``lang``, ``languages``,
    ``rights`` (model -> operation -> bool, or None for a model that is absent), ``external_ids``
    (operation -> bool), ``automation_rules`` (model, name, trigger), ``latency_ms``.
    """

    url: str
    database: str
    username: str
    findings: tuple[Finding, ...]
    facts: Mapping[str, Any] = field(default_factory=dict)

    @property
    def ok(self) -> bool:
        """True when nothing stands in the way of an import."""
        return all(finding.ok is not False for finding in self.findings)

    def as_dict(self) -> dict[str, Any]:
        """Return all of it as plain values, for ``check --json``."""
        return {
            "ok": self.ok,
            "url": self.url,
            "database": self.database,
            "username": self.username,
            **self.facts,
            "findings": [asdict(finding) for finding in self.findings],
        }


def diagnose(config: Config) -> Diagnosis:
    """Look at server, version, database, login, rights and what else matters; writes nothing.

    Each call is tried once. Stops at the first finding that makes the next ones impossible.
    Raises ConfigurationError when the file of certificate authorities cannot be used.
    """
    transport = Transport(config)
    negotiation = Negotiation(config, transport)
    findings = [Finding("security", None, caution) for caution in config.cautions]
    facts: dict[str, Any] = {}
    try:
        chosen = None
        if _reach(config, negotiation, findings, facts):
            chosen = _log_in(negotiation, findings, facts)
        if chosen is not None:
            retrier = Retrier(_ONE_TRY, transport.waits)
            odoo = OdooConnection(config, transport, chosen.session, retrier, facts["version"])
            _examine(odoo, findings, facts)
            findings.append(_latency(odoo, facts))
            findings += _advice(config, odoo)
    finally:
        transport.close()
    return Diagnosis(config.url, config.database, config.username, tuple(findings), facts)


def _reach(
    config: Config, negotiation: Negotiation, findings: list[Finding], facts: dict[str, Any]
) -> bool:
    try:
        told = negotiation.server_version()
    except OdooIngestionError as e:
        findings.append(_failure("server", e))
        return False
    findings.append(Finding("server", True, f"{config.url} answers."))
    try:
        facts["version"] = read_version(told, config.url)
    except OdooIngestionError as e:
        findings.append(_failure("version", e))
        return False
    findings.append(_version(facts["version"], str(told.get("server_version"))))
    return True


def _version(series: str, told: str) -> Finding:
    if major(series) > NEWEST:
        return Finding(
            "version",
            None,
            f"Odoo {told}: newer than what this program was tested with.",
            "Import a small file with --dry-run first.",
        )
    return Finding("version", True, f"Odoo {told}")


def _log_in(
    negotiation: Negotiation, findings: list[Finding], facts: dict[str, Any]
) -> Choice | None:
    try:
        chosen = negotiation.choose(facts["version"])
        login = chosen.session.login()
    except DatabaseMissing as e:
        findings.append(_failure("database", e))
        return None
    except OdooIngestionError as e:
        findings.append(_failure("login", e))
        return None
    findings.append(Finding("login", True, f"Logged in; the user's id is {login.uid}."))
    facts["protocol"] = chosen.session.protocol
    name = NAMES[chosen.session.protocol]
    findings.append(Finding("protocol", True, f"{name}: {chosen.reason}."))
    return chosen


def _examine(odoo: OdooConnection, findings: list[Finding], facts: dict[str, Any]) -> None:
    for examine in (
        examine_user,
        examine_companies,
        examine_languages,
        examine_rights,
        examine_external_ids,
        examine_automation,
    ):
        try:
            findings += examine(odoo, facts)
        except OdooIngestionError as e:
            findings.append(_failure(examine.__name__.removeprefix("examine_"), e))


def _failure(name: str, error: OdooIngestionError) -> Finding:
    """Return what stands in the way as a finding."""
    return Finding(name, False, error.message, error.hint)


def _latency(odoo: OdooConnection, facts: dict[str, Any]) -> Finding:
    try:
        milliseconds = median(odoo.ping() for _ in range(_PINGS)) * 1000
    except OdooIngestionError as e:
        return _failure("latency", e)
    facts["latency_ms"] = round(milliseconds, 1)
    if milliseconds > _SLOW_MILLISECONDS:
        return Finding(
            "latency",
            None,
            f"{milliseconds:.0f} ms per call: the way to the server is slow.",
            "Larger batches (--batch-size) and more workers (--workers) make up for it.",
        )
    return Finding("latency", True, f"{milliseconds:.0f} ms per call")


def _advice(config: Config, odoo: OdooConnection) -> list[Finding]:
    """Return what does not stand in the way but is good to know."""
    advice = []
    address = urlsplit(config.url)
    if address.scheme == "http" and address.hostname not in _LOOPBACK_HOSTS:
        advice.append(
            Finding(
                "encryption",
                None,
                "The key travels unencrypted: the address begins with http://.",
                "Use https:// if the server has it.",
            )
        )
    if not is_api_key(config.api_key.get_secret_value()):
        advice.append(
            Finding(
                "key",
                None,
                "The login uses a password, no API key.",
                "An API key can be withdrawn at any time, works with two-factor authentication "
                "and makes imports faster: Preferences > Account Security > New API Key.",
            )
        )
    if major(odoo.version) >= 19 and odoo.protocol == "xmlrpc":
        advice.append(
            Finding(
                "xml-rpc",
                None,
                "Odoo announces the end of XML-RPC for Odoo 22 (2028); until then it works.",
                "The server logs a warning for each call; it is harmless. With an API key, JSON-2 "
                "is used instead.",
            )
        )
    return advice
