"""Suppliers' prices by what tells them apart, the way Odoo fills in what a row leaves out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.identity.keys import Key, KeyFinder, KeyValue, Match

MODEL = "product.supplierinfo"


class SupplierPriceFinder(KeyFinder):
    """Finds prices by supplier, product or variant, quantity, currency and dates.

    A row without a currency means the company's, one without a quantity 0, as Odoo itself does. A
    price of a product that has one variant only is also that variant's: Odoo 19 fills it in by
    itself (``_compute_product_id``), earlier ones do not.
    """

    _currency: str | None = None

    def find(self, key: Key, values: Sequence[KeyValue]) -> dict[KeyValue, list[Match]]:
        """Return the matches of each value that has any."""
        if "product_tmpl_id" not in key:  # the user's own key
            return super().find(key, values)
        rows = {value: dict(zip(key, value, strict=True)) for value in values}
        supplier = key[0]
        suppliers = self._operands(supplier, {row[supplier] for row in rows.values()})
        fields = [*self._fields, "product_variant_count"]
        found = self._search(MODEL, [(supplier, "in", suppliers), *self._company()], fields)
        result: dict[KeyValue, list[Match]] = defaultdict(list)
        by_supplier: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
        for data in found:
            by_supplier[str(data[supplier][0])].append(data)
        for value, row in rows.items():
            for price in by_supplier.get(row[supplier], ()):
                if self._same_product(row, price) and self._same_terms(row, price):
                    label = f"{price['display_name']} at {price['min_qty']:g}"
                    result[value].append(Match(price["id"], label, True, {}))
        return result

    def _company(self) -> list[Any]:
        return self._company_domain(self._schema.fields)

    def _same_product(self, row: Mapping[str, str], data: Mapping[str, Any]) -> bool:
        variant, product = _id(data["product_id"]), _id(data["product_tmpl_id"])
        if row["product_tmpl_id"] and row["product_tmpl_id"] != product:
            return False
        if row["product_id"]:
            return row["product_id"] == variant
        return bool(row["product_tmpl_id"]) and (not variant or data["product_variant_count"] == 1)

    def _same_terms(self, row: Mapping[str, str], data: Mapping[str, Any]) -> bool:
        currency = row["currency_id"] or self._default_currency()
        return (
            Decimal(row["min_qty"] or "0") == Decimal(str(data["min_qty"]))
            and currency == _id(data["currency_id"])
            and row["date_start"] == (data["date_start"] or "")
            and row["date_end"] == (data["date_end"] or "")
        )

    def _default_currency(self) -> str:
        if self._currency is None:
            found = fetch_defaults(self._odoo, MODEL, ["currency_id"])
            self._currency = str(found.get("currency_id") or "")
        return self._currency


def _id(value: Any) -> str:
    return str(value[0]) if value else ""
