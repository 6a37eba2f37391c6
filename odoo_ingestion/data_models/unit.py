"""Units of measure."""

from __future__ import annotations

from decimal import Decimal
from typing import Any, ClassVar, Self

from pydantic import model_validator

from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, Draft, FieldSpec

_FACTORS = ("relative_factor", "factor", "ratio")


class Unit(RecordModel):
    """A unit: ``relative_factor`` says how many of ``relative_uom_id`` it contains (Odoo 19).

    Odoo 14 to 18 have ``category_id``, ``uom_type`` and ``factor`` instead (addon ``uom``).
    """

    never_cleared: ClassVar[frozenset[str]] = frozenset({"name", *_FACTORS})

    name: Any = None
    relative_factor: Any = None
    factor: Any = None
    ratio: Any = None

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column; a name loses the spaces around it, being the key."""
        read = super().reader(spec, column, notation)
        if spec.name != "name":
            return read
        return lambda cell: str(read(cell)).strip()

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:
        """Return the reference unit for a new unit that contains several of it (Odoo 19)."""
        factor = draft.values.get("relative_factor", "1")
        needed = Decimal(factor or "1") != 1 and "relative_uom_id" not in draft.references
        return ("relative_uom_id",) if needed else ()

    @model_validator(mode="after")
    def contain_something(self) -> Self:
        """Refuse a factor of 0 or below: Odoo refuses 0 and divides by the others."""
        for name in _FACTORS:
            factor = getattr(self, name)
            if factor is not None and Decimal(factor) <= 0:
                raise CellError(
                    f"a unit cannot contain {factor} of another one",
                    "Write a number above 0, such as 24 for a crate of 24 units.",
                    fields=(name,),
                )
        return self
