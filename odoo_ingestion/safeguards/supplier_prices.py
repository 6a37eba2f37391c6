"""Suppliers' prices: a variant of another product, two rows for one price."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem, Record

_VARIANT, _PRODUCT = "product_id/.id", "product_tmpl_id/.id"


_TERMS = ("partner_id/.id", _PRODUCT, _VARIANT, "min_qty", "date_start", "date_end")


class SupplierPriceSafeguard:
    """Refuses a price whose variant is not one of its product: Odoo takes it and never finds it.

    Refuses a second row for the same price too, where one names the company's currency and the
    other leaves it out. Memory: what ``FirstRows`` takes for a mark, for each row.
    """

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._currency: str | None = None
        self._rows = FirstRows()

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record, or why its variant and its product do not go together."""
        variants = sorted(
            {int(r.values[_VARIANT]) for r in records if r.values.get(_VARIANT, "").isdigit()}
        )
        products = {}
        if variants and any(r.values.get(_PRODUCT) for r in records):
            read = self._odoo.call("product.product", "read", variants, ["product_tmpl_id"])
            products = {str(data["id"]): data["product_tmpl_id"] for data in read}
        return [self._judge(record, products) for record in records]

    def _judge(
        self, record: Record, products: dict[str, tuple[int, str]]
    ) -> Record | tuple[Problem, ...]:
        product = products.get(record.values.get(_VARIANT, ""))
        named = record.values.get(_PRODUCT, "")
        if product is None or not named or named == str(product[0]):
            problem = self._same_price(record)
            return (problem,) if problem else record
        return (
            Problem(
                Category.VALIDATION,
                f"the variant is one of {product[1]}, the row names another product",
                "product_id",
                "Keep the one that is right; a variant is enough.",
            ),
        )

    def _same_price(self, record: Record) -> Problem | None:
        if self._currency is None:
            found = fetch_defaults(self._odoo, "product.supplierinfo", ["currency_id"])
            self._currency = str(found.get("currency_id") or "")
        currency = record.values.get("currency_id/.id") or self._currency
        terms = [record.values.get(name, "") for name in _TERMS]
        terms[0] = terms[0] or record.values.get("name/.id", "")  # the supplier, in Odoo 14 and 15
        terms[3] = terms[3] or "0"
        first = self._rows.keep(hash((currency, *terms)), record.row.number)
        if first == record.row.number:
            return None
        return Problem(
            Category.DUPLICATE,
            f"row {first} of this file is the same price",
            "min_qty",
            "Keep one of the two rows, or give them different quantities, currencies or dates.",
        )
