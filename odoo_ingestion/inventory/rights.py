"""Whether the user and the server can do what a file of quantities asks for."""

from __future__ import annotations

from odoo_ingestion.errors import UsageError
from odoo_ingestion.inventory.quants import REVIEWED_FROM
from odoo_ingestion.ports import Odoo
from odoo_ingestion.versions import series_number


def check_inventory(version: str, *, apply: bool, differences: bool) -> None:
    """Raise UsageError for what the server's series cannot do, or what needs ``--apply``."""
    has_review = series_number(version) >= REVIEWED_FROM
    if differences and not has_review:
        raise UsageError(
            f"Odoo {version} cannot add a difference safely: that takes Odoo 15 or later",
            hint="Give quantities instead: a column quantity with what lies there.",
        )
    if differences and not apply:
        raise UsageError(
            "differences (column delta) cannot wait for review: Odoo reviews quantities only",
            hint="Add --apply (it posts stock moves, which cannot be undone), or give quantities.",
        )
    if not has_review and not apply:
        raise UsageError(
            f"in Odoo {version} a count cannot wait for review: it is applied at once",
            hint="Add --apply (it posts stock moves, which cannot be undone), or use --dry-run "
            "with --apply to see what would change.",
        )


def check_rights(odoo: Odoo, *, apply: bool) -> None:
    """Raise UsageError for a user who may not count stock, or may not apply counts.

    Counting needs the Inventory user, applying the Inventory administrator
    (``stock/security/ir.model.access.csv``, Odoo 15 to 19: quants and the wizard of conflicts).
    """
    applies = apply and series_number(odoo.version) >= REVIEWED_FROM
    model = "stock.inventory.conflict" if applies else "stock.quant"
    if odoo.call(model, "check_access_rights", "create", False):
        return
    group = "Inventory / Administrator" if apply else "Inventory / User"
    raise UsageError(
        f"you may not {'apply counted stock' if apply else 'count stock'} in this database",
        hint=f"Ask for the group {group}, or log in as a user who has it.",
    )
