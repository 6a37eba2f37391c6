"""Quantities on hand: a count, or a difference, never both."""

from __future__ import annotations

from typing import Any, ClassVar, Self

from pydantic import model_validator

from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, FieldSpec

COUNTED, DIFFERENCE = "inventory_quantity", "inventory_diff_quantity"


class Quantity(RecordModel):
    """A row of quantities: what lies at a place, or by how much it changes."""

    never_cleared: ClassVar[frozenset[str]] = frozenset({COUNTED, DIFFERENCE})

    inventory_quantity: Any = None
    inventory_diff_quantity: Any = None

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column; lots and references lose the spaces around them."""
        read = super().reader(spec, column, notation)
        if spec.name not in ("lot_id", "reference"):
            return read
        return lambda cell: str(read(cell)).strip()

    @model_validator(mode="after")
    def say_one_quantity(self) -> Self:
        """Refuse a row that says two quantities."""
        if self.inventory_quantity is not None and self.inventory_diff_quantity is not None:
            raise CellError(
                "the row says a quantity and a difference",
                "Keep the one that is meant, and empty the other.",
                fields=(COUNTED, DIFFERENCE),
            )
        return self

    @model_validator(mode="after")
    def count_no_debts(self) -> Self:
        """Refuse a count below zero: nobody can count it."""
        if self.inventory_quantity is not None and self.inventory_quantity.startswith("-"):
            raise CellError(
                f"{self.inventory_quantity} cannot be counted: it is below zero",
                "Write what is there, 0 at least; what changes goes into a column delta.",
                fields=(COUNTED,),
            )
        return self
