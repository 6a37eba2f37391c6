"""A known hole stops a change; a registry that cannot tell does not, and that is said."""

from __future__ import annotations

import json
import runpy
import subprocess
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

SCRIPT = runpy.run_path(str(Path(__file__).parent.parent / ".ci" / "audit.py"))
FINE = {"name": "typer", "version": "1.0", "vulns": []}
BAD = {
    "name": "urllib3",
    "version": "1.0",
    "vulns": [{"id": "CVE-2026-1", "fix_versions": ["1.1"]}, {"id": "X-2", "fix_versions": []}],
}
UNKNOWN = {"name": "xlrd", "skip_reason": "not found"}


def audited(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], answer: Any
) -> tuple[int, str]:
    def run(*_: Any, **__: Any) -> Any:
        if isinstance(answer, Exception):
            raise answer
        return SimpleNamespace(stdout=answer, stderr="a warning\nno such host\n")

    monkeypatch.setattr(subprocess, "run", run)
    code = SCRIPT["main"]("x.lock")
    return code, capsys.readouterr().out


def test_a_known_hole_fails(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.dumps({"dependencies": [FINE, BAD, UNKNOWN]})
    code, told = audited(monkeypatch, capsys, report)
    assert code == 1
    assert "urllib3 1.0: CVE-2026-1, mended in 1.1" in told
    assert "urllib3 1.0: X-2\n" in told
    assert "2 of 3 pinned packages were looked up" in told


def test_what_nobody_can_tell_is_said_and_does_not_fail(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    report = json.dumps({"dependencies": [FINE, UNKNOWN]})
    code, told = audited(monkeypatch, capsys, report)
    assert code == 0
    assert "knows nothing about 1: xlrd; 0 known holes" in told


@pytest.mark.parametrize(
    ("answer", "words"),
    [(subprocess.TimeoutExpired("x", 120), "no answer within 120 s"), ("", "no such host")],
)
def test_no_answer_is_said_and_does_not_fail(
    answer: Any,
    words: str,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    code, told = audited(monkeypatch, capsys, answer)
    assert code == 0
    assert words in told
