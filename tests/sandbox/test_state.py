from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox.state import ProcessMark, SandboxState, read_state, write_state

STATE = SandboxState(
    postgres=ProcessMark(11, 1.5),
    odoo=ProcessMark(12, 2.5),
    http_port=20001,
    gevent_port=20002,
    database="sandbox",
    version="19.0",
)


def test_a_state_comes_back_as_it_was_written(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    write_state(path, STATE)
    assert read_state(path) == STATE


def test_writing_replaces_the_file_and_leaves_nothing_else(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    path.write_text("older")
    write_state(path, STATE)
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.json"]
    assert json.loads(path.read_text())["odoo"] == {"pid": 12, "created": 2.5}


def test_a_failed_write_keeps_the_former_state(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "state.json"
    write_state(path, STATE)

    def refuse(*_: object) -> None:
        raise OSError("disk full")

    monkeypatch.setattr(Path, "replace", refuse)
    with pytest.raises(OSError, match="disk full"):
        write_state(path, SandboxState(STATE.odoo, STATE.odoo, 1, 2, "other"))
    assert [entry.name for entry in tmp_path.iterdir()] == ["state.json"]
    assert read_state(path) == STATE


def test_without_a_file_there_is_no_state(tmp_path: Path) -> None:
    assert read_state(tmp_path / "state.json") is None


@pytest.mark.parametrize(
    "text", ["", "{", "[]", "null", "{}", '{"postgres": {}, "odoo": {}}', '{"postgres": 1}']
)
def test_a_damaged_state_is_named(tmp_path: Path, text: str) -> None:
    path = tmp_path / "state.json"
    path.write_text(text)
    with pytest.raises(SandboxError, match="cannot be read") as caught:
        read_state(path)
    assert str(path) in caught.value.message
    assert caught.value.hint is not None
    assert "delete" in caught.value.hint


def test_a_running_process_is_alive() -> None:
    mark = ProcessMark.of(os.getpid())
    assert mark is not None
    assert mark.is_alive()


def test_an_ended_process_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        mark = ProcessMark.of(process.pid)
        assert mark is not None
        process.kill()
    assert not mark.is_alive()
    assert ProcessMark.of(process.pid) is None


def test_a_zombie_is_not_alive() -> None:
    with subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE) as process:
        mark = ProcessMark.of(process.pid)
        assert mark is not None
        process.kill()
        deadline = time.monotonic() + 10
        while psutil.Process(process.pid).status() != psutil.STATUS_ZOMBIE:
            assert time.monotonic() < deadline
            time.sleep(0.01)
        assert not mark.is_alive()


def test_another_process_with_the_same_number_is_not_ours() -> None:
    now = psutil.Process().create_time()
    assert not ProcessMark(os.getpid(), now - 60).is_alive()
    assert ProcessMark(os.getpid(), now + 0.5).is_alive()
