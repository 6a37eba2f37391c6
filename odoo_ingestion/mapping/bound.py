"""What a column name comes to: a column bound to a field, or why there is none."""

from __future__ import annotations

from msgspec import Struct

from odoo_ingestion.mapping.names import is_either_id, kind_of_part
from odoo_ingestion.records import Column, ColumnKind, FieldSpec


class UnknownColumn(Struct, frozen=True):
    """A column that means no field; ``suggestions`` are the nearest fields."""

    name: str
    suggestions: tuple[str, ...]


class UnsupportedColumn(Struct, frozen=True):
    """A column whose field is known and cannot be imported."""

    name: str
    reason: str


class AmbiguousColumn(Struct, frozen=True):
    """A column that may mean any of several fields."""

    name: str
    fields: tuple[str, ...]


Bound = Column | UnknownColumn | UnsupportedColumn | AmbiguousColumn


def relation_column(name: str, spec: FieldSpec, part: str | None) -> Bound:
    """Return the column of a relation, by the part that says how records are named."""
    if part is None:
        return Column(name, spec.name, ColumnKind.NAME)
    if is_either_id(part):
        return AmbiguousColumn(name, (f"{spec.name}/id", f"{spec.name}/.id"))
    kind = kind_of_part(part)
    if kind is None:
        return UnsupportedColumn(
            name,
            f"{spec.name} is named by {spec.name} (name), {spec.name}/id (external id) or "
            f"{spec.name}/.id (database id) only",
        )
    return Column(name, spec.name, kind)


def lines_reason(spec: FieldSpec) -> str:
    """Return why a one2many field is not filled from a column."""
    if not spec.relation or not spec.relation_field:
        return f"{spec.name} holds lines of another model, which cannot stand in one row"
    return (
        f"{spec.name} holds lines of their own: import them with --model {spec.relation} and a "
        f"column {spec.relation_field}"
    )
