"""One login for all, replaced when Odoo no longer takes it; the key stays secret."""

from __future__ import annotations

import logging
import threading
import traceback
from collections.abc import Callable

import pytest

from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.connection_manager.session import Session
from odoo_ingestion.connection_manager.transport import Transport
from odoo_ingestion.errors import (
    ConnectionFailed,
    LoginFailed,
    OdooIngestionError,
    ServerBug,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import SECRET, config_for
from tests.connection_manager.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]
Link = Callable[..., tuple[ScriptedServer, OdooConnection]]

DENIED = reply.fault(3, "Access Denied")


def in_threads(number: int, act: Callable[[], object]) -> None:
    threads = [threading.Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


def test_threads_that_come_together_share_one_login(serve: Serve) -> None:
    server = serve(reply.answer(1), authenticate=reply.slowly(reply.answer(7), 0.1))
    config = config_for(server.url)
    transport = Transport(config)
    session = Session(config, transport)
    uids: list[int] = []

    in_threads(8, lambda: uids.append(session.login().uid))

    assert uids == [7] * 8
    assert server.count("authenticate") == 1
    transport.close()


def test_a_call_carries_database_user_key_and_arguments(link: Link) -> None:
    server, connection = link(reply.answer([1]))

    connection.with_context(lang="fr_FR", tz="UTC").call(
        "res.partner", "search", [["id", "=", 1]], limit=3, context={"lang": "de_DE"}
    )

    assert server.requests[-1].target == "/xmlrpc/2/object"
    assert server.requests[-1].params == (
        "first",
        7,
        SECRET,
        "res.partner",
        "search",
        [[["id", "=", 1]]],
        {"limit": 3, "context": {"lang": "de_DE", "tz": "UTC"}},
    )


def test_without_a_context_none_is_sent(link: Link) -> None:
    server, connection = link(reply.answer([1]))

    connection.call("res.partner", "search", [])

    assert server.requests[-1].params[-1] == {}


def test_a_login_that_odoo_no_longer_takes_is_made_again_once(
    link: Link, caplog: pytest.LogCaptureFixture
) -> None:
    server, connection = link(DENIED, reply.answer(5))

    assert connection.call("res.partner", "search_count", [], repeatable=False) == 5
    assert server.count("authenticate") == 2
    assert connection.logins == 2
    assert "logging in again" in caplog.text


def test_threads_whose_login_is_refused_together_make_one_new_one(serve: Serve) -> None:
    server = serve(
        *[reply.together(DENIED, 4)] * 4,
        reply.answer(5),
        authenticate=reply.slowly(reply.answer(7), 0.05),
    )
    answers: list[object] = []
    with connect(config_for(server.url)) as connection:
        in_threads(4, lambda: answers.append(connection.call("m", "f")))

    assert answers == [5] * 4
    assert server.count("authenticate") == 2


def test_a_login_refused_twice_is_final(link: Link) -> None:
    server, connection = link(DENIED)

    with pytest.raises(LoginFailed, match="refuses the login 'ada'"):
        connection.call("res.partner", "search_count", [])

    assert server.count("execute_kw") == 2
    assert server.count("authenticate") == 2


def test_a_wrong_key_is_not_tried_again_by_other_threads(serve: Serve) -> None:
    server = serve(reply.answer(1), authenticate=reply.answer(False))
    config = config_for(server.url)
    transport = Transport(config)
    session = Session(config, transport)
    failures: list[str] = []

    def try_to_log_in() -> None:
        with pytest.raises(LoginFailed) as caught:
            session.login()
        failures.append(str(caught.value.hint))

    in_threads(4, try_to_log_in)

    assert len(failures) == 4
    assert "two-factor" in failures[0]
    assert server.count("authenticate") == 1
    transport.close()


def test_a_denied_login_is_a_failed_login(serve: Serve) -> None:
    server = serve(authenticate=reply.fault(3, "Too many login failures, please wait a bit."))

    with pytest.raises(LoginFailed, match="Too many login failures"):
        connect(config_for(server.url))


@pytest.mark.parametrize(
    ("databases", "words"),
    [
        (reply.answer(["first", "second"]), "first, second"),
        (reply.fault(3, "Access Denied"), "does not show its databases"),
        (reply.http(404), "does not show its databases"),
        (reply.answer("odd"), "does not show its databases"),
    ],
)
def test_an_unknown_database_lists_those_there_are(
    serve: Serve, databases: reply.Reply, words: str
) -> None:
    fault = reply.fault(
        1,
        "Traceback (most recent call last):\n  File x\npsycopg2.OperationalError: connection to "
        'server failed: FATAL:  database "third" does not exist\n',
    )
    server = serve(authenticate=fault, databases=databases)

    with pytest.raises(ConnectionFailed, match="no database 'third'") as caught:
        connect(config_for(server.url, database="third"))

    assert words in str(caught.value.hint)


def test_a_database_that_is_not_odoos_is_told(serve: Serve) -> None:
    server = serve(
        authenticate=reply.fault(
            1, "Traceback (most recent call last):\n  File x\nKeyError: 'res.users'\n"
        )
    )

    with pytest.raises(ConnectionFailed, match="not one of Odoo's"):
        connect(config_for(server.url))


def test_another_failure_of_the_login_is_told_as_a_failed_connection(serve: Serve) -> None:
    server = serve(
        authenticate=reply.fault(
            1, "Traceback (most recent call last):\n  File x\nInsufficientPrivilege: schema\n"
        )
    )

    with pytest.raises(ConnectionFailed, match="InsufficientPrivilege") as caught:
        connect(config_for(server.url))

    assert isinstance(caught.value.__cause__, ServerBug)


@pytest.mark.parametrize(
    ("told", "series"),
    [
        ({"server_version": "19.0-20251120", "server_serie": "19.0"}, "19.0"),
        ({"server_version": "17.0+e"}, "17.0"),
        ({"server_version": "saas~18.2+e", "server_serie": "saas~18.2"}, "18.2"),
        ({"server_version": "saas-17.4"}, "17.4"),
        ({"server_version": "14.0"}, "14.0"),
        ({"server_version": "20.1a1"}, "20.1"),
    ],
)
def test_every_form_of_the_version_is_read(serve: Serve, told: dict[str, str], series: str) -> None:
    server = serve(version=reply.answer(told))

    with connect(config_for(server.url)) as connection:
        assert connection.version == series


@pytest.mark.parametrize(
    ("told", "words"),
    [
        ({"server_version": "13.0"}, "runs Odoo 13.0"),
        ({"server_version": "6.1"}, "runs Odoo 6.1"),
        ({"server_version": "master"}, "does not tell an Odoo version"),
        ({}, "does not tell an Odoo version"),
    ],
)
def test_a_version_that_is_not_supported_is_refused(
    serve: Serve, told: dict[str, str], words: str
) -> None:
    server = serve(version=reply.answer(told))

    with pytest.raises(ConnectionFailed, match=words) as caught:
        connect(config_for(server.url))

    assert "Odoo 14 to 19" in str(caught.value.hint)
    assert server.count("authenticate") == 0


@pytest.mark.parametrize(
    "version", [reply.answer("hello"), reply.fault(1, "no such method")], ids=["text", "fault"]
)
def test_xml_rpc_that_is_no_odoo_is_refused(serve: Serve, version: reply.Reply) -> None:
    server = serve(version=version)

    with pytest.raises(ConnectionFailed):
        connect(config_for(server.url))


def test_a_method_that_returns_none_gives_none(link: Link) -> None:
    text = (
        "Traceback (most recent call last):\n  File x, in dump_nil\n"
        "TypeError: cannot marshal None unless allow_none is enabled\n"
    )
    server, connection = link(reply.fault(1, text))

    assert connection.call("stock.quant", "action_apply_inventory", [1]) is None
    assert server.count("execute_kw") == 1


@pytest.mark.parametrize(
    "broken",
    [
        reply.fault(1, f"Traceback (most recent call last):\n  File x\nValueError: {SECRET}\n"),
        reply.fault(2, f"The key {SECRET} is wrong."),
        reply.fault(3, SECRET),
        reply.fault(4, f"'{SECRET}'"),
        reply.drop,
        reply.http(404, SECRET.encode()),
    ],
)
def test_the_key_is_in_no_message_and_no_log(
    link: Link, broken: reply.Reply, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        _, connection = link(broken)
        with pytest.raises(OdooIngestionError) as caught:
            connection.call("res.partner", "search", [])

    whole = "".join(traceback.format_exception(caught.value))
    error: BaseException | None = caught.value
    while error is not None:
        whole += repr(error) + str(vars(error))
        error = error.__cause__ or error.__context__
    assert SECRET not in whole
    assert SECRET not in caplog.text
    assert SECRET not in repr(connection)


@pytest.mark.parametrize(
    ("key", "words", "shown"),
    [
        ("odoo", "odoo.exceptions says odoo", "***.exceptions says ***"),
        ("odoo", "odoosphere", "odoosphere"),
        ("ada", "ada", "ada"),
        ("p+.", "p+. and pp.", "*** and pp."),
    ],
)
def test_a_short_key_is_taken_out_as_a_word_and_one_like_the_login_not_at_all(
    serve: Serve, key: str, words: str, shown: str
) -> None:
    server = serve(reply.fault(2, words))

    with (
        connect(config_for(server.url, api_key=key)) as connection,
        pytest.raises(OdooIngestionError) as caught,
    ):
        connection.call("m", "f")

    assert str(caught.value) == shown
