"""What a process takes from its start to its exit: seconds, processor time and memory."""

from __future__ import annotations

import os
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

_INTERVAL = 0.05
"""Seconds between two looks at the memory."""
_PATIENCE = 15.0
"""Seconds that an interrupted process gets to end in order."""


@dataclass(frozen=True)
class Measured:
    """One process: wall seconds, processor seconds and peak bytes with those of its children."""

    seconds: float
    cpu_seconds: float
    peak_bytes: int
    code: int
    out: str
    err: str


def measure(
    command: Sequence[str], environment: Mapping[str, str], folder: Path | None = None
) -> Measured:
    """Run a command to its end; when this process is interrupted, the command is ended too."""
    peak = _Peak()
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        started = time.perf_counter()
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=out, stderr=err, env=environment, cwd=folder
        )
        with _ended_with_us(process), peak.watching(process.pid):
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        return Measured(
            time.perf_counter() - started,
            usage.ru_utime + usage.ru_stime,
            peak.bytes,
            process.returncode,
            _text(out),
            _text(err),
        )


def wait_for(
    event: Callable[[], float | None],
    command: Sequence[str],
    environment: Mapping[str, str],
    folder: Path | None = None,
) -> float:
    """Return the seconds from a command's start to an event's time, and end the command then.

    ``event`` tells the time by ``time.perf_counter``, None as long as it has not happened. Raises
    SystemExit when the command ends without it.
    """
    nowhere = subprocess.DEVNULL
    started = time.perf_counter()
    process = subprocess.Popen(
        command, stdin=nowhere, stdout=nowhere, stderr=nowhere, env=environment, cwd=folder
    )
    with _ended_with_us(process):
        while (happened := event()) is None:
            if process.poll() is not None:
                raise SystemExit(f"{' '.join(command)} ended before anything was sent.")
            time.sleep(_INTERVAL)
    return happened - started


@contextmanager
def _ended_with_us(process: subprocess.Popen[bytes]) -> Iterator[None]:
    try:
        yield
    finally:
        if process.returncode is None:
            process.terminate()
            try:
                process.wait(_PATIENCE)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


class _Peak:
    """The highest sum of the most that each process of a family has held at once.

    Linux's ``VmHWM`` is asked for while they run: the peak that ``wait4`` tells begins with what
    the parent held when it started the child, and knows no sum.
    """

    def __init__(self) -> None:
        self.bytes = 0
        self._done = threading.Event()

    @contextmanager
    def watching(self, pid: int) -> Iterator[None]:
        """Look every 50 ms while the block runs."""
        thread = threading.Thread(target=self._look_again_and_again, args=(pid,))
        thread.start()
        try:
            yield
        finally:
            self._done.set()
            thread.join()

    def _look_again_and_again(self, pid: int) -> None:
        while not self._done.wait(_INTERVAL):
            self.bytes = max(self.bytes, most_held(pid))


def most_held(pid: int) -> int:
    """Return the most bytes that a process has held so far, with those of all that it started."""
    return sum(map(_high_water, _family(pid)))


def _family(pid: int) -> list[int]:
    """Return a process and all that it started, directly or not."""
    members = [pid]
    for member in members:
        for listed in Path(f"/proc/{member}/task").glob("*/children"):
            members += map(int, _content(listed).split())
    return members


def _high_water(pid: int) -> int:
    """Return the most bytes that a process has held in memory, 0 for one that has ended."""
    for line in _content(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1]) * 1024
    return 0


def _content(path: Path) -> str:
    try:
        return path.read_text("utf-8")
    except (FileNotFoundError, ProcessLookupError):  # it ended while we looked
        return ""


def _text(file: IO[bytes]) -> str:
    file.seek(0)
    return file.read().decode("utf-8", "replace")
