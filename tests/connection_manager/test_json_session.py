"""JSON-2: named arguments, one key for all threads, and a key that stays secret."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from typing import Any

import pytest

from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.errors import (
    ConnectionFailed,
    LoginFailed,
    OdooIngestionError,
    ServerBug,
    UnknownFate,
    UsageError,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import KEY, config_for
from tests.connection_manager.scripted_server import Reply, ScriptedServer

Serve = Callable[..., ScriptedServer]
Link = Callable[..., tuple[ScriptedServer, OdooConnection]]

WRONG_KEY = reply.json_error(401, "werkzeug.exceptions.Unauthorized", "Invalid apikey")


@pytest.fixture
def link(serve: Serve) -> Iterator[Link]:
    """Starts a scripted server and a JSON-2 connection to it."""
    with ExitStack() as stack:

        def start(*script: Reply, **settings: Any) -> tuple[ScriptedServer, OdooConnection]:
            server = serve(*script)
            chosen = {"api_key": KEY, "protocol": "json2", **settings}
            config = config_for(server.url, **chosen)
            return server, stack.enter_context(connect(config))

        yield start


def test_a_call_carries_key_database_and_named_arguments(link: Link) -> None:
    server, connection = link(reply.json_answer([1]))

    answer = connection.with_context(lang="fr_FR", tz="UTC").call(
        "res.partner", "search", [("id", "=", 1)], limit=3, context={"lang": "de_DE"}
    )

    request = server.requests[-1]
    assert answer == [1]
    assert request.target == "/json/2/res.partner/search"
    assert request.headers["authorization"] == f"bearer {KEY}"
    assert request.headers["x-odoo-database"] == "first"
    assert request.headers["content-type"] == "application/json"
    assert request.params == (
        {"domain": [["id", "=", 1]], "limit": 3, "context": {"lang": "de_DE", "tz": "UTC"}},
    )


def test_it_is_told_apart(link: Link) -> None:
    _, connection = link(reply.json_answer(1))

    assert connection.protocol == "json2"
    assert connection.version == "19.0"
    assert connection.uid == 7
    assert connection.logins == 1
    assert connection.ping() > 0


def test_names_cannot_break_out_of_the_address(link: Link) -> None:
    server, connection = link(reply.json_answer(1))

    connection.call("res.partner/../x", "a?b")

    assert server.requests[-1].target == "/json/2/res.partner%2F..%2Fx/a%3Fb"


@pytest.mark.parametrize(
    ("values", "answer"), [({"name": "x"}, 5), ([{"name": "x"}], [5]), (({"name": "x"},), [5])]
)
def test_creating_one_record_answers_its_id_as_over_xml_rpc(
    link: Link, values: Any, answer: Any
) -> None:
    _, connection = link(reply.json_answer([5]))

    assert connection.call("res.partner", "create", values) == answer
    assert connection.call("res.partner", "create", vals_list=values) == answer


def test_nothing_as_an_answer_is_none(link: Link) -> None:
    _, connection = link(reply.json_answer(None))

    assert connection.call("stock.quant", "action_apply_inventory", [1]) is None


def test_a_method_without_known_names_is_refused_before_sending(link: Link) -> None:
    server, connection = link(reply.json_answer(1))
    before = len(server.requests)

    with pytest.raises(UsageError, match=r"those of res\.partner\.frobnicate are not known"):
        connection.call("res.partner", "frobnicate", 1)

    assert len(server.requests) == before


# --- names that a module of the server changed ----------------------------------------------


def test_an_argument_that_the_server_calls_otherwise_is_renamed_and_remembered(link: Link) -> None:
    server, connection = link(
        reply.unnamed("values"), reply.json_answer(True), reply.json_answer(True)
    )

    for _ in range(2):
        assert connection.call("res.partner", "write", [1], {"a": 1}, repeatable=False)

    assert [list(request.params[0]) for request in server.requests[-3:]] == [
        ["ids", "vals"],
        ["ids", "values"],
        ["ids", "values"],
    ]


@pytest.mark.parametrize(
    ("method", "arguments", "script"),
    [
        ("load", (["a"], [["b"]]), [reply.unnamed("rows")]),
        ("write", ([1], {}), [reply.unnamed("values"), reply.unnamed("more")]),
        ("search", ([], 0, 1), [reply.unnamed("vals")]),
    ],
)
def test_names_that_remain_unclear_are_told_with_the_way_out(
    link: Link, method: str, arguments: tuple[Any, ...], script: list[Reply]
) -> None:
    _, connection = link(*script)

    with pytest.raises(ServerBug, match="takes other arguments") as caught:
        connection.call("res.partner", method, *arguments, repeatable=False)

    assert "--protocol xmlrpc" in str(caught.value.hint)


# --- the key --------------------------------------------------------------------------------


def test_a_key_withdrawn_meanwhile_is_a_failed_login_and_not_sent_again(link: Link) -> None:
    server, connection = link(WRONG_KEY)

    for _ in range(2):
        with pytest.raises(LoginFailed, match="withdrawn"):
            connection.call("res.partner", "search", [])

    assert server.count("search") == 1


def test_a_wrong_key_is_a_failed_login_at_once(serve: Serve) -> None:
    server = serve(reply.json_answer(1), key_owner=WRONG_KEY)

    with pytest.raises(LoginFailed, match="the key is wrong"):
        connect(config_for(server.url, api_key=KEY, protocol="json2"))

    assert server.count("context_get") == 1


def test_the_key_of_another_user_is_refused(serve: Serve) -> None:
    server = serve(key_login=reply.json_answer([{"id": 7, "login": "grace"}]))

    with pytest.raises(LoginFailed, match="another user, 'grace'"):
        connect(config_for(server.url, api_key=KEY, protocol="json2"))


@pytest.mark.parametrize("secret", ["pass word", "pässword", "日本"])
def test_what_no_header_can_carry_is_no_key(serve: Serve, secret: str) -> None:
    server = serve()

    with pytest.raises(LoginFailed, match="takes API keys only"):
        connect(config_for(server.url, api_key=secret, protocol="json2"))

    assert server.count("context_get") == 0


def test_a_database_that_no_header_can_name_points_at_the_other_protocol(serve: Serve) -> None:
    server = serve()

    with pytest.raises(ConnectionFailed, match="not ASCII") as caught:
        connect(config_for(server.url, api_key=KEY, protocol="json2", database="böse"))

    assert "--protocol xmlrpc" in str(caught.value.hint)


def test_threads_share_one_question_whose_key_it_is(link: Link) -> None:
    server, connection = link(reply.json_answer(1))
    threads = [
        threading.Thread(target=lambda: connection.call("res.partner", "search", []))
        for _ in range(8)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert server.count("search") == 8
    assert server.count("context_get") == 1


@pytest.mark.parametrize(
    "failure",
    [
        reply.json_error(500, "builtins.ValueError", f"bad {KEY}"),
        reply.json_error(422, "odoo.exceptions.UserError", f"bad {KEY}"),
        reply.json_error(403, "odoo.exceptions.AccessError", f"bad {KEY}"),
        reply.http(500, KEY.encode()),
        reply.http(200, KEY.encode(), "application/json"),
    ],
)
def test_the_key_is_in_no_message_and_no_log(
    link: Link, failure: Reply, caplog: pytest.LogCaptureFixture
) -> None:
    _, connection = link(failure)

    with caplog.at_level(logging.DEBUG), pytest.raises(OdooIngestionError) as caught:
        connection.call("res.partner", "search", [["name", "=", KEY]], repeatable=False)

    assert KEY not in "".join(traceback.format_exception(caught.value))
    assert KEY not in caplog.text


# --- answers that are none ------------------------------------------------------------------


@pytest.mark.parametrize(
    ("databases", "kind", "words"),
    [
        (["second"], "DatabaseMissing", "no database 'first'"),
        (None, "DatabaseMissing", "no database 'first'"),
        (["first"], "ConnectionFailed", "no JSON-2 API"),
    ],
)
def test_a_page_instead_of_the_login_is_an_unknown_database_or_a_closed_way(
    serve: Serve, databases: list[str] | None, kind: str, words: str
) -> None:
    listed = reply.fault(3, "no") if databases is None else reply.answer(databases)
    server = serve(key_owner=reply.http(404, b"<!DOCTYPE html>"), databases=listed)

    with pytest.raises(ConnectionFailed, match=words) as caught:
        connect(config_for(server.url, api_key=KEY, protocol="json2"))

    assert type(caught.value).__name__ == kind


def test_json_that_is_no_odoo_is_refused(serve: Serve) -> None:
    server = serve(json_version=reply.json_answer([]), version=reply.http(404))

    with pytest.raises(ConnectionFailed, match="it is no Odoo"):
        connect(config_for(server.url, api_key=KEY, protocol="json2"))


def test_an_answer_to_the_login_that_names_no_user_is_no_odoo(serve: Serve) -> None:
    server = serve(key_owner=reply.json_answer(["hello"]))

    with pytest.raises(ConnectionFailed, match="it is no Odoo"):
        connect(config_for(server.url, api_key=KEY, protocol="json2"))


def test_json_of_a_proxy_is_told_by_its_status(link: Link) -> None:
    _, connection = link(reply.http(500, b'{"error": "x"}', "application/json"))

    with pytest.raises(UnknownFate, match="HTTP 500"):
        connection.call("res.partner", "search", [], repeatable=False)


def test_damaged_json_of_an_error_is_told_by_its_status(link: Link) -> None:
    _, connection = link(reply.http(403, b'{"name', "application/json"))

    with pytest.raises(ConnectionFailed, match="HTTP 403"):
        connection.call("res.partner", "search", [])
