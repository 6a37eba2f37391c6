"""The connection against a real Odoo; what happened there is read by an independent reader."""

from __future__ import annotations

import logging
import threading
import traceback
import uuid
from collections.abc import Iterator
from typing import Any

import pytest
import urllib3

from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.errors import (
    AccessRefused,
    ConnectionFailed,
    LoginFailed,
    ModelMissing,
    OdooIngestionError,
    RecordMissing,
    ServerBug,
    UnknownFate,
    ValidationRefused,
)
from odoo_ingestion.ports import Odoo
from tests.connection_manager.conftest import SECRET, config_for
from tests.odoo_reader import OdooReader


def settings(reader: OdooReader, **others: Any) -> dict[str, Any]:
    known = {"database": reader.database, "username": reader.username, "api_key": reader.password}
    return {"timeout": 60.0, **known, **others}


@pytest.fixture
def odoo(module_database: OdooReader) -> Iterator[OdooConnection]:
    with connect(config_for(module_database.url, **settings(module_database))) as connection:
        yield connection


def new_user(reader: OdooReader, *groups: str, login: str | None = None) -> str:
    """Create a user with the password SECRET and return the login."""
    login = login or f"user-{uuid.uuid4().hex[:8]}"
    ids = [reader.xids("res.groups")[group] for group in groups]
    values = {"name": login, "login": login, "password": SECRET, "group_ids": [[6, 0, ids]]}
    reader.call("res.users", "create", values, context={"no_reset_password": True})
    return login


