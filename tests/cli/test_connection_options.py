"""`--rate`, `--give-up-after` and `--insecure` reach the settings, and the advised commands."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.cli.conftest import FakeRuns, Said, file_result, run_result

Command = Callable[..., Said]
IMPORT = ("import", "a.csv", "--type", "products")


def test_an_import_is_told_how_fast_and_how_patient_to_be(command: Command, runs: FakeRuns) -> None:
    said = command(*IMPORT, "--rate", "60/min", "--give-up-after", "30", "--insecure")

    assert said.code == 0, said.err
    assert (runs.config.rate, runs.config.give_up_after) == ("60/min", 30)
    assert runs.config.insecure


def test_without_them_the_settings_are_the_usual_ones(command: Command, runs: FakeRuns) -> None:
    command(*IMPORT)

    assert (runs.config.rate, runs.config.give_up_after) == (None, 600)
    assert not runs.config.insecure


def test_the_environment_says_it_too(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_RATE", "2/s")
    monkeypatch.setenv("ODOO_GIVE_UP_AFTER", "5")

    command(*IMPORT, "--give-up-after", "7")

    assert (runs.config.rate, runs.config.give_up_after) == ("2/s", 7)


@pytest.mark.usefixtures("runs")
def test_what_is_no_rate_is_wrong_usage(command: Command) -> None:
    said = command(*IMPORT, "--rate", "fast")

    assert said.code == 2
    assert "60/min" in said.err


def test_the_retry_that_is_advised_has_them_too(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(file_result(failed=1, failed_file="f.failed.csv"))

    said = command(*IMPORT, "--rate", "60/min", "--give-up-after", "30", "--insecure")

    assert "--rate 60/min --give-up-after 30 --insecure" in said.out


@pytest.mark.usefixtures("runs")
def test_insecure_is_said_even_where_nothing_is_to_be_said(command: Command) -> None:
    said = command(*IMPORT, "--insecure", "--quiet")

    assert "INSECURE" in said.err
    assert "INSECURE" not in command(*IMPORT, "--quiet").err
