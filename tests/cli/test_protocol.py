"""`--protocol` reaches the settings of every command that connects, and is told."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest

from odoo_ingestion import connection_manager
from odoo_ingestion.connection_manager import Diagnosis, Finding
from odoo_ingestion.errors import ConnectionFailed
from tests.cli.conftest import FakeRuns, Said, file_result, file_start, run_result

Command = Callable[..., Said]


@pytest.mark.parametrize(("given", "protocol"), [([], "auto"), (["--protocol", "json2"], "json2")])
def test_an_import_is_told_which_protocol_to_speak(
    command: Command, runs: FakeRuns, given: list[str], protocol: str
) -> None:
    said = command("import", "a.csv", "--type", "products", *given)

    assert said.code == 0, said.err
    assert runs.config.protocol == protocol


def test_the_option_goes_before_the_environment(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_PROTOCOL", "json2")

    command("import", "a.csv", "--type", "products", "--protocol", "xmlrpc")

    assert runs.config.protocol == "xmlrpc"


@pytest.mark.usefixtures("runs")
def test_a_protocol_that_there_is_not_is_refused(command: Command) -> None:
    said = command("import", "a.csv", "--type", "products", "--protocol", "soap")

    assert said.code == 2
    assert "json2" in said.err


@pytest.mark.parametrize(
    ("protocol", "words"), [("json2", ", over JSON-2"), ("xmlrpc", ", over XML-RPC")]
)
def test_what_is_spoken_is_told_before_and_after(
    command: Command, runs: FakeRuns, protocol: str, words: str
) -> None:
    runs.starts = [file_start(protocol=protocol)]
    runs.answer = run_result(file_result(created=1), protocol=protocol)

    assert words in command("import", "a.csv", "--type", "products").err
    said = command("import", "a.csv", "--type", "products", "--json")
    assert json.loads(said.out)["protocol"] == protocol


def test_the_retry_that_is_advised_speaks_the_same(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(file_result(failed=1, failed_file="f.failed.csv"))

    said = command("import", "a.csv", "--type", "products", "--protocol", "xmlrpc")

    assert "--protocol xmlrpc" in said.out


def test_check_and_fields_speak_it_too(command: Command, monkeypatch: pytest.MonkeyPatch) -> None:
    spoken: list[str] = []

    def look(config: Any) -> Diagnosis:
        spoken.append(config.protocol)
        finding = Finding("protocol", True, "JSON-2: it was asked for.")
        return Diagnosis("u", "d", "n", (finding,), {"protocol": "json2"})

    def fail(config: Any) -> None:
        spoken.append(config.protocol)
        raise ConnectionFailed("no")

    monkeypatch.setattr(connection_manager, "diagnose", look)
    monkeypatch.setattr(connection_manager, "connect", fail)

    told = command("check", "--protocol", "json2")
    as_json = command("check", "--protocol", "json2", "--json")
    command("fields", "res.partner", "--protocol", "xmlrpc")

    assert spoken == ["json2", "json2", "xmlrpc"]
    assert "JSON-2: it was asked for." in told.out
    assert json.loads(as_json.out)["protocol"] == "json2"
