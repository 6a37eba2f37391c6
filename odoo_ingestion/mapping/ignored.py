"""Columns of a file that are left out on purpose (``--ignore``)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from difflib import get_close_matches

from odoo_ingestion.errors import UsageError
from odoo_ingestion.mapping.names import folded

_OPEN_FORMATS = frozenset({"json", "jsonl"})
"""Formats whose rows may have columns that the header does not tell."""


def columns_without(header: Sequence[str], ignore: Collection[str]) -> tuple[str, ...]:
    """Return the columns of a header that are not to be ignored.

    Names are compared without regard to case and to spaces around them.
    """
    left_out = set(map(folded, ignore))
    return tuple(name for name in header if folded(name) not in left_out)


def ignored_columns(header: Sequence[str], ignore: Collection[str]) -> tuple[str, ...]:
    """Return the columns that are ignored as the file spells them, then those it does not have."""
    kept = set(columns_without(header, ignore))
    known = set(map(folded, header))
    missing = (name for name in ignore if folded(name) not in known)
    return (*(name for name in header if name not in kept), *missing)


def check_ignored(ignore: Collection[str], files: Sequence[tuple[str, Sequence[str]]]) -> None:
    """Raise UsageError for a name in ``--ignore`` that no file has as a column.

    ``files`` are the format and the header of each. Rows of JSON may bring further columns, so
    with such a file no name is refused.
    """
    if any(kind in _OPEN_FORMATS for kind, _ in files):
        return
    columns = [name for _, header in files for name in header]
    known = set(map(folded, columns))
    for name in ignore:
        if folded(name) in known:
            continue
        near = get_close_matches(name, columns, n=2)
        meant = f"Did you mean {' or '.join(near)}? " if near else ""
        raise UsageError(
            f"--ignore {name}: no file has such a column",
            hint=f"{meant}Name a column as the header of the file has it.",
        )
