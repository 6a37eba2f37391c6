"""The commands on a real Odoo, read back by the tests' own reader."""

from __future__ import annotations

import csv
import json
import os
import shlex
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from odoo_ingestion import sandbox
from odoo_ingestion.sandbox import SandboxStatus
from tests.cli.conftest import Said
from tests.odoo_reader import OdooReader

Command = Callable[..., Said]

PROGRAM = [sys.executable, "-m", "odoo_ingestion"]
BAD_ROWS = 7


@pytest.fixture
def odoo(fresh_database: OdooReader, monkeypatch: pytest.MonkeyPatch) -> OdooReader:
    """A database of the test's own that the environment names."""
    monkeypatch.setenv("ODOO_URL", fresh_database.url)
    monkeypatch.setenv("ODOO_DATABASE", fresh_database.database)
    monkeypatch.setenv("ODOO_USERNAME", fresh_database.username)
    monkeypatch.setenv("ODOO_API_KEY", fresh_database.password)
    return fresh_database


@pytest.fixture
def demo_database(odoo: OdooReader, monkeypatch: pytest.MonkeyPatch) -> OdooReader:
    """The same, which `demo` takes for the sandbox's."""
    now = SandboxStatus(True, odoo.url, odoo.database, odoo.username, odoo.password, "19.0")
    monkeypatch.setattr(sandbox, "start", lambda say: now)
    return odoo


def test_the_demo_imports_the_samples_and_a_second_one_changes_nothing(
    command: Command, demo_database: OdooReader, tmp_path: Path
) -> None:
    odoo = demo_database
    partners = odoo.count("res.partner")

    first = command("demo")

    assert first.code == 0, first.err
    assert odoo.count("product.template") == 77 + 2
    assert odoo.count("product.product", [("default_code", "=like", "TS-%")]) == 5
    assert odoo.count("sale.order") == 20
    assert odoo.count("sale.order", [("state", "!=", "draft")]) == 0
    assert odoo.count("stock.move") == 0
    assert odoo.count("res.partner") - partners == 58 + 182 + 20 - BAD_ROWS
    (tea,) = odoo.search_read(
        "product.template", [("default_code", "=", "NW-001")], ["name", "categ_id", "is_storable"]
    )
    assert (tea["name"], tea["is_storable"]) == ("Chai", True)
    assert tea["categ_id"][1] == "Northwind / Drinks / Beverages"
    (maria,) = odoo.search_read("res.partner", [("ref", "=", "ALFKI-1")], ["parent_id", "city"])
    assert maria["parent_id"][1] == "Alfreds Futterkiste"
    assert maria["city"] == "Berlin"
    assert odoo.count("res.partner", [("customer_rank", "=", 1), ("ref", "=", "ALFKI")]) == 1
    assert odoo.count("res.partner", [("supplier_rank", "=", 1), ("ref", "=", "SUP-01")]) == 1

    counted = (
        "res.partner",
        "product.category",
        "product.product",
        "sale.order.line",
        "stock.quant",
    )
    before = ([odoo.count(model) for model in counted], odoo.xids("res.partner"))
    second = command("demo")

    assert second.code == 0, second.err
    assert "Nothing was changed: every good row was in Odoo already." in second.out
    assert before == ([odoo.count(model) for model in counted], odoo.xids("res.partner"))


