"""The same call has the same answer, or the same error, over both protocols of a real Odoo 19."""

from __future__ import annotations

import logging
import traceback
import uuid
from collections.abc import Iterator
from typing import Any

import pytest

from odoo_ingestion import external_ids
from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.errors import (
    AccessRefused,
    ConnectionFailed,
    LoginFailed,
    ModelMissing,
    OdooIngestionError,
    RecordMissing,
    ServerBug,
    ServerRefused,
    UnknownFate,
    ValidationRefused,
)
from tests.connection_manager.both_protocols import (
    PROTOCOLS,
    make_api_key,
    new_reader,
    real_connection,
)
from tests.connection_manager.conftest import config_for
from tests.connection_manager.test_real_odoo import settings
from tests.odoo_reader import OdooReader


@pytest.fixture(scope="module")
def key(module_database: OdooReader) -> str:
    return make_api_key(module_database)


@pytest.fixture(scope="module")
def clerk(module_database: OdooReader) -> OdooReader:
    """A user without special rights, who logs in with a key as well."""
    return new_reader(module_database, "base.group_user")


@pytest.fixture(scope="module")
def clerks_key(clerk: OdooReader) -> str:
    return make_api_key(clerk)


@pytest.fixture(params=PROTOCOLS)
def protocol(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def odoo(module_database: OdooReader, key: str, protocol: str) -> Iterator[OdooConnection]:
    with real_connection(module_database, protocol, api_key=key) as connection:
        yield connection


# --- what is sent and what comes back -------------------------------------------------------


def test_what_is_written_arrives(odoo: OdooConnection, module_database: OdooReader) -> None:
    name = f"Käthe <&> 🎉 {uuid.uuid4()}"

    partner = odoo.call("res.partner", "create", {"name": name}, repeatable=False)
    two = odoo.call("res.partner", "create", [{"name": name}, {"name": name}], repeatable=False)
    written = odoo.call("res.partner", "write", [partner], {"ref": "r", "category_id": []})

    assert written is True
    found = module_database.search_read("res.partner", [("name", "=", name)], ["ref"], order="id")
    assert [record["id"] for record in found] == [partner, *two]
    assert found[0]["ref"] == "r"


def test_records_are_read_alike(odoo: OdooConnection) -> None:
    (user,) = odoo.call("res.users", "read", [odoo.uid], ["login", "company_id", "login_date"])
    found = odoo.call("res.users", "search_read", [("id", "=", odoo.uid)], ["login"], limit=1)
    raw = odoo.call("res.users", "read", odoo.uid, ["company_id"], load="")

    assert user["login"] == "admin"
    assert user["company_id"] == [1, "My Company"]
    assert isinstance(user["login_date"], str)
    assert found == [{"id": odoo.uid, "login": "admin"}]
    assert raw[0]["company_id"] == 1


def test_searches_take_offset_limit_and_order_by_position_and_by_name(
    odoo: OdooConnection,
) -> None:
    first = odoo.call("res.country", "search", [], 0, 3, "code")
    later = odoo.call("res.country", "search", [], 1, 2, order="code")

    assert len(first) == 3
    assert later == first[1:]
    assert odoo.call("res.country", "search_count", [("code", "in", ["DE", "FR"])]) == 2
    assert odoo.call("res.country", "name_search", "German", [], "=ilike", 5) == []
    assert odoo.call("res.country", "name_search", "germany", [], "=ilike", 5)[0][1] == "Germany"


def test_the_context_reaches_odoo(odoo: OdooConnection, module_database: OdooReader) -> None:
    name = f"archived {uuid.uuid4()}"
    module_database.call("res.partner", "create", {"name": name, "active": False})
    domain = [("name", "=", name)]

    assert odoo.call("res.partner", "search_count", domain) == 0
    assert odoo.with_context(active_test=False).call("res.partner", "search_count", domain) == 1


def test_load_answers_alike(odoo: OdooConnection, module_database: OdooReader) -> None:
    name = f"contract.p{uuid.uuid4().hex}"
    columns = ["id", "name", "color"]

    landed = odoo.call("res.partner", "load", columns, [[name, "Ada", "3"]])
    refused = odoo.call("res.partner", "load", columns, [[name, "Ada", "three"]])

    assert landed["ids"] == [module_database.xids("res.partner")[name]]
    assert refused["ids"] is False
    assert refused["messages"][0]["field"] == "color"
    assert (refused["messages"][0]["rows"], refused["messages"][0]["type"]) == (
        {"from": 0, "to": 0},
        "error",
    )


def test_rights_and_external_ids_are_looked_up_alike(odoo: OdooConnection) -> None:
    names = ["base.main_partner", "no.such_id"]

    assert external_ids.may_read_external_ids(odoo)
    assert odoo.call("res.partner", "has_access", [], "create") is True
    for may_read in (True, False):
        found = external_ids.find(odoo, names, may_read=may_read)
        assert found == {"base.main_partner": external_ids.Target("res.partner", 1)}


def test_a_method_that_returns_nothing_gives_none(odoo: OdooConnection) -> None:
    assert odoo.call("stock.quant", "action_apply_inventory", []) is None


def test_a_default_of_nothing_is_none_over_both(odoo: OdooConnection) -> None:
    assert fetch_defaults(odoo, "res.partner.bank", ["acc_number", "active"]) == {"active": True}


def test_fields_are_described_alike(module_database: OdooReader, key: str) -> None:
    described = []
    for name in PROTOCOLS:
        with real_connection(module_database, name, api_key=key) as connection:
            described.append(
                connection.call("res.partner", "fields_get", [], ["type", "relation", "selection"])
            )

    assert described[0] == described[1]


# --- errors ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("model", "method", "arguments", "kind", "words"),
    [
        ("res.partner", "create", [{"name": False}], ValidationRefused, "Contacts require a name"),
        ("res.partner", "write", [[99_999_999], {"name": "x"}], RecordMissing, "does not exist"),
        ("no.such.model", "search", [[]], ModelMissing, r"no model no\.such\.model"),
        ("res.partner", "no_such_method", [], ServerBug, "'res.partner.no_such_method' does not"),
        ("res.partner", "_compute_display_name", [], AccessRefused, "Private methods"),
        ("res.partner", "create", [{"nope": 1}], ServerBug, "Invalid field 'nope'"),
        ("res.partner", "search", [[("nope", "=", 1)]], ServerBug, "nope"),
        ("res.partner", "search", [[("id", "in", {"a": 1})]], ServerBug, "unhashable"),
        ("res.partner", "create", [{"name": "x\x00y"}], ValidationRefused, "NUL"),
        ("res.partner", "create", [{"name": "x", "color": 2**31}], ValidationRefused, "32 bit"),
        ("product.template", "load", [["nope"], [["x"]]], ServerBug, "nope"),
    ],
)
def test_an_error_is_the_same_over_both(
    odoo: OdooConnection,
    model: str,
    method: str,
    arguments: list[Any],
    kind: type[OdooIngestionError],
    words: str,
) -> None:
    with pytest.raises(OdooIngestionError, match=words) as caught:
        odoo.call(model, method, *arguments, repeatable=False)

    assert type(caught.value) is kind
    assert "Traceback" not in caught.value.message