def test_it_fits_the_port_and_tells_what_it_is(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    port: Odoo = odoo

    assert port.version == "19.0"
    assert port.uid == module_database.uid
    assert (odoo.url, odoo.database, odoo.username) == (
        module_database.url,
        module_database.database,
        "admin",
    )
    assert 0 < odoo.ping() < 10


def test_what_is_written_arrives(odoo: OdooConnection, module_database: OdooReader) -> None:
    name = f"Käthe <&> 🎉 {uuid.uuid4()}"

    partner = odoo.call("res.partner", "create", {"name": name}, repeatable=False)

    found = module_database.search_read("res.partner", [("id", "=", partner)], ["name"])
    assert [record["name"] for record in found] == [name]


def test_a_carriage_return_reaches_the_database(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    mark = uuid.uuid4().hex

    odoo.call("res.partner", "create", {"name": f"{mark}a\r\nb"}, repeatable=False)

    # _ stands for one character: two are between a and b.
    assert module_database.count("res.partner", [("name", "=like", f"{mark}a__b")]) == 1


def test_the_context_reaches_odoo_and_the_call_s_own_wins(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    name = f"archived {uuid.uuid4()}"
    module_database.call("res.partner", "create", {"name": name, "active": False})
    everything = odoo.with_context(active_test=False)
    domain = [("name", "=", name)]

    assert odoo.call("res.partner", "search_count", domain) == 0
    assert everything.call("res.partner", "search_count", domain) == 1
    assert (
        everything.call("res.partner", "search_count", domain, context={"active_test": True}) == 0
    )
    assert dict(odoo.context) == {}
    assert dict(everything.context) == {"active_test": False}


def test_threads_and_views_share_one_login(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_user")
    chosen = settings(module_database, username=login, api_key=SECRET)
    answers: list[int] = []
    with connect(config_for(module_database.url, **chosen)) as connection:
        uid = connection.uid

        def ask() -> None:
            view = connection.with_context(lang="en_US")
            answers.append(view.call("res.partner", "search_count", []))

        threads = [threading.Thread(target=ask) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()

    assert len(answers) == 6
    assert connection.logins == 1
    # Odoo notes each login (res.users.log).
    assert module_database.count("res.users.log", [("create_uid", "=", uid)]) == 1


def test_a_wrong_password_is_a_failed_login(module_database: OdooReader) -> None:
    chosen = settings(module_database, api_key="certainly-wrong")

    with pytest.raises(LoginFailed, match="refuses the login 'admin'") as caught:
        connect(config_for(module_database.url, **chosen))

    assert "certainly-wrong" not in "".join(traceback.format_exception(caught.value))
    assert "ODOO_API_KEY" in str(caught.value.hint)


def test_an_unknown_database_is_told_with_those_there_are(module_database: OdooReader) -> None:
    chosen = settings(module_database, database="no_such_database")

    with pytest.raises(ConnectionFailed, match="no database 'no_such_database'") as caught:
        connect(config_for(module_database.url, **chosen))

    assert module_database.database in str(caught.value.hint)


def test_a_wrong_path_is_told(module_database: OdooReader) -> None:
    with pytest.raises(ConnectionFailed, match="HTTP 404"):
        connect(config_for(f"{module_database.url}/shop", **settings(module_database)))


def test_an_unknown_model_is_missing(odoo: OdooConnection) -> None:
    with pytest.raises(ModelMissing, match=r"no model no\.such\.model"):
        odoo.call("no.such.model", "search", [])


def test_a_constraint_is_a_refusal_in_odoos_words(odoo: OdooConnection) -> None:
    with pytest.raises(ValidationRefused, match="Contacts require a name"):
        odoo.call("res.partner", "create", {"name": False}, repeatable=False)


def test_a_deleted_record_is_missing(odoo: OdooConnection) -> None:
    with pytest.raises(RecordMissing, match="does not exist or has been deleted"):
        odoo.call("res.partner", "write", [99_999_999], {"name": "x"})


@pytest.mark.parametrize(
    ("method", "arguments", "words"),
    [
        ("create", [{"no_such_field": 1}], "Invalid field 'no_such_field'"),
        ("no_such_method", [], "'res.partner.no_such_method' does not exist"),
    ],
)
def test_a_wrong_call_is_told_by_its_last_line(
    odoo: OdooConnection, method: str, arguments: list[Any], words: str
) -> None:
    with pytest.raises(ServerBug, match=words) as caught:
        odoo.call("res.partner", method, *arguments, repeatable=False)

    assert "Traceback" not in caught.value.message
    assert "File " not in caught.value.message


def test_a_missing_right_is_told(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_user")
    chosen = settings(module_database, username=login, api_key=SECRET)

    with (
        connect(config_for(module_database.url, **chosen)) as connection,
        pytest.raises(AccessRefused, match="not allowed"),
    ):
        connection.call("ir.model.data", "search", [])


def test_a_method_that_returns_nothing_gives_none(odoo: OdooConnection) -> None:
    assert odoo.call("stock.quant", "action_apply_inventory", []) is None


def test_after_a_time_out_the_fate_is_unknown_and_odoo_may_have_done_it(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    name = f"late {uuid.uuid4()}"

    with pytest.raises(UnknownFate, match="did not answer"):
        odoo.call("res.partner", "create", [{"name": name}] * 50, repeatable=False, timeout=0.001)

    # The same session still works, on a connection of its own.
    assert odoo.call("res.partner", "search_count", []) > 0
    assert module_database.count("res.partner", [("name", "=", name)]) in {0, 50}


def test_a_password_changed_meanwhile_is_a_failed_login(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_user")
    chosen = settings(module_database, username=login, api_key=SECRET)
    with connect(config_for(module_database.url, **chosen)) as connection:
        assert connection.call("res.users", "context_get")["uid"] == connection.uid
        module_database.call("res.users", "write", [connection.uid], {"password": "another one"})

        with pytest.raises(LoginFailed):
            connection.call("res.users", "context_get")
        with pytest.raises(LoginFailed):
            connection.call("res.users", "context_get")

        assert connection.logins == 2


def test_a_login_that_moved_to_another_user_is_followed(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_user")
    chosen = settings(module_database, username=login, api_key=SECRET)
    with connect(config_for(module_database.url, **chosen)) as connection:
        old = connection.uid
        moved = {"login": f"old-{login}", "active": False}
        module_database.call("res.users", "write", [old], moved)
        new_user(module_database, "base.group_user", login=login)

        assert connection.call("res.users", "context_get")["uid"] == connection.uid
        assert connection.uid != old
        assert connection.logins == 2


def test_an_api_key_logs_in(module_database: OdooReader) -> None:
    key = make_api_key(module_database)
    chosen = settings(module_database, api_key=key)

    with connect(config_for(module_database.url, **chosen)) as connection:
        assert connection.uid == module_database.uid
        assert connection.call("res.partner", "search_count", []) > 0


def make_api_key(reader: OdooReader) -> str:
    """Make a key in a web session, the only place where Odoo lets one be made."""
    pool = urllib3.PoolManager()
    cookies: dict[str, str] = {}

    def post(path: str, **params: Any) -> Any:
        response = pool.request(
            "POST", reader.url + path, json={"jsonrpc": "2.0", "params": params}, headers=cookies
        )
        cookies["Cookie"] = response.headers.get("Set-Cookie", cookies.get("Cookie", ""))
        answer = response.json()
        assert "result" in answer, answer
        return answer["result"]

    def call(model: str, method: str, *args: Any, **context: Any) -> Any:
        kwargs = {"context": context}
        where = f"/web/dataset/call_kw/{model}/{method}"
        return post(where, model=model, method=method, args=args, kwargs=kwargs)

    wizard = "res.users.apikeys.description"
    login = {"db": reader.database, "login": reader.username, "password": reader.password}
    post("/web/session/authenticate", **login)
    made = call(wizard, "create", {"name": "test", "duration": "1"})
    check = call(wizard, "make_key", [made])
    shown = call(check["res_model"], "run_check", [check["res_id"]], password=reader.password)
    pool.clear()
    key: str = shown["context"]["default_key"]
    return key


def test_the_key_is_in_no_log_of_a_real_run(
    module_database: OdooReader, caplog: pytest.LogCaptureFixture
) -> None:
    login = new_user(module_database, "base.group_user")
    chosen = settings(module_database, username=login, api_key=SECRET)
    calls: list[tuple[str, str, list[Any]]] = [
        ("res.partner", "search_count", [[]]),
        ("res.partner", "no_such_method", [SECRET]),
        ("no.such.model", "search", [[]]),
        ("res.partner", "search", [[["no_such_field", "=", SECRET]]]),
        ("res.partner", "search", [[["id", "in", {SECRET: 1}]]]),
    ]
    with (
        caplog.at_level(logging.DEBUG),
        connect(config_for(module_database.url, **chosen)) as connection,
    ):
        for model, method, arguments in calls:
            try:
                connection.call(model, method, *arguments, repeatable=False)
            except OdooIngestionError as e:
                assert SECRET not in "".join(traceback.format_exception(e))

    assert "Traceback" in caplog.text
    assert SECRET not in caplog.text
