"""Imports whose process dies at a chosen call that writes, just before it or just after."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable
from pathlib import Path
from typing import Any

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import RunResult
from tests.resuming.runs import Place, finish, options
from tests.resuming.worlds import WORLDS, World

_READING = ("search", "search_read", "read", "fields_get", "default_get", "get_installed")

Watch = Callable[[str], None]
"""Told of each call that writes, as ``model method``: before it, and after it."""


def import_whole(place: Place, path: Path, world: World) -> RunResult:
    """Import a file of a world."""
    chosen = options(place, **{"type": world.type, "workers": 1, **world.options})
    return OdooImporter(place.config).run([str(path)], chosen)


def watched(before: Watch, after: Watch) -> Callable[..., Any]:
    """Return a ``call`` of connections that tells of those that write."""
    real = OdooConnection.call

    def call(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        if method in _READING or method.startswith(("has_", "get_", "check_", "search_")):
            return real(self, model, method, *arguments, **more)
        before(f"{model} {method}")
        answer = real(self, model, method, *arguments, **more)
        after(f"{model} {method}")
        return answer

    return call


def die_at(
    place: Place, path: Path, world: World, call: str, number: int = 1, *, after: bool = True
) -> None:
    """Import a file in a process of its own that is killed at its n-th such call, or after it.

    ``call`` is ``model method``, or the beginning of that.
    """
    died = finish(_import_and_die, place, str(path), world.name, call, number, after)
    assert died == -signal.SIGKILL, f"the process ended by itself: {died}"


def _import_and_die(
    place: Place, path: str, name: str, wanted: str, number: int, after: bool
) -> None:
    os.chdir(place.folder)
    calls = 0

    def count(call: str) -> None:
        nonlocal calls
        calls += call.startswith(wanted)
        if calls == number:
            os.kill(os.getpid(), signal.SIGKILL)

    def ignore(_: str) -> None:
        pass

    call = watched(ignore, count) if after else watched(count, ignore)
    OdooConnection.call = call  # type: ignore[method-assign] # this process ends with it
    import_whole(place, Path(path), WORLDS[name])
