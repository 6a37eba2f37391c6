"""Remembers which processes are the sandbox, and tells whether they still are."""

from __future__ import annotations

import contextlib
import json
import os
import tempfile
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import psutil

from odoo_ingestion.errors import SandboxError

CLOCK_TOLERANCE = 2.0
"""Seconds that two readings of one process's start time may differ (the clock may be set)."""

KILL_SECONDS = 10.0
"""How long a killed process may take to be gone (it may be writing)."""


@dataclass(frozen=True)
class ProcessMark:
    """A process that cannot be mistaken for a later one with the same number.

    ``created`` is its start time in seconds since the epoch.
    """

    pid: int
    created: float

    @classmethod
    def of(cls, pid: int) -> ProcessMark | None:
        """Return the mark of a process that runs now, None when there is none."""
        try:
            process = psutil.Process(pid)
            if process.status() == psutil.STATUS_ZOMBIE:
                return None
            return cls(pid, process.create_time())
        except psutil.NoSuchProcess:
            return None

    def is_alive(self) -> bool:
        """Tell whether this very process still runs; a zombie or a reused number does not."""
        now = ProcessMark.of(self.pid)
        return now is not None and abs(now.created - self.created) < CLOCK_TOLERANCE


def end_processes(processes: Sequence[psutil.Process], patience: float) -> None:
    """Wait ``patience`` seconds for processes to end, then kill those that did not.

    A zombie has ended: whose child it was may take its time to notice, or never do.
    """
    left = _wait_for_end(processes, patience)
    for process in left:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()
    _wait_for_end(left, KILL_SECONDS)


def _wait_for_end(processes: Sequence[psutil.Process], seconds: float) -> list[psutil.Process]:
    deadline = time.monotonic() + seconds
    left = [process for process in processes if _runs(process)]
    while left and time.monotonic() < deadline:
        time.sleep(0.02)
        left = [process for process in left if _runs(process)]
    return left


def _runs(process: psutil.Process) -> bool:
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


@dataclass(frozen=True)
class SandboxState:
    """What was started; ``version`` is empty until Odoo has answered."""

    postgres: ProcessMark
    odoo: ProcessMark
    http_port: int
    gevent_port: int
    database: str
    version: str = ""


def read_state(path: Path) -> SandboxState | None:
    """Return the state in a file, None when there is none.

    Raises SandboxError when the file is not one of ours.
    """
    try:
        values = json.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return None
    except ValueError as e:
        raise _unreadable(path) from e
    try:
        postgres, odoo = (ProcessMark(**values.pop(name)) for name in ("postgres", "odoo"))
        return SandboxState(postgres=postgres, odoo=odoo, **values)
    except (AttributeError, KeyError, TypeError) as e:
        raise _unreadable(path) from e


def write_state(path: Path, state: SandboxState) -> None:
    """Replace the state file in one step, so that no reader sees half of it."""
    handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump(asdict(state), file, indent=2)
        Path(name).replace(path)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _unreadable(path: Path) -> SandboxError:
    return SandboxError(
        f"The sandbox's state file {path} cannot be read.",
        hint="End the sandbox's processes if any are left, then delete that file.",
    )
