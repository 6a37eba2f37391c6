"""Products: barcodes that are taken, and variant fields that a template drops in silence."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from odoo_ingestion.errors import AccessRefused, ModelMissing
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, ModelSchema, Problem, Record
from odoo_ingestion.safeguards.barcodes import Barcodes

VARIANT_FIELDS = ("default_code", "barcode", "standard_price", "weight", "volume")
"""Fields of product.template that are written on its only variant and dropped where there are
several (product.template._set_product_variant_field, Odoo 14 to 19)."""


class ProductSafeguard:
    """Refuses barcodes that another product has, and variant fields on templates with several.

    Memory: that of ``Barcodes``.
    """

    def __init__(self, odoo: Odoo, schema: ModelSchema) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._model = schema.model
        self._packaging = "product.uom" if schema.version >= "19" else "product.packaging"
        self._barcodes = Barcodes()

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record, or the problems that the server would raise or pass over."""
        holders = self._holders(records)
        held = {owner: code for code, some in holders.items() for owner, _ in some}
        several = self._with_several_variants(records)
        result: list[Record | tuple[Problem, ...]] = []
        for record in records:
            now = held.get(record.database_id, "") if record.database_id else ""
            taken = self._barcodes.problem(record, holders, now)
            problems = [
                *((taken,) if taken else ()),
                *(_dropped_fields(record) if record.database_id in several else ()),
            ]
            result.append(tuple(problems) or record)
        return result

    def _holders(self, records: Sequence[Record]) -> dict[str, list[tuple[int, str]]]:
        """Return who has the barcodes that the records ask for, or have now."""
        wanted = sorted({r.values["barcode"] for r in records if r.values.get("barcode")})
        asking = [r.database_id for r in records if r.database_id and "barcode" in r.values]
        result: dict[str, list[tuple[int, str]]] = defaultdict(list)
        if not wanted and not asking:
            return result
        by_template = self._model == "product.template"
        owners = ("product_tmpl_id" if by_template else "id", "in", asking)
        for data in self._search(
            "product.product",
            ["|", ("barcode", "in", wanted), "&", ("barcode", "!=", False), owners],
            ["barcode", "product_tmpl_id"],
        ):
            owner = data["product_tmpl_id"][0] if by_template else data["id"]
            label = f"{data['product_tmpl_id'][1]} (id {owner})"
            result[data["barcode"]].append((owner, label))
        for data in self._packagings(wanted):
            result[data["barcode"]].append((0, f"the packaging {data['display_name']}"))
        return result

    def _packagings(self, barcodes: list[str]) -> list[dict[str, Any]]:
        try:
            return self._search(
                self._packaging, [("barcode", "in", barcodes)], ["barcode", "display_name"]
            )
        except (
            AccessRefused,
            ModelMissing,
        ):  # the app is not installed, or the user has no right to see it:
            return []  # the server itself checks again when the row is sent

    def _with_several_variants(self, records: Sequence[Record]) -> set[int]:
        if self._model != "product.template":
            return set()
        ids = sorted(
            r.database_id
            for r in records
            if r.database_id is not None and any(name in r.values for name in VARIANT_FIELDS)
        )
        if not ids:
            return set()
        counts: dict[int, int] = defaultdict(int)
        for data in self._search(
            "product.product", [("product_tmpl_id", "in", ids)], ["product_tmpl_id"]
        ):
            counts[data["product_tmpl_id"][0]] += 1
        return {template for template, count in counts.items() if count > 1}

    def _search(self, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = self._odoo.call(model, "search_read", domain, fields)
        return found


def _dropped_fields(record: Record) -> tuple[Problem, ...]:
    named = [name for name in VARIANT_FIELDS if record.values.get(name)]
    return tuple(
        Problem(
            Category.PROTECTED,
            f"this product has several variants: {name} belongs to each of them",
            name,
            "Leave the column out for this row, or import its variants with --type variants.",
        )
        for name in named
    )
