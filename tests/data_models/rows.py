"""Short ways to a row, a validator and what it says, for the tests of this room."""

from __future__ import annotations

from typing import Any

from odoo_ingestion.data_models import (
    RELATIONAL_TYPES,
    ImportType,
    Validator,
    build_validator,
    load_catalogue,
    type_for_model,
)
from odoo_ingestion.records import Column, ColumnKind, Draft, ModelSchema, Problem, Row


def row(number: int = 1, /, **values: Any) -> Row:
    return Row(number, number + 1, values)


def columns(schema: ModelSchema, *names: str) -> list[Column]:
    """Return columns that are called like the fields they fill."""
    return [
        Column(
            name,
            name,
            ColumnKind.NAME if schema.fields[name].type in RELATIONAL_TYPES else ColumnKind.VALUE,
        )
        for name in names
    ]


def validator(
    model: str,
    *names: str,
    version: str = "19.0",
    kind: ImportType | None = None,
    schema: ModelSchema | None = None,
    **options: Any,
) -> Validator:
    described = schema or load_catalogue(version, model)
    return build_validator(
        columns(described, *names), described, kind or type_for_model(model), **options
    )


def draft(checked: Draft | tuple[Problem, ...]) -> Draft:
    assert isinstance(checked, Draft), checked
    return checked


def problems(checked: Draft | tuple[Problem, ...]) -> tuple[Problem, ...]:
    assert not isinstance(checked, Draft), checked
    return checked
