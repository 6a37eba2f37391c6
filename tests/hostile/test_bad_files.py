"""Files that cannot be read at all: a clear message, exit code 2, and nothing is sent."""

from __future__ import annotations

import subprocess
from pathlib import Path

import pytest

from tests.hostile.bad_files import REFUSED
from tests.hostile.conftest import WITHOUT_POWERS, Command, ended, login_of, start
from tests.odoo_reader import OdooReader

PARTNERS = ("--type", "partners", "--json")


def refused(command: Command, name: str, *options: str) -> str:
    said = command("import", name, *PARTNERS, *options)
    assert said.code == 2
    assert said.json["read"] == 0
    assert said.json["error"]["message"] in " ".join(said.err.split()) or "\n" in said.err
    return str(said.json["error"]["message"])


@pytest.mark.parametrize("what", REFUSED)
def test_it_is_refused_before_anything_is_sent(
    what: str, command: Command, odoo: OdooReader
) -> None:
    name, content, words = REFUSED[what]
    Path(name).write_bytes(content)
    assert words.lower() in refused(command, name).lower()
    assert not Path("data/failed").exists()


def test_places_that_are_no_files(command: Command, odoo: OdooReader) -> None:
    Path("folder.csv").mkdir()
    Path("one.csv").symlink_to("two.csv")
    Path("two.csv").symlink_to("one.csv")
    Path("partners.csv").write_text("ref,name\nBF-1,a\n")
    assert "There is no file partner.csv" in refused(command, "partner.csv")
    assert "is a folder" in refused(command, "folder.csv")
    assert "is a folder" in refused(command, "")
    assert "run in a circle" in refused(command, "one.csv")
    assert "is a device" in refused(command, "/dev/zero")
    assert "cannot be opened" in refused(command, "a\0b.csv")
    assert "cannot be opened" in refused(command, "x" * 5000)
    assert "no file" in refused(command, "partners.csv", "--file", "missing.csv")


def test_a_file_without_the_right_to_read_it(odoo: OdooReader, folder: Path) -> None:
    path = folder / "secret.csv"
    path.write_text("ref,name\nBF-1,a\n")
    path.chmod(0)
    words = ("import", "secret.csv", *PARTNERS)
    said = ended(start(*words, folder=folder, login=login_of(odoo), before=WITHOUT_POWERS), words)
    assert said.code == 2
    assert "may not be read: permission denied" in said.err


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "parquet", "xlsx"])
def test_standard_input_that_is_empty_or_closed(kind: str, command: Command, folder: Path) -> None:
    words = ("import", "-", "--format", kind, "--dry-run", "--offline", *PARTNERS)
    said = ended(start(*words, folder=folder, login={}, stdin=subprocess.DEVNULL), words)
    assert said.code == 2
    assert "Standard input is empty" in said.err


@pytest.mark.parametrize(
    "encoding", ["utf8x", "", "idna", "utf-7", "rot13", "hex", "undefined", "../x", "ä", "a\0"]
)
def test_an_encoding_that_is_none_for_files(encoding: str, command: Command) -> None:
    Path("a.csv").write_text("ref,name\nBF-1,a\n")
    message = refused(command, "a.csv", "--encoding", encoding, "--dry-run", "--offline")
    assert "encoding" in message


@pytest.mark.parametrize("encoding", ["utf-8", "ascii", "utf-16", "utf-16-le", "utf-32", "cp1250"])
@pytest.mark.parametrize("kind", ["csv", "json", "jsonl"])
def test_the_wrong_encoding_is_told_or_seen(encoding: str, kind: str, command: Command) -> None:
    row = {"csv": "ref,name\nBF-1,Zoë\n", "json": '[{"ref": "BF-1", "name": "Zoë"}]'}
    Path(f"a.{kind}").write_bytes(
        row.get(kind, '{"ref": "BF-1", "name": "Zoë"}\n').encode("cp1252")
    )
    words = ("--encoding", encoding, "--dry-run", "--offline", *PARTNERS)
    said = command("import", f"a.{kind}", *words)
    if encoding == "cp1250":
        assert said.counts == {"created": 1}
    else:
        assert said.code == 2
        assert said.json["error"]["hint"]
