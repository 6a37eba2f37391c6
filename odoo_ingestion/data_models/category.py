"""Product categories: by name and parent, or by their whole path in one cell."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar, Self, cast

from pydantic import ValidationInfo, model_validator

from odoo_ingestion.data_models.base import RecordModel, Surroundings
from odoo_ingestion.data_models.cell_errors import CellError, shown
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.data_models.references import category_path
from odoo_ingestion.data_models.texts import plain_text
from odoo_ingestion.records import Column, ColumnKind, FieldSpec, Reference

PATH_FIELD = "complete_name"
"""Computed by Odoo from the name and the parent; here a way to say both."""


class Category(RecordModel):
    """A category: ``complete_name`` (``All / Drinks / Tea``) is split into parent and name.

    A name with `` / `` in it needs a column of its own beside the path.
    """

    written_from: ClassVar[Mapping[str, str]] = {"name": PATH_FIELD, "parent_id": PATH_FIELD}
    never_cleared: ClassVar[frozenset[str]] = frozenset({"name", PATH_FIELD})

    complete_name: Any = None
    name: Any = None
    parent_id: Any = None

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column; a path becomes a tuple of names, names lose their spaces.

        Odoo joins the names to the path by which categories are known (``_compute_complete_name``).
        """
        if spec.name == PATH_FIELD:
            return _read_path
        read = super().reader(spec, column, notation)
        if spec.name != "name":
            return read
        return lambda cell: str(read(cell)).strip()

    @model_validator(mode="after")
    def split_path(self, info: ValidationInfo) -> Self:
        """Write the path as a parent and a name."""
        if self.complete_name is None:
            return self
        path, self.complete_name = self.complete_name, None
        above, _, last = path.rpartition(" / ")
        if self.name is not None and f" / {path}".endswith(f" / {self.name}"):
            above, last = path[: -len(self.name)].removesuffix(" / "), self.name
        if self.name not in (None, last):
            raise CellError(
                f"the path ends in {shown(last)}, the name is {shown(self.name)}",
                "Keep the one that is right.",
                fields=(PATH_FIELD, "name"),
            )
        self.name = last
        if above:
            names = cast(Surroundings, info.context).column_names
            self.parent_id = self._parent(above, names[PATH_FIELD])
        return self

    def _parent(self, above: str, column: str) -> Reference:
        """Return the parent that the path names; a parent column may only say the same."""
        given: Reference | None = self.parent_id
        if given is None:
            return Reference(column, ColumnKind.NAME, (above,))
        same = given.texts[0] == above or f" / {above}".endswith(f" / {given.texts[0]}")
        if given.kind is not ColumnKind.NAME or not same:
            raise CellError(
                f"the path says that the parent is {shown(above)}, {given.column} says "
                f"{shown(given.texts[0])}",
                "Give the parent once.",
                fields=(PATH_FIELD, "parent_id"),
            )
        return Reference(given.column, ColumnKind.NAME, (above,))


def _read_path(cell: Any) -> str:
    """Return a path in one spelling, from text or from a list of names."""
    if isinstance(cell, list):
        cell = " / ".join(plain_text(part) for part in cell)
    return " / ".join(category_path(plain_text(cell)))
