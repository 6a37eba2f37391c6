"""Certificates, the age of a login, and answers that are larger than any sensible one."""

from __future__ import annotations

import json
import logging
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
import trustme

from odoo_ingestion.connection_manager import (
    OdooConnection,
    connect,
    diagnose,
    json_session,
    json_wire,
    session,
    wire,
)
from odoo_ingestion.errors import ConnectionFailed, NotSent, UnknownFate
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, SECRET, config_for
from tests.connection_manager.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]
Link = Callable[..., tuple[ScriptedServer, OdooConnection]]

SECRETS = pytest.mark.parametrize("secret", [SECRET, KEY], ids=["xmlrpc", "json2"])


def answered(secret: str, value: object) -> reply.Reply:
    return reply.answer(value) if secret == SECRET else reply.json_answer(value)


@pytest.fixture(scope="module")
def tls() -> ssl.SSLContext:
    """The server's side of a certificate that nobody trusts, made for another host besides."""
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    trustme.CA().issue_cert("elsewhere.example").configure_cert(context)
    return context


# --- certificates ---------------------------------------------------------------------------


@SECRETS
def test_insecure_lets_every_certificate_pass_and_says_so_each_time(
    serve: Serve, tls: ssl.SSLContext, caplog: pytest.LogCaptureFixture, secret: str
) -> None:
    server = serve(answered(secret, 3), tls=tls)
    settings = config_for(server.url, api_key=secret, insecure=True)

    for _ in range(2):
        caplog.clear()
        with caplog.at_level(logging.WARNING), connect(settings) as connection:
            assert connection.call("res.partner", "search_count", []) == 3
        (said,) = [r.getMessage() for r in caplog.records if "INSECURE" in r.getMessage()]
        assert server.url in said
        assert "can read the key" in said


@SECRETS
def test_without_it_the_key_is_not_sent_to_such_a_server(
    serve: Serve, tls: ssl.SSLContext, secret: str
) -> None:
    server = serve(tls=tls)

    with pytest.raises((ConnectionFailed, NotSent), match="cannot be trusted"):
        connect(config_for(server.url, api_key=secret))

    assert not server.requests


def test_the_doctor_tells_of_it(serve: Serve, tls: ssl.SSLContext) -> None:
    server = serve(reply.fault(4, "no"), tls=tls)

    found = diagnose(config_for(server.url, insecure=True)).findings

    (finding,) = [f for f in found if f.name == "security"]
    assert finding.ok is None
    assert "INSECURE" in finding.message


# --- logins ---------------------------------------------------------------------------------


@SECRETS
def test_a_login_is_used_for_an_hour_and_then_made_anew_once(
    link: Link, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    _, connection = link(answered(secret, 3), api_key=secret)
    for _ in range(3):
        connection.call("res.partner", "search_count", [])
    assert connection.logins == 1

    monkeypatch.setattr(session, "FRESH_SECONDS", -1.0)
    connection.call("res.partner", "search_count", [])

    assert connection.logins == 2


# --- sizes ----------------------------------------------------------------------------------


@SECRETS
def test_an_answer_that_is_too_large_is_given_up_with_advice(
    link: Link, monkeypatch: pytest.MonkeyPatch, secret: str
) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 2**20)
    monkeypatch.setattr(json_wire, "MAX_ANSWER_BYTES", 2**20)
    _, connection = link(answered(secret, "x" * 2**22), api_key=secret)

    with pytest.raises(ConnectionFailed, match="larger than 1 MiB") as caught:
        connection.call("res.partner", "read", [1])

    assert "--batch-size" in str(caught.value.hint)


def test_the_page_of_an_error_is_not_read_to_its_end(
    link: Link, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(json_session, "_LONGEST_ERROR", 1000)
    body = json.dumps({"name": "x", "message": "y" * 2_000_000}).encode()
    _, connection = link(reply.http(500, body, "application/json"), api_key=KEY)

    with pytest.raises(UnknownFate, match="HTTP 500"):
        connection.call("res.partner", "create", {}, repeatable=False)


def test_entities_of_an_answer_are_not_expanded(link: Link) -> None:
    laughs = (
        b"<!DOCTYPE x [<!ENTITY a 'ha'><!ENTITY b '&a;&a;&a;&a;'>]>"
        b"<methodResponse><params><param><value><string>&b;</string></value></param></params>"
        b"</methodResponse>"
    )
    _, connection = link(reply.http(200, laughs, "text/xml"))

    with pytest.raises(ConnectionFailed, match="declares a document type"):
        connection.call("res.partner", "read", [1])


def test_an_external_entity_of_an_answer_is_not_read(link: Link, tmp_path: Path) -> None:
    secret = tmp_path / "secret.txt"
    secret.write_text("of this machine")
    stolen = (
        f'<!DOCTYPE x [<!ENTITY a SYSTEM "file://{secret}">]><methodResponse><params><param>'
        "<value><string>&a;</string></value></param></params></methodResponse>"
    )
    _, connection = link(reply.http(200, stolen.encode(), "text/xml"))

    with pytest.raises(ConnectionFailed, match="declares a document type"):
        connection.call("res.partner", "read", [1])
