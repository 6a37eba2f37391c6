"""Options that only some types know: refused where no file of the run has such a type."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import ImportKind, ImportType
from odoo_ingestion.runs import ImportOptions


class _Special(Struct, frozen=True):
    """An option of a few types: what switches it off, and which types know it."""

    spelled: str
    off: Any
    takers: str
    fits: Callable[[ImportType], bool]


_SPECIAL: Mapping[str, _Special] = {
    "confirm": _Special(
        "--confirm",
        False,
        "orders and purchase-orders",
        lambda kind: kind.name in ("orders", "purchase-orders"),
    ),
    "post": _Special("--post", False, "invoices", lambda kind: kind.name == "invoices"),
    "apply": _Special(
        "--apply", False, "inventory", lambda kind: kind.kind is ImportKind.INVENTORY
    ),
    "delete_missing_lines": _Special(
        "--delete-missing-lines",
        False,
        "orders and other documents with lines",
        lambda kind: kind.kind is ImportKind.DOCUMENTS,
    ),
    "pricelist": _Special("--pricelist", None, "variants", lambda kind: kind.name == "variants"),
}


def fit_options(options: ImportOptions, kinds: Sequence[ImportType | None]) -> list[ImportOptions]:
    """Return the options for each file: what only other files of the run know is switched off.

    ``kinds`` are the files' types, None for a model without one. Raises UsageError for an option
    that does nothing for any of them.
    """
    for name, special in _SPECIAL.items():
        given = getattr(options, name) != special.off
        if given and not any(kind is not None and special.fits(kind) for kind in kinds):
            what = ", ".join(dict.fromkeys(kind.name if kind else "a model" for kind in kinds))
            raise UsageError(
                f"{special.spelled} is for {special.takers}; it does nothing for {what}",
                hint=f"Leave {special.spelled} out.",
            )
    return [_without_others(options, kind) for kind in kinds]


def _without_others(options: ImportOptions, kind: ImportType | None) -> ImportOptions:
    off = {
        name: special.off
        for name, special in _SPECIAL.items()
        if kind is None or not special.fits(kind)
    }
    return replace(options, **off)
