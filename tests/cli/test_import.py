"""`import` from its words to its exit code, with a stand-in for the orchestrator."""

from __future__ import annotations

import logging
import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.cli.starting import describe_source
from odoo_ingestion.errors import (
    AccessRefused,
    ColumnError,
    ConnectionFailed,
    InputFileError,
    Interrupted,
    LoginFailed,
    ModelMissing,
    OdooIngestionError,
    OutputFileError,
    SandboxError,
    ServerBug,
    TooManyErrors,
    UnknownFate,
    UsageError,
)
from odoo_ingestion.records import SourceFacts
from odoo_ingestion.runs import ImportOptions, Progress
from tests.cli.conftest import FakeRuns, Said, file_result, file_start, run_result

Command = Callable[..., Said]


def test_rows_that_landed_are_told(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(file_result(created=3, updated=1, unchanged=2))

    said = command("import", "products.csv", "--type", "products")

    assert said.code == 0
    assert runs.paths == ["products.csv"]
    assert runs.options == ImportOptions(type="products")
    assert runs.config.url == "https://odoo.example.com"
    lines = said.out.splitlines()
    assert "Would" not in said.out
    assert lines[3].split() == ["products.csv", "6", "3", "1", "2", "0"]
    assert lines[-1] == (
        "6 rows in 2.0 s (3.0 rows/s): 3 created, 1 updated, 2 unchanged. Exit code 0."
    )


def test_the_last_line_says_how_odoo_was_spoken_to(command: Command, runs: FakeRuns) -> None:
    runs.answer = run_result(file_result(created=6), protocol="json2")

    said = command("import", "products.csv", "--type", "products")

    assert said.out.splitlines()[-1] == (
        "6 rows in 2.0 s (3.0 rows/s), over JSON-2: 6 created. Exit code 0."
    )


def test_failed_rows_are_told_with_advice_and_the_command_that_retries_them(
    command: Command, runs: FakeRuns, tmp_path: Path
) -> None:
    failed = str(tmp_path / "data/failed/pro ducts.20261120-120000.failed.csv")
    runs.answer = run_result(
        file_result(created=3, failed=2, skipped=1, failed_file=failed),
        status="completed_with_failures",
        errors={"validation": 1, "missing_relation": 1},
        notices=("3 rows have no key",),
        records={"product.template": {"created": 3}, "product.tag": {"created": 4, "updated": 0}},
    )

    said = command("import", "products.csv", "--type", "products", "--database", "other")

    assert said.code == 1
    assert "Correct the cell that the message names." in said.out
    assert "missing relation" in said.out
    assert "3 rows have no key" in said.out
    assert "Records created: 4 of product.tag." in said.out
    assert "  data/failed/pro ducts.20261120-120000.failed.csv\n" in said.out
    assert (
        "  odoo-ingestion retry 'data/failed/pro ducts.20261120-120000.failed.csv' "
        "--database other\n" in said.out
    )
    assert said.out.endswith("3 created, 1 skipped, 2 failed. Exit code 1.\n")


def test_a_dry_run_says_that_nothing_was_written(command: Command, runs: FakeRuns) -> None:
    runs.starts = [file_start(dry_run=True)]
    runs.answer = run_result(
        file_result(created=3, updated=1, failed=1, failed_file="data/failed/p.dry-run.failed.csv"),
        dry_run=True,
        records={"product.tag": {"created": 2}},
    )

    said = command("import", "products.csv", "--type", "products", "--dry-run")

    assert said.code == 1
    assert "Dry run of products.csv: nothing will be written" in said.err
    assert said.out.startswith("Dry run: nothing was written.\n")
    assert "Would create" in said.out
    assert "Records that would be created: 2 of product.tag." in said.out
    assert "check them again with" in said.out
    assert "3 would be created, 1 would be updated, 1 failed; nothing was written." in said.out


def test_what_is_about_to_happen_is_told_first(command: Command, runs: FakeRuns) -> None:
    runs.starts = [file_start(ignored=("colour",), notices=("no rights on external ids", "second"))]
    said = command("import", "products.csv", "--type", "products")
    words = [" ".join(line.split()) for line in said.err.splitlines()]
    assert words[:10] == [
        "Connecting to https://odoo.example.com",
        "Importing products.csv",
        "File CSV, utf-8, separated by semicolon",
        "Rows are products (product.template)",
        "Goes to shop on https://odoo.example.com",
        "As Ann, My Company, language en_US",
        "Columns sku = default_code",
        "Left out colour",
        "Note no rights on external ids",
        "second",
    ]


def test_what_is_the_same_for_every_file_is_told_once(command: Command, runs: FakeRuns) -> None:
    runs.starts = [
        file_start("a.csv", notices=("a notice",)),
        file_start("b.csv", notices=("a notice", "another")),
    ]
    said = command("import", "a.csv", "b.csv", "--type", "products")
    assert said.err.count("Importing") == 2
    assert said.err.count("Goes to") == 1
    assert said.err.count("a notice") == 1
    assert said.err.count("another") == 1


def test_a_file_is_described_by_what_was_found_out() -> None:
    facts = SourceFacts("p.xlsx", "xlsx", sheet="Prices")
    assert describe_source(facts) == "Excel, sheet Prices"
    facts = SourceFacts("p.csv.gz", "csv", "cp1252", "\t", compression="gzip")
    assert describe_source(facts) == "CSV, cp1252, separated by tab, compressed (gzip)"
    assert describe_source(SourceFacts("p", "new", separator="^")) == "new, separated by '^'"


def test_a_model_without_a_type_is_told_by_its_name(command: Command, runs: FakeRuns) -> None:
    runs.starts = [file_start(type=None, model="crm.lead", lang=None, columns=())]
    said = command("import", "a.csv", "--model", "crm.lead")
    assert "Rows are  crm.lead" in said.err
    assert "language" not in said.err
    assert "Columns" not in said.err


def test_json_is_one_object_and_nothing_else_on_standard_output(
    command: Command, runs: FakeRuns
) -> None:
    runs.starts = [file_start()]
    runs.snapshots = [Progress("products.csv", read=3, sent=3, created=3)]
    runs.answer = run_result(file_result(created=3))

    said = command("import", "products.csv", "--type", "products", "--json")

    assert said.code == 0
    assert said.json == runs.answer.as_dict()
    assert "Importing products.csv" in said.err
    assert "3 rows done" in said.err


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("wrong"), 2),
        (InputFileError("wrong"), 2),
        (ColumnError("wrong"), 2),
        (OutputFileError("wrong"), 2),
        (SandboxError("wrong"), 2),
        (ModelMissing("wrong"), 2),
        (ConnectionFailed("wrong"), 3),
        (LoginFailed("wrong"), 3),
        (UnknownFate("wrong"), 3),
        (AccessRefused("wrong"), 3),
        (ServerBug("wrong"), 3),
        (Interrupted("wrong"), 4),
        (TooManyErrors("wrong"), 1),
        (OdooIngestionError("wrong"), 5),
    ],
)
def test_each_error_has_its_exit_code_before_and_after_rows_were_read(
    command: Command, runs: FakeRuns, error: OdooIngestionError, code: int
) -> None:
    error.hint = "do this"
    runs.answer = error
    before = command("import", "products.csv", "--type", "products", "--json")
    status = "interrupted" if code == 4 else "failed"
    told = {"code": error.code, "message": "wrong", "hint": "do this"}
    runs.answer = run_result(file_result(created=1, skipped=2), status=status, error=told)
    after = command("import", "products.csv", "--type", "products", "--json")

    assert (before.code, after.code) == (code, code)
    assert before.json["status"] == after.json["status"] == status
    assert before.json["error"] == after.json["error"] == told
    assert before.json.keys() == after.json.keys()
    assert "Wrong" in before.err
    assert "Wrong" in after.err


