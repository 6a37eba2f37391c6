"""Records read in bulk, their relations as plain ids, on every version."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odoo_ingestion.ports import Odoo


def search_rows(
    odoo: Odoo, model: str, domain: Sequence[Any], fields: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the records of a domain in the order of their ids; a many2one is its id or False.

    Odoo 14 has no ``load`` argument of ``search_read``, so the names that come along are dropped.
    """
    found = odoo.call(model, "search_read", list(domain), list(fields), order="id")
    return [{name: _plain(value) for name, value in data.items()} for data in found]


def _plain(value: Any) -> Any:
    is_pair = isinstance(value, list | tuple) and len(value) == 2
    return value[0] if is_pair and isinstance(value[1], str) else value
