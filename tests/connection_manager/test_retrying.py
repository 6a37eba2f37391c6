"""Repeating: only what passes and does no harm, with pauses, within bounds, and never unseen."""

from __future__ import annotations

import logging
import re
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import pytest

from odoo_ingestion.connection_manager import OdooConnection, retrying
from odoo_ingestion.connection_manager.pages import retry_after_seconds
from odoo_ingestion.connection_manager.retrying import Patience, Retrier
from odoo_ingestion.connection_manager.waiting import Waits
from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    Interrupted,
    LoginFailed,
    NotSent,
    OdooIngestionError,
    ServerBusy,
    UnknownFate,
    ValidationRefused,
)
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.scripted_server import ScriptedServer

Link = Callable[..., tuple[ScriptedServer, OdooConnection]]

SERIALIZATION = (
    "Traceback (most recent call last):\n  File x\npsycopg2.errors.SerializationFailure: "
    "could not serialize access due to concurrent update\n"
)


def retrier(**patience: Any) -> Retrier:
    defaults: dict[str, Any] = {"tries": 4, "longest_wait": 0.01, "total": 60.0}
    return Retrier(Patience(**(defaults | patience)), Waits(threading.Event()))


def failing(error: OdooIngestionError, times: int = 100) -> tuple[Callable[[], str], list[float]]:
    """A call that fails so many times, and the moments at which it was made."""
    moments: list[float] = []

    def attempt() -> str:
        moments.append(time.monotonic())
        if len(moments) <= times:
            raise error
        return "done"

    return attempt, moments


@pytest.mark.parametrize("error", [NotSent("x"), ServerBusy("x"), ConcurrentUpdate("x")])
def test_what_passes_is_tried_again_until_it_succeeds(error: OdooIngestionError) -> None:
    attempt, moments = failing(error, times=2)
    retrier_ = retrier()

    assert retrier_.run(attempt, "m.f") == "done"
    assert len(moments) == 3
    assert retrier_.retries.value == 2


@pytest.mark.parametrize(
    ("error", "tries"),
    [
        (NotSent("x"), 4),
        (UnknownFate("x"), 1),
        (ServerBusy("x"), 1),
        (ConcurrentUpdate("x"), 1),
    ],
)
def test_what_may_not_be_repeated_is_repeated_only_if_it_was_never_sent(
    error: OdooIngestionError, tries: int
) -> None:
    attempt, moments = failing(error)

    with pytest.raises(type(error)) as caught:
        retrier().run(attempt, "m.f", repeatable=False)

    assert caught.value is error
    assert len(moments) == tries


@pytest.mark.parametrize("error", [ValidationRefused("x"), LoginFailed("x"), ConnectionFailed("x")])
def test_what_will_not_pass_is_not_tried_again(error: OdooIngestionError) -> None:
    attempt, moments = failing(error)

    with pytest.raises(type(error)):
        retrier().run(attempt, "m.f")

    assert len(moments) == 1


def test_the_tries_are_bounded_and_each_is_logged(caplog: pytest.LogCaptureFixture) -> None:
    attempt, moments = failing(UnknownFate("The line is dead."))

    with caplog.at_level(logging.WARNING), pytest.raises(UnknownFate):
        retrier().run(attempt, "res.partner.load")

    assert len(moments) == 4
    *warnings, end = [r.getMessage() for r in caplog.records if r.levelno == logging.WARNING]
    assert len(warnings) == 3
    assert all("res.partner.load: The line is dead. Trying again in" in w for w in warnings)
    assert warnings[-1].endswith("(try 4 of 4).")
    assert "given up after 4 tries" in end


def test_the_time_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(retrying, "_FIRST_WAIT", 0.05)
    attempt, moments = failing(NotSent("x"))

    with pytest.raises(NotSent):
        retrier(tries=50, longest_wait=0.05, total=0.2).run(attempt, "m.f")

    assert 2 < len(moments) < 50
    assert moments[-1] - moments[0] < 0.3


