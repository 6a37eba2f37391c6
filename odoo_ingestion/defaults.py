"""The defaults that the server gives to the fields of a new record."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from odoo_ingestion.errors import UntellableAnswer
from odoo_ingestion.ports import Odoo


def fetch_defaults(odoo: Odoo, model: str, names: Sequence[str], **context: Any) -> dict[str, Any]:
    """Return the defaults of fields by name, as ``default_get`` tells them.

    ``context`` is merged over the connection's. A default of None, which XML-RPC cannot carry, is
    none: ``acc_number`` of res.partner.bank has one (addon ``account``, Odoo 19). Raises what
    ``Odoo.call`` raises.
    """
    if not names:
        return {}
    try:
        found = odoo.call(model, "default_get", list(names), context=context)
    except UntellableAnswer:
        if len(names) == 1:
            return {}
        told: dict[str, Any] = {}
        for name in names:
            told |= fetch_defaults(odoo, model, [name], **context)
        return told
    return {name: value for name, value in found.items() if value is not None}
