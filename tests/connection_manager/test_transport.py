"""What became of a request: told for certain where it can be, and never sent twice unseen."""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import trustme

from odoo_ingestion.connection_manager import OdooConnection, connect, wire
from odoo_ingestion.connection_manager.session import Session
from odoo_ingestion.connection_manager.transport import REST_SECONDS, Transport
from odoo_ingestion.errors import (
    ConfigurationError,
    ConnectionFailed,
    NotSent,
    ServerBusy,
    ServerRefused,
    UnknownFate,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import config_for
from tests.connection_manager.scripted_server import ScriptedServer

Serve = Callable[..., ScriptedServer]
Link = Callable[..., tuple[ScriptedServer, OdooConnection]]


def call_once(connection: OdooConnection, **options: Any) -> Any:
    return connection.call("res.partner", "create", {"name": "x"}, repeatable=False, **options)


# --- kept-alive connections -----------------------------------------------------------------


def test_a_connection_serves_many_calls_with_a_rest_between(link: Link) -> None:
    server, connection = link(reply.answer(1), pool_size=1)
    call_once(connection)
    before = server.connections

    for _ in range(2):
        time.sleep(REST_SECONDS)
        assert call_once(connection) == 1

    assert server.connections == before


def test_calls_in_a_row_take_turns_on_the_connections(link: Link) -> None:
    server, connection = link(reply.slowly(reply.answer(1), REST_SECONDS / 2), pool_size=4)
    for _ in range(4):
        call_once(connection)
    before = server.connections

    for _ in range(5):
        assert call_once(connection) == 1

    assert server.connections == before


def test_a_second_answer_that_comes_late_is_not_the_next_calls(link: Link) -> None:
    _, connection = link(reply.twice(1, 0.05), reply.answer(2), pool_size=1)

    assert [call_once(connection), call_once(connection)] == [1, 2]


def test_a_second_answer_that_came_meanwhile_is_not_the_next_calls(link: Link) -> None:
    _, connection = link(reply.twice(1, 0.0), reply.answer(2), pool_size=1)

    first = call_once(connection)
    time.sleep(REST_SECONDS)

    assert [first, call_once(connection)] == [1, 2]


def test_a_kept_connection_that_the_server_closed_is_replaced_unnoticed(link: Link) -> None:
    server, connection = link(reply.then_close(reply.answer(1)))

    for _ in range(3):
        assert call_once(connection) == 1
        time.sleep(0.05)

    assert server.count("execute_kw") == 3
    assert connection.retries == 0


def test_more_threads_than_the_pool_keeps_still_get_their_answers(link: Link) -> None:
    _, connection = link(reply.slowly(reply.answer(1), 0.05), pool_size=1)
    answers: list[int] = []
    threads = [
        threading.Thread(target=lambda: answers.append(call_once(connection))) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert answers == [1, 1, 1, 1]


def test_a_packed_answer_is_unpacked(link: Link) -> None:
    server, connection = link(reply.packed(["x" * 100_000]))

    assert call_once(connection) == ["x" * 100_000]
    assert server.requests[-1].headers["accept-encoding"] == "gzip"


# --- after sending: unknown fate ------------------------------------------------------------


@pytest.mark.parametrize(
    "broken",
    [
        reply.drop,
        reply.reset,
        reply.half_of("x" * 100, told_length=True),
        reply.half_of("x" * 100, told_length=False),
        reply.http(200, b"", "text/xml"),
        reply.http(200, b"no gzip", "text/xml", Content_Encoding="gzip"),
    ],
    ids=["drop", "reset", "half", "half-unsaid", "empty", "damaged-gzip"],
)
def test_without_a_whole_answer_the_fate_is_unknown_and_nothing_is_sent_twice(
    link: Link, broken: reply.Reply
) -> None:
    server, connection = link(broken)

    with pytest.raises(UnknownFate) as caught:
        call_once(connection)

    assert server.count("execute_kw") == 1
    assert "not known whether Odoo carried" in str(caught.value.hint)


def test_a_dropped_answer_is_asked_for_again_only_where_that_is_harmless(link: Link) -> None:
    server, connection = link(reply.drop, reply.answer(5))

    assert connection.call("res.partner", "load", ["id"], [["a.b"]]) == 5
    assert server.count("execute_kw") == 2
    assert connection.retries == 1


def test_a_server_that_keeps_silent_is_given_up_after_the_time_out(link: Link) -> None:
    _, connection = link(reply.silence(3))
    started = time.monotonic()

    with pytest.raises(UnknownFate, match=r"within 0\.2 seconds") as caught:
        call_once(connection, timeout=0.2)

    assert time.monotonic() - started < 2.5
    assert "ODOO_TIMEOUT" in str(caught.value.hint)


def test_an_answer_that_drips_is_given_up_after_the_time_out(link: Link) -> None:
    _, connection = link(reply.drip("x" * 1000, 0.02))
    started = time.monotonic()

    with pytest.raises(UnknownFate, match="too slowly"):
        call_once(connection, timeout=0.3)

    assert time.monotonic() - started < 20


# --- before sending: certainly not sent -----------------------------------------------------


def test_a_request_that_was_not_taken_whole_was_certainly_not_carried_out(serve: Serve) -> None:
    server = serve(reply.answer(1), receives=1000)
    config = config_for(server.url)
    transport = Transport(config)

    with pytest.raises(NotSent, match="Could not send"):
        Session(config, transport).ask(
            "object", "execute_kw", "x" * 50_000_000, what="res.partner.load"
        )

    transport.close()


def test_a_closed_port_is_named() -> None:
    with ScriptedServer() as server:
        url = server.url

    with pytest.raises(ConnectionFailed, match="refuses connections") as caught:
        connect(config_for(url))

    assert isinstance(caught.value.__cause__, NotSent)
    assert "port" in str(caught.value.hint)


def test_a_host_that_does_not_react_is_given_up_after_the_connect_time_out(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def stall(*_: object, **__: object) -> None:
        raise TimeoutError("timed out")

    monkeypatch.setattr("urllib3.util.connection.create_connection", stall)
    config = config_for("http://odoo.example")
    transport = Transport(config)

    with pytest.raises(NotSent, match="does not react"):
        Session(config, transport).ask("common", "version", what="version")

    transport.close()


def test_an_unknown_host_is_fatal() -> None:
    with pytest.raises(ConnectionFailed, match=r"host name of http://no-such-host\.invalid"):
        connect(config_for("http://no-such-host.invalid"))


def test_a_name_service_that_is_down_is_worth_another_try(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def fail(*_: object, **__: object) -> None:
        raise socket.gaierror(socket.EAI_AGAIN, "Temporary failure in name resolution")

    monkeypatch.setattr("socket.getaddrinfo", fail)
    config = config_for("http://odoo.example")
    transport = Transport(config)

    with pytest.raises(NotSent, match="at the moment"):
        Session(config, transport).ask("common", "version", what="version")

    transport.close()


def test_a_host_name_that_cannot_be_one_is_fatal() -> None:
    with pytest.raises(ConnectionFailed, match="not an address"):
        connect(config_for(f"http://{'a' * 70}.example"))


def test_a_closed_connection_sends_nothing_more(link: Link) -> None:
    server, connection = link(reply.answer(1))
    connection.close()

    with pytest.raises(ConnectionFailed, match="has been closed"):
        call_once(connection)

    assert server.count("execute_kw") == 0


# --- what answers is not Odoo's API ---------------------------------------------------------


def test_a_web_page_is_not_taken_for_an_answer(serve: Serve) -> None:
    server = serve(version=reply.http(200, b"<!DOCTYPE html><html>Welcome</html>"))

    with pytest.raises(ConnectionFailed, match="web page") as caught:
        connect(config_for(server.url))

    assert "odoo.sh" not in str(caught.value.hint)
    assert "ODOO_URL" in str(caught.value.hint)


@pytest.mark.parametrize("status", [200, 302, 404])
def test_the_page_of_an_odoo_sh_project_is_named(serve: Serve, status: int) -> None:
    page = b"<html><title>My project - Odoo.sh</title></html>"
    server = serve(version=reply.http(status, page, Location="https://github.com/login"))

    with pytest.raises(ConnectionFailed) as caught:
        connect(config_for(server.url))

    assert "odoo.sh project" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("kind", "body"),
    [("application/json", b'{"error": 1}'), ("", b"hello"), ("text/plain", b"OK")],
)
def test_another_kind_of_content_is_not_taken_for_an_answer(
    serve: Serve, kind: str, body: bytes
) -> None:
    server = serve(version=reply.http(200, body, kind))

    with pytest.raises(ConnectionFailed, match="instead of XML"):
        connect(config_for(server.url))


def test_xml_that_is_no_answer_is_refused(serve: Serve) -> None:
    server = serve(version=reply.http(200, b"<rss></rss>", "text/xml"))

    with pytest.raises(ConnectionFailed, match="no answer to a call"):
        connect(config_for(server.url))


def test_a_huge_answer_is_not_read_to_its_end(link: Link, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "MAX_ANSWER_BYTES", 2**20)
    _, connection = link(reply.packed("x" * 2**22))

    with pytest.raises(ConnectionFailed, match="larger than 1 MiB"):
        call_once(connection)


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_told_and_not_followed(serve: Serve, status: int) -> None:
    target = serve()
    server = serve(
        version=reply.http(status, Location=f"{target.url}/xmlrpc/2/common?a=b"),
    )

    with pytest.raises(ConnectionFailed, match=f"redirects to {target.url}") as caught:
        connect(config_for(server.url))

    assert f"ODOO_URL to {target.url}" in str(caught.value.hint)
    assert target.connections == 0


@pytest.mark.parametrize("location", ["/web/login", "", "ftp://x", "http://a:b@c"])
def test_a_redirect_to_nowhere_new_points_at_the_address(serve: Serve, location: str) -> None:
    server = serve(version=reply.http(303, Location=location))

    with pytest.raises(ConnectionFailed, match="redirects instead of answering") as caught:
        connect(config_for(server.url))

    assert "ODOO_URL" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("status", "words"),
    [(404, "no XML-RPC"), (401, "login"), (403, "forbids"), (407, "proxy"), (418, "refuses")],
)
def test_a_refusal_of_the_web_server_is_told(serve: Serve, status: int, words: str) -> None:
    server = serve(version=reply.http(status))

    with pytest.raises(ConnectionFailed, match=f"{words}.*HTTP {status}") as caught:
        connect(config_for(server.url))

    assert caught.value.hint


def test_a_request_that_is_too_large_advises_smaller_batches(link: Link) -> None:
    server, connection = link(reply.http(413))

    with pytest.raises(ServerRefused, match="too large") as caught:
        connection.call("res.partner", "load", ["id"], [])

    assert "--batch-size" in str(caught.value.hint)
    assert server.count("execute_kw") == 1


@pytest.mark.parametrize("status", [408, 500, 520])
def test_a_failure_of_the_web_server_leaves_the_fate_unknown(link: Link, status: int) -> None:
    _, connection = link(reply.http(status))

    with pytest.raises(UnknownFate, match=f"HTTP {status}"):
        call_once(connection)


@pytest.mark.parametrize("status", [502, 503, 504])
def test_a_busy_server_is_told_with_the_wait_that_it_asks_for(link: Link, status: int) -> None:
    server, connection = link(reply.http(status, Retry_After="17"))

    with pytest.raises(ServerBusy, match=f"HTTP {status}") as caught:
        call_once(connection)

    assert caught.value.retry_after == 17
    assert server.count("execute_kw") == 1


# --- TLS ------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def tls_of(authority: trustme.CA, *names: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(*names).configure_cert(context)
    return context


def test_an_unknown_authority_is_refused_with_advice(serve: Serve, authority: trustme.CA) -> None:
    server = serve(tls=tls_of(authority, "127.0.0.1"))

    with pytest.raises(ConnectionFailed, match=r"certificate .* cannot be trusted") as caught:
        connect(config_for(server.url))

    assert "ODOO_CA_FILE" in str(caught.value.hint)
    assert server.requests == []


def test_an_authority_of_ones_own_is_trusted_when_it_is_named(
    serve: Serve, authority: trustme.CA, tmp_path: Path
) -> None:
    server = serve(reply.answer(3), tls=tls_of(authority, "127.0.0.1"))
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))

    with connect(config_for(server.url, ca_file=pem)) as connection:
        assert call_once(connection) == 3


