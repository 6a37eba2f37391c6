"""Numbers, as people and programs write them, in the notation that load() reads."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from typing import Any

from odoo_ingestion.data_models.cell_errors import CellError, refuse, shown

_PLAIN = re.compile(r"[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][+-]?\d{1,4})?", re.ASCII)
# Thousands in threes with one kind of separator, then perhaps the other kind and decimals.
_COMMA_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:,\d{3})+(?:\.\d*)?", re.ASCII)
_DOT_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:\.\d{3})+(?:,\d*)?", re.ASCII)
_SPACE_GROUPS = re.compile(r"[+-]?[1-9]\d{0,2}(?:[ ']\d{3})+(?:[.,]\d*)?", re.ASCII)
_DECIMAL_COMMA = re.compile(r"[+-]?\d*,\d*", re.ASCII)
_AMBIGUOUS = re.compile(r"[+-]?[1-9]\d{0,2},\d{3}", re.ASCII)
_SHORT = re.compile(r"(?:0|[1-9]\d{0,11})(?:\.\d{1,6})?", re.ASCII)
"""What most cells look like, and needs no change."""
_SHORT_LINES = re.compile(rf"(?:{_SHORT.pattern}\n)+", re.ASCII)

_SPACES = str.maketrans({"\u00a0": " ", "\u202f": " ", "\u2009": " ", "\u2019": "'", "\u2212": "-"})

_SMALLEST, _LARGEST = -(2**31), 2**31 - 1
"""The range of PostgreSQL's integer, which Odoo's integer fields are."""

_PLAIN_HINT = "Write a plain number like 1234.56, without currency or unit."


def read_float(cell: Any) -> str:
    """Return a number in plain digits with a point (``1234.56``), every digit as given.

    Reads ``1234.56``, ``1,234.56``, ``1.234,56``, ``1 234,56``, ``1'234.56``, ``12,5`` and ``1e3``.
    Raises CellError, also for ``1,234``, which is two different numbers in two halves of the world.
    """
    if type(cell) is str and _SHORT.fullmatch(cell):
        return cell
    return _plain_digits(read_number(cell), cell)


def are_short(cells: Sequence[str]) -> bool:
    """Tell whether all cells, one at least, are numbers that ``read_float`` leaves as they are."""
    lines = "\n".join(cells) + "\n"
    return lines.count("\n") == len(cells) and _SHORT_LINES.fullmatch(lines) is not None


def read_integer(cell: Any) -> str:
    """Return a whole number between -2147483648 and 2147483647; ``3.0`` is 3.

    Raises CellError.
    """
    number = read_number(cell)
    if not _SMALLEST <= number <= _LARGEST:
        raise CellError(
            f"{shown(cell)} is beyond what the field can hold",
            f"Odoo holds whole numbers from {_SMALLEST} to {_LARGEST} here.",
        )
    if number != number.to_integral_value():
        raise refuse(cell, "a whole number", "Write it without decimals.")
    return str(int(number))


def read_number(cell: Any) -> Decimal:
    """Return the number that a cell holds, exactly.

    Raises CellError.
    """
    if isinstance(cell, str):
        return _parse(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise refuse(cell, "a number", _PLAIN_HINT)
    # repr() of a float has the fewest digits that give the same float again
    number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if not number.is_finite():
        raise refuse(cell, "a number", "Leave the cell empty where there is no value.")
    return number


def _parse(cell: str) -> Decimal:
    text = cell.strip()
    if not _PLAIN.fullmatch(text):
        text = _without_grouping(text.translate(_SPACES), cell)
    try:
        return Decimal(text)
    except InvalidOperation:  # an exponent beyond what Decimal holds, a lone separator
        raise refuse(cell, "a number that Odoo can hold", _PLAIN_HINT) from None


def _without_grouping(text: str, cell: str) -> str:
    if _PLAIN.fullmatch(text):
        return text
    if _AMBIGUOUS.fullmatch(text):
        whole, fraction = text.split(",")
        raise CellError(
            f"{shown(cell)} may be {whole}{fraction} or {whole}.{fraction}",
            f"Write {whole}{fraction} or {whole}.{fraction}.",
        )
    if _COMMA_GROUPS.fullmatch(text):
        return text.replace(",", "")
    if _DOT_GROUPS.fullmatch(text):
        return text.replace(".", "").replace(",", ".")
    if _SPACE_GROUPS.fullmatch(text):
        return re.sub(r"[ ']", "", text).replace(",", ".")
    if _DECIMAL_COMMA.fullmatch(text):
        return text.replace(",", ".")
    raise refuse(cell, "a number", _PLAIN_HINT)


def _plain_digits(number: Decimal, cell: Any) -> str:
    value = float(number)
    if math.isinf(value) or (value == 0 and number != 0):
        raise CellError(f"{shown(cell)} is beyond the numbers that Odoo can hold", _PLAIN_HINT)
    return format(number, "f") if number else "0"