def test_a_unique_value_that_is_taken_is_a_refusal(odoo: OdooConnection) -> None:
    with pytest.raises(ValidationRefused, match="must be unique"):
        odoo.call("res.currency", "create", {"name": "EUR", "symbol": "E"}, repeatable=False)


def test_a_missing_right_is_told(clerk: OdooReader, clerks_key: str, protocol: str) -> None:
    with (
        real_connection(clerk, protocol, api_key=clerks_key) as connection,
        pytest.raises(AccessRefused, match="not allowed"),
    ):
        connection.call("ir.model.data", "search", [])


def test_a_request_over_128_mib_advises_smaller_batches(odoo: OdooConnection) -> None:
    with pytest.raises(ServerRefused, match="too large") as caught:
        odoo.call("res.partner", "load", ["name"], [["x" * (129 * 2**20)]], repeatable=False)

    assert "--batch-size" in str(caught.value.hint)


def test_after_a_time_out_the_fate_is_unknown(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    name = f"late {uuid.uuid4()}"

    with pytest.raises(UnknownFate, match="did not answer"):
        odoo.call("res.partner", "create", [{"name": name}] * 50, repeatable=False, timeout=0.001)

    assert odoo.call("res.partner", "search_count", []) > 0
    assert module_database.count("res.partner", [("name", "=", name)]) in {0, 50}


@pytest.mark.parametrize("wrong", ["0" * 40, "certainly-wrong"])
def test_a_wrong_key_is_a_failed_login(
    module_database: OdooReader, protocol: str, wrong: str
) -> None:
    chosen = settings(module_database, api_key=wrong, protocol=protocol)

    with pytest.raises(LoginFailed, match="refuses the login 'admin'") as caught:
        connect(config_for(module_database.url, **chosen))

    assert wrong not in "".join(traceback.format_exception(caught.value))


def test_the_key_of_another_user_is_a_failed_login(
    clerk: OdooReader, protocol: str, key: str
) -> None:
    chosen = settings(clerk, api_key=key, protocol=protocol)

    with pytest.raises(LoginFailed):
        connect(config_for(clerk.url, **chosen))


def test_an_unknown_database_is_told_with_those_there_are(
    module_database: OdooReader, protocol: str, key: str
) -> None:
    chosen = settings(module_database, database="nowhere", api_key=key, protocol=protocol)

    with pytest.raises(ConnectionFailed, match="no database 'nowhere'") as caught:
        connect(config_for(module_database.url, **chosen))

    assert module_database.database in str(caught.value.hint)


def test_a_wrong_path_is_told(module_database: OdooReader, protocol: str, key: str) -> None:
    chosen = settings(module_database, api_key=key, protocol=protocol)

    with pytest.raises(ConnectionFailed, match="HTTP 404"):
        connect(config_for(f"{module_database.url}/shop", **chosen))


def test_a_key_withdrawn_meanwhile_is_a_failed_login(
    module_database: OdooReader, protocol: str
) -> None:
    leaver = new_reader(module_database, "base.group_user")
    with real_connection(leaver, protocol, api_key=make_api_key(leaver)) as connection:
        assert connection.call("res.users", "context_get")["uid"] == connection.uid
        # Odoo deletes the keys of a user who is archived.
        module_database.call("res.users", "write", [connection.uid], {"active": False})

        with pytest.raises(LoginFailed):
            connection.call("res.users", "context_get")


def test_the_key_is_in_no_log(
    module_database: OdooReader, protocol: str, key: str, caplog: pytest.LogCaptureFixture
) -> None:
    calls: list[tuple[str, list[Any]]] = [
        ("search_count", [[]]),
        ("search", [[["no_such_field", "=", key]]]),
        ("search", [[["id", "in", {key: 1}]]]),
    ]
    with (
        caplog.at_level(logging.DEBUG),
        real_connection(module_database, protocol, api_key=key) as connection,
    ):
        for method, arguments in calls:
            try:
                connection.call("res.partner", method, *arguments, repeatable=False)
            except OdooIngestionError as e:
                assert key not in "".join(traceback.format_exception(e))

    assert "Traceback" in caplog.text
    assert key not in caplog.text
