"""`retry` takes what it needs from beside the file, and refuses to guess."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from odoo_ingestion.files import open_source
from tests.hostile.bad_files import WRITERS
from tests.hostile.conftest import Command
from tests.odoo_reader import OdooReader


def fail(command: Command, name: str, mark: str, *options: str) -> str:
    rows = [{"ref": f"{mark}-{n}", "name": "" if n else "a", "city": "C"} for n in range(3)]
    Path(name).write_bytes(WRITERS[name.rpartition(".")[2]](rows))
    said = command("import", name, "--type", "partners", "--json", *options)
    assert said.json["failed"] == 2
    return str(said.json["failed_file"])


@pytest.mark.parametrize("kind", ["csv", "parquet", "xlsx"])
def test_a_retry_of_a_retry_keeps_options_format_and_values(
    kind: str, command: Command, odoo: OdooReader
) -> None:
    first = fail(command, f"a.{kind}", f"RR-{kind}", "--set", "phone=007")
    second = command("retry", first, "--json").json["failed_file"]
    third = command("retry", second, "--json").json["failed_file"]
    assert len({first, second, third}) == 3
    assert {Path(name).suffix for name in (first, second, third)} == {f".{kind}"}
    tables = []
    for name in (first, second, third):
        with open_source(name) as source:
            tables.append([dict(row.values) for row in source])
    assert tables[0] == tables[1] == tables[2]
    corrected = [{**row, "name": "Now"} for row in tables[0]]
    Path(third).write_bytes(WRITERS[kind](corrected))
    assert command("retry", third, "--json").counts == {"created": 2}
    assert command("retry", third, "--json").counts == {"unchanged": 2}
    assert odoo.count("res.partner", [("ref", "=like", f"RR-{kind}-%"), ("phone", "=", "007")]) == 3


def test_another_database_is_refused_unless_it_is_named(
    command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    failed = fail(command, "a.csv", "RD")
    sidecar = Path(f"{failed}.meta.json")
    told = json.loads(sidecar.read_text())
    sidecar.write_text(json.dumps(told | {"database": "the-live-one"}))
    said = command("retry", failed, "--json")
    assert said.code == 2
    assert "the-live-one" in said.err and odoo.database in said.err
    named = command("retry", failed, "--json", "--database", odoo.database, "--url", odoo.url)
    assert named.counts == {"failed": 2}


def test_without_a_sidecar_the_type_is_asked_for(command: Command, odoo: OdooReader) -> None:
    failed = fail(command, "a.csv", "RW")
    moved = shutil.copy(failed, "elsewhere.csv")
    said = command("retry", str(moved), "--json")
    assert said.code == 2
    assert "--type" in said.err
    assert command("retry", str(moved), "--json", "--type", "partners").counts == {"failed": 2}


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[]", b"null", b"\xff\xfe", b'{"options": 3}', b"[" * 5000,
                b'{"options": {"mode": "explode"}, "source": {}}',
                b'{"options": {"key": 3}, "source": {"path": 1, "format": 2}}',
                b'{"options": {"failed_dir": [], "context": 1}, "source": {}}',
                b'{"options": {"type": 7, "batch_size": "x"}, "source": {"path":"a","format":"b"}}']
)  # fmt: skip
def test_a_damaged_sidecar_is_told(content: bytes, command: Command, odoo: OdooReader) -> None:
    failed = Path("a.20260101-000000.failed.csv")
    failed.write_text("ref,name\nRS-1,\n")
    Path(f"{failed}.meta.json").write_bytes(content)
    said = command("retry", str(failed), "--json", "--dry-run")
    assert said.code == 2
    assert "damaged" in said.err or "type" in said.err


def test_a_folder_and_nothing_cannot_be_retried(command: Command, odoo: OdooReader) -> None:
    assert command("retry", "missing.csv", "--json").code == 2
    assert command("retry", ".", "--type", "partners", "--json").code == 2
    assert command("retry", "-", "--type", "partners", "--json").code == 2
    assert command("retry", "--json").code == 2
