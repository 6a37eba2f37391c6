"""The protocol is chosen by what the server has and takes, and the reason is told."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from odoo_ingestion.connection_manager import connect, diagnose
from odoo_ingestion.errors import ConnectionFailed, LoginFailed
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, config_for
from tests.connection_manager.scripted_server import Reply, ScriptedServer

Serve = Callable[..., ScriptedServer]

GONE = reply.http(404, b"<!DOCTYPE html>")
WRONG_KEY = reply.json_error(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")
OLD = reply.answer({"server_version": "17.0"})


def chosen(server: ScriptedServer, **settings: Any) -> str:
    with connect(config_for(server.url, **{"api_key": KEY, **settings})) as connection:
        return connection.protocol


def reason(server: ScriptedServer, **settings: Any) -> str:
    server.script = [reply.http(503)]
    diagnosis = diagnose(config_for(server.url, **{"api_key": KEY, **settings}))
    (finding,) = [finding for finding in diagnosis.findings if finding.name == "protocol"]
    assert finding.ok
    return finding.message


def test_a_key_and_a_server_that_takes_it_speak_json_2(serve: Serve) -> None:
    server = serve()

    assert chosen(server) == "json2"
    assert server.count("authenticate") == 0
    assert reason(server) == "JSON-2: the server has it and takes the key."


def test_a_password_is_never_tried_as_a_key(serve: Serve) -> None:
    server = serve()

    assert chosen(server, api_key="a password") == "xmlrpc"
    assert reason(server, api_key="a password") == (
        "XML-RPC: the login uses a password; JSON-2 takes API keys only."
    )
    assert server.count("context_get") == 0


@pytest.mark.parametrize("secret", [KEY, "a password"])
def test_an_older_server_is_not_asked_for_json_2(serve: Serve, secret: str) -> None:
    server = serve(version=OLD)

    assert chosen(server, api_key=secret) == "xmlrpc"
    assert reason(server, api_key=secret) == (
        "XML-RPC: Odoo 17.0 has no JSON-2, which came with Odoo 19."
    )
    assert {request.method for request in server.requests} & {"GET", "context_get"} == set()


@pytest.mark.parametrize(
    ("key_owner", "words"),
    [
        (WRONG_KEY, "the key is wrong"),
        (GONE, "no JSON-2 API"),
        (reply.http(403), "forbids access"),
        (reply.json_error(500, "builtins.KeyError", "x"), "KeyError"),
    ],
)
def test_where_json_2_does_not_work_xml_rpc_is_spoken(
    serve: Serve, key_owner: Reply, words: str
) -> None:
    server = serve(key_owner=key_owner)

    assert chosen(server) == "xmlrpc"
    told = reason(server)
    assert told.startswith("XML-RPC: JSON-2 did not work: ")
    assert words in told


def test_a_key_that_neither_takes_is_a_failed_login(serve: Serve) -> None:
    server = serve(key_owner=WRONG_KEY, authenticate=reply.answer(False))

    with pytest.raises(LoginFailed):
        connect(config_for(server.url, api_key=KEY))


def test_a_busy_server_is_asked_again_rather_than_in_another_way(serve: Serve) -> None:
    server = serve()
    answer = server.key_owner
    calls = 0

    def busy_once(client: Any) -> bool:
        nonlocal calls
        calls += 1
        return (reply.http(503) if calls == 1 else answer)(client)

    server.key_owner = busy_once

    assert chosen(server) == "json2"
    assert calls == 2


def test_a_server_without_xml_rpc_is_spoken_to_all_the_same(serve: Serve) -> None:
    server = serve(version=GONE)
    server.json_version = reply.json_answer({"version": "22.0"})

    assert chosen(server) == "json2"


def test_without_any_of_both_the_first_failure_is_told(serve: Serve) -> None:
    server = serve(version=GONE, json_version=GONE)

    with pytest.raises(ConnectionFailed, match="no XML-RPC API"):
        connect(config_for(server.url, api_key=KEY))


# --- asked for ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ["json2", "JSON-2", " Json2 "])
def test_json_2_that_is_asked_for_touches_no_xml_rpc(serve: Serve, name: str) -> None:
    server = serve()

    assert chosen(server, protocol=name) == "json2"
    assert {request.method for request in server.requests} == {"GET", "context_get", "read"}
    assert reason(server, protocol=name) == "JSON-2: it was asked for."


def test_json_2_that_the_server_does_not_have_is_a_failed_connection(serve: Serve) -> None:
    server = serve(version=OLD, json_version=GONE)

    with pytest.raises(ConnectionFailed, match=r"runs Odoo 17\.0, which has no JSON-2") as caught:
        connect(config_for(server.url, api_key=KEY, protocol="json2"))

    assert "--protocol auto" in str(caught.value.hint)


def test_json_2_is_not_replaced_where_it_is_asked_for(serve: Serve) -> None:
    server = serve(key_owner=WRONG_KEY)

    with pytest.raises(LoginFailed):
        connect(config_for(server.url, api_key=KEY, protocol="json2"))

    assert server.count("authenticate") == 0


def test_xml_rpc_that_is_asked_for_is_spoken(serve: Serve) -> None:
    server = serve()

    assert chosen(server, protocol="xmlrpc") == "xmlrpc"
    assert reason(server, protocol="xmlrpc") == "XML-RPC: it was asked for."
    assert server.count("context_get") == 0


def test_a_doctor_who_may_not_speak_json_2_says_so(serve: Serve) -> None:
    server = serve(key_owner=WRONG_KEY)

    diagnosis = diagnose(config_for(server.url, api_key=KEY, protocol="json2"))

    assert not diagnosis.ok
    assert diagnosis.findings[-1].name == "login"
