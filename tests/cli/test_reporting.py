"""What a run leaves besides its screen: the log and the metrics."""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from odoo_ingestion.errors import ConnectionFailed
from odoo_ingestion.logs import name_run
from tests.cli.conftest import FakeRuns, Said, file_result, run_result

Command = Callable[..., Said]
IMPORT = ("import", "a.csv", "--type", "products")
LOG, JSON_LOG = Path("logs/odoo-ingestion.log"), Path("logs/odoo-ingestion.jsonl")
PARTNERS = "ref,name,email,vat\nA-1,,ann@example.com,BE0477472701\nA-2,Bob,bob@example.com,\n"
OFFLINE = ("import", "a.csv", "--type", "partners", "--dry-run", "--offline")


def log(_importer: Any) -> None:
    name_run("20261120-120000-abc")
    logging.getLogger("odoo_ingestion.x").warning(
        "ann@example.com of %s", "a.csv", extra={"file": "a.csv", "row": 3}
    )


def metrics(path: str = "a.prom") -> dict[str, list[tuple[dict[str, str], float]]]:
    families = text_string_to_metric_families(Path(path).read_text())
    samples = (sample for family in families for sample in family.samples)
    told: dict[str, list[tuple[dict[str, str], float]]] = {}
    for sample in samples:
        name = sample.name.removeprefix("odoo_ingestion_")
        told.setdefault(name, []).append((dict(sample.labels), sample.value))
    return told


def test_an_import_logs_to_the_folder_logs_without_being_asked(
    command: Command, runs: FakeRuns
) -> None:
    runs.during = log
    said = command(*IMPORT)
    assert "WARNING 20261120-120000-abc MainThread odoo_ingestion.x: *** of" in LOG.read_text()
    assert "ann@example.com of a.csv" in said.err, "the screen stays exact"


@pytest.mark.parametrize("how", ["option", "variable"])
def test_personal_data_are_kept_when_asked_for(
    how: str, command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.during = log
    if how == "variable":
        monkeypatch.setenv("ODOO_LOG_PERSONAL_DATA", "true")
    command(*IMPORT, *(["--log-personal-data"] if how == "option" else []))
    assert "ann@example.com of a.csv" in LOG.read_text()


@pytest.mark.parametrize("how", ["option", "variable"])
def test_json_lines_say_run_file_and_row(
    how: str, command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    runs.during = log
    if how == "variable":
        monkeypatch.setenv("ODOO_LOG_FORMAT", "json")
    command(*IMPORT, *(["--log-format", "json"] if how == "option" else []))
    line = json.loads(JSON_LOG.read_text().splitlines()[-1])
    assert (line["run_id"], line["file"], line["row"]) == ("20261120-120000-abc", "a.csv", 3)
    assert line["message"] == "*** of a.csv"


def test_a_folder_that_takes_no_log_is_told_and_the_import_goes_on(
    command: Command, runs: FakeRuns
) -> None:
    Path("logs").touch()
    said = command(*IMPORT)
    assert said.code == 0
    assert "The import goes on without a log" in said.err


@pytest.mark.parametrize(
    ("variable", "value"), [("ODOO_LOG_FORMAT", "xml"), ("ODOO_LOG_PERSONAL_DATA", "perhaps")]
)
@pytest.mark.parametrize("words", [(), ("--offline", "--dry-run")])
def test_a_variable_that_cannot_be_understood_is_told(
    variable: str,
    value: str,
    words: tuple[str, ...],
    command: Command,
    runs: FakeRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv(variable, value)
    said = command(*IMPORT, *words)
    assert said.code == 2
    assert variable in said.err


def test_a_real_run_logs_each_failed_row_and_hides_what_is_personal(command: Command) -> None:
    Path("a.csv").write_text(PARTNERS)
    said = command(*OFFLINE, "--json", "--log-format", "json")
    lines = [json.loads(line) for line in JSON_LOG.read_text().splitlines()]
    assert {line["run_id"] for line in lines} == {said.json["run_id"]}
    failed = [line for line in lines if line["message"].startswith("A row failed")]
    assert [(line["file"], line["row"], line["category"]) for line in failed] == [
        ("a.csv", 1, "validation")
    ]
    assert "example.com" not in JSON_LOG.read_text()
    assert "BE0477472701" not in JSON_LOG.read_text()
    assert "ann@example.com" in Path(said.json["failed_file"]).read_text("utf-8-sig")
    assert any("2 rows read: 1 created" in line["message"] for line in lines)


@pytest.mark.parametrize("how", ["option", "variable"])
def test_metrics_are_written_when_the_run_has_ended(
    how: str, command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    if how == "variable":
        monkeypatch.setenv("ODOO_METRICS_FILE", "a.prom")
    command(*IMPORT, *(["--metrics-file", "a.prom"] if how == "option" else []))
    place = {"host": "odoo.example.com", "database": "shop", "type": "products"}
    told = metrics()
    assert ({**place, "outcome": "created"}, 3) in told["rows"]
    [(labels, moment)] = told["last_success_timestamp_seconds"]
    assert labels == place and moment > 1.6e9


def test_metrics_are_written_when_the_run_never_began(command: Command, runs: FakeRuns) -> None:
    command(*IMPORT, "--metrics-file", "a.prom")
    before = metrics()["last_success_timestamp_seconds"]
    runs.answer = ConnectionFailed("nobody answers")
    assert command(*IMPORT, "--metrics-file", "a.prom").code == 3
    told = metrics()
    assert {labels["status"] for labels, value in told["run_status"] if value} == {"failed"}
    assert all(value == 0 for _, value in told["rows"])
    assert told["last_success_timestamp_seconds"] == before


def test_metrics_tell_failed_rows(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(
        file_result(created=1, failed=2),
        status="completed_with_failures",
        errors={"validation": 2},
    )
    assert command(*IMPORT, "--metrics-file", "a.prom").code == 1
    [(labels, value)] = metrics()["failed_rows"]
    assert (labels["category"], value) == ("validation", 2)


def test_a_metrics_file_that_cannot_be_written_stops_the_run_before_it_begins(
    command: Command, runs: FakeRuns
) -> None:
    Path("folder").mkdir()
    said = command(*IMPORT, "--metrics-file", "folder")
    assert said.code == 2
    assert "The metrics cannot be written to folder" in said.err
    assert runs.paths == []


def test_metrics_that_fail_at_the_end_hide_no_result(command: Command, runs: FakeRuns) -> None:
    Path("figures").mkdir()

    def take_away(_importer: Any) -> None:
        Path("figures").rmdir()
        Path("figures").touch()

    runs.during = take_away
    said = command(*IMPORT, "--metrics-file", "figures/a.prom", "--json")
    assert said.code == 0
    assert said.json["created"] == 3
    assert "The metrics cannot be written" in said.err
