"""Failed-records files on the disk: never overwritten, whole after each row, also when killed."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import OutputFileError, UsageError
from odoo_ingestion.files import failed_suffix, open_writer
from odoo_ingestion.files.output import GrowingFile, safe_for_spreadsheets
from odoo_ingestion.records import ERROR_COLUMNS, Row, SourceFacts
from tests.files.reading import ERRORS, read, rows_of

FORMATS = ["csv", "json", "jsonl", "parquet", "xlsx", "xls", "dataframe"]


@pytest.mark.parametrize("format_", FORMATS)
def test_a_file_that_exists_is_never_overwritten(tmp_path: Path, format_: str) -> None:
    path = tmp_path / "failed"
    path.write_text("precious")
    with pytest.raises(OutputFileError, match="exists already") as caught:
        open_writer(path, SourceFacts("t", format_), ["a"], ERROR_COLUMNS)
    assert caught.value.hint
    assert path.read_text() == "precious"


@pytest.mark.parametrize("format_", ["parquet", "xlsx"])
def test_a_file_that_appears_meanwhile_is_not_overwritten_either(
    tmp_path: Path, format_: str
) -> None:
    path = tmp_path / "failed"
    writer = open_writer(path, SourceFacts("t", format_), ["a"], ERROR_COLUMNS)
    path.write_text("precious")
    with pytest.raises(OutputFileError, match="exists already"):
        writer.close()
    assert path.read_text() == "precious"
    assert (tmp_path / "failed.partial.jsonl").exists()


def test_a_file_system_without_hard_links_will_do(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any) -> None:
        raise OSError(1, "Operation not permitted")

    monkeypatch.setattr(Path, "hardlink_to", refuse)
    path = tmp_path / "failed.xlsx"
    writer = open_writer(path, SourceFacts("t", "xlsx"), ["a"], ERROR_COLUMNS)
    writer.write(Row(1, 2, {"a": 1}), ERRORS)
    writer.close()
    assert rows_of(path)[0].values == {"a": 1}
    other = open_writer(tmp_path / "b.xlsx", SourceFacts("t", "xlsx"), ["a"], ERROR_COLUMNS)
    (tmp_path / "b.xlsx").write_text("precious")
    with pytest.raises(OutputFileError, match="exists already"):
        other.close()


@pytest.mark.parametrize(
    ("facts", "suffix"),
    [
        (SourceFacts("t", "csv", separator=";"), ".csv"),
        (SourceFacts("t", "csv", separator="\t"), ".tsv"),
        (SourceFacts("t", "json"), ".json"),
        (SourceFacts("t", "jsonl"), ".jsonl"),
        (SourceFacts("t", "parquet"), ".parquet"),
        (SourceFacts("t", "xlsx"), ".xlsx"),
        (SourceFacts("t", "xls"), ".xlsx"),
        (SourceFacts("t", "dataframe"), ".jsonl"),
    ],
)
def test_the_ending_is_that_of_the_format(facts: SourceFacts, suffix: str) -> None:
    assert failed_suffix(facts) == suffix


def test_a_format_that_there_is_not_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'yaml'"):
        open_writer(tmp_path / "a", SourceFacts("t", "yaml"), ["a"], ERROR_COLUMNS)


@pytest.mark.parametrize("format_", FORMATS)
def test_a_folder_that_is_not_there_is_told(tmp_path: Path, format_: str) -> None:
    with pytest.raises(OutputFileError, match="cannot be written: No such file"):
        open_writer(tmp_path / "none" / "a", SourceFacts("t", format_), ["a"], ERROR_COLUMNS)


@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_the_file_is_whole_after_each_row(tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"failed.{format_}"
    writer = open_writer(path, SourceFacts("t", format_), ["a", "b"], ERROR_COLUMNS)
    if format_ == "json":
        assert json.loads(path.read_text()) == []
    for number in range(1, 6):
        raw: Any = {"a": number, "b": "é\n"} if format_ != "csv" else (str(number), "é\n")
        writer.write(Row(number, None, {}, raw), ERRORS)
        rows = rows_of(path)
        assert [str(row.values["a"]) for row in rows] == [str(n + 1) for n in range(number)]
        if format_ == "json":
            assert json.loads(path.read_text())[-1]["_error_hint"] == "=SUM(A1)"
    writer.close()
    writer.close()


KILLED = """
import os, signal, sys
from pathlib import Path
from odoo_ingestion.files import open_writer
from odoo_ingestion.records import Row, SourceFacts
name, format_ = sys.argv[1:]
writer = open_writer(Path(name), SourceFacts("t", format_), ["a", "b"], ["_error_row"])
for number in range(1000):
    raw = (str(number), "x\\ny") if format_ == "csv" else {"a": str(number), "b": "x\\ny"}
    row = Row(number, None, {"a": str(number), "b": "x\\ny"}, None if format_ == "xlsx" else raw)
    writer.write(row, {"_error_row": str(number)})
