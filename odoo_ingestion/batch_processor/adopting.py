"""Existing records get their external ids before they are sent by them."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion.errors import ConcurrentUpdate, ServerRefused, UnknownFate, ValidationRefused
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem, Record

TRIES = 3


def adopt(odoo: Odoo, records: Sequence[Record]) -> dict[str, Problem]:
    """Give existing records their external ids and return those that cannot have theirs.

    The result maps an external id to the reason. The names are looked up first and only the
    missing ones are created, in one call, with ``noupdate``: a name that exists would fail the
    whole call, and a call of unknown fate is looked up, never sent blindly again. All records are
    of one model and have an external id and a database id. Raises AccessRefused where the user
    has no rights on ``ir.model.data``, RetryableError and ConnectionFailed as ``Odoo.call`` does.
    """
    for attempt in range(1, TRIES + 1):
        missing, taken = _sort(odoo, records)
        if not missing:
            break
        try:
            odoo.call("ir.model.data", "create", _values(missing), repeatable=False)
            break
        except (UnknownFate, ValidationRefused, ConcurrentUpdate):
            if attempt == TRIES:
                raise
    return taken


def _sort(odoo: Odoo, records: Sequence[Record]) -> tuple[list[Record], dict[str, Problem]]:
    held = _look_up(odoo, records)
    missing: list[Record] = []
    taken: dict[str, Problem] = {}
    for record in records:
        name = str(record.external_id)
        owner = held.get(name)
        if owner is None:
            missing.append(record)
        elif owner != (record.model, record.database_id):
            taken[name] = _taken(name, *owner)
    return missing, taken


def _look_up(odoo: Odoo, records: Sequence[Record]) -> dict[str, tuple[str, int]]:
    names: dict[str, list[str]] = {}
    for record in records:
        module, _, name = str(record.external_id).partition(".")
        names.setdefault(module, []).append(name)
    found: dict[str, tuple[str, int]] = {}
    for module, wanted in names.items():
        rows = odoo.call(
            "ir.model.data",
            "search_read",
            [("module", "=", module), ("name", "in", wanted)],
            ["name", "model", "res_id"],
        )
        found.update({f"{module}.{row['name']}": (row["model"], row["res_id"]) for row in rows})
    return found


def _values(records: Sequence[Record]) -> list[dict[str, object]]:
    values: list[dict[str, object]] = []
    for record in records:
        module, _, name = str(record.external_id).partition(".")
        values.append(
            {
                "module": module,
                "name": name,
                "model": record.model,
                "res_id": record.database_id,
                "noupdate": True,
            }
        )
    return values


def _taken(name: str, model: str, number: int) -> Problem:
    return Problem(
        Category.DUPLICATE,
        f"The external id {name} already belongs to another record ({model}, id {number}).",
        "id",
        "Give the row another id, or correct the external id in Odoo.",
    )


def describe(error: ServerRefused) -> str:
    """Return the notice for records that keep having no external id."""
    return (
        "This user may not give existing records an external id; they are updated by their"
        f" database id instead ({error.message})."
    )
