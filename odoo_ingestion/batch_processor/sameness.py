"""Do cells stand in Odoo just as they were sent? The quick answer for a set of columns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import lru_cache, partial
from operator import itemgetter
from typing import Any

from odoo_ingestion.batch_processor.comparing import TRUE_TEXTS, differs, key_of
from odoo_ingestion.records import FieldSpec

_SURE_DIGITS = 15
"""Characters up to which two decimal numbers are the same if their floats are (IEEE 754)."""

_KEYS_REMEMBERED = 1_000
"""Texts of a selection whose keys are remembered: files spell the same few again and again."""

_OTHERWISE = frozenset({"datetime", "many2many"})
"""Types that Odoo never holds as the text that is sent; all but these and the following are held
so, as a rule."""

Same = Callable[[str, Any], bool]


def _is_same_number(sent: str, held: Any) -> bool:
    try:
        return len(sent) <= _SURE_DIGITS and float(sent) == held
    except ValueError:
        return False


def _is_same_flag(sent: str, held: Any) -> bool:
    return (sent.lower() in TRUE_TEXTS) == bool(held)


def _is_same_id(sent: str, held: Any) -> bool:
    return type(held) is int and sent == str(held)


_SAME: dict[str, Same] = {
    "integer": _is_same_id,
    "many2one": _is_same_id,
    "many2one_reference": _is_same_id,
    "float": _is_same_number,
    "monetary": _is_same_number,
    "boolean": _is_same_flag,
}


def _same_of(spec: FieldSpec, time_zone: str) -> Same | None:
    """Return what tells that a cell of a field is held as sent; None where equal texts do."""
    if spec.type == "selection":
        remembered = lru_cache(_KEYS_REMEMBERED)(partial(key_of, spec))
        return lambda sent, held: remembered(sent) == held
    if spec.type in _OTHERWISE:
        return lambda sent, held: not differs(spec, sent, held, time_zone)
    return _SAME.get(spec.type)


def _cells_at(names: Sequence[str]) -> Callable[[Mapping[str, Any]], object]:
    return itemgetter(*names) if names else lambda _: ()


class Sameness:
    """Tells for records that fill one set of columns whether Odoo surely holds them as sent.

    ``specs`` are the columns to compare, datetimes are sent in ``time_zone``. Where it does not say
    so, ``differs`` has to be asked field by field.
    """

    def __init__(self, specs: Mapping[str, FieldSpec], time_zone: str) -> None:
        texts: list[tuple[str, str]] = []
        self._others: list[tuple[str, str, Same]] = []
        for column, spec in specs.items():
            same = _same_of(spec, time_zone)
            if same is None:
                texts.append((column, spec.name))
            else:
                self._others.append((column, spec.name, same))
        self._sent = _cells_at([column for column, _ in texts])
        self._held = _cells_at([name for _, name in texts])

    def is_sure(self, values: Mapping[str, str], held: Mapping[str, Any]) -> bool:
        """Tell whether each of the cells is held as it was sent; False where that is not sure."""
        try:
            if self._sent(values) != self._held(held):
                return False
            for column, name, same in self._others:
                if not same(values[column], held[name]):
                    return False
        except KeyError:  # a field that was not read
            return False
        return True
