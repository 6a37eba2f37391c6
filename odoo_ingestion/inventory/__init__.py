"""Quantities on hand: compared with what Odoo holds, sent where they differ, read back."""

from odoo_ingestion.inventory.counts import Asked, Count, Place, missing_in, read_asked
from odoo_ingestion.inventory.desk import InventoryDesk, Planned
from odoo_ingestion.inventory.rights import check_inventory, check_rights
from odoo_ingestion.inventory.settling import DeskRules

__all__ = [
    "Asked",
    "Count",
    "DeskRules",
    "InventoryDesk",
    "Place",
    "Planned",
    "check_inventory",
    "check_rights",
    "missing_in",
    "read_asked",
]
