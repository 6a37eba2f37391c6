"""What suppliers ask for products."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import model_validator

from odoo_ingestion.data_models.base import RecordModel, Value
from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.records import Draft


class SupplierPrice(RecordModel):
    """A supplier's price of a product (``product_tmpl_id``) or of one variant (``product_id``)."""

    doubted: ClassVar[frozenset[str]] = frozenset({"price"})

    never_cleared: ClassVar[frozenset[str]] = frozenset({"partner_id", "product_tmpl_id"})

    min_qty: Any = None
    date_start: Any = None
    date_end: Any = None

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:
        """Return the product for a price of none: Odoo takes one variant or the whole product."""
        named = {"product_tmpl_id", "product_id"} & set(draft.references)
        return () if named else ("product_tmpl_id",)

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return a price below zero: Odoo takes it."""
        price = values.get("price")
        negative = isinstance(price, str) and price.startswith("-")
        return (f"the price is negative: {price}",) if negative else ()

    @model_validator(mode="after")
    def spell_quantity(self) -> Self:
        """Write the quantity in its shortest form: it is part of the key."""
        if self.min_qty is not None:
            self.min_qty = format(Decimal(self.min_qty).normalize(), "f")
        return self

    @model_validator(mode="after")
    def end_after_start(self) -> Self:
        """Refuse a price that ends before it begins: Odoo takes it and never uses it."""
        if self.date_start and self.date_end and self.date_end < self.date_start:
            raise CellError(
                f"the price ends on {self.date_end}, before it begins on {self.date_start}",
                "Correct one of the two dates.",
                fields=("date_start", "date_end"),
            )
        return self
