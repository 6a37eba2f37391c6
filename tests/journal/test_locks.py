"""One run at a time for each database and type."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from odoo_ingestion.errors import RunLocked
from odoo_ingestion.journal import RunLocks

HOLD = """
import sys, time
from pathlib import Path
from odoo_ingestion.journal import RunLocks
locks = RunLocks(Path(sys.argv[1]))
locks.take("http://x", "shop", ["partners"], "r1")
print("held", flush=True)
time.sleep(60)
"""


def hold(folder: Path) -> subprocess.Popen[str]:
    process = subprocess.Popen(
        [sys.executable, "-c", HOLD, str(folder)], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None
    assert process.stdout.readline() == "held\n"
    return process


def kill(process: subprocess.Popen[str]) -> None:
    process.kill()
    process.communicate(timeout=10)


def test_a_second_run_is_told_who_holds_the_lock(tmp_path: Path) -> None:
    process = hold(tmp_path)
    try:
        with pytest.raises(RunLocked, match=rf"process {process.pid}, since 20.*run r1") as told:
            RunLocks(tmp_path).take("http://x", "shop", ["products", "partners"], "r2")
        assert "partners into the database shop" in told.value.message
        assert told.value.hint
    finally:
        kill(process)


def test_the_lock_of_a_run_that_died_is_taken_over_and_told(tmp_path: Path) -> None:
    process = hold(tmp_path)
    kill(process)
    locks = RunLocks(tmp_path)
    locks.take("http://x", "shop", ["partners"], "r2")
    assert len(locks.notices) == 1
    assert f"process {process.pid}" in locks.notices[0]
    locks.close()
    after = RunLocks(tmp_path)
    after.take("http://x", "shop", ["partners"], "r3")
    assert after.notices == []
    after.close()


def test_other_types_databases_and_servers_go_on_meanwhile(tmp_path: Path) -> None:
    first = RunLocks(tmp_path)
    first.take("http://x", "shop", ["partners"], "r1")
    for place in (("http://x", "shop", ["products"]), ("http://x", "b", ["partners"])):
        other = RunLocks(tmp_path)
        other.take(*place, "r2")
        other.close()
    with pytest.raises(RunLocked):
        RunLocks(tmp_path).take("http://x", "shop", ["partners"], "r3")
    first.close()


def test_a_run_that_gets_one_lock_of_two_gives_it_back(tmp_path: Path) -> None:
    first = RunLocks(tmp_path)
    first.take("http://x", "shop", ["products"], "r1")
    with pytest.raises(RunLocked):
        RunLocks(tmp_path).take("http://x", "shop", ["partners", "products"], "r2")
    third = RunLocks(tmp_path)
    third.take("http://x", "shop", ["partners"], "r3")
    third.close()
    first.close()


@pytest.mark.parametrize("text", ["", "{}", "[1]", "no json", json.dumps({"pid": 1})])
def test_what_a_lock_says_may_be_damaged(tmp_path: Path, text: str) -> None:
    first = RunLocks(tmp_path)
    first.take("http://x", "shop", ["partners"], "r1")
    (holder,) = tmp_path.glob("*.json")
    holder.write_text(text)
    with pytest.raises(RunLocked, match="another process"):
        RunLocks(tmp_path).take("http://x", "shop", ["partners"], "r2")
    first.close()
