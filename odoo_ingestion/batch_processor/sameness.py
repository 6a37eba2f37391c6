"""Do cells stand in Odoo just as they were sent? The quick answer for a set of columns. Pure."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from operator import itemgetter
from typing import Any

from odoo_ingestion.batch_processor.comparing import TRUE_TEXTS
from odoo_ingestion.records import FieldSpec

_SURE_DIGITS = 15
"""Characters up to which two decimal numbers are the same if their floats are (IEEE 754)."""

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
    "float": _is_same_number,
    "monetary": _is_same_number,
    "boolean": _is_same_flag,
}
"""What tells that cells of a type are held as sent; of other types equal texts do."""

_NEVER = frozenset({"many2many", "datetime"})
"""Types of which Odoo holds something else than the text."""


def _cells_at(names: Sequence[str]) -> Callable[[Mapping[str, Any]], object]:
    return itemgetter(*names) if names else lambda _: ()


class Sameness:
    """Tells for records that fill one set of columns whether Odoo surely holds them as sent.

    ``specs`` are the columns to compare. Where it does not say so, ``differs`` has to be asked
    field by field.
    """

    def __init__(self, specs: Mapping[str, FieldSpec]) -> None:
        texts = [
            (column, spec.name)
            for column, spec in specs.items()
            if spec.type not in _SAME and spec.type not in _NEVER
        ]
        self._sent = _cells_at([column for column, _ in texts])
        self._held = _cells_at([name for _, name in texts])
        self._others = [
            (column, spec.name, _SAME[spec.type])
            for column, spec in specs.items()
            if spec.type in _SAME
        ]
        self._is_possible = not any(spec.type in _NEVER for spec in specs.values())

    def is_sure(self, values: Mapping[str, str], held: Mapping[str, Any]) -> bool:
        """Tell whether each of the cells is held as it was sent; False where that is not sure."""
        if not self._is_possible:
            return False
        try:
            if self._sent(values) != self._held(held):
                return False
            for column, name, same in self._others:
                if not same(values[column], held[name]):
                    return False
        except KeyError:  # a field that was not read
            return False
        return True
