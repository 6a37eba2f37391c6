"""One cell of a file -> load()'s notation, by the field that it is for."""

from __future__ import annotations

import base64
import binascii
import re
from collections import defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal
from functools import partial
from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from odoo_ingestion.data_models.amounts import read_float, read_integer
from odoo_ingestion.data_models.cell_errors import CellError, refuse, shown
from odoo_ingestion.data_models.moments import read_date, read_datetime
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.data_models.pictures import image_source, is_image
from odoo_ingestion.data_models.references import (
    read_database_id,
    read_external_id,
    read_many,
    read_one,
)
from odoo_ingestion.data_models.texts import plain_text, read_text
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Column, ColumnKind, FieldSpec, Reference

Converter = Callable[[Any], str | Reference]
"""From a cell that holds a value to load()'s notation; raises CellError."""

STRIPPED_FIELDS = frozenset({"default_code", "ref", "barcode", "vat", "email"})
"""Text that tells records apart: spaces around it are never meant. Odoo keeps those of any text."""

_TRUE = frozenset({"1", "true", "yes", "y", "t", "on", "x"})
_FALSE = frozenset({"0", "false", "no", "n", "f", "off"})
_DATA_URL = re.compile(r"data:[\w.+/-]*;base64,")
_SHOWN_VALUES = 12
_TEXT_TYPES = frozenset({"char", "text", "html"})


def converter_for(
    spec: FieldSpec, column: Column, notation: Notation, words: Mapping[str, str] | None = None
) -> Converter:
    """Return the function that reads the column's cells.

    ``words`` maps further names (lower case) of a
    selection's values to their keys. Text keeps the spaces around it, except in
    ``STRIPPED_FIELDS``; numbers, dates, selections and names of records lose them. Raises
    UsageError for a time zone that is not known.
    """
    if column.field == "id":
        by_database = column.kind is ColumnKind.DATABASE_ID
        return read_database_id if by_database else read_external_id
    if spec.type in _TEXT_TYPES:
        return _text_converter(spec)
    if spec.type == "selection":
        return _selection_converter(spec, words or {})
    if spec.type in ("many2one", "many2many"):
        read = read_one if spec.type == "many2one" else read_many
        return partial(read, column=column, relation=spec.relation)
    if spec.type in ("date", "datetime"):
        return _moment_converter(spec, notation)
    simple = read_image if is_image(spec) else _SIMPLE.get(spec.type)
    return simple or partial(_refuse_type, spec=spec)


def read_stripped(cell: Any) -> str:
    """Return text without the spaces around it.

    Raises CellError, see ``read_text``.
    """
    return read_text(cell).strip()


def read_boolean(cell: Any) -> str:
    """Return ``1`` or ``0`` for 1/0, true/false, yes/no, y/n, t/f, on/off, x in any case.

    Raises CellError.
    """
    if isinstance(cell, bool):
        return "1" if cell else "0"
    if isinstance(cell, int | float | Decimal):
        cell = plain_text(cell)
    text = cell.strip().lower() if isinstance(cell, str) else None
    if text in _TRUE:
        return "1"
    if text in _FALSE:
        return "0"
    raise refuse(cell, "yes or no", "Write 1 for yes and 0 for no.")


def read_binary(cell: Any) -> str:
    """Return a file's content in base64; bytes are encoded.

    Raises CellError.
    """
    if isinstance(cell, bytes):
        return base64.b64encode(cell).decode("ascii")
    if isinstance(cell, str):
        text = "".join(_DATA_URL.sub("", cell, count=1).split())
        try:
            if binascii.a2b_base64(text, strict_mode=True):
                return text
        except ValueError:  # binascii.Error is one; text that is not ASCII raises its parent
            raise refuse(cell, "a file", "Give the file's content in base64.") from None
    raise refuse(cell, "a file", "Give the file's content in base64.")


def read_image(cell: Any) -> str:
    """Return an image's content in base64, or where it is: ``file:PATH``, ``https://...``.

    Raises CellError.
    """
    return image_source(cell) or read_binary(cell)


def _moment_converter(spec: FieldSpec, notation: Notation) -> Converter:
    if spec.type == "date":
        return partial(read_date, date_format=notation.date_format)
    return partial(read_datetime, zone=_zone(notation.tz), date_format=notation.date_format)


def _zone(tz: str) -> ZoneInfo:
    try:
        return ZoneInfo(tz)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise UsageError(
            f"the time zone {tz} of the user in Odoo is not known here",
            hint="Set it to one like Europe/Paris in the user's preferences.",
        ) from error


def _text_converter(spec: FieldSpec) -> Converter:
    """Return ``read_text`` with the checks that the field needs, and no others."""
    read_whole = read_stripped if spec.name in STRIPPED_FIELDS else read_text
    size = spec.size
    if not size:
        return read_whole

    def read(cell: Any) -> str:
        text = read_whole(cell)
        if len(text) > size:
            raise CellError(
                f"{shown(text)} is {len(text)} characters long", f"The field holds {size}."
            )
        return text

    return read


def _selection_converter(spec: FieldSpec, words: Mapping[str, str]) -> Converter:
    """Return a reader of keys and labels; keys win over labels, labels over words."""
    exact = {key for key, _ in spec.selection}
    by_key: dict[str, set[str]] = defaultdict(set)
    by_label: dict[str, set[str]] = defaultdict(set)
    for key, label in spec.selection:
        by_key[key.casefold()].add(key)
        by_label[label.strip().casefold()].add(key)
    by_word = {word: {key} for word, key in words.items() if key in exact}
    hint = f"Allowed: {_list_allowed(spec)}."

    def read(cell: Any) -> str:
        if type(cell) is str and cell in exact:
            return cell
        text = plain_text(cell).strip().casefold()
        found = by_key.get(text) or by_label.get(text) or by_word.get(text) or set()
        if len(found) > 1:
            raise CellError(f"{shown(cell)} may mean {' or '.join(sorted(found))}", hint)
        if not found:
            raise refuse(cell, "one of the values of this field", hint)
        return next(iter(found))

    return read


def _list_allowed(spec: FieldSpec) -> str:
    """Return the labels of a selection in its first language, a dozen at most."""
    labels = dict(reversed(spec.selection))
    names = [labels[key] or key for key in reversed(labels) if key]
    more = f" and {len(names) - _SHOWN_VALUES} more" if len(names) > _SHOWN_VALUES else ""
    return (", ".join(names[:_SHOWN_VALUES]) or "nothing") + more


def _refuse_type(cell: Any, *, spec: FieldSpec) -> str:
    raise CellError(
        f"{shown(cell)} is for {spec.name}, and fields of type {spec.type} cannot be imported",
        "Leave the column out.",
    )


_SIMPLE: Mapping[str, Converter] = {
    "integer": read_integer,
    "many2one_reference": read_integer,
    "float": read_float,
    "monetary": read_float,
    "boolean": read_boolean,
    "binary": read_binary,
}
