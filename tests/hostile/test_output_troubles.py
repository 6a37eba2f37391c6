"""Disks that are full, folders that are closed, streams that lead nowhere."""

from __future__ import annotations

import json
import subprocess
from pathlib import Path

import pytest

from odoo_ingestion.files import open_source
from tests.hostile.bad_files import FORMATS, WRITERS
from tests.hostile.conftest import PROGRAM, WITHOUT_POWERS, Command, ended, login_of, start
from tests.odoo_reader import OdooReader

ROWS = 80
SMALL_DISK = ("prlimit", "--fsize=300000", "--")
"""No file can become longer, which a process meets just as a full disk."""


def partners(mark: str) -> list[dict[str, str]]:
    """Good rows, and in between bad ones that are long."""
    return [
        {
            "ref": f"{mark}-{n}",
            "name": "" if n % 2 else "Good",
            "city": "x" * 20_000 if n % 2 else "y",
        }
        for n in range(ROWS)
    ]


@pytest.mark.parametrize("kind", FORMATS)
def test_a_full_disk_stops_the_run_which_says_what_landed(
    kind: str, command: Command, odoo: OdooReader, folder: Path
) -> None:
    name = f"a.{kind}"
    (folder / name).write_bytes(WRITERS[kind](partners(f"DI-{kind}")))
    words = ("import", name, "--type", "partners", "--json")
    said = ended(start(*words, folder=folder, login=login_of(odoo), before=SMALL_DISK), words)
    assert said.code == 2
    told = said.json
    assert told["status"] == "failed"
    assert told["error"]["code"] == "output"
    assert "File too large" in told["error"]["message"]
    assert told["created"] == odoo.count("res.partner", [("ref", "=like", f"DI-{kind}-%")])
    assert told["failed"] < ROWS // 2
    kept = [path for path in (folder / "data/failed").iterdir() if "meta" not in path.name]
    for path in [Path(file) for file in told["failed_files"]] + kept:
        with open_source(path) as source:
            stored = [row.values["ref"] for row in source]
        assert len(stored) in (told["failed"], told["failed"] - 1)
        assert set(stored) <= {row["ref"] for row in partners(f"DI-{kind}")[1::2]}
    assert command(*words).json["failed"] == ROWS // 2
    assert odoo.count("res.partner", [("ref", "=like", f"DI-{kind}-%")]) == ROWS // 2


def test_a_folder_that_may_not_be_written(odoo: OdooReader, folder: Path) -> None:
    (folder / "a.csv").write_text("ref,name\nRO-1,Good\nRO-2,\n")
    closed = folder / "closed"
    closed.mkdir(mode=0o500)
    words = ("import", "a.csv", "--type", "partners", "--json", "--failed-dir", str(closed))
    said = ended(start(*words, folder=folder, login=login_of(odoo), before=WITHOUT_POWERS), words)
    assert said.code == 2
    assert "Permission denied" in said.json["error"]["message"]
    assert "--failed-dir" in said.json["error"]["hint"]
    assert said.json["created"] == odoo.count("res.partner", [("ref", "=like", "RO-%")])
    assert not list(closed.iterdir())


@pytest.mark.parametrize("place", ["a.csv", "a.csv/below", "/proc", "y" * 300, "~nobody-here/x"])
def test_a_failed_dir_that_can_be_none(place: str, command: Command) -> None:
    Path("a.csv").write_text("ref,name\nFD-1,\n")
    words = ("--type", "partners", "--json", "--offline", "--dry-run", "--failed-dir", place)
    said = command("import", "a.csv", *words)
    assert said.code == 2
    assert Path(place).name[:20] in said.err or "unknown user" in said.err


def test_an_input_whose_name_is_no_text(odoo: OdooReader, folder: Path) -> None:
    name = b"p\xff\xe9rtners.csv"
    (Path(str(folder)) / name.decode("utf-8", "surrogateescape")).write_bytes(b"ref,name\nNT-1,\n")
    words = ("import", name.decode("utf-8", "surrogateescape"), "--type", "partners", "--json")
    said = ended(start(*words, folder=folder, login=login_of(odoo)), words)
    assert said.code == 1
    retry = ("retry", said.json["failed_file"], "--json")
    again = ended(start(*retry, folder=folder, login=login_of(odoo)), retry)
    assert again.counts == {"failed": 1}


def test_a_log_that_cannot_grow_is_given_up_and_the_import_goes_on(
    odoo: OdooReader, folder: Path
) -> None:
    (folder / "a.csv").write_text("ref,name\n" + "".join(f"LG-{n},Good\n" for n in range(9)))
    words = ("import", "a.csv", "--type", "partners", "--json")
    small = ("prlimit", "--fsize=300000", "--")
    (folder / "logs").mkdir()
    (folder / "logs" / "odoo-ingestion.log").write_text("x" * 299_500 + "\n")
    env = {"ODOO_LOG_DIR": str(folder / "logs")}
    process = start(*words, folder=folder, login=login_of(odoo), before=small, env=env)
    said = ended(process, words)
    assert said.counts == {"created": 9}
    assert said.err.count("is not written any more") == 1


CLOSED = {
    "standard output": ">&-",
    "standard error": "2>&-",
    "both": ">&- 2>&-",
    "all": "<&- >&- 2>&-",
    "a full standard error": "2>/dev/full",
}


@pytest.mark.parametrize("what", CLOSED)
def test_a_run_does_not_depend_on_who_listens(what: str, folder: Path) -> None:
    (folder / "a.csv").write_text("ref,name\nCL-1,Good\nCL-2,\n")
    line = ["import", "a.csv", "--type", "partners", "--offline", "--dry-run", "--json"]
    said = shell(" ".join([*PROGRAM, *line, CLOSED[what]]), folder)
    assert said.returncode == 1, said.stderr
    assert "Traceback" not in said.stderr
    [failed] = (folder / "data/failed").glob("*.csv")
    assert failed.read_text("utf-8-sig").count("\n") == 2
    if what == "a full standard error":
        assert json.loads(said.stdout)["failed"] == 1


@pytest.mark.parametrize("option", ["--json", "--quiet", "--no-dry-run"])
def test_a_result_that_cannot_be_written_is_told(option: str, folder: Path) -> None:
    (folder / "a.csv").write_text("ref,name\nCL-1,Good\nCL-2,\n")
    line = ["import", "a.csv", "--type", "partners", "--offline", option, "--dry-run"]
    said = shell(" ".join([*PROGRAM, *line, ">/dev/full"]), folder)
    assert said.returncode == 2
    assert "The result cannot be written to standard output: No space left" in said.stderr
    assert "Traceback" not in said.stderr


def shell(line: str, folder: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        ["bash", "-c", line], cwd=folder, capture_output=True, text=True, check=False, timeout=60
    )
