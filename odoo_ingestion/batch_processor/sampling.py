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
from odoo_ingestion.records import FieldSpec, Line, ModelSchema, Record

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
    that Odoo rewrites depending on the value, or when it stands in every tenth batch. The lines of
    documents are judged as what they are: records of a model of their own.
    """

    def __init__(self, schemas: Mapping[str, ModelSchema]) -> None:
        self._schemas = schemas
        self._lock = threading.Lock()
        self._seen: Counter[tuple[str, str]] = Counter()
        self._changed: set[tuple[str, str]] = set()
        self._passed: Counter[str] = Counter()
        self.checked = 0
        self.unchecked = 0
        self._lines_checked = 0
        self._lines_unchecked = 0

    def chosen(self, records: Sequence[Record]) -> list[Record]:
        """Return those of a batch's new records, which fill the same columns, to read back."""
        model, columns = records[0].model, tuple(records[0].values)
        with self._lock:
            is_whole = self._is_due(model, columns) or self._is_turn(model)
        found = list(records)
        if not is_whole:
            judges = self._judges(model, columns)
            found = [record for record in records if _is_doubtful(record.values, judges)]
        with self._lock:
            if len(found) == len(records):
                self._note_seen(model, {columns: len(records)})
            self.checked += len(found)
            self.unchecked += len(records) - len(found)
        return found

    def chosen_by_lines(
        self, records: Sequence[Record], lines: Mapping[int, Sequence[Line]]
    ) -> list[Record]:
        """Return those of a batch's new documents whose lines are to be read back, all or none.

        ``lines`` are those that were sent of each document, by its ``id()``; they may fill
        different columns.
        """
        spec = self._schemas[records[0].model].fields[records[0].lines_field]
        model = spec.relation or ""
        kinds = Counter(tuple(line.values) for record in records for line in lines[id(record)])
        if not kinds:
            return []
        with self._lock:
            due = {kind for kind in kinds if self._is_due(model, kind)}
            if len(due) < len(kinds) and self._is_turn(model):
                due = set(kinds)
        judges = {kind: self._judges(model, kind) for kind in kinds.keys() - due}
        found = [
            record
            for record in records
            if any(
                (kind := tuple(line.values)) in due or _is_doubtful(line.values, judges[kind])
                for line in lines[id(record)]
            )
        ]
        with self._lock:
            self._note_seen(model, {kind: kinds[kind] for kind in due})
            read = sum(len(lines[id(record)]) for record in found)
            self._lines_checked += read
            self._lines_unchecked += kinds.total() - read
        return found

    def found(self, model: str, fields: Collection[str]) -> None:
        """Note the fields that Odoo did not keep as they were sent."""
        if fields:
            with self._lock:
                self._changed.update((model, name) for name in fields)

    @property
    def looked_at(self) -> tuple[tuple[int, int], tuple[int, int]]:
        """How many are looked at of how many that are new: records, and lines."""
        lines = self._lines_checked
        return (self.checked, self.checked + self.unchecked), (lines, lines + self._lines_unchecked)

    # --- under the lock ---------------------------------------------------------------------

    def _is_due(self, model: str, columns: Sequence[str]) -> bool:
        """Tell whether records are all to be looked at because of the columns that they fill."""
        return any(
            self._seen[model, column] < FULLY_CHECKED or (model, field_of(column)) in self._changed
            for column in columns
        )

    def _is_turn(self, model: str) -> bool:
        """Tell whether a batch that need not be looked at whole is so all the same."""
        self._passed[model] += 1
        return self._passed[model] % ONE_IN == 0

    def _note_seen(self, model: str, kinds: Mapping[tuple[str, ...], int]) -> None:
        for columns, number in kinds.items():
            self._seen.update({(model, column): number for column in columns})

    # --- values -----------------------------------------------------------------------------

    def _judges(self, model: str, columns: Sequence[str]) -> list[tuple[str, FieldSpec]]:
        """Return the columns whose values have to be looked at one by one."""
        fields = self._schemas[model].fields
        named = [(column, fields.get(field_of(column))) for column in columns]
        return [(column, spec) for column, spec in named if spec and depends_on_value(spec, model)]


def _is_doubtful(values: Mapping[str, str], judges: Sequence[tuple[str, FieldSpec]]) -> bool:
    return any(may_be_rewritten(spec, values[name]) for name, spec in judges)


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
