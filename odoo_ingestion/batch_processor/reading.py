"""What Odoo holds: records read in bulk, to be compared with what is, or was, sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion.batch_processor.comparing import comparable, differs, field_of
from odoo_ingestion.batch_processor.sameness import Sameness
from odoo_ingestion.errors import AccessRefused, ServerRefused
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import FieldSpec, ModelSchema

READ_CHUNK = 1000
"""Records a read: 10,000 partners of 11 fields take 1.1 s over XML-RPC."""

_SETS_OF_COLUMNS = 1_000
"""Sets of columns that are remembered; a file of sparse rows may have as many sets as rows."""

Held = dict[int, Mapping[str, Any]]


def read_back(odoo: Odoo, model: str, ids: Sequence[int], fields: Sequence[str]) -> Held:
    """Return what records hold, by database id; one that does not exist is absent.

    Relations are raw ids, archived ones among them. Raises what ``Odoo.call`` raises.
    """
    held: Held = {}
    unique = list(dict.fromkeys(ids))
    for start in range(0, len(unique), READ_CHUNK):
        chunk = unique[start : start + READ_CHUNK]
        rows = odoo.call(
            model, "read", chunk, list(fields), load="", context={"active_test": False}
        )
        held.update({row["id"]: row for row in rows})
    return held


class _Columns(Struct, frozen=True):
    """Columns that can be compared, each with its field, and the quick answer for all of them."""

    specs: Mapping[str, FieldSpec]
    sameness: Sameness


class Reader:
    """Reads what can be compared and leaves out, with a notice, what the user may not see."""

    def __init__(
        self,
        odoo: Odoo,
        schemas: Mapping[str, ModelSchema],
        time_zone: str,
        notice: Callable[[str], None],
    ) -> None:
        self._odoo = odoo
        self._schemas = schemas
        self._time_zone = time_zone
        self._notice = notice
        self._hidden: dict[str, frozenset[str]] = {}
        self._known: dict[tuple[str, tuple[str, ...]], _Columns] = {}
        self._lock = threading.Lock()

    def specs(self, model: str, columns: Sequence[str]) -> Mapping[str, FieldSpec]:
        """Return the columns that can be compared, each with its field."""
        return self._columns(model, tuple(columns)).specs

    def _columns(self, model: str, columns: tuple[str, ...]) -> _Columns:
        """Return how a set of columns is compared.

        Asked for each record, and told from memory: files have a few sets of columns.
        """
        key = model, columns
        known = self._known.get(key)
        if known is None:
            with self._lock:  # a field that another thread hides meanwhile must not be kept
                if len(self._known) >= _SETS_OF_COLUMNS:
                    self._known.clear()
                specs = self._find_specs(model, columns)
                known = self._known[key] = _Columns(specs, Sameness(specs, self._time_zone))
        return known

    def _find_specs(self, model: str, columns: Sequence[str]) -> dict[str, FieldSpec]:
        fields = self._schemas[model].fields
        hidden = self._hidden.get(model, frozenset())
        found = {}
        for column in columns:
            name = field_of(column)
            spec = fields.get(name)
            if spec is not None and comparable(column, spec) and name not in hidden:
                found[column] = spec
        return found

    def read(
        self, model: str, ids: Sequence[int], columns: Sequence[str], also: Sequence[str] = ()
    ) -> Held | None:
        """Return what the records hold in these columns, in ``active`` and ``also``, or None.

        None means that the server refuses to read one of them; a notice says so. A field
        that only this user may not read is left out from then on, with a notice as well.
        """
        for _ in range(2):
            names = {spec.name for spec in self.specs(model, columns).values()}.union(also)
            if "active" in self._schemas[model].fields:
                names.add("active")
            try:
                return read_back(self._odoo, model, ids, sorted(names) or ["id"])
            except ServerRefused as error:
                hidden = isinstance(error, AccessRefused) and self._hide_unreadable(model, names)
                if not hidden:
                    self._notice(
                        f"{model}: some records cannot be read, so rows that change nothing are"
                        f" sent as well and what Odoo kept is not checked ({error.message})."
                    )
                    return None
        return None

    def _hide_unreadable(self, model: str, names: set[str]) -> bool:
        try:
            readable = self._odoo.call(model, "fields_get", sorted(names), attributes=["type"])
        except ServerRefused:
            return False
        unreadable = names.difference(readable)
        if unreadable:
            with self._lock:
                self._hidden[model] = self._hidden.get(model, frozenset()) | unreadable
                self._known.clear()
            listed = ", ".join(sorted(unreadable))
            self._notice(f"{model}: this user may not read {listed}: what is sent is not checked.")
        return bool(unreadable)

    def differing(
        self, model: str, values: Mapping[str, str], held: Mapping[str, Any]
    ) -> tuple[str, ...]:
        """Return the fields of a record's cells that Odoo holds otherwise, each once, in order."""
        columns = self._columns(model, tuple(values))
        if columns.sameness.is_sure(values, held):
            return ()
        return tuple(dict.fromkeys(self._differing(columns.specs, values, held)))

    def _differing(
        self, specs: Mapping[str, FieldSpec], values: Mapping[str, str], held: Mapping[str, Any]
    ) -> Iterator[str]:
        for column, spec in specs.items():
            name = spec.name
            if name in held and differs(spec, values[column], held[name], self._time_zone):
                yield name

    def changes(self, model: str, values: Mapping[str, str], held: Mapping[str, Any]) -> bool:
        """Tell whether sending cells to an existing record would change it, as far as can be told.

        A cell that cannot be compared counts as a change: it is sent.
        """
        columns = self._columns(model, tuple(values))
        if len(columns.specs) < len(values):
            return True
        if columns.sameness.is_sure(values, held):
            return False
        return any(self._differing(columns.specs, values, held))
