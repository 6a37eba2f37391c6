"""Taxes of lines: those of sales and of purchases often have the same names."""

from __future__ import annotations

from collections.abc import Mapping

from msgspec.structs import replace

from odoo_ingestion.records import ModelSchema

SALES = "sale"
PURCHASES = "purchase"
TAX_USES = (SALES, PURCHASES)
"""What taxes are for (``account.tax.type_tax_use``, Odoo 14 to 19)."""


def of_sales(_cells: Mapping[str, str]) -> str | None:
    """Return the use of the taxes of any document of sales."""
    return SALES


def of_purchases(_cells: Mapping[str, str]) -> str | None:
    """Return the use of the taxes of any document of purchases."""
    return PURCHASES


def of_invoice(cells: Mapping[str, str]) -> str | None:
    """Return the use of the taxes of an invoice by its type, None where its cells do not say it."""
    return {"out": SALES, "in_": PURCHASES}.get(cells.get("move_type", "")[:3])


def limit_taxes(schema: ModelSchema, use: str) -> ModelSchema:
    """Return the fields of a line with its taxes limited to those of one use.

    Neither ``purchase.order.line`` nor ``account.move.line`` says so in a domain (Odoo 19).
    """
    fields = dict(schema.fields)
    for name, spec in schema.fields.items():
        if spec.relation == "account.tax":
            own = spec.domain if isinstance(spec.domain, list) else []
            fields[name] = replace(spec, domain=[*own, ("type_tax_use", "=", use)])
    return replace(schema, fields=fields)
