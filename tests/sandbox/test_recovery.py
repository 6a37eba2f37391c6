"""A sandbox of its own, killed, started again, reset."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import uuid
from collections.abc import Callable

import psutil
import pytest

from odoo_ingestion import sandbox as odoo_sandbox
from odoo_ingestion.sandbox import SandboxHome, SandboxStatus
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.state import ProcessMark, SandboxState, read_state
from tests.odoo_reader import OdooReader

STARTER = """
import sys, pathlib
from odoo_ingestion import sandbox
root, build = map(pathlib.Path, sys.argv[1:])
home = sandbox.SandboxHome(root, build_root=build, modules=("base",))
print(sandbox.start(home).url)
"""


def _state(home: SandboxHome) -> SandboxState:
    state = read_state(home.state_file)
    assert state is not None
    return state


def _reader(status: SandboxStatus) -> OdooReader:
    return OdooReader(status.url, status.database, status.username, status.password)


def _wait(condition: Callable[[], bool], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "waited in vain"
        time.sleep(0.05)


def _kill(mark: ProcessMark) -> None:
    assert mark.is_alive()
    os.kill(mark.pid, signal.SIGKILL)
    _wait(lambda: not mark.is_alive())


def _make_partner(status: SandboxStatus) -> str:
    name = f"Partner {uuid.uuid4()}"
    with _reader(status) as reader:
        reader.call("res.partner", "create", {"name": name})
    return name


def _has_partner(status: SandboxStatus, name: str) -> bool:
    with _reader(status) as reader:
        return reader.count("res.partner", [("name", "=", name)]) == 1


def _processes_of(home: SandboxHome) -> list[psutil.Process]:
    return [
        process
        for process in psutil.process_iter(["cmdline"])
        # A zombie has no command line any more.
        if any(str(home.root) in word for word in process.info["cmdline"] or ())
    ]


@pytest.mark.parametrize("server", ["odoo", "postgres"])
def test_a_killed_server_is_noticed_and_replaced(
    own_home: SandboxHome, own_sandbox: SandboxStatus, server: str
) -> None:
    partner = _make_partner(own_sandbox)
    before = _state(own_home)
    _kill(getattr(before, server))
    assert not odoo_sandbox.status(own_home).running
    assert odoo_sandbox.start(own_home) == own_sandbox
    after = _state(own_home)
    assert after.odoo != before.odoo
    assert after.postgres.is_alive()
    assert _has_partner(own_sandbox, partner)


def test_a_pid_file_that_names_a_stranger_is_removed(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    """PostgreSQL itself refuses to start when the number in it belongs to its own account."""
    account = service_account()
    with subprocess.Popen(["/bin/sleep", "60"], user=account.uid, group=account.gid) as stranger:
        try:
            pid_file = own_home.cluster / "postmaster.pid"
            lines = pid_file.read_text().splitlines()
            odoo_sandbox.stop(own_home)
            pid_file.write_text("\n".join([str(stranger.pid), *lines[1:]]) + "\n")
            assert odoo_sandbox.start(own_home).running
            assert stranger.poll() is None
        finally:
            stranger.kill()


def test_both_killed_right_after_a_reset(own_home: SandboxHome, own_sandbox: SandboxStatus) -> None:
    """Nothing committed is lost, and no id is handed out twice."""
    odoo_sandbox.reset(own_home)
    partner = _make_partner(own_sandbox)
    state = _state(own_home)
    _kill(state.postgres)
    _kill(state.odoo)
    assert odoo_sandbox.start(own_home) == own_sandbox
    assert _has_partner(own_sandbox, partner)
    assert _has_partner(own_sandbox, _make_partner(own_sandbox))


def test_stopping_leaves_no_process_and_can_be_repeated(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    assert _processes_of(own_home)
    stopped = odoo_sandbox.stop(own_home)
    assert not stopped.running
    assert _processes_of(own_home) == []
    assert odoo_sandbox.stop(own_home) == stopped == odoo_sandbox.status(own_home)


def test_stopping_ends_what_a_killed_odoo_left(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    _kill(_state(own_home).odoo)
    odoo_sandbox.stop(own_home)
    assert _processes_of(own_home) == []


def test_it_outlives_its_starters_and_two_of_them_start_one(own_home: SandboxHome) -> None:
    odoo_sandbox.stop(own_home)
    command = [sys.executable, "-c", STARTER, str(own_home.root), str(own_home.build_root)]
    starters = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, start_new_session=True)
        for _ in range(2)
    ]
    urls = [starter.communicate(timeout=60)[0].strip() for starter in starters]
    status = odoo_sandbox.status(own_home)
    assert status.running
    assert urls == [status.url, status.url]
    masters = {os.getpgid(process.pid) for process in _processes_of(own_home)}
    assert masters == {_state(own_home).odoo.pid, _state(own_home).postgres.pid}


def test_a_reset_forgets_everything_also_what_odoo_cached(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    partner = _make_partner(own_sandbox)
    with _reader(own_sandbox) as reader:
        loaded = reader.call("res.partner", "load", ["id", "name"], [["test.one", "One"]])
        assert loaded["ids"]
        for _ in range(6):
            assert reader.call("res.partner", "load", ["id", "name"], [["test.one", "One"]])["ids"]
    status = odoo_sandbox.reset(own_home)
    assert status == own_sandbox
    assert not _has_partner(status, partner)
    with _reader(status) as reader:
        assert "test.one" not in reader.xids("res.partner")
        again = reader.call("res.partner", "load", ["id", "name"], [["test.one", "One"]])
        assert again["ids"]
        assert reader.xids("res.partner")["test.one"] == again["ids"][0]
    stores = own_home.data / "filestore"
    assert (stores / "sandbox").is_dir() == (stores / "odoo_ingestion_template").is_dir()


def test_a_reset_starts_a_stopped_sandbox(own_home: SandboxHome) -> None:
    odoo_sandbox.stop(own_home)
    assert odoo_sandbox.reset(own_home).running


def test_a_taken_port_is_left_to_its_owner(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    odoo_sandbox.stop(own_home)
    port = _state(own_home).http_port
    with socket.socket() as other:
        other.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        other.bind(("127.0.0.1", port))
        other.listen()
        status = odoo_sandbox.start(own_home)
        assert status.running
        assert status.url != own_sandbox.url


def test_a_half_made_cluster_was_made_again(
    own_home: SandboxHome, own_sandbox: SandboxStatus
) -> None:
    """The fixture began with one."""
    assert own_sandbox.running
    assert not (own_home.cluster / "half-made").exists()
    assert own_home.cluster.with_name("cluster.complete").is_file()
