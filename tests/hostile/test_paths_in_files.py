"""A file that names paths, in whatever place, leads nothing to be written there."""

from __future__ import annotations

import gzip
import io
import json
import os
import sys
import tempfile
import zipfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from tests.hostile.bad_files import WRITERS
from tests.hostile.conftest import Command

ESCAPES = ["../../evil.csv", "/tmp/../tmp/evil.csv", "C:\\evil.csv", "file:///evil.csv", "~/evil"]
OFFLINE = ("--type", "partners", "--dry-run", "--offline", "--json")
_WRITING = os.O_WRONLY | os.O_RDWR | os.O_CREAT | os.O_TRUNC
_OF_FOLDERS = {"os.mkdir": 0, "os.rename": 1, "os.link": 1, "os.symlink": 1}

_touched: list[str] | None = None
_hooked = False


def _listen(event: str, arguments: tuple[Any, ...]) -> None:
    if _touched is None:
        return
    if event == "open" and isinstance(arguments[0], str | bytes) and arguments[2] & _WRITING:
        _touched.append(os.fsdecode(arguments[0]))
    elif event in _OF_FOLDERS:
        _touched.append(os.fsdecode(arguments[_OF_FOLDERS[event]]))


@contextmanager
def all_that_is_written() -> Iterator[list[str]]:
    """Every path that this process opens for writing, makes, links or renames to."""
    global _touched, _hooked  # noqa: PLW0603 - a hook of the interpreter's cannot be taken back
    if not _hooked:
        sys.addaudithook(_listen)
        _hooked = True
    _touched = []
    try:
        yield _touched
    finally:
        _touched = None


def check(written: list[str], folder: Path) -> None:
    temporary = Path(tempfile.gettempdir())
    for name in written:
        path = Path(folder, name).resolve()
        inside = path.is_relative_to(folder / "data") or path.is_relative_to(folder / "logs")
        # Temporary files have random names, or none.
        assert inside or temporary in (path, path.parent) or name == os.devnull, name
        assert "evil" not in name, name
    assert not [path for path in folder.parent.rglob("*evil*") if path.name != "evil"]


def rows() -> list[dict[str, str]]:
    columns = ("id", "ref", "name", "image_1920", "email", "parent_id", "comment")
    good = [dict.fromkeys(columns, text) for text in ESCAPES]
    return [*good, *({**row, "name": ""} for row in good)]


@pytest.mark.parametrize("kind", WRITERS)
def test_cells_and_headers_that_are_paths(kind: str, command: Command, folder: Path) -> None:
    named = [{**row, "../../evil.header": "x"} for row in rows()]
    Path(f"a.{kind}").write_bytes(WRITERS[kind](named))
    with all_that_is_written() as written:
        said = command("import", f"a.{kind}", *OFFLINE, "--ignore-unknown-columns")
        assert said.json["failed"] >= len(ESCAPES)
        for name in said.json["failed_files"]:
            command("retry", name, "--dry-run", "--offline", "--json")
    assert any("failed" in name for name in written)
    check(written, folder)


def test_a_sheet_and_a_part_that_are_named_like_paths(command: Command, folder: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.title = "..evil"
    for row in (["ref", "name"], ["A-1", ""]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    with zipfile.ZipFile(content, "a") as package:
        package.writestr("../../evil.xml", "<a/>")
        package.writestr("/evil.xml", "<a/>")
    Path("a.xlsx").write_bytes(content.getvalue())
    with all_that_is_written() as written:
        assert command("import", "a.xlsx", *OFFLINE).counts == {"failed": 1}
    check(written, folder)


def test_the_name_that_a_gzip_file_says_it_had(command: Command, folder: Path) -> None:
    content = io.BytesIO()
    with gzip.GzipFile("../../evil.csv", "wb", fileobj=content) as packed:
        packed.write(b"ref,name\nA-1,\n")
    Path("a.csv.gz").write_bytes(content.getvalue())
    with all_that_is_written() as written:
        assert command("import", "a.csv.gz", *OFFLINE).counts == {"failed": 1}
    check(written, folder)


def change_source(told: dict[str, Any]) -> None:
    told["source"]["path"] = "../../evil.csv"


def change_failed_dir(told: dict[str, Any]) -> None:
    told["options"]["failed_dir"] = "../../evil"


@pytest.mark.parametrize("change", [change_source, change_failed_dir])
def test_what_stands_beside_a_failed_records_file(
    change: Callable[[dict[str, Any]], None], command: Command, folder: Path
) -> None:
    Path("a.csv").write_text("ref,name\nA-1,\n")
    failed = command("import", "a.csv", *OFFLINE).json["failed_file"]
    sidecar = Path(f"{failed}.meta.json")
    told = json.loads(sidecar.read_text())
    change(told)
    sidecar.write_text(json.dumps(told))
    with all_that_is_written() as written:
        again = command("retry", failed, "--dry-run", "--offline", "--json")
    assert again.counts == {"failed": 1}
    assert Path(again.json["failed_file"]).parent == Path(failed).parent
    check(written, folder)


def test_a_write_elsewhere_would_be_noticed(folder: Path) -> None:
    with all_that_is_written() as written:
        (folder / "other").write_text("x")
    with pytest.raises(AssertionError):
        check(written, folder)
