"""Options of `import` about the run itself: columns, dry runs, connection, how much is said."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostile.conftest import Command, Import
from tests.odoo_reader import OdooReader


def test_unknown_columns(imported: Import, odoo: OdooReader) -> None:
    text = "ref,name,nonsense\nOU-1,a,b\n"
    said = imported(text)
    assert (said.code, said.json["error"]["code"]) == (2, "columns")
    assert odoo.count("res.partner", [("ref", "=", "OU-1")]) == 0
    assert imported(text, "--ignore-unknown-columns").counts == {"created": 1}


def test_failed_dir(imported: Import) -> None:
    said = imported("ref,name\nFD-1,\n", "--failed-dir", "some/where")
    [name] = said.json["failed_files"]
    assert Path(name).parent == Path("some/where")
    assert Path(f"{name}.meta.json").is_file()


def test_how_much_is_said(command: Command, odoo: OdooReader) -> None:
    Path("a.csv").write_text("ref,name\nHM-1,a\nHM-2,\n")
    words = ("import", "a.csv", "--type", "partners", "--dry-run")
    quiet, plain, loud = command(*words, "--quiet"), command(*words), command(*words, "--verbose")
    assert quiet.out.count("\n") == 1
    assert quiet.err == ""
    assert len(quiet.out) < len(plain.out)
    assert "DEBUG" in loud.err and "DEBUG" not in plain.err
    assert command(*words, "--quiet", "--verbose").code == 2
    told = command(*words, "--json", "--quiet")
    assert (told.err, told.counts) == ("", {"created": 1, "failed": 1})


def test_dry_runs_write_nothing(imported: Import, odoo: OdooReader) -> None:
    text = "ref,name\nDR-1,a\nDR-2,\n"
    for how in (("--dry-run",), ("--dry-run-server",), ("--dry-run", "--offline")):
        said = imported(text, *how)
        assert said.json["dry_run"] is True
        assert said.counts == {"created": 1, "failed": 1}
        assert "dry-run" in said.json["failed_file"]
    assert odoo.count("res.partner", [("ref", "=like", "DR-%")]) == 0
    old = imported(text, "--dry-run", "--offline", "--odoo-version", "17.0")
    assert old.counts == {"created": 1, "failed": 1}
    for wrong in (("--offline",), ("--odoo-version", "17.0"), ("--offline", "--dry-run-server")):
        assert imported(text, *wrong).code == 2
    assert imported(text, "--dry-run", "--offline", "--odoo-version", "1.0").code == 2


def test_the_connection_is_named_by_options_over_the_environment(
    imported: Import, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("ODOO_URL", "ODOO_DATABASE", "ODOO_USERNAME"):
        monkeypatch.setenv(name, "http://127.0.0.1:9" if name == "ODOO_URL" else "wrong")
    words = ("--url", odoo.url, "--database", odoo.database, "--username", odoo.username)
    said = imported("ref,name\nCO-1,a\n", *words, "--dry-run")
    assert said.counts == {"created": 1}
    assert (said.json["url"], said.json["database"]) == (odoo.url, odoo.database)


def test_a_sidecar_keeps_what_was_said(
    imported: Import, command: Command, odoo: OdooReader
) -> None:
    options = (
        "--mode",
        "create",
        "--key",
        "email",
        "--set",
        "city=Gent",
        "--context",
        "default_color=4",
    )
    failed = imported("email,name\nkeep@opt.example,\n", *options).json["failed_file"]
    kept = json.loads(Path(f"{failed}.meta.json").read_text())["options"]
    assert (kept["mode"], kept["key"], kept["set_values"]) == (
        "create",
        ["email"],
        {"city": "Gent"},
    )
    path = Path(failed)
    path.write_text(path.read_text("utf-8-sig").replace("example,,", "example,Now,"), "utf-8")
    assert command("retry", failed, "--json").counts == {"created": 1}
    [read] = odoo.search_read(
        "res.partner", [("email", "=", "keep@opt.example")], ["city", "color"]
    )
    assert (read["city"], read["color"]) == ("Gent", 4)
