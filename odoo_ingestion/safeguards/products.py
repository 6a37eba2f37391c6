"""Products: barcodes that are taken, and variant fields that a template drops in silence."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, ModelSchema, Problem, Record
from odoo_ingestion.safeguards.barcodes import Barcodes
from odoo_ingestion.safeguards.first_takers import FirstClaims
from odoo_ingestion.safeguards.product_barcodes import ProductBarcodes, id_of, terse

VARIANT_FIELDS = ("default_code", "barcode", "standard_price", "weight", "volume")
"""Fields of product.template that are written on its only variant and dropped where there are
several (product.template._set_product_variant_field, Odoo 14 to 19)."""

_VARIANT_FIELDS = frozenset(VARIANT_FIELDS)


class ProductSafeguard:
    """Refuses barcodes that another product has, and variant fields on templates with several.

    Memory: that of ``Barcodes``, and up to 50,000 barcodes that are read at once.
    """

    def __init__(
        self,
        odoo: Odoo,
        schema: ModelSchema,
        *,
        may_prefetch: bool = False,
        first_claims: FirstClaims | None = None,
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._model = schema.model
        self._terse = terse(schema.version)
        self._held = ProductBarcodes(odoo, schema, may_prefetch=may_prefetch)
        self._barcodes = Barcodes(first_claims)

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record, or the problems that the server would raise or pass over."""
        taken = self._barcodes.problems(records, *self._held.look_up(records))
        several = self._with_several_variants(records)
        result: list[Record | tuple[Problem, ...]] = list(records)
        for place, problem in taken.items():
            result[place] = (problem,)
        for place, record in enumerate(records) if several else ():
            if record.database_id in several and (dropped := _dropped_fields(record)):
                result[place] = (*((taken[place],) if place in taken else ()), *dropped)
        return result

    def _with_several_variants(self, records: Sequence[Record]) -> set[int]:
        if self._model != "product.template":
            return set()
        ids = sorted(
            r.database_id
            for r in records
            if r.database_id is not None and not _VARIANT_FIELDS.isdisjoint(r.values)
        )
        if not ids:
            return set()
        domain = [("product_tmpl_id", "in", ids)]
        found = self._odoo.call(
            "product.product", "search_read", domain, ["product_tmpl_id"], **self._terse
        )
        counts = Counter(id_of(data["product_tmpl_id"]) for data in found)
        return {template for template, count in counts.items() if count > 1}


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
