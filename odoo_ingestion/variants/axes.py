"""Which columns name attributes, values and the product itself, and what a row says in them."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.variants.texts import cell_text, fold

_ATTRIBUTE = re.compile(r"attribute\s*:(?P<name>.*)", re.IGNORECASE | re.DOTALL)
_PAIR = re.compile(r"option (?P<number>\d+) (?P<part>name|value)")
_PAIR_PARTS = re.compile(r"(?<=[a-z])(?=\d)|(?<=\d)(?=[a-z])|[\s_.\-/]+")

_KEY_NAMES = frozenset(
    {
        "handle",
        "product handle",
        "parent",
        "parent sku",
        "parent code",
        "parent id",
        "product key",
        "product group",
        "template key",
        "template code",
        "template sku",
        "style code",
        "style number",
        "item group",
        "item group id",
    }
)
"""Columns that hold the key of a product that all its variants share, in lower case words."""

_NO_OPTION = ("title", "default title")
"""What Shopify exports as the only option of a product without any."""


class Option(Struct, frozen=True):
    """One attribute of a row: its name and its value as the file spells them.

    ``attribute`` is empty where only another row of the product names it (pair ``number``).
    """

    column: str
    attribute: str
    value: str
    number: int | None = None


def is_axis_column(name: str) -> bool:
    """Tell whether a column names an attribute (``attribute:Color``) or its value."""
    return _ATTRIBUTE.fullmatch(name.strip()) is not None or _pair_of(name) is not None


def is_key_column(name: str) -> bool:
    """Tell whether a column holds the key that the variants of a product share (``Handle``)."""
    return re.sub(r"[\s_.\-]+", " ", name.strip().casefold()) in _KEY_NAMES


def check_axes(header: Sequence[str]) -> None:
    """Raise ColumnError for attribute columns that are not whole or are there twice."""
    wrong: list[str] = []
    seen: dict[str, str] = {}
    parts: dict[int, set[str]] = {}
    for name in header:
        pair = _pair_of(name)
        if pair is not None:
            parts.setdefault(pair[0], set()).add(pair[1])
            continue
        found = _ATTRIBUTE.fullmatch(name.strip())
        if found is None:
            continue
        attribute = fold(found["name"])
        if not attribute:
            wrong.append(f"column '{name}' names no attribute")
        elif attribute in seen:
            wrong.append(f"columns '{seen[attribute]}' and '{name}' are the same attribute")
        seen.setdefault(attribute, name)
    for number, some in sorted(parts.items()):
        if some != {"name", "value"}:
            missing = "Value" if some == {"name"} else "Name"
            wrong.append(f"column 'Option{number} {missing}' is missing: it goes with its pair")
    keys = [name for name in header if is_key_column(name)]
    if len(keys) > 1:
        wrong.append(f"columns {', '.join(keys)} all name the product: keep one of them")
    if wrong:
        raise ColumnError("\n".join(wrong), hint="Correct the header.")


def read_options(values: Mapping[str, Any], is_blank: Callable[[Any], bool]) -> tuple[Option, ...]:
    """Return the attributes that a row gives a value, in the order of its columns."""
    names: dict[int, str] = {}
    options: list[Option] = []
    for column, cell in values.items():
        found = _ATTRIBUTE.fullmatch(column.strip())
        pair = _pair_of(column)
        if is_blank(cell) or (found is None and pair is None):
            continue
        text = cell_text(cell)
        if found is not None:
            options.append(Option(column, cell_text(found["name"]), text))
        elif pair is not None and pair[1] == "name":
            names[pair[0]] = text
        elif pair is not None:
            options.append(Option(column, "", text, pair[0]))
    return tuple(
        option if option.number is None else _named(option, names.get(option.number, ""))
        for option in options
        if not _is_none(option, names)
    )


def option_names(values: Mapping[str, Any], is_blank: Callable[[Any], bool]) -> dict[int, str]:
    """Return the names in ``Option1 Name``, ... by number: later rows may leave them blank."""
    found: dict[int, str] = {}
    for column, cell in values.items():
        pair = _pair_of(column)
        if pair is not None and pair[1] == "name" and not is_blank(cell):
            found[pair[0]] = cell_text(cell)
    return found


def read_key(values: Mapping[str, Any], is_blank: Callable[[Any], bool]) -> str:
    """Return the key that the row's product goes by, or ``""``."""
    for column, cell in values.items():
        if is_key_column(column) and not is_blank(cell):
            return cell_text(cell)
    return ""


def _pair_of(name: str) -> tuple[int, str] | None:
    spelled = _PAIR_PARTS.sub(" ", name.strip().casefold()).strip()
    found = _PAIR.fullmatch(spelled)
    return (int(found["number"]), found["part"]) if found else None


def _named(option: Option, name: str) -> Option:
    return Option(option.column, name, option.value, option.number)


def _is_none(option: Option, names: Mapping[int, str]) -> bool:
    if option.number is None:
        return False
    name = fold(names.get(option.number, _NO_OPTION[0]))
    return (name, fold(option.value)) == _NO_OPTION