def test_an_interrupted_run_says_what_landed_and_how_to_go_on(
    command: Command, runs: FakeRuns
) -> None:
    runs.answer = run_result(
        file_result(created=3, skipped=4),
        status="interrupted",
        error={"code": "interrupted", "message": "Stopped.", "hint": None},
    )
    said = command("import", "products.csv", "--type", "products")
    assert said.code == 4
    assert "odoo-ingestion resume 20261120-120000-abc" in said.err
    assert "3 created, 4 skipped. Exit code 4." in said.out


def test_one_signal_sets_the_stop_event(command: Command, runs: FakeRuns) -> None:
    seen: list[bool] = []

    def interrupt(importer: Any) -> None:
        seen.append(importer.stop.is_set())
        os.kill(os.getpid(), signal.SIGINT)
        seen.append(importer.stop.wait(5))

    before = signal.getsignal(signal.SIGINT)
    runs.during = interrupt
    command("import", "products.csv", "--type", "products")
    assert seen == [False, True]
    assert signal.getsignal(signal.SIGINT) is before


def test_quiet_says_the_last_line_only(command: Command, runs: FakeRuns) -> None:
    runs.starts = [file_start()]
    runs.snapshots = [Progress("products.csv", read=3)]
    runs.answer = run_result(
        file_result(created=3, failed=1, failed_file="f.csv"), errors={"server": 1}
    )
    said = command("import", "products.csv", "--type", "products", "--quiet")
    assert said.err == ""
    assert said.out == (
        "4 rows in 2.0 s (2.0 rows/s): 3 created, 1 failed; failed rows: f.csv. Exit code 1.\n"
    )


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["--type", "products"], "No file was named"),
        (["a.csv", "--type", "products", "--quiet", "--verbose"], "do not go together"),
        (["-", "--type", "products"], "format of standard input"),
        (["a.csv", "--type", "products", "--mode", "merge"], "'merge'"),
        (["a.csv", "--type", "products", "--max-errors", "0"], "--max-errors"),
        (["a.csv", "--type", "products", "--api-key", "x"], "No such option"),
        (["a.csv", "--type", "products", "--password", "x"], "No such option"),
    ],
)
def test_wrong_usage_is_exit_2_with_and_without_json(
    command: Command, runs: FakeRuns, words: list[str], said: str
) -> None:
    plain = command("import", *words)
    as_json = command("import", *words, "--json")

    assert (plain.code, as_json.code) == (2, 2)
    assert plain.out == ""
    assert said in plain.err
    assert as_json.json["error"]["code"] == "usage"
    assert said in as_json.json["error"]["message"]
    assert runs.paths == []


