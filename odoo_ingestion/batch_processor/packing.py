"""Which lines of a document share the call of their record, and which need calls of their own.

In one call of load() an empty cell writes False, so lines that fill different columns can share it
only where that is what Odoo would hold anyway.
"""

from __future__ import annotations

import threading
from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.errors import ServerRefused
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Line, ModelSchema, Record

TEXT_LINES = frozenset({"line_section", "line_subsection", "line_note"})
"""The values of ``display_type`` of lines that are only text."""

EMPTY_IN_TEXT_LINES = frozenset(
    {
        "customer_lead",
        "date_planned",
        "discount",
        "price_unit",
        "product_id",
        "product_qty",
        "product_uom",
        "product_uom_id",
        "product_uom_qty",
        "quantity",
        "tax_id",
        "tax_ids",
        "taxes_id",
    }
)
"""What Odoo itself keeps empty in a line of text: the constraints ``non_accountable_null_fields``
of sale.order.line, purchase.order.line and account.move.line (Odoo 14 to 19)."""

LAST_SEQUENCE = 10
"""The ``sequence`` of the last line, where they are numbered. Lines that are added later come after
it: Odoo gives them 10 (sale, purchase) or 100 (account), Odoo 14 to 19."""


class Packed(Struct, frozen=True):
    """The lines of a record: ``together`` fill the same columns, ``later`` need other calls."""

    together: tuple[Line, ...]
    later: tuple[Line, ...] = ()


class Packer:
    """Packs lines; asks the server once for each model which fields have no default."""

    def __init__(self, odoo: Odoo, schemas: Mapping[str, ModelSchema]) -> None:
        self._odoo = odoo
        self._schemas = schemas
        self._without_default: dict[str, frozenset[str]] = {}
        self._lock = threading.Lock()

    def pack(self, record: Record) -> Packed:
        """Return the lines of a record as they can share calls.

        The most lines that can go together do. Where lines of a new record would then land in
        another order than the file's, they get a ``sequence`` that keeps it.
        """
        groups = grouped(record.lines)
        if len(groups) < 2:
            return Packed(record.lines)
        model = self._schemas[record.model].fields[record.lines_field].relation or ""
        chosen: set[str] = set()
        together: list[Line] = []
        for columns, lines in sorted(groups.items(), key=lambda item: -len(item[1])):
            wider = chosen | set(columns)
            if all(self._fits(model, line, wider) for line in (*together, *lines)):
                chosen = wider
                together += lines
        return self._in_order(record, model, chosen, {line.external_id for line in together})

    def _fits(self, model: str, line: Line, columns: set[str]) -> bool:
        """Tell whether a line may be sent with empty cells in the columns that it does not fill."""
        left = {column.partition("/")[0] for column in columns - line.values.keys()}
        if not left:
            return True
        if line.database_id is not None:
            return False
        if line.values.get("display_type") in TEXT_LINES:
            left -= EMPTY_IN_TEXT_LINES
        return left <= self._fields_without_default(model)

    def _fields_without_default(self, model: str) -> frozenset[str]:
        """Return the fields that a new line holds empty, whether a cell says so or none does."""
        with self._lock:
            if model not in self._without_default:
                names = [
                    name
                    for name, spec in self._schemas[model].fields.items()
                    if spec.store and not (spec.computed or spec.required or spec.readonly)
                ]
                try:
                    defaults = fetch_defaults(self._odoo, model, names)
                    found = frozenset(name for name in names if not defaults.get(name))
                except ServerRefused:  # then lines share a call only in the very same columns
                    found = frozenset()
                self._without_default[model] = found
            return self._without_default[model]

    def _in_order(self, record: Record, model: str, columns: set[str], chosen: set[str]) -> Packed:
        lines = record.lines
        together = [line for line in lines if line.external_id in chosen]
        later = [
            line
            for group in grouped(
                [each for each in lines if each.external_id not in chosen]
            ).values()
            for line in group
        ]
        if [*together, *later] != list(lines) and self._may_number(record, model):
            first = LAST_SEQUENCE - len(lines) + 1
            numbers = {line.external_id: str(first + place) for place, line in enumerate(lines)}
            together, later = (
                [with_cells(line, {"sequence": numbers[line.external_id]}) for line in some]
                for some in (together, later)
            )
        filled = (
            with_cells(line, dict.fromkeys(columns - line.values.keys(), "")) for line in together
        )
        return Packed(tuple(filled), tuple(later))

    def _may_number(self, record: Record, model: str) -> bool:
        spec = self._schemas[model].fields.get("sequence")
        return (
            record.action is Action.CREATED
            and spec is not None
            and not spec.readonly
            and not any("sequence" in line.values for line in record.lines)
        )


def grouped(lines: Sequence[Line]) -> dict[tuple[str, ...], list[Line]]:
    """Return lines by the columns that they fill, sorted; in the order in which they come."""
    groups: dict[tuple[str, ...], list[Line]] = {}
    for line in lines:
        groups.setdefault(tuple(sorted(line.values)), []).append(line)
    return groups


def with_cells(line: Line, cells: Mapping[str, str]) -> Line:
    """Return a line with further cells."""
    return replace(line, values={**line.values, **cells}) if cells else line