def test_a_certificate_of_another_name_is_refused(
    serve: Serve, authority: trustme.CA, tmp_path: Path
) -> None:
    server = serve(tls=tls_of(authority, "odoo.example"))
    pem = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(str(pem))

    with pytest.raises(ConnectionFailed) as caught:
        connect(config_for(server.url, ca_file=pem))

    assert "not made for 127.0.0.1" in str(caught.value.hint)


def test_https_to_a_port_without_tls_is_told(serve: Serve) -> None:
    server = serve()

    with pytest.raises(ConnectionFailed, match="does not speak TLS") as caught:
        connect(config_for(server.url.replace("http://", "https://")))

    assert "http://" in str(caught.value.hint)


def test_tls_that_does_not_come_about_was_certainly_not_sent(serve: Serve) -> None:
    server = serve(garbage=reply.drop)

    with pytest.raises(ConnectionFailed, match="No TLS connection") as caught:
        connect(config_for(server.url.replace("http://", "https://")))

    assert isinstance(caught.value.__cause__, NotSent)


@pytest.mark.parametrize("content", [None, "no certificate"])
def test_an_unusable_file_of_authorities_is_named(tmp_path: Path, content: str | None) -> None:
    pem = tmp_path / "ca.pem"
    if content is not None:
        pem.write_text(content)

    with pytest.raises(ConfigurationError, match=r"ca\.pem") as caught:
        connect(config_for("https://127.0.0.1:1", ca_file=pem))

    assert "ODOO_CA_FILE" in str(caught.value.hint)


