"""`demo` tells when the sample files do not do what they are made for."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

import odoo_ingestion
from odoo_ingestion import sandbox
from odoo_ingestion.cli.demo import DEMO_FILES, samples
from odoo_ingestion.sandbox import SandboxStatus
from tests.cli.conftest import FakeRuns, Said, file_result, run_result

Command = Callable[..., Said]


@pytest.fixture(autouse=True)
def no_real_sandbox(monkeypatch: pytest.MonkeyPatch) -> None:
    def start(say: Callable[[str], None]) -> SandboxStatus:
        return SandboxStatus(True, "http://127.0.0.1:8069", "sandbox", "admin", "pw", "19.0")

    monkeypatch.setattr(sandbox, "start", start)


def test_the_sample_files_are_there_and_large_enough() -> None:
    rows = {
        file.name: len((samples() / file.name).read_text("utf-8").splitlines()) - 1
        for file in DEMO_FILES
    }
    assert rows["products.csv"] >= 77
    assert rows["customers.csv"] >= 91
    assert rows["suppliers.csv"] >= 29
    assert rows["partners_with_errors.csv"] == 20
    assert "MIT License" in (samples() / "LICENSE").read_text("utf-8")


def test_the_sandbox_is_meant_whatever_is_configured(command: Command, runs: FakeRuns) -> None:
    command("demo")
    assert runs.config.url == "http://127.0.0.1:8069"
    assert runs.config.database == "sandbox"
    assert runs.config.username == "admin"
    assert runs.config.api_key.get_secret_value() == "pw"


def test_a_failure_that_was_not_meant_is_exit_1(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(file_result(created=3, failed=2), errors={"server": 2})
    said = command("demo", "--json")
    assert said.code == 1
    assert "products.csv: 2 rows failed where 0 were meant to." in said.json["unexpected"]
    assert "2 rows failed where 0 were meant to" in said.err


def test_a_run_that_ends_early_is_exit_1(command: Command, runs: FakeRuns) -> None:
    error = {"code": "connection", "message": "gone", "hint": None}
    runs.answer = run_result(file_result(), status="failed", error=error)
    said = command("demo")
    assert said.code == 1
    assert "categories.csv: gone" in said.err.replace("Categories", "categories")


def test_without_a_checkout_there_are_no_samples(
    command: Command, runs: FakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(odoo_ingestion, "__file__", str(tmp_path / "p" / "__init__.py"))
    said = command("demo")
    assert said.code == 2
    assert "make demo" in said.err
