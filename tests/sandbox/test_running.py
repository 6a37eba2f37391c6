"""The running sandbox, as a client without our code sees it."""

from __future__ import annotations

import dataclasses
import json
import uuid
import xmlrpc.client
from contextlib import suppress

import psutil
import pytest

from odoo_ingestion import sandbox as odoo_sandbox
from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import SandboxStatus, default_home
from odoo_ingestion.sandbox.home import DEFAULT_MODULES
from odoo_ingestion.sandbox.state import read_state
from tests.odoo_reader import OdooReader


def test_the_facts_are_what_a_plain_client_sees(sandbox: SandboxStatus) -> None:
    assert sandbox.running
    with xmlrpc.client.ServerProxy(f"{sandbox.url}/xmlrpc/2/common") as common:
        version = common.version()
        uid = common.authenticate(sandbox.database, sandbox.username, sandbox.password, {})
        stranger = common.authenticate(sandbox.database, sandbox.username, "wrong", {})
    assert isinstance(version, dict)
    assert version["server_serie"] == sandbox.version == "19.0"
    assert uid
    assert stranger is False


def test_the_facts_are_json(sandbox: SandboxStatus) -> None:
    assert json.loads(json.dumps(dataclasses.asdict(sandbox)))["database"] == "sandbox"


def test_starting_a_running_sandbox_changes_nothing(sandbox: SandboxStatus) -> None:
    said: list[str] = []
    before = read_state(default_home().state_file)
    assert odoo_sandbox.start(say=said.append) == sandbox == odoo_sandbox.status()
    assert read_state(default_home().state_file) == before
    assert said == [f"The sandbox already runs at {sandbox.url}."]


def test_the_modules_are_there_and_no_demo_data(module_database: OdooReader) -> None:
    rows = module_database.search_read(
        "ir.module.module", [("name", "in", DEFAULT_MODULES)], ["name", "state", "demo"]
    )
    assert {row["name"] for row in rows} == set(DEFAULT_MODULES)
    assert {(row["state"], row["demo"]) for row in rows} == {("installed", False)}
    assert module_database.count("product.template") == 0
    assert module_database.count("sale.order") == 0


def test_a_fresh_database_can_sell(module_database: OdooReader) -> None:
    """Orders need taxes and accounts, and stock a warehouse: Odoo installs the generic chart."""
    company = module_database.search_read(
        "res.company", [], ["chart_template", "currency_id", "country_id"]
    )
    assert [row["chart_template"] for row in company] == ["generic_coa"]
    assert module_database.count("account.tax", [("type_tax_use", "=", "sale")]) == 2
    assert module_database.count("uom.uom") >= 10
    assert module_database.count("stock.warehouse") == 1
    assert "base.main_company" in module_database.xids("res.company")


def test_clones_are_apart(fresh_database: OdooReader, module_database: OdooReader) -> None:
    name = f"Only here {uuid.uuid4()}"
    made = fresh_database.call("res.partner", "create", {"name": name})
    domain = [("name", "=", name)]
    assert fresh_database.search_read("res.partner", domain, ["name"]) == [
        {"id": made, "name": name}
    ]
    assert module_database.count("res.partner", domain) == 0


def test_files_of_a_clone_are_its_own(fresh_database: OdooReader) -> None:
    stores = default_home().data / "filestore"
    assert (stores / fresh_database.database).is_dir()
    made = fresh_database.call("ir.attachment", "create", {"name": "a", "raw": "some text"})
    row = fresh_database.search_read("ir.attachment", [("id", "=", made)], ["store_fname"])[0]
    assert (stores / fresh_database.database / row["store_fname"]).read_text() == "some text"


def test_after_a_drop_the_server_goes_on(sandbox: SandboxStatus) -> None:
    name = f"test_{uuid.uuid4().hex[:12]}"
    odoo_sandbox.create_database(name)
    try:
        with pytest.raises(SandboxError, match="already is a database"):
            odoo_sandbox.create_database(name)
        with OdooReader(sandbox.url, name, sandbox.username, sandbox.password) as reader:
            assert reader.count("res.partner") >= 1
            odoo_sandbox.drop_database(name)
            with pytest.raises(xmlrpc.client.Fault):
                reader.count("res.partner")
    finally:
        odoo_sandbox.drop_database(name)
    assert not (default_home().data / "filestore" / name).exists()
    with OdooReader(sandbox.url, "sandbox", sandbox.username, sandbox.password) as reader:
        for _ in range(6):
            assert reader.count("res.partner") >= 1


def test_it_listens_on_the_loopback_interface_only(sandbox: SandboxStatus) -> None:
    state = read_state(default_home().state_file)
    assert state is not None
    odoo = psutil.Process(state.odoo.pid)
    postgres = psutil.Process(state.postgres.pid)
    ports = {}
    for process in [odoo, *odoo.children(), postgres, *postgres.children()]:
        with suppress(psutil.NoSuchProcess):  # PostgreSQL's end with their connections
            for connection in process.net_connections("inet"):
                if connection.status == psutil.CONN_LISTEN:
                    ports[connection.laddr.port] = connection.laddr.ip
    assert ports == {state.http_port: "127.0.0.1", state.gevent_port: "127.0.0.1"}


def test_the_servers_do_not_run_as_root(sandbox: SandboxStatus) -> None:
    state = read_state(default_home().state_file)
    assert state is not None
    for mark in (state.odoo, state.postgres):
        assert psutil.Process(mark.pid).uids().effective != 0


def test_modules_can_be_added(fresh_database: OdooReader) -> None:
    odoo_sandbox.install_modules(fresh_database.database, ["product_matrix"])
    state = fresh_database.search_read(
        "ir.module.module", [("name", "=", "product_matrix")], ["state"]
    )
    assert [row["state"] for row in state] == ["installed"]


def test_modules_need_good_names_and_a_database(sandbox: SandboxStatus) -> None:
    with pytest.raises(SandboxError, match="no Odoo module names"):
        odoo_sandbox.install_modules("sandbox", ["--stop"])
    with pytest.raises(SandboxError, match="no database 'nowhere'"):
        odoo_sandbox.install_modules("nowhere", ["product_matrix"])