def test_a_missing_setting_is_exit_2(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODOO_API_KEY")
    said = command("import", "a.csv", "--type", "products", "--json")
    assert said.code == 2
    assert said.json["error"]["code"] == "configuration"
    assert "ODOO_API_KEY" in said.json["error"]["message"]


def test_offline_needs_no_setting(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODOO_URL")
    monkeypatch.setenv("ODOO_FAILED_DIR", "elsewhere")
    runs.starts = [file_start(url=None, database=None, user=None, company=None, lang=None)]
    said = command("import", "a.csv", "--type", "products", "--dry-run", "--offline")
    assert said.code == 0
    assert runs.config is None
    assert runs.options.failed_dir == Path("elsewhere")
    assert "no server: checked offline" in said.err


def test_options_go_over_the_environment(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_FAILED_DIR", "elsewhere")
    words = ["--url", "other.example.com", "--database", "d", "--username", "u"]
    command("import", "a.csv", "--file", "b.csv", "--type", "products", *words)
    assert runs.paths == ["a.csv", "b.csv"]
    assert (runs.config.url, runs.config.database) == ("https://other.example.com", "d")
    assert runs.config.username == "u"
    assert runs.options.failed_dir == Path("elsewhere")
    command("import", "a.csv", "--type", "products", "--failed-dir", "bad")
    assert runs.options.failed_dir == Path("bad")


def test_a_bug_is_told_without_a_traceback_and_without_the_key(
    command: Command, runs: FakeRuns
) -> None:
    runs.answer = RuntimeError("lost s3cr3t-k3y")
    said = command("import", "a.csv", "--type", "products", "--json")
    assert said.code == 5
    assert "This is a bug of ours: RuntimeError: lost ***" in said.err
    assert "Traceback" not in said.err
    assert said.json["error"]["code"] == "bug"
    assert "s3cr3t" not in said.err + said.out


def test_verbose_shows_the_traceback_of_a_bug_without_the_key(
    command: Command, runs: FakeRuns
) -> None:
    runs.answer = RuntimeError("lost s3cr3t-k3y")
    said = command("import", "a.csv", "--type", "products", "--verbose")
    assert said.code == 5
    assert "Traceback" in said.err
    assert "s3cr3t" not in said.err


def test_the_log_file_gets_everything_but_the_key(
    command: Command, runs: FakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_LOG_DIR", str(tmp_path / "logs"))
    monkeypatch.setenv("ODOO_PROXY", "http://me:pr0xy@proxy.example.com:3128")

    def log(_importer: Any) -> None:
        logging.getLogger("odoo_ingestion.connection").debug("sent %s pr0xy", "s3cr3t-k3y")
        logging.getLogger("odoo_ingestion.connection").warning("tried again")

    runs.during = log
    runs.answer = RuntimeError("lost")
    said = command("import", "a.csv", "--type", "products")

    text = (tmp_path / "logs" / "odoo-ingestion.log").read_text()
    assert "sent *** ***" in text
    assert "Traceback" in text
    assert "s3cr3t" not in text
    assert "tried again" in said.err
    assert "sent" not in said.err
    assert "odoo-ingestion.log" in said.err


def test_a_log_that_cannot_be_written_is_told(
    command: Command, runs: FakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").touch()
    monkeypatch.setenv("ODOO_LOG_DIR", str(tmp_path / "file"))
    said = command("import", "a.csv", "--type", "products")
    assert said.code == 2
    assert "The log cannot be written" in said.err


def test_a_log_that_cannot_grow_is_given_up(
    command: Command, runs: FakeRuns, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "odoo-ingestion.log").symlink_to("/dev/full")
    monkeypatch.setenv("ODOO_LOG_DIR", str(tmp_path))

    def log(_importer: Any) -> None:
        for _ in range(3):
            logging.getLogger("odoo_ingestion.x").warning("a warning")

    runs.during = log
    said = command("import", "a.csv", "--type", "products")
    assert said.code == 0
    assert said.err.count("is not written any more: [Errno 28]") == 1
    assert "Traceback" not in said.err


def test_verbose_shows_no_traceback_of_the_server_or_of_an_error_that_is_no_bug(
    command: Command, runs: FakeRuns
) -> None:
    fault = "Fault 1: Traceback (most recent call last):\n  File x\nValueError: its last line\n"
    runs.during = lambda _: logging.getLogger("odoo_ingestion.x").debug("%s", fault)
    runs.answer = InputFileError("broken")
    runs.answer.__cause__ = OSError("what lies below")
    said = command("import", "a.csv", "--type", "products", "--verbose")
    assert "Fault 1: ValueError: its last line" in said.err
    assert "what lies below" in said.err
    assert "Traceback" not in said.err


@pytest.mark.parametrize("name", ["ODOO_FAILED_DIR", "ODOO_LOG_DIR", "--failed-dir"])
@pytest.mark.parametrize("words", [(), ("--offline", "--dry-run")])
def test_the_home_of_nobody_is_wrong_usage(
    name: str,
    words: tuple[str, ...],
    command: Command,
    runs: FakeRuns,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    if name.startswith("--"):
        words += (name, "~nobody-here/x")
    else:
        monkeypatch.setenv(name, "~nobody-here/x")
    said = command("import", "a.csv", "--type", "products", *words)
    assert said.code == 2
    assert name in said.err
    assert "unknown user" in said.err


def test_no_log_handler_is_left_behind(command: Command, runs: FakeRuns) -> None:
    before = list(logging.getLogger("odoo_ingestion").handlers)
    command("import", "a.csv", "--type", "products")
    assert logging.getLogger("odoo_ingestion").handlers == before


def test_a_keyboard_interrupt_anywhere_is_exit_4(command: Command, runs: FakeRuns) -> None:
    def interrupt(_importer: Any) -> None:
        raise KeyboardInterrupt

    runs.during = interrupt
    said = command("import", "a.csv", "--type", "products", "--json")
    assert said.code == 4
    assert said.json["status"] == "interrupted"


def test_what_was_found_of_each_file_is_told_and_nothing_twice(
    command: Command, runs: FakeRuns
) -> None:
    runs.starts = (
        file_start("customers.csv", type="customers", notices=("order", "taken as customers", "x")),
        file_start("orders.csv", type="orders", notices=("taken as orders", "x")),
    )
    runs.answer = run_result(file_result(created=1), type=None, model=None)
    said = command("import", "customers.csv", "orders.csv")
    assert said.code == 0
    assert runs.options.type is None
    assert said.err.index("taken as customers") < said.err.index("Importing orders.csv")
    assert said.err.index("Importing orders.csv") < said.err.index("taken as orders")
    assert sum(line.split() == ["x"] for line in said.err.splitlines()) == 1


def test_records_of_the_files_own_models_are_not_told_as_extra(
    command: Command, runs: FakeRuns
) -> None:
    first = file_result(created=1)
    second = replace(first, file="customers.csv", model="res.partner")
    made = {"created": 1, "updated": 0}
    records = {first.model: made, "res.partner": made, "res.partner.category": made}
    runs.answer = run_result(first, second, type=None, model=None, records=records)
    said = command("import", "products.csv", "customers.csv")
    assert [line for line in said.out.splitlines() if "Records" in line] == [
        "Records created: 1 of res.partner.category."
    ]
