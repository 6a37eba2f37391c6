"""Imports whose process dies at a chosen call that writes, just before it or just after."""

from __future__ import annotations

import os
import signal
from pathlib import Path
from typing import Any

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.orchestrator import OdooImporter
from odoo_ingestion.runs import RunResult
from tests.resuming.runs import Place, finish, options
from tests.resuming.worlds import World

_READING = ("search", "search_read", "read", "fields_get", "default_get", "get_installed")
_ASKING = ("has_", "check_", "search_")


def writes(method: str) -> bool:
    """Tell whether a method may change something in Odoo."""
    return method not in _READING and not method.startswith(_ASKING)


def import_whole(place: Place, path: Path, world: World, **changes: Any) -> RunResult:
    """Import a file without a break."""
    chosen = options(place, type=world.type, workers=1, **{**world.options, **changes})
    return OdooImporter(place.config).run([str(path)], chosen)


def count_writes(place: Place, path: Path, world: World) -> tuple[RunResult, list[str]]:
    """Import a file without a break; return also the calls that write."""
    calls: list[str] = []
    real = OdooConnection.call

    def call(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        if writes(method):
            calls.append(f"{model} {method}")
        return real(self, model, method, *arguments, **more)

    OdooConnection.call = call  # type: ignore[method-assign] # put back below
    try:
        return import_whole(place, path, world), calls
    finally:
        OdooConnection.call = real  # type: ignore[method-assign] # as it was


def die_at(place: Place, path: Path, world: World, number: int, *, after: bool) -> None:
    """Import a file in a process of its own that dies at its n-th call that writes."""
    died = finish(_import_and_die, place, str(path), world.name, number, after)
    assert died == -signal.SIGKILL, died


def _import_and_die(place: Place, path: str, name: str, number: int, after: bool) -> None:
    from tests.resuming.worlds import WORLDS

    os.chdir(place.folder)
    real = OdooConnection.call
    calls = 0

    def call(self: Any, model: str, method: str, *arguments: Any, **more: Any) -> Any:
        nonlocal calls
        calls += writes(method)
        if calls < number:
            return real(self, model, method, *arguments, **more)
        if after:
            real(self, model, method, *arguments, **more)
        return os.kill(os.getpid(), signal.SIGKILL)

    OdooConnection.call = call  # type: ignore[method-assign] # this process ends with it
    import_whole(place, Path(path), WORLDS[name])