def test_the_pauses_double_up_to_the_longest_and_are_jittered(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    bounds: list[tuple[float, float]] = []

    def middle(low: float, high: float) -> float:
        bounds.append((low, high))
        return 1.0

    monkeypatch.setattr("random.uniform", middle)
    monkeypatch.setattr(retrying, "_FIRST_WAIT", 0.1)
    attempt, _ = failing(NotSent("x"), times=4)

    with caplog.at_level(logging.WARNING):
        retrier(tries=5, longest_wait=0.3).run(attempt, "m.f")

    pauses = [re.findall(r"again in (\S+) s", r.getMessage())[0] for r in caplog.records]
    assert pauses == ["0.1", "0.2", "0.3", "0.3"]
    assert all(low < 1 < high for low, high in bounds)


def test_the_server_s_own_wish_to_wait_is_granted() -> None:
    attempt, moments = failing(ServerBusy("x", retry_after=0.15), times=1)

    retrier().run(attempt, "m.f")

    assert moments[1] - moments[0] >= 0.14


def test_a_wish_to_wait_for_longer_than_there_is_time_ends_the_tries_at_once() -> None:
    attempt, moments = failing(ServerBusy("x", retry_after=3600.0))

    with pytest.raises(ServerBusy):
        retrier(total=10.0).run(attempt, "m.f")

    assert len(moments) == 1


def test_closing_ends_the_waits(link: Link) -> None:
    _, connection = link(reply.http(503, Retry_After="30"))
    threading.Timer(0.1, connection.close).start()
    started = time.monotonic()

    with pytest.raises(ConnectionFailed, match="has been closed"):
        connection.call("res.partner", "load", ["id"], [])

    assert time.monotonic() - started < 30


def test_a_conflict_in_the_database_is_tried_again(link: Link) -> None:
    server, connection = link(reply.fault(1, SERIALIZATION), reply.answer({"ids": [1]}))

    assert connection.call("res.partner", "load", ["id"], [["a.b"]]) == {"ids": [1]}
    assert server.count("execute_kw") == 2
    assert connection.with_context(lang="fr_FR").retries == 1


def test_a_busy_server_is_asked_again_when_it_said(link: Link) -> None:
    server, connection = link(reply.http(429, Retry_After="1"), reply.answer(1))
    started = time.monotonic()

    assert connection.call("res.partner", "search_count", []) == 1
    assert 0.9 < time.monotonic() - started < 30
    assert server.count("execute_kw") == 2


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, None),
        ("120", 120),
        (" 5 ", 5),
        ("Fri, 20 Nov 2026 10:00:30 GMT", 30),
        ("Fri, 20 Nov 2026 10:00:30 -0000", 30),
        ("Fri, 20 Nov 2026 09:00:00 GMT", 0),
        ("soon", None),
        ("-5", None),
    ],
)
def test_both_forms_of_retry_after_are_read(header: str | None, seconds: float | None) -> None:
    now = datetime(2026, 11, 20, 10, 0, tzinfo=UTC)

    assert retry_after_seconds(header, now) == seconds


@pytest.mark.parametrize(("header", "seconds"), [("7", 7.0), ("86400", 300.0)])
def test_a_wish_to_wait_is_granted_up_to_a_bound(link: Link, header: str, seconds: float) -> None:
    _, connection = link(reply.http(503, Retry_After=header))

    with pytest.raises(ServerBusy) as caught:
        connection.call("res.partner", "create", {}, repeatable=False)

    assert caught.value.retry_after == seconds


def test_what_was_turned_away_is_sent_again_although_it_must_not_be_done_twice(link: Link) -> None:
    server, connection = link(reply.http(429, Retry_After="0"), reply.answer(5))

    assert connection.call("res.partner", "create", {}, repeatable=False) == 5
    assert server.count("execute_kw") == 2


def test_a_stop_ends_the_wait_between_two_tries() -> None:
    stop = threading.Event()
    waits = Waits(threading.Event(), stop)
    attempt, moments = failing(ServerBusy("x", retry_after=30.0))
    threading.Timer(0.1, stop.set).start()
    started = time.monotonic()

    with pytest.raises(Interrupted):
        Retrier(Patience(4, 0.01, 60.0), waits).run(attempt, "m.f")

    assert time.monotonic() - started < 30
    assert len(moments) == 1


def test_what_was_repeated_is_counted_by_its_reason() -> None:
    retrier_ = retrier()
    for error in (NotSent("x"), ServerBusy("x"), ServerBusy("x")):
        retrier_.run(failing(error, times=1)[0], "m.f")

    assert retrier_.reasons == {"not_sent": 1, "busy": 2}
