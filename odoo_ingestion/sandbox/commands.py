"""Runs the programs of the machine that build and look after a sandbox."""

from __future__ import annotations

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from odoo_ingestion.errors import SandboxError
from odoo_ingestion.sandbox.accounts import ServiceAccount

Word = str | Path


def service_environment(home_folder: Path) -> dict[str, str]:
    """Return the small environment that the servers and their tools get.

    Ours is kept out: a PGHOST or PYTHONPATH set by the user must not lead them elsewhere.
    """
    return {
        "PATH": os.environ.get("PATH", os.defpath),
        "HOME": str(home_folder),
        "LANG": "C.UTF-8",
        "LC_ALL": "C.UTF-8",
        "TZ": "UTC",
    }


def run(
    what: str,
    command: Sequence[Word],
    *,
    log: Path,
    cwd: Path,
    account: ServiceAccount | None = None,
    environment: Mapping[str, str] | None = None,
) -> str:
    """Run a command to its end and return what it wrote to standard output.

    ``what`` names the step in the error, ``log`` receives everything the command wrote. ``account``
    None means ours. Raises SandboxError when the command is missing or fails.
    """
    words = [str(word) for word in command]
    try:
        done = subprocess.run(
            words,
            capture_output=True,
            text=True,
            errors="replace",
            check=False,
            stdin=subprocess.DEVNULL,
            cwd=cwd,
            env=environment,
            # Built as root, used by another account: a tight umask would lock that one out.
            umask=0o022,
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=account.extra_groups if account else None,
        )
    except FileNotFoundError as e:
        raise SandboxError(f"{what}: there is no program {words[0]!r} on this machine.") from e
    except PermissionError as e:
        raise SandboxError(f"{what}: {words[0]!r} in {cwd} is not allowed ({e}).") from e
    _append(log, words, done)
    if done.returncode != 0:
        raise SandboxError(
            f"{what} failed (exit code {done.returncode}).", hint=f"The reason is in {log}."
        )
    return done.stdout


def _append(log: Path, words: Sequence[str], done: subprocess.CompletedProcess[str]) -> None:
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("a", encoding="utf-8") as lines:
        lines.write(f"$ {' '.join(words)}\n{done.stdout}{done.stderr}")
