"""Imports point down only: a room never imports a room of its own line or above it."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import odoo_ingestion

PACKAGE = Path(odoo_ingestion.__file__).parent

LEVELS = (
    {"records", "errors", "versions", "first_rows", "named_cells"},
    {"runs", "addresses", "call_rate", "key_sources", "settings_sources"},
    {"ports", "config"},
    {"external_ids", "defaults", "prefetch"},
    {
        "files",
        "mapping",
        "data_models",
        "identity",
        "inventory",
        "images",
        "journal",
        "relations",
        "safeguards",
        "batch_processor",
        "connection_manager",
        "error_handler",
        "logs",
        "metrics",
        "progress_tracker",
        "sandbox",
        "documents",
        "variants",
    },
    {"orchestrator"},
    {"cli"},
    {"__main__"},
)

# The data models say what columns mean; the mapping reads their synonyms.
ALLOWED = {("mapping", "data_models")}


def level(room: str) -> int:
    return next(number for number, rooms in enumerate(LEVELS) if room in rooms)


def room_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imported_rooms(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0, f"{path}: relative import"
            module = node.module or ""
            if module == "odoo_ingestion":
                names |= {f"odoo_ingestion.{alias.name}" for alias in node.names}
            else:
                names.add(module)
    return {
        name.split(".")[1]
        for name in names
        if name.startswith("odoo_ingestion.") and not name.endswith(".__version__")
    }


MODULES = sorted(path for path in PACKAGE.rglob("*.py") if path != PACKAGE / "__init__.py")


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_a_module_imports_only_rooms_below_its_own(path: Path) -> None:
    room = room_of(path)
    for imported in imported_rooms(path) - {room}:
        if (room, imported) in ALLOWED:
            continue
        assert level(imported) < level(room), f"{room} must not import {imported}"


def test_every_room_has_its_level() -> None:
    rooms = {room_of(path) for path in MODULES}
    assert rooms <= set().union(*LEVELS), "a new room needs its place in LEVELS"


def test_modules_stay_small() -> None:
    long = {
        str(path.relative_to(PACKAGE)): lines
        for path in MODULES
        if (lines := path.read_text(encoding="utf-8").count("\n")) > 350
    }
    assert long == {}
