"""Processes are measured with what they start, and end with us."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import psutil
import pytest

from benchmarks.measure import measure, most_held, wait_for
from benchmarks.time_spent import covered, longest_pause, read_calls

ENVIRONMENT = {"PATH": os.environ["PATH"]}
MB = 1_000_000
HOLDS = "import sys; x = bytearray(60_000_000); print('held', flush=True); sys.stdin.read()"


def python(code: str) -> list[str]:
    return [sys.executable, "-c", code]


def test_the_memory_of_what_a_process_starts_counts() -> None:
    starts = f"import subprocess, sys; subprocess.Popen([sys.executable, '-c', {HOLDS!r}]); {HOLDS}"

    assert 60 * MB < held_by(HOLDS, told=1) < 120 * MB < held_by(starts, told=2)


def test_what_we_hold_ourselves_does_not_count() -> None:
    ours = bytearray(200 * MB)

    assert held_by(HOLDS, told=1) < len(ours)


def held_by(code: str, told: int) -> int:
    """Return what a process and its children hold once so many of them have said that they do."""
    with subprocess.Popen(python(code), stdin=subprocess.PIPE, stdout=subprocess.PIPE) as process:
        assert process.stdout is not None and process.stdin is not None
        for _ in range(told):
            assert process.stdout.readline() == b"held\n"
        held = most_held(process.pid)
        process.stdin.close()  # they wait for it to end
    return held


def test_words_and_exit_code_are_kept() -> None:
    code = "import sys; print('out'); print('err', file=sys.stderr); sys.exit(3)"

    measured = measure(python(code), ENVIRONMENT)

    assert (measured.code, measured.out, measured.err) == (3, "out\n", "err\n")


def test_a_process_ends_when_what_was_waited_for_has_happened(tmp_path: Path) -> None:
    mark = tmp_path / "pid"
    code = f"import os, time; open({str(mark)!r}, 'w').write(str(os.getpid())); time.sleep(600)"

    def event() -> float | None:
        return time.perf_counter() if mark.exists() and mark.read_text() else None

    assert wait_for(event, python(code), ENVIRONMENT) > 0
    assert not psutil.pid_exists(int(mark.read_text()))


def test_a_process_that_ends_before_is_told() -> None:
    with pytest.raises(SystemExit, match="before anything was sent"):
        wait_for(lambda: None, python("pass"), ENVIRONMENT)


def test_calls_are_read_from_the_log() -> None:
    log = (
        "2026-11-20T19:32:22.000Z DEBUG r MainThread odoo_ingestion.connection: "
        "res.partner.load answered in 1.500 s\n"
        "2026-11-20T19:32:22.500Z INFO r MainThread odoo_ingestion.run: something else\n"
    )

    [(method, [(begin, end)])] = read_calls(log).items()

    assert method == "res.partner.load"
    assert end - begin == pytest.approx(1.5)


def test_time_in_two_calls_at_once_counts_once() -> None:
    assert covered([(0, 2), (1, 3), (5, 6), (5.2, 5.4)]) == 4
    assert longest_pause([(0, 2), (1, 3), (5, 6), (6.5, 7)]) == 2
