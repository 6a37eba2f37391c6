"""`fields`, `template`, `check` and `sandbox`: what they tell, without a server."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable
from typing import Any

import pytest

from odoo_ingestion import connection_manager, sandbox
from odoo_ingestion.connection_manager import Diagnosis, Finding
from odoo_ingestion.data_models import IMPORT_TYPES
from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox import SandboxStatus
from tests.cli.conftest import Said

Command = Callable[..., Said]

RUNNING = SandboxStatus(
    running=True,
    url="http://127.0.0.1:8069",
    database="sandbox",
    username="admin",
    password="admin",
    version="19.0",
)


# --- fields -----------------------------------------------------------------------------------


def test_fields_are_listed_offline(command: Command) -> None:
    said = command("fields", "product.category", "--offline")
    assert said.code == 0
    lines = [line.split() for line in said.out.splitlines()]
    assert ["name", "Name", "char", "yes"] in lines
    assert ["parent_id", "Parent", "Category", "many2one", "product.category"] in lines
    assert not any(line[:1] == ["create_date"] for line in lines)


def test_fields_as_json(command: Command) -> None:
    said = command("fields", "res.partner", "--offline", "--odoo-version", "18.0", "--json")
    assert (said.json["model"], said.json["version"]) == ("res.partner", "18.0")
    fields = {field["name"]: field for field in said.json["fields"]}
    assert fields["type"]["values"][0] == {"value": "contact", "label": "Contact"}
    assert fields["country_id"]["relation"] == "res.country"
    assert fields["name"] == {
        "name": "name",
        "label": "Name",
        "type": "char",
        "required": False,
        "relation": None,
        "values": [],
    }


def test_labels_give_way_on_a_narrow_terminal(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odoo_ingestion.cli.plain_console.PIPE_WIDTH", 60)
    said = command("fields", "product.category", "--offline")
    assert "Label" not in said.out
    assert max(len(line) for line in said.out.splitlines()) <= 60


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["res.partnr", "--offline"], "usage", "res.partnr"),
        (["res.partner", "--offline", "--odoo-version", "3.0"], "usage", "3.0"),
        (["res.partner", "--odoo-version", "18.0"], "usage", "--offline"),
    ],
)
def test_fields_that_are_not_known(
    command: Command, words: list[str], code: str, told: str
) -> None:
    said = command("fields", *words, "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == code
    assert told in said.json["error"]["message"]


# --- template ---------------------------------------------------------------------------------


@pytest.mark.parametrize("name", IMPORT_TYPES)
def test_a_template_is_a_header_and_an_example(command: Command, name: str) -> None:
    said = command("template", "--type", name)
    rows = list(csv.DictReader(io.StringIO(said.out)))
    assert said.code == 0
    assert rows == [dict(IMPORT_TYPES[name].example)]


def test_a_template_in_json(command: Command) -> None:
    example = dict(IMPORT_TYPES["products"].example)
    assert command("template", "--type", "products", "--format", "json").json == [example]
    said = command("template", "--type", "products", "--format", "jsonl")
    assert [json.loads(line) for line in said.out.splitlines()] == [example]


def test_a_type_that_is_none(command: Command) -> None:
    said = command("template", "--type", "product")
    assert said.code == 2
    assert "products" in said.err
    assert said.out == ""


# --- check ------------------------------------------------------------------------------------

GOOD = (Finding("server", True, "It answers."), Finding("key", None, "A password.", "Use a key."))
BAD = (*GOOD, Finding("login", False, "Refused.", "Correct the login."))


def diagnose_as(monkeypatch: pytest.MonkeyPatch, findings: tuple[Finding, ...]) -> None:
    def diagnose(config: Any) -> Diagnosis:
        return Diagnosis(config.url, config.database, config.username, findings, {"version": "19"})

    monkeypatch.setattr(connection_manager, "diagnose", diagnose)


def test_check_tells_what_is_fine_and_what_is_good_to_know(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    diagnose_as(monkeypatch, GOOD)
    said = command("check")
    assert said.code == 0
    words = [" ".join(line.split()) for line in said.out.splitlines()]
    assert words == [
        "Checking shop on https://odoo.example.com, as ann@example.com",
        "ok server It answers.",
        "note key A password.",
        "Use a key.",
        "Ready to import.",
    ]


def test_check_tells_what_is_in_the_way(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnose_as(monkeypatch, BAD)
    said = command("check")
    assert said.code == 3
    assert "wrong" in said.out
    assert "Correct the login." in said.out
    assert "Not ready to import." in said.out
    quiet = command("check", "--quiet")
    assert "It answers." not in quiet.out
    assert "Refused." in quiet.out


def test_check_as_json(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    diagnose_as(monkeypatch, BAD)
    said = command("check", "--json", "--database", "other")
    assert said.code == 3
    assert said.json["ok"] is False
    assert said.json["database"] == "other"


def test_check_without_settings_is_exit_2(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODOO_URL")
    said = command("check", "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == "configuration"


# --- sandbox ----------------------------------------------------------------------------------


@pytest.mark.parametrize("verb", ["start", "reset", "status"])
def test_a_running_sandbox_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch, verb: str
) -> None:
    def act(say: Callable[[str], None] = lambda _: None) -> SandboxStatus:
        say("Starting PostgreSQL and Odoo.")
        return RUNNING

    monkeypatch.setattr(sandbox, verb, act)
    said = command("sandbox", verb)
    assert said.code == 0
    assert "http://127.0.0.1:8069" in said.out
    assert ("Starting PostgreSQL" in said.err) == (verb != "status")
    assert command("sandbox", verb, "--json").json == {
        "running": True,
        "url": "http://127.0.0.1:8069",
        "database": "sandbox",
        "username": "admin",
        "password": "admin",
        "version": "19.0",
    }


def test_a_sandbox_that_does_not_run_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    stopped = SandboxStatus(False, "", "sandbox", "admin", "admin", "")

    def stop(say: Callable[[str], None]) -> SandboxStatus:
        say("Stopping the sandbox.")
        return stopped

    monkeypatch.setattr(sandbox, "stop", stop)
    said = command("sandbox", "stop")
    assert said.code == 0
    assert "sandbox start" in said.out
    assert command("sandbox", "stop", "--json").json["running"] is False


def test_a_sandbox_that_cannot_be_built_is_told(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    def start(say: Callable[[str], None]) -> SandboxStatus:
        raise SandboxError("no package", hint="Run apt-get update.")

    monkeypatch.setattr(sandbox, "start", start)
    said = command("sandbox", "start", "--json")
    assert said.code == 2
    assert said.json == {
        "status": "failed",
        "error": {"code": "sandbox", "message": "no package", "hint": "Run apt-get update."},
    }
