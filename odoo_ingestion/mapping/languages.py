"""Columns of translations (``name:fr_FR``): which languages they are for."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from msgspec.structs import replace

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping.column_map import ColumnMap
from odoo_ingestion.records import Column


def languages_of(columns: Sequence[Column]) -> tuple[str, ...]:
    """Return the languages of the columns of translations, each once, in the file's order."""
    return tuple(dict.fromkeys(column.lang for column in columns if column.lang is not None))


def check_languages(columns: ColumnMap, installed: Collection[str]) -> None:
    """Raise ColumnError for columns of translations into a language that is not installed."""
    wrong = [
        f"column '{column.name}': the language {column.lang} is not installed in this database"
        for column in columns.columns
        if column.lang is not None and column.lang not in installed
    ]
    if wrong:
        raise ColumnError(
            "\n".join(wrong),
            hint=f"Installed: {', '.join(installed)}. Leave the column out with --ignore, or add "
            "the language in Odoo's settings.",
        )


def with_own_language(columns: ColumnMap, lang: str | None) -> ColumnMap:
    """Return the columns with those of the run's own language as plain ones."""
    return replace(
        columns,
        columns=tuple(
            replace(column, lang=None) if column.lang == lang else column
            for column in columns.columns
        ),
    )
