"""Columns that are not in the file: a value for all rows (``--set FIELD=VALUE``)."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from difflib import get_close_matches

from odoo_ingestion.data_models.schema import RELATIONAL_TYPES, is_importable
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Column, ColumnKind, ModelSchema
from odoo_ingestion.versions import present_name


def constant_columns(
    set_values: Mapping[str, str], columns: Sequence[Column], schema: ModelSchema
) -> dict[Column, str]:
    """Return a column for each field to be set, with its cell.

    Raises UsageError for a field that cannot be set, or that a column of the file fills.
    """
    taken = {column.field: column.name for column in columns if column.lang is None}
    constants = {_column(name, schema): cell for name, cell in set_values.items()}
    for column in constants:
        if column.field in taken:
            raise UsageError(
                f"{column.name} and the column {taken[column.field]} fill the same field",
                hint="Leave one of them out.",
            )
        taken[column.field] = column.name
    return constants


def _column(name: str, schema: ModelSchema) -> Column:
    """Return the column that ``--set NAME=...`` stands for.

    Raises UsageError for a field that the model does not have or that cannot be written.
    """
    field, _, part = name.strip().partition("/")
    field = present_name(schema.model, field, schema.fields)
    kinds = {"id": ColumnKind.EXTERNAL_ID, ".id": ColumnKind.DATABASE_ID}
    spec = schema.fields.get(field)
    if spec is None or field == "id":
        near = get_close_matches(field, schema.fields, n=3)
        meant = f"Did you mean {', '.join(near)}? " if near else ""
        raise UsageError(
            f"--set {name}: {schema.model} has no field {field} that could be set",
            hint=f"{meant}Name a field as odoo-ingestion fields {schema.model} lists it.",
        )
    relational = spec.type in RELATIONAL_TYPES
    if not is_importable(spec) or (part and not relational):
        raise UsageError(f"--set {name}: this field cannot be set", hint="Leave it out.")
    if part and part not in kinds:
        raise UsageError(f"--set {name}: a relation is named as {field}, {field}/id or {field}/.id")
    kind = kinds[part] if part else (ColumnKind.NAME if relational else ColumnKind.VALUE)
    return Column(f"--set {name}", field, kind)