def test_the_retry_command_of_the_demo_imports_the_corrected_rows(
    command: Command,
    demo_database: OdooReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    said = command("demo")
    line = next(line for line in said.out.splitlines() if " retry " in line)
    key, _program, *words = shlex.split(line)
    path = Path(words[1])
    correct(path)
    # Nothing but what the command itself says: someone else's settings are in the environment.
    monkeypatch.setenv("ODOO_URL", "https://odoo.example.com")
    monkeypatch.setenv("ODOO_DATABASE", "another")
    monkeypatch.setenv(*key.split("=", 1))

    again = command(*words)

    assert again.code == 0, again.out + again.err
    refs = {f"ERR-{number:02}" for number in (3, 5, 8, 11, 12, 13, 17)}
    found = demo_database.search_read("res.partner", [("ref", "in", sorted(refs))], ["ref"])
    assert {row["ref"] for row in found} == refs


def correct(path: Path) -> None:
    """Correct the bad sample rows as a person would."""
    better = {
        "3": {"name": "Nameless Ltd."},
        "5": {"country_id": "France"},
        "8": {"type": "Other"},
        "11": {"ref": "ERR-11"},
        "12": {"partner_latitude": "61.2"},
        "13": {"country_id": "United States"},
        "17": {"type": "Delivery"},
    }
    with path.open(encoding="utf-8-sig", newline="") as file:
        reader = csv.DictReader(file)
        rows = list(reader)
    assert {row["_error_row"] for row in rows} == better.keys()
    with path.open("w", encoding="utf-8-sig", newline="") as file:
        writer = csv.DictWriter(file, reader.fieldnames or [])
        writer.writeheader()
        writer.writerows(row | better[row["_error_row"]] for row in rows)


def test_check_tells_a_good_login_from_a_wrong_one(
    command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    good = command("check", "--json")
    assert good.code == 0
    assert good.json["version"] == "19.0"
    monkeypatch.setenv("ODOO_API_KEY", "not-the-k3y")
    bad = command("check", "--json")
    assert bad.code == 3
    assert "not-the-k3y" not in bad.out + bad.err
    Path("x.csv").write_text("name\nTea\n")
    assert command("import", "x.csv", "--type", "products").code == 3


def test_fields_come_from_the_server(command: Command, odoo: OdooReader) -> None:
    said = command("fields", "product.template")
    lines = [line.split() for line in said.out.splitlines()]
    assert ["name", "Name", "char", "yes"] in lines
    assert any(line[:1] == ["uom_id"] and "default" in line for line in lines)
    assert command("fields", "no.such.model").code == 2


def write_partners(path: Path, rows: int) -> None:
    with path.open("w", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["ref", "name", "street", "city"])
        writer.writerows([f"R{n}", f"Partner {n}", f"Street {n}", "Town"] for n in range(rows))


def wait_for(path: Path, text: str) -> None:
    deadline = time.monotonic() + 60
    while text not in path.read_text():
        assert time.monotonic() < deadline, path.read_text()
        time.sleep(0.02)


def test_a_run_that_is_stopped_says_so_and_the_next_one_doubles_nothing(
    odoo: OdooReader, tmp_path: Path
) -> None:
    rows = 3000
    write_partners(tmp_path / "partners.csv", rows)
    words = [*PROGRAM, "import", "partners.csv", "--type", "partners", "--json"]
    words += ["--batch-size", "50", "--workers", "1"]
    progress = tmp_path / "progress.txt"
    with progress.open("w") as err:
        process = subprocess.Popen(words, stdout=subprocess.PIPE, stderr=err, text=True)
        wait_for(progress, "Importing partners.csv")
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=120)

    assert process.returncode == 4, progress.read_text()
    stopped = json.loads(out)
    assert stopped["status"] == "interrupted"
    assert stopped["created"] == odoo.count("res.partner", [("ref", "=like", "R%")])
    assert stopped["read"] == stopped["created"] + stopped["skipped"] < rows

    done = subprocess.run(words, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    again = json.loads(done.stdout)
    assert again["created"] == rows - stopped["created"]
    assert again["unchanged"] == stopped["created"]
    assert odoo.count("res.partner", [("ref", "=like", "R%")]) == rows


def test_a_second_signal_stops_at_once(odoo: OdooReader, tmp_path: Path) -> None:
    write_partners(tmp_path / "partners.csv", 2000)
    progress = tmp_path / "progress.txt"
    with progress.open("w") as err:
        process = subprocess.Popen(
            [*PROGRAM, "import", "partners.csv", "--type", "partners", "--workers", "1"],
            stdout=subprocess.DEVNULL,
            stderr=err,
        )
        wait_for(progress, "Importing partners.csv")
        os.kill(process.pid, signal.SIGINT)
        wait_for(progress, "Stopping")
        began = time.monotonic()
        os.kill(process.pid, signal.SIGINT)
        assert process.wait(30) == 4
    assert time.monotonic() - began < 10
    assert "nothing is doubled" in progress.read_text()
