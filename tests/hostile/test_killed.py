"""Runs that are killed or stopped: what was written is whole, and the same file doubles nothing."""

from __future__ import annotations

import signal
import subprocess
import time
from pathlib import Path

import pytest

from odoo_ingestion.files import open_source
from tests.hostile.bad_files import WRITERS
from tests.hostile.conftest import Command, ended, login_of, start
from tests.odoo_reader import OdooReader

ROWS = 1000
FAILING = 10
SLOWLY = ("--batch-size", "20", "--workers", "1", "--json")


def partners(mark: str) -> list[dict[str, str]]:
    return [
        {"ref": f"{mark}-{n}", "name": "" if n % FAILING == 0 else f"Partner {n}"}
        for n in range(ROWS)
    ]


def landed(odoo: OdooReader, mark: str) -> int:
    return odoo.count("res.partner", [("ref", "=like", f"{mark}-%")])


def begin(
    name: str, odoo: OdooReader, folder: Path
) -> tuple[subprocess.Popen[str], tuple[str, ...]]:
    """Start an import and return once some of its rows landed and some failed."""
    words = ("import", name, "--type", "partners", *SLOWLY)
    mark = Path(name).stem
    process = start(*words, folder=folder, login=login_of(odoo))
    deadline = time.monotonic() + 60
    while not (landed(odoo, mark) and list(folder.glob("data/failed/*"))):
        assert process.poll() is None, process.communicate()
        assert time.monotonic() < deadline
        time.sleep(0.05)
    return process, words


def again(name: str, odoo: OdooReader, command: Command) -> None:
    """Run the same file once more: all that can land is there once."""
    mark = Path(name).stem
    before = landed(odoo, mark)
    said = command("import", name, "--type", "partners", "--json")
    good = ROWS - ROWS // FAILING
    assert said.counts == {
        name: count
        for name, count in {
            "created": good - before,
            "unchanged": before,
            "failed": ROWS // FAILING,
        }.items()
        if count
    }
    assert landed(odoo, mark) == good


@pytest.mark.parametrize("kind", ["csv", "parquet"])
def test_a_killed_run_leaves_failed_rows_that_import_again(
    kind: str, command: Command, odoo: OdooReader, folder: Path
) -> None:
    name = f"KILL{kind}.{kind}"
    Path(name).write_bytes(WRITERS[kind](partners(Path(name).stem)))
    process, _ = begin(name, odoo, folder)
    process.kill()
    process.communicate(timeout=30)
    assert landed(odoo, Path(name).stem) < ROWS - ROWS // FAILING
    files = [path for path in Path("data/failed").iterdir() if "meta" not in path.name]
    [failed] = [path for path in files if not path.name.startswith(".")]
    with open_source(failed) as source:
        refs = [row.values["ref"] for row in source]
    assert refs
    assert set(refs) <= {row["ref"] for row in partners(Path(name).stem)[::FAILING]}

    retried = command("retry", str(failed), "--json", "--set", "city=Gent")

    assert retried.counts == {"failed": len(refs)}
    assert retried.json["type"] == "partners"
    again(name, odoo, command)


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_ends_the_run_well(
    number: signal.Signals, command: Command, odoo: OdooReader, folder: Path
) -> None:
    name = f"{number.name}.csv"
    Path(name).write_bytes(WRITERS["csv"](partners(number.name)))
    process, words = begin(name, odoo, folder)
    process.send_signal(number)
    said = ended(process, words)
    assert said.code == 4
    assert said.json["status"] == "interrupted"
    assert said.json["created"] == landed(odoo, number.name) < ROWS - ROWS // FAILING
    with open_source(said.json["failed_file"]) as source:
        assert sum(1 for _ in source) == said.json["failed"]
    again(name, odoo, command)


@pytest.mark.parametrize(
    "number", [signal.SIGINT, pytest.param(signal.SIGTERM, marks=pytest.mark.soak)]
)
def test_two_signals_end_it_at_once_and_it_can_go_on(
    number: signal.Signals, command: Command, odoo: OdooReader, folder: Path
) -> None:
    name = f"TWO{number.name}.csv"
    Path(name).write_bytes(WRITERS["csv"](partners(Path(name).stem)))
    process, _ = begin(name, odoo, folder)
    process.send_signal(number)
    began = time.monotonic()
    while process.poll() is None and time.monotonic() - began < 5:
        process.send_signal(number)
        time.sleep(0.05)
    out, err = process.communicate(timeout=5)
    assert process.returncode == 4, err
    assert "Traceback" not in out + err
    said = command("resume", "--json")
    good = ROWS - ROWS // FAILING
    assert said.counts == {"created": good, "failed": ROWS // FAILING}
    assert landed(odoo, Path(name).stem) == good
    again(name, odoo, command)


@pytest.mark.parametrize("delay", [0.1, 0.2, 0.4, 0.8])
def test_a_signal_while_it_starts_ends_it_without_a_traceback(
    delay: float, odoo: OdooReader, folder: Path
) -> None:
    Path("EARLY.csv").write_bytes(WRITERS["csv"](partners("EARLY")))
    words = ("import", "EARLY.csv", "--type", "partners", *SLOWLY, "--dry-run")
    process = start(*words, folder=folder, login=login_of(odoo))
    time.sleep(delay)
    process.send_signal(signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # On a busy machine Python itself may not have begun, or the file may be through already.
    assert process.returncode in (4, 1, -signal.SIGINT), err
    assert process.returncode == -signal.SIGINT or "Traceback" not in out + err
