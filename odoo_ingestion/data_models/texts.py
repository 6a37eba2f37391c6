"""Cells as text: exactly as they are, or refused."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal
from typing import Any

from odoo_ingestion.data_models.cell_errors import CellError, refuse, shown

# What XML 1.0 cannot carry (section 2.2), and so no XML-RPC call.
_UNSENDABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff\ufffe\uffff]")
_MOST_DIGITS = 300
# Odoo's CSV export (web/controllers/export.py, 14 to 19) puts an apostrophe before text that begins
# with = + or -, such as +32 2 555, so that no spreadsheet takes it for a formula.
GUARDED = ("'=", "'+", "'-")


def read_text(cell: Any) -> str:
    """Return text exactly as it is, but for line ends, which XML makes line feeds.

    The apostrophe by which Odoo's CSV export guards ``= + -`` at the start is no part of the text.
    Numbers become their plain digits (94523.0 is ``94523``), booleans ``True`` and ``False``,
    dates ISO. Raises CellError for control characters, for lists and for files.
    """
    if isinstance(cell, str) and cell.startswith(GUARDED):
        cell = cell[1:]
    if type(cell) is str and cell.isprintable():
        return cell
    if isinstance(cell, bool):
        return str(cell)
    if isinstance(cell, datetime):
        return cell.isoformat(sep=" ") if cell.time() != time() else cell.date().isoformat()
    if isinstance(cell, date | time):
        return cell.isoformat()
    return plain_text(cell)


def plain_text(cell: Any) -> str:
    """Return a text or a number as text: whole numbers without ``.0``, none with an exponent.

    Raises CellError for anything else.
    """
    if isinstance(cell, str):
        return _checked(cell)
    if isinstance(cell, bool) or not isinstance(cell, int | float | Decimal):
        raise refuse(cell, "a text or number", "Write it as text.")
    number = Decimal(repr(cell)) if isinstance(cell, float) else Decimal(cell)
    if not number.is_finite() or abs(number.adjusted()) > _MOST_DIGITS:
        raise refuse(cell, "a text or number", "Write it as text.")
    whole = number.to_integral_value()
    return format(whole if whole == number else number, "f")


def _checked(text: str) -> str:
    found = _UNSENDABLE.search(text)
    if found:
        raise CellError(
            f"{shown(text)} has the control character U+{ord(found[0]):04X} at position "
            f"{found.start() + 1}",
            "Remove it: Odoo cannot take it.",
        )
    return text.replace("\r\n", "\n").replace("\r", "\n")
