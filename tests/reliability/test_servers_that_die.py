"""What stands behind Odoo's address ends in the middle of an import: the long versions."""

from __future__ import annotations

import os
import shutil
import signal
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from odoo_ingestion import OdooImporter, RunResult
from odoo_ingestion import sandbox as odoo_sandbox
from odoo_ingestion.config import Config
from odoo_ingestion.runs import Progress
from odoo_ingestion.sandbox import SandboxHome, SandboxStatus
from odoo_ingestion.sandbox.accounts import service_account
from odoo_ingestion.sandbox.postgres import Cluster, find_postgres
from odoo_ingestion.sandbox.state import read_state
from tests.odoo_reader import OdooReader
from tests.reliability import faults
from tests.reliability.cases import JSON_2, Case
from tests.reliability.files import ORDERS, PARTNERS, PRODUCTS, File, named_once
from tests.reliability.runs import (
    OUTCOMES,
    Place,
    Trial,
    check_completed,
    check_landed,
    check_stopped,
)

pytestmark = pytest.mark.soak

ROWS = 600


@pytest.fixture(scope="module")
def own_home() -> Iterator[SandboxHome]:
    """A sandbox of its own that shares the built Odoo: its servers may be ended."""
    folder = Path(tempfile.mkdtemp(prefix="reliability-"))
    folder.chmod(0o755)
    build = odoo_sandbox.default_home().build_root
    home = SandboxHome(folder, build_root=build, modules=("base", "contacts"))
    yield home
    odoo_sandbox.stop(home)
    shutil.rmtree(folder)


def stop_and_start_postgres(home: SandboxHome) -> None:
    binaries = find_postgres()
    assert binaries is not None
    cluster = Cluster(home, service_account(), binaries)
    cluster.stop()
    time.sleep(1.0)
    cluster.start()


def kill_a_worker(home: SandboxHome) -> None:
    """End the busiest worker as Odoo itself does with one that is over its time limit."""
    state = read_state(home.state_file)
    assert state is not None
    workers = [
        child
        for child in psutil.Process(state.odoo.pid).children()
        if "gevent" not in child.cmdline()
    ]
    busiest = max(workers, key=lambda worker: sum(worker.cpu_times()[:2]))
    os.kill(busiest.pid, signal.SIGKILL)


def import_and_break(
    status: SandboxStatus, path: Path, breaking: Callable[[], None] | None
) -> RunResult:
    """Import partners, and break something as soon as the first of them have landed."""
    waiting = [breaking] if breaking else []

    def watch(progress: Progress) -> None:
        if waiting and progress.created:
            waiting.pop()()

    config = Config(
        _env_file=None,
        url=status.url,
        database=status.database,
        username=status.username,
        api_key=status.password,
        protocol="xmlrpc",
        timeout=20.0,
        retry_max_wait=1.0,
        tries=10,
        breaker_seconds=1.0,
    )
    result = OdooImporter(config, on_progress=watch).import_file(
        path, type="partners", batch_size=20, workers=2, failed_dir=path.parent / "failed"
    )
    assert not waiting
    assert result.count("read") == sum(result.count(name) for name in OUTCOMES)
    return result


@pytest.mark.parametrize("breaking", [stop_and_start_postgres, kill_a_worker])
def test_a_server_that_dies_in_the_middle_loses_and_doubles_nothing(
    own_home: SandboxHome, breaking: Callable[[SandboxHome], None], tmp_path: Path
) -> None:
    status = odoo_sandbox.start(own_home)
    mark = breaking.__name__
    path = tmp_path / "partners.csv"
    rows = [f"{mark}-{n},Partner {n}\n" for n in range(ROWS)]
    path.write_text("ref,name\n" + "".join(rows), encoding="utf-8")
    broken = import_and_break(status, path, lambda: breaking(own_home))
    mine = [("ref", "=like", f"{mark}-%")]
    with OdooReader(status.url, status.database, status.username, status.password) as reader:
        landed = reader.search_read("res.partner", mine, ["ref"])
        assert broken.count("created") <= len(landed)
        if broken.error is None and not broken.count("failed"):
            assert len(landed) == ROWS
        again = import_and_break(status, path, None)
        assert (again.error, again.count("failed")) == (None, 0)
        assert again.count("unchanged") == len(landed)
        found = reader.search_read("res.partner", mine, ["ref"])
        assert sorted(row["ref"] for row in found) == sorted(f"{mark}-{n}" for n in range(ROWS))
        named_once(reader, "res.partner", [row["id"] for row in found])


@pytest.mark.parametrize("file", [PRODUCTS, PARTNERS, ORDERS], ids=lambda file: str(file.type))
def test_connections_refused_for_20_seconds_are_waited_for_or_told(
    place: Place, file: File
) -> None:
    patient = Case(faults.refused_for(20.0), settings={"tries": 50, "retry_max_wait": 2.0})
    trial = Trial(place, file, JSON_2)
    check_landed(trial, trial.meet(patient, 2))
    impatient = Case(faults.refused_for(20.0), settings={"tries": 3})
    trial = Trial(place, file, JSON_2)
    check_stopped(trial, trial.meet(impatient, 2))
    check_completed(trial)