os.kill(os.getpid(), signal.SIGKILL)
"""


@pytest.mark.parametrize("format_", ["csv", "json", "jsonl", "xlsx"])
def test_nothing_is_lost_when_the_process_is_killed(tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"failed.{format_}"
    run = subprocess.run([sys.executable, "-c", KILLED, str(path), format_], check=False)
    assert run.returncode == -signal.SIGKILL
    if format_ == "xlsx":
        assert not path.exists()
        path = tmp_path / "failed.xlsx.partial.jsonl"
    rows = rows_of(path)
    assert [row.values["a"] for row in rows] == [str(number) for number in range(1000)]
    assert all(row.values["b"] == "x\ny" and row.problem is None for row in rows)


FULL = """
import resource, signal, sys
from pathlib import Path
from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.files import open_writer
from odoo_ingestion.records import Row, SourceFacts
name, format_ = sys.argv[1:]
signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
resource.setrlimit(resource.RLIMIT_FSIZE, (50_000, 50_000))
writer = open_writer(Path(name), SourceFacts("t", format_), ["a"], ["_error_row"])
number = 0
try:
    while True:
        raw = (str(number) + "x" * 997,) if format_ == "csv" else {"a": str(number) + "x" * 997}
        writer.write(Row(number, None, {}, raw), {"_error_row": str(number)})
        number += 1
except OutputFileError as e:
    print(number, e.message, e.hint)
writer.close()
"""


@pytest.mark.parametrize("format_", ["csv", "json", "jsonl"])
def test_a_full_disk_is_told_and_what_was_written_stays_whole(tmp_path: Path, format_: str) -> None:
    path = tmp_path / f"failed.{format_}"
    run = subprocess.run(
        [sys.executable, "-c", FULL, str(path), format_],
        check=True,
        capture_output=True,
        text=True,
    )
    number, _, message = run.stdout.partition(" ")
    assert "cannot be written: File too large. Free some space" in message
    source, rows = read(path)
    assert source.header == ("a",)
    assert len(rows) == int(number) > 40
    assert all(row.problem is None for row in rows)


def test_a_disk_that_fails_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = GrowingFile(tmp_path / "a", b"x")

    def fail(_: int) -> None:
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(os, "fsync", fail)
    with pytest.raises(OutputFileError, match="Input/output error"):
        file.close()
    file.close()
    monkeypatch.undo()
    with pytest.raises(OutputFileError, match="No space left"):
        GrowingFile(Path("/dev/full").resolve() if False else _full(tmp_path, monkeypatch), b"x")


def _full(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    def fail(*_: Any) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(GrowingFile, "_write_at", fail)
    return tmp_path / "b"


@pytest.mark.parametrize(
    "sign", ["=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20"]
)
def test_formulas_are_made_text(sign: str) -> None:
    assert safe_for_spreadsheets(sign + "1") == "'" + sign + "1"
    assert safe_for_spreadsheets("1" + sign) == "1" + sign
