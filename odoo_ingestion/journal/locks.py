"""One run at a time for each database and type: locks beside the journal."""

from __future__ import annotations

import hashlib
import json
import os
import socket
from collections.abc import Sequence
from contextlib import ExitStack, suppress
from datetime import datetime
from pathlib import Path
from typing import Any

from odoo_ingestion.errors import JournalError, RunLocked


class RunLocks:
    """The locks of one run; ``notices`` tells of runs that died while they held one.

    The system frees a lock when its process ends, however that is. Released by ``close``.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._stack = ExitStack()
        self.notices: list[str] = []

    def take(self, url: str, database: str, types: Sequence[str], run_id: str) -> None:
        """Take the locks of a database's types (or models).

        Raises RunLocked that names who holds one, JournalError where the folder cannot be written.
        """
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            for kind in sorted(set(types)):
                self._take(url, database, kind, run_id)
        except OSError as e:
            self.close()
            raise JournalError(
                f"the folder {self._folder} cannot be written: {e.strerror or e}",
                hint="Check the rights, or name another place with ODOO_JOURNAL.",
            ) from e
        except RunLocked:
            self.close()
            raise

    def close(self) -> None:
        """Give the locks back."""
        self._stack.close()

    def _take(self, url: str, database: str, kind: str, run_id: str) -> None:
        import filelock

        mark = hashlib.sha256(f"{url}\n{database}\n{kind}".encode()).hexdigest()[:16]
        path = self._folder / f"{_safe(database)}-{_safe(kind)}-{mark}.lock"
        holder = path.with_suffix(".json")
        lock = filelock.FileLock(path)
        what = f"{kind} into the database {database}"
        try:
            lock.acquire(timeout=0)
        except filelock.Timeout:
            raise _locked(what, _read(holder)) from None
        self._stack.callback(lock.release)
        if left := _read(holder):
            self.notices.append(_stale(what, left))
        told = {
            "run": run_id,
            "pid": os.getpid(),
            "host": socket.gethostname(),
            "since": datetime.now().astimezone().isoformat(timespec="seconds"),
        }
        holder.write_text(json.dumps(told), "utf-8")
        self._stack.callback(holder.unlink, missing_ok=True)


def _locked(what: str, holder: dict[str, Any]) -> RunLocked:
    who = f"process {holder['pid']}, since {holder['since']}" if holder else "another process"
    run = f" (run {holder['run']})" if holder else ""
    return RunLocked(
        f"another import of {what} is going on: {who}{run}",
        hint="Wait until it has ended, then run the same command again.",
    )


def _stale(what: str, holder: dict[str, Any]) -> str:
    return (
        f"the run {holder['run']} of {what} (process {holder['pid']} on {holder['host']}, since "
        f"{holder['since']}) died without giving its lock back; it was taken over"
    )


def _read(holder: Path) -> dict[str, Any]:
    """Return what a lock says of its holder; nothing where it says nothing that makes sense."""
    with suppress(OSError, ValueError):
        told = json.loads(holder.read_text("utf-8"))
        if isinstance(told, dict) and {"run", "pid", "host", "since"} <= told.keys():
            return told
    return {}


def _safe(text: str) -> str:
    return "".join(c if c.isalnum() or c in "-_." else "_" for c in text)[:60]
