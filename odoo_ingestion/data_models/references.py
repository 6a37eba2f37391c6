"""Cells that name other records: one of them, or a list."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterable
from typing import Any

from odoo_ingestion.data_models.cell_errors import (
    CellError,
    is_word_for_nothing,
    refuse,
    shown,
)
from odoo_ingestion.data_models.texts import plain_text
from odoo_ingestion.records import Column, ColumnKind, Reference

_PATH_SEPARATOR = re.compile(r"(?<=\s)[/>](?=\s)")
_LARGEST_ID = 2**31 - 1

CATEGORY_MODEL = "product.category"


def read_one(cell: Any, column: Column, relation: str | None) -> Reference:
    """Return the record that a many2one cell names.

    Raises CellError.
    """
    if isinstance(cell, list | dict):
        raise refuse(cell, "the name of one record", "Give one value.")
    return Reference(column.name, column.kind, (_read_name(cell, column.kind, relation),))


def read_many(cell: Any, column: Column, relation: str | None) -> Reference:
    """Return the records that a many2many cell names: a list, or text separated by commas.

    A name that holds a comma stands in double quotes (``"Red, large",Blue``), or the text is a
    JSON list (``["Red, large", "Blue"]``). Each record counts once. Raises CellError.
    """
    cells: Iterable[Any]
    if isinstance(cell, str):
        listed = _json_list(cell)
        cells = split_list(plain_text(cell)) if listed is None else listed
    else:
        cells = cell if isinstance(cell, list) else [cell]
    texts = [_read_name(item, column.kind, relation) for item in cells]
    if not texts:
        raise refuse(cell, "a list of names", "Separate the names by commas.")
    return Reference(column.name, column.kind, tuple(dict.fromkeys(texts)))


def read_external_id(cell: Any) -> str:
    """Return an external id (``module.name``, or a name alone) as it is, without spaces around.

    Raises CellError for what Odoo refuses: spaces inside (constraint of ``ir.model.data``), or a
    missing part beside the dot.
    """
    text = plain_text(cell).strip()
    if any(character.isspace() for character in text):
        raise CellError(f"{shown(cell)} has a space in it", "An external id has none: use _ or -.")
    if text.startswith(".") or text.endswith("."):
        raise refuse(cell, "an external id", "Write it like my_list.customer_42.")
    return text


def read_database_id(cell: Any) -> str:
    """Return a database id: a whole number above 0.

    Raises CellError.
    """
    text = plain_text(cell).strip()
    if not (text.isdecimal() and text.isascii() and len(text) <= 10 and int(text) > 0):
        raise refuse(cell, "a database id", "Write the number that Odoo shows as the ID.")
    if int(text) > _LARGEST_ID:
        raise CellError(f"{shown(cell)} is too large for a database id", "Correct the id.")
    return str(int(text))


def split_list(text: str) -> list[str]:
    """Return the parts of a comma-separated cell, trimmed, quotes respected, empty ones left out.

    Raises CellError for a quote that is not closed.
    """
    if '"' not in text:
        parts = text.replace("\n", ",").split(",")
    else:
        try:
            rows = csv.reader(io.StringIO(text, newline=""), skipinitialspace=True, strict=True)
            parts = [part for row in rows for part in row]
        except csv.Error as error:
            raise CellError(
                f"the quotes in {shown(text)} do not match ({error})",
                'Put a name that holds a comma in double quotes: "Red, large",Blue.',
            ) from error
    return [part.strip() for part in parts if part.strip()]


def _json_list(text: str) -> list[Any] | None:
    """Return the list that a text is in JSON, or None; names like ``[new] shoes`` are none."""
    text = text.strip()
    if not (text.startswith("[") and text.endswith("]")):
        return None
    try:
        found = json.loads(text)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, list) else None


def category_path(text: str) -> tuple[str, ...]:
    """Return the parts of ``All / Drinks / Tea`` or ``All > Drinks > Tea``, from the top down.

    A separator has spaces around it: ``TV/Video`` is one name. Raises CellError for an empty part.
    """
    parts = tuple(part.strip() for part in _PATH_SEPARATOR.split(f" {text} "))
    if not all(parts):
        raise CellError(
            f"{shown(text)} has an empty part", "Write the path like All / Drinks / Tea."
        )
    return parts


def _read_name(cell: Any, kind: ColumnKind, relation: str | None) -> str:
    if kind is ColumnKind.EXTERNAL_ID:
        return read_external_id(cell)
    if kind is ColumnKind.DATABASE_ID:
        return read_database_id(cell)
    text = plain_text(cell).strip()
    if not text or is_word_for_nothing(text):
        raise refuse(cell, "the name of a record", "Leave the cell empty.")
    return " / ".join(category_path(text)) if relation == CATEGORY_MODEL else text
