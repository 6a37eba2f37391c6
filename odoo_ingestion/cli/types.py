"""`odoo-ingestion types`: what the rows of a file may be."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import SUCCESS
from odoo_ingestion.cli.screen import Screen, print_json, print_words

if TYPE_CHECKING:
    from odoo_ingestion.records import ImportType

_NARROW = 110

_MADE: Mapping[str, str] = {
    "variants": "attributes, their values, templates",
    "attributes": "values",
    "inventory": "lots",
}
"""What an import of a type creates beside its own records, without being told to."""


def types(json: o.Json = False) -> int:
    """List the types of files that can be imported."""
    from odoo_ingestion.data_models import IMPORT_TYPES

    listed = [as_dict(kind) for kind in IMPORT_TYPES.values()]
    if json:
        print_json({"types": listed})
    else:
        _tell(Screen(json, False, False), listed)
    return SUCCESS


def as_dict(kind: ImportType) -> dict[str, Any]:
    """Return what `--json` prints of a type."""
    return {
        "type": kind.name,
        "model": kind.model,
        "description": kind.description,
        "keys": [list(key) for key in kind.keys],
        "goes_in_after": list(kind.requires),
        "creates": _created(kind),
        "versions": _versions(kind),
    }


def _created(kind: ImportType) -> str:
    if kind.lines is not None:
        return f"its lines ({kind.lines.model})"
    return _MADE.get(kind.name, "")


def _versions(kind: ImportType) -> list[str]:
    """Return the Odoo series whose shipped catalogue has the type's model."""
    from odoo_ingestion.data_models import available_models, available_versions

    return [v for v in available_versions() if kind.model in available_models(v)]


def _span(versions: Sequence[str]) -> str:
    """Return `14 to 19` of the series from the oldest to the newest."""
    numbers = [version.partition(".")[0] for version in versions]
    return " to ".join(dict.fromkeys((numbers[0], numbers[-1])))


def _tell(screen: Screen, listed: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    narrow = screen.out.width < _NARROW
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("Type", "Odoo model", "Key"):
        table.add_column(title, overflow="fold")
    if not narrow:
        for title in ("Odoo", "Creates besides", "What it is"):
            table.add_column(title)
    for one in listed:
        key = ", then ".join(" + ".join(key) for key in one["keys"])
        more = [] if narrow else [_span(one["versions"]), one["creates"], one["description"]]
        table.add_row(one["type"], one["model"], key, *more)
    screen.out.print(table)
    print_words(
        screen.out,
        f"{len(listed)} types; --model MODEL takes any other model. An id column (external id) "
        "goes before the key. Without --type, each file's type is found by its name and columns; "
        "'odoo-ingestion template --type TYPE' prints a file to begin with.",
    )
