"""Lines of sales and purchase orders: products, sections and notes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self

from pydantic import model_validator

from odoo_ingestion.data_models.base import RecordModel, Value
from odoo_ingestion.data_models.cell_errors import CellError, shown
from odoo_ingestion.records import Draft, Reference

_SECTIONS_AND_NOTES = {
    "section": "line_section",
    "subsection": "line_subsection",
    "note": "line_note",
    "comment": "line_note",
}


class OrderLine(RecordModel):
    """A line: it has a product, or it is a section or note that has nothing but its text.

    Constraints of the tables (``_accountable_required_fields``, ``_non_accountable_null_fields``:
    sale, purchase, Odoo 14 to 19), which ``fields_get`` does not tell.
    """

    doubted: ClassVar[frozenset[str]] = frozenset({"discount"})

    words: ClassVar[Mapping[str, Mapping[str, str]]] = {"display_type": _SECTIONS_AND_NOTES}

    display_type: Any = None
    product_id: Any = None

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:
        """Return ``product_id`` for a line without one, ``name`` for a section without text."""
        if draft.values.get("display_type"):
            return () if draft.values.get("name", "").strip() else ("name",)
        return () if "product_id" in draft.references else ("product_id",)

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Return a discount that looks like a fraction: Odoo's is in percent."""
        discount = values.get("discount")
        if not isinstance(discount, str) or not 0 < abs(float(discount or 0)) < 1:
            return ()
        percent = f"{float(discount) * 100:g}"
        return (
            f"discount {discount} is taken as {discount} percent; "
            f"for {percent} percent write {percent}",
        )

    @model_validator(mode="after")
    def keep_sections_bare(self) -> Self:
        """Refuse a section or note with a product, which Odoo's tables do not take."""
        if self.display_type and isinstance(self.product_id, Reference):
            raise CellError(
                f"a section or note has no product, and this one has "
                f"{shown(', '.join(self.product_id.texts))}",
                "Empty display_type for a product's line, or the product for a section.",
                fields=("product_id",),
            )
        return self
