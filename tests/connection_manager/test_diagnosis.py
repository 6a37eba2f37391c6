"""The doctor names what stands in the way, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from typing import Any

import pytest

from odoo_ingestion.connection_manager import Diagnosis, Finding, diagnose, examination
from odoo_ingestion.errors import AccessRefused
from tests.connection_manager import scripted_server as reply
from tests.connection_manager.conftest import SECRET, config_for
from tests.connection_manager.scripted_server import ScriptedServer
from tests.connection_manager.test_real_odoo import make_api_key, new_user, settings
from tests.odoo_reader import OdooReader

Serve = Callable[..., ScriptedServer]


def look(reader: OdooReader, **others: Any) -> Diagnosis:
    return diagnose(config_for(reader.url, **settings(reader, **others)))


def named(diagnosis: Diagnosis, name: str) -> Finding:
    (finding,) = [finding for finding in diagnosis.findings if finding.name == name]
    return finding


# --- a real Odoo ----------------------------------------------------------------------------


def test_an_administrator_may_import_everything(module_database: OdooReader) -> None:
    diagnosis = look(module_database)

    assert diagnosis.ok
    assert [finding.name for finding in diagnosis.findings] == [
        "server",
        "version",
        "login",
        "protocol",
        "user",
        "company",
        "language",
        "rights on product.category",
        "rights on product.template",
        "rights on res.partner",
        "rights on sale.order",
        "external ids",
        "automation",
        "latency",
        "key",
        "xml-rpc",
    ]
    facts = diagnosis.as_dict()
    assert facts["version"] == "19.0"
    assert facts["user"] == {
        "id": module_database.uid,
        "name": "Administrator",
        "login": "admin",
    }
    assert facts["company"] in facts["companies"]
    assert facts["lang"] == "en_US"
    assert facts["languages"] == [{"code": "en_US", "name": "English (US)"}]
    assert facts["rights"]["res.partner"] == {"read": True, "write": True, "create": True}
    assert facts["external_ids"] == {"read": True, "create": True}
    assert facts["automation_rules"] == []
    assert 0 < facts["latency_ms"] < 10_000
    assert json.loads(json.dumps(facts)) == facts


def test_it_writes_nothing_but_the_login(module_database: OdooReader) -> None:
    models = ["res.partner", "ir.model.data", "product.template"]
    before = [module_database.count(model) for model in models]

    look(module_database)

    assert [module_database.count(model) for model in models] == before


def test_a_user_without_rights_is_told_what_is_limited(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_user")

    diagnosis = look(module_database, username=login, api_key=SECRET)

    assert not diagnosis.ok
    products = named(diagnosis, "rights on product.template")
    assert products.ok is False
    assert "may not write or create products" in products.message
    assert "administrator" in str(products.hint)
    assert named(diagnosis, "rights on sale.order").ok is None
    external_ids = named(diagnosis, "external ids")
    assert external_ids.ok is None
    assert "Imports work all the same" in external_ids.message
    assert diagnosis.facts["external_ids"] == {"read": False, "create": False}
    assert SECRET not in repr(diagnosis)


def test_a_portal_user_may_not_import(module_database: OdooReader) -> None:
    login = new_user(module_database, "base.group_portal")

    diagnosis = look(module_database, username=login, api_key=SECRET)

    assert named(diagnosis, "user").ok is False
    assert "internal user" in str(named(diagnosis, "user").hint)


def test_a_second_company_is_shown(fresh_database: OdooReader) -> None:
    second = fresh_database.call("res.company", "create", {"name": "Second"})
    fresh_database.call("res.users", "write", [fresh_database.uid], {"company_ids": [[4, second]]})

    diagnosis = look(fresh_database)

    assert named(diagnosis, "company").message.endswith("also allowed: Second")
    assert {company["name"] for company in diagnosis.facts["companies"]} >= {"Second"}
    assert diagnosis.facts["company"]["name"] != "Second"


def test_automation_rules_on_imported_models_are_named(fresh_database: OdooReader) -> None:
    module = fresh_database.search_read(
        "ir.module.module", [("name", "=", "base_automation")], ["id"]
    )
    fresh_database.call("ir.module.module", "button_immediate_install", [module[0]["id"]])
    assert named(look(fresh_database), "automation").message.startswith("No automation rules")
    models = fresh_database.xids("ir.model")
    for model in ("base.model_res_partner", "base.model_res_country"):
        rule = {"name": f"On {model}", "model_id": models[model], "trigger": "on_create"}
        fresh_database.call("base.automation", "create", rule)

    diagnosis = look(fresh_database)

    assert "On base.model_res_partner (res.partner)." in named(diagnosis, "automation").message
    assert diagnosis.facts["automation_rules"] == [
        {"model": "res.partner", "name": "On base.model_res_partner", "trigger": "on_create"}
    ]
    login = new_user(fresh_database, "base.group_user")
    blind = look(fresh_database, username=login, api_key=SECRET)
    assert "may not see" in named(blind, "automation").message


def test_a_missing_app_is_a_finding(
    module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(examination.MODELS, "no.such.model", "things")

    diagnosis = look(module_database)

    assert diagnosis.ok
    assert "has no things" in named(diagnosis, "rights on no.such.model").message
    assert diagnosis.facts["rights"]["no.such.model"] is None


def test_an_api_key_needs_no_advice(module_database: OdooReader) -> None:
    diagnosis = look(module_database, api_key=make_api_key(module_database))

    assert diagnosis.ok
    assert "key" not in [finding.name for finding in diagnosis.findings]


def test_an_unknown_database_is_the_finding(module_database: OdooReader) -> None:
    diagnosis = look(module_database, database="no_such_database")

    assert not diagnosis.ok
    assert [finding.ok for finding in diagnosis.findings] == [True, True, False]
    assert module_database.database in str(named(diagnosis, "database").hint)


def test_a_wrong_login_is_the_finding(module_database: OdooReader) -> None:
    diagnosis = look(module_database, api_key="certainly-wrong")

    assert not diagnosis.ok
    assert diagnosis.findings[-1].name == "login"
    assert "certainly-wrong" not in json.dumps(diagnosis.as_dict())


# --- servers that cannot be had -------------------------------------------------------------


@pytest.mark.parametrize(
    ("version", "name", "words"),
    [
        (reply.http(200, b"<html>Odoo.sh</html>"), "server", "web page"),
        (reply.http(404), "server", "no XML-RPC"),
        (reply.answer({"server_version": "12.0"}), "version", "not supported"),
    ],
)
def test_what_answers_otherwise_is_the_finding(
    serve: Serve, version: reply.Reply, name: str, words: str
) -> None:
    server = serve(version=version)

    diagnosis = diagnose(config_for(server.url))

    assert not diagnosis.ok
    assert diagnosis.findings[-1].name == name
    assert words in diagnosis.findings[-1].message
    assert diagnosis.findings[-1].hint


def test_a_closed_port_is_the_finding_at_once() -> None:
    with ScriptedServer() as server:
        url = server.url

    diagnosis = diagnose(config_for(url))

    assert diagnosis.findings == (
        Finding(
            "server",
            False,
            f"{url} refuses connections.",
            "Check the port in ODOO_URL, and that Odoo is running.",
        ),
    )


def test_a_newer_version_is_let_through_with_a_word(serve: Serve) -> None:
    server = serve(reply.fault(4, "no"), version=reply.answer({"server_version": "20.0"}))

    finding = named(diagnose(config_for(server.url)), "version")

    assert finding.ok is None
    assert "newer" in finding.message


def test_what_cannot_be_looked_at_does_not_stop_the_rest(serve: Serve) -> None:
    server = serve(reply.http(503))

    diagnosis = diagnose(config_for(server.url))

    assert not diagnosis.ok
    assert named(diagnosis, "companies").ok is False
    assert named(diagnosis, "latency").ok is True


def test_a_server_that_goes_away_meanwhile_is_told(serve: Serve) -> None:
    server = serve(reply.answer([]))
    version = server.version
    calls = 0

    def once(client: Any) -> bool:
        nonlocal calls
        calls += 1
        return version(client) if calls == 1 else reply.drop(client)

    server.version = once
    server.script = [reply.fault(4, "no")]

    assert named(diagnose(config_for(server.url)), "latency").ok is False


def test_a_slow_way_is_worth_a_word(serve: Serve, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("odoo_ingestion.connection_manager.diagnosis._SLOW_MILLISECONDS", 0.0)
    server = serve(reply.fault(4, "no"))

    latency = named(diagnose(config_for(server.url)), "latency")

    assert latency.ok is None
    assert "--batch-size" in str(latency.hint)


def test_a_key_over_plain_http_is_worth_a_word(serve: Serve) -> None:
    server = serve(reply.fault(4, "no"))

    diagnosis = diagnose(config_for("http://odoo.example", proxy=server.url))

    assert named(diagnosis, "encryption").ok is None
    assert "encryption" not in [f.name for f in diagnose(config_for(server.url)).findings]


class OldOdoo:
    """An Odoo 17 that answers only what rights are asked by there."""

    version = "17.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def with_context(self, **context: Any) -> OldOdoo:
        return self

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        if (method, kwargs) != ("check_access_rights", {"raise_exception": False}):
            raise AccessRefused(f"no {method}")
        return args != ("create",)


def test_rights_are_asked_of_older_versions_in_their_way() -> None:
    odoo = OldOdoo()

    assert examination.may(odoo, "res.partner", "read")
    assert not examination.may(odoo, "res.partner", "create")
