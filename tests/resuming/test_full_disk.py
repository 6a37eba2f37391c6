"""A disk that is full, a real one that is small: the run stops and says so, and can go on.

The disk is a memory file system in a name space of its own, which needs a system that allows that.
"""

from __future__ import annotations

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.files import open_source
from tests.hostile.conftest import PROGRAM, login_of
from tests.odoo_reader import OdooReader

ROWS = 3_000
SCRIPT = """
mount -t tmpfs -o size={size} small "$PWD/small" || exit 99
{program} import rows.csv --type partners --batch-size 50 --failed-dir {failed} --json \
    > broken.json 2> broken.txt
echo $? > broken.code
mount -o remount,size=100m "$PWD/small" || exit 99
{program} resume --json > resumed.json 2> resumed.txt
echo $? > resumed.code
cp -r small kept
"""


def write_rows(path: Path, mark: str) -> None:
    """Write a file in which every third row fails, and takes some room."""
    lines = [f"{mark}-{n},{'' if n % 3 == 0 else f'Row {n}'},{'x' * 90}\n" for n in range(ROWS)]
    path.write_text("ref,name,city\n" + "".join(lines))


@pytest.mark.soak
@pytest.mark.parametrize(
    ("journal", "failed", "size", "code"),
    [
        ("small/journal.sqlite", "failed", "400k", "journal"),
        ("journal.sqlite", "small", "128k", "output"),
    ],
)
def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    tmp_path: Path, module_database: OdooReader, journal: str, failed: str, size: str, code: str
) -> None:
    mark = f"FULL{code}"
    write_rows(tmp_path / "rows.csv", mark)
    (tmp_path / "small").mkdir()
    script = SCRIPT.format(size=size, program=" ".join(PROGRAM), failed=failed)
    env = {**login_of(module_database), "ODOO_JOURNAL": journal, "PATH": "/usr/sbin:/usr/bin:/bin",
           "PYTHONPATH": str(Path(__file__).parents[2])}  # fmt: skip
    words = ["unshare", "--mount", "--map-root-user", "sh", "-c", script]
    ended = subprocess.run(words, cwd=tmp_path, env=env, check=False, timeout=280)
    assert ended.returncode == 0, "no file system can be mounted here"

    broken, resumed = told(tmp_path / "broken.json"), told(tmp_path / "resumed.json")
    assert (tmp_path / "broken.code").read_text() == "2\n"
    assert (broken["status"], broken["error"]["code"]) == ("failed", code)
    assert 0 < broken["created"] < resumed["created"]
    assert (tmp_path / "resumed.code").read_text() == "1\n", (tmp_path / "resumed.txt").read_text()
    bad = {f"{mark}-{n}" for n in range(0, ROWS, 3)}
    assert (resumed["read"], resumed["failed"]) == (ROWS, len(bad))
    assert resumed["created"] == ROWS - len(bad)
    assert module_database.count("res.partner", [("ref", "=like", f"{mark}-%")]) == ROWS - len(bad)
    kept = Path(str(resumed["failed_file"]).replace("small", "kept"))
    with open_source(str(tmp_path / kept)) as source:
        assert {row.values["ref"] for row in source} == bad


def told(path: Path) -> dict[str, Any]:
    told: dict[str, Any] = json.loads(path.read_text())
    return told
