"""Of which new records is it looked up what Odoo kept? Of all that is doubtful, of the rest a part.

Reading a record back costs a tenth of creating it, and what Odoo does to a value it nearly always
does to every value of the field.
"""

from __future__ import annotations

import re
import threading
from collections import Counter
from collections.abc import Collection, Mapping, Sequence

from odoo_ingestion.batch_processor.comparing import field_of
from odoo_ingestion.records import FieldSpec, ModelSchema, Record

FULLY_CHECKED = 500
"""New records of which every column is looked at, before a part of them is enough."""

ONE_IN = 10
"""Of the batches after that, one in so many is looked at whole."""

_MONEY_DECIMALS = 2
"""Decimals that every currency but the smallest few keeps."""

_MARKUP_THAT_STAYS = re.compile(r"</?(?:p|div|span|b|i|u|em|strong|ul|ol|li|h[1-6]|br)\s*/?>")
"""Tags without attributes that Odoo's sanitiser lets pass (odoo.tools.mail, Odoo 14 to 19)."""


class Sampler:
    """Chooses the records to read back; told what came of it. Safe to share between threads.

    A record is looked at when one of its columns has been seen in fewer than ``FULLY_CHECKED``
    new records, when Odoo has not kept one of its fields as sent before, when a value is of a kind
    that Odoo rewrites depending on the value, or when it stands in every tenth batch.
    """

    def __init__(self, schemas: Mapping[str, ModelSchema]) -> None:
        self._schemas = schemas
        self._lock = threading.Lock()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._changed: set[tuple[str, str]] = set()
        self._passed = 0
        self.checked = 0
        self.unchecked = 0

    def chosen(self, records: Sequence[Record]) -> list[Record]:
        """Return those of a batch's new records, which fill the same columns, to read back."""
        model, columns = records[0].model, tuple(records[0].values)
        with self._lock:
            found = list(records) if self._is_whole(model, columns) else []
        if not found:
            judges = self._judges(model, columns)
            found = [
                record
                for record in records
                if any(may_be_rewritten(spec, record.values[name]) for name, spec in judges)
            ]
        with self._lock:
            if len(found) == len(records):
                self._seen.update({(model, column): len(records) for column in columns})
            self.checked += len(found)
            self.unchecked += len(records) - len(found)
        return found

    def found(self, model: str, fields: Collection[str]) -> None:
        """Note the fields that Odoo did not keep as they were sent."""
        if fields:
            with self._lock:
                self._changed.update((model, name) for name in fields)

    def _is_whole(self, model: str, columns: Sequence[str]) -> bool:
        if any(self._seen[model, column] < FULLY_CHECKED for column in columns):
            return True
        if any((model, field_of(column)) in self._changed for column in columns):
            return True
        self._passed += 1
        return self._passed % ONE_IN == 0

    def _judges(self, model: str, columns: Sequence[str]) -> list[tuple[str, FieldSpec]]:
        """Return the columns whose values have to be looked at one by one."""
        fields = self._schemas[model].fields
        named = [(column, fields.get(field_of(column))) for column in columns]
        return [(column, spec) for column, spec in named if spec and depends_on_value(spec, model)]


def depends_on_value(spec: FieldSpec, model: str) -> bool:
    """Tell whether Odoo rewrites some values of the field and keeps others.

    HTML is sanitised, amounts are rounded, long texts may be cut, and a record below another of its
    own model may take values over from it (a contact its parent's address).
    """
    rounds = spec.type == "monetary" or (spec.type == "float" and spec.digits is not None)
    return rounds or spec.type == "html" or bool(spec.size) or spec.relation == model


def may_be_rewritten(spec: FieldSpec, cell: str) -> bool:
    """Tell whether Odoo may hold something else than this cell of such a field."""
    if not cell:
        return False
    if spec.type == "html":
        return "<" in _MARKUP_THAT_STAYS.sub("", cell) or "&" in cell
    if spec.type in ("monetary", "float"):
        scale = spec.digits[1] if spec.digits is not None else _MONEY_DECIMALS
        return len(cell.partition(".")[2]) > scale or "e" in cell.lower()
    return spec.size is None or len(cell) > spec.size