# --- proxies --------------------------------------------------------------------------------


def test_the_proxy_of_the_environment_is_used(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(reply.answer(4))
    monkeypatch.setenv("http_proxy", proxy.url.replace("://", "://user:p%40ss@"))

    with connect(config_for("http://odoo.example")) as connection:
        assert call_once(connection) == 4

    assert proxy.requests[0].target == "http://odoo.example/xmlrpc/2/common"
    assert proxy.requests[0].headers["proxy-authorization"] == "Basic dXNlcjpwQHNz"


def test_no_proxy_is_asked_for_the_hosts_that_no_proxy_names(
    serve: Serve, monkeypatch: pytest.MonkeyPatch
) -> None:
    proxy = serve(reply.answer(4))
    monkeypatch.setenv("http_proxy", proxy.url)
    monkeypatch.setenv("no_proxy", "no-such-host.invalid")

    with pytest.raises(ConnectionFailed, match="not known"):
        connect(config_for("http://no-such-host.invalid"))

    assert proxy.connections == 0


@pytest.mark.parametrize(("status", "words"), [(407, "asks for a login"), (502, "answered 502")])
def test_a_proxy_that_refuses_is_told_from_the_server(
    serve: Serve, status: int, words: str
) -> None:
    proxy = serve(reply.http(status))

    with pytest.raises(ConnectionFailed, match=f"proxy .*{words}"):
        connect(config_for("https://odoo.example", proxy=proxy.url))


def test_a_proxy_that_cannot_be_reached_is_named_as_the_proxy() -> None:
    with ScriptedServer() as server:
        url = server.url

    with pytest.raises(ConnectionFailed, match=r"proxy .* cannot be reached: connection refused"):
        connect(config_for("https://odoo.example", proxy=url))


def test_an_unknown_proxy_host_is_named_as_the_proxy() -> None:
    with pytest.raises(ConnectionFailed, match="The proxy's host name is not known"):
        connect(config_for("http://odoo.example", proxy="http://no-such-proxy.invalid:3128"))
