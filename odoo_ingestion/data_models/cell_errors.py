"""Why a cell is refused, and which cells hold nothing at all."""

from __future__ import annotations

from typing import Any

_SHOWN_LENGTH = 60
NULLS = frozenset({"NULL", "\\N"})
_WORDS_FOR_NOTHING = frozenset({"n/a", "na", "#n/a", "nan", "none", "null", "nil", "-", "--", "?"})


class CellError(ValueError):
    """A cell that its field cannot hold; the message says why, the hint what to write.

    ``field`` names the field that is to blame where that is not the cell's own.
    """

    def __init__(
        self, message: str, hint: str | None = None, *, fields: tuple[str, ...] = ()
    ) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.fields = fields


def is_no_value(cell: Any) -> bool:
    r"""Tell whether a cell means that the row says nothing about the field.

    That is: nothing at all, an empty list, text that is empty or blank, and the exact texts
    ``NULL`` and ``\N``, which databases write for it. ``N/A``, ``nan``, ``None`` and ``-`` are
    text: kept in text fields, a problem everywhere else.
    """
    if isinstance(cell, str):
        return not cell or cell in NULLS or cell.isspace()
    return cell is None or cell == []


def is_word_for_nothing(cell: Any) -> bool:
    """Tell whether a cell says in words that there is nothing: ``N/A``, ``none``, ``-``."""
    return isinstance(cell, str) and cell.strip().lower() in _WORDS_FOR_NOTHING


def shown(cell: Any) -> str:
    """Return a cell as messages show it: quoted, on one line, at most 60 characters."""
    try:
        text = cell if isinstance(cell, str) else str(cell)
    except ValueError:  # Python writes no integer of more than 4,300 digits
        text = "a number of thousands of digits"
    head = text[: _SHOWN_LENGTH + 1]
    line = "".join(character if character.isprintable() else "\ufffd" for character in head)
    return f"'{line[: _SHOWN_LENGTH - 1]}\u2026'" if len(line) > _SHOWN_LENGTH else f"'{line}'"


def refuse(cell: Any, is_not: str, hint: str) -> CellError:
    """Return the error of a cell that is not what its field needs (``is_not`` = ``a number``)."""
    if is_word_for_nothing(cell):
        hint = "Leave the cell empty where there is no value."
    return CellError(f"{shown(cell)} is not {is_not}", hint)
