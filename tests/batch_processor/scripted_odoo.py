"""A double of the Odoo port that behaves like load() of Odoo 19, and lies or fails as told."""

from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from odoo_ingestion.errors import ServerBug, ValidationRefused
from odoo_ingestion.records import Action, FieldSpec, ModelSchema, Record, Row

Cells = dict[str, str]
Messages = list[dict[str, Any]]

SCHEMA = ModelSchema(
    "res.partner",
    "19.0",
    {
        spec.name: spec
        for spec in (
            FieldSpec("name", "char"),
            FieldSpec("email", "char"),
            FieldSpec("phone", "char"),
            FieldSpec("comment", "html"),
            FieldSpec("country_id", "many2one", relation="res.country"),
            FieldSpec("active", "boolean"),
            FieldSpec("write_date", "datetime"),
        )
    },
)


def record(
    number: int,
    action: Action = Action.CREATED,
    *,
    external_id: str | None = "",
    database_id: int | None = None,
    adopt: bool = False,
    model: str = "res.partner",
    values: Mapping[str, str] | None = None,
    **cells: str,
) -> Record:
    """Build a record; its external id is ``t.r<number>`` unless one, or None, is given."""
    cells = {**(values or {}), **cells} or {"name": f"Name {number}"}
    name = f"t.r{number}" if external_id == "" else external_id
    row = Row(number, number + 1, dict(cells))
    return Record(row, model, action, name, database_id, cells, adopt)


def name_honestly(bad: Sequence[tuple[int, str]], size: int) -> Messages:
    """Name every bad row, as load() does up to ten errors."""
    return [error(text, row) for row, text in bad[:10]]


def error(text: str, row: int | None = None, **more: Any) -> dict[str, Any]:
    """Build an error message of load()."""
    rows = {} if row is None else {"rows": {"from": row, "to": row}, "record": row}
    return {"type": "error", "message": text, **rows, **more}


class ScriptedOdoo:
    """Records in memory; ``refuse`` tells why a row is bad, ``name`` which rows are blamed."""

    def __init__(
        self,
        refuse: Callable[[Cells], str | None] = lambda cells: None,
        name: Callable[[Sequence[tuple[int, str]], int], Messages] = name_honestly,
        version: str = "19.0",
    ) -> None:
        self.refuse = refuse
        self.name = name
        self._version = version
        self.before_load: Callable[[str, list[Cells]], Any] = lambda model, rows: None
        self.lock = threading.Lock()
        self.held: dict[int, dict[str, Any]] = {}
        self.external_ids: dict[str, int] = {}
        self.created: Counter[str] = Counter()
        self.calls: list[tuple[str, str]] = []
        self.loads: list[tuple[list[Cells], dict[str, Any]]] = []
        self.rights = {"create": True, "read": True, "write": True}
        self.keep: Callable[[Cells], Mapping[str, Any]] = lambda cells: cells
        self.answers: dict[tuple[str, str], Callable[..., Any]] = {}
        self.unknown_columns: frozenset[str] = frozenset()

    version = property(lambda self: self._version)
    uid = property(lambda self: 2)
    context = property(lambda self: {})

    def with_context(self, **context: Any) -> ScriptedOdoo:
        return self

    def call(
        self,
        model: str,
        method: str,
        *args: Any,
        repeatable: bool = True,
        timeout: float | None = None,
        **kwargs: Any,
    ) -> Any:
        with self.lock:
            self.calls.append((model, method))
        scripted = self.answers.get((model, method))
        if scripted is not None:
            return scripted(*args, **kwargs)
        methods: dict[str, Callable[..., Any]] = {
            "load": self._load,
            "context_get": lambda model: {},
            "read": self._read,
            "has_access": lambda model, ids, operation: self.rights[operation],
            "check_access_rights": lambda model, operation, loud: self.rights[operation],
            "search_read": self._search_external_ids,
            "create": self._create_external_ids,
        }
        return methods[method](model, *args, **kwargs)

    def sent(self) -> list[int]:
        """Return the number of rows of each load(), in order."""
        return [len(rows) for rows, _ in self.loads]

    def add(self, external_id: str | None = None, **values: Any) -> int:
        """Put a record into the database and return its id."""
        number = len(self.held) + 1
        self.held[number] = {"active": True, **values}
        if external_id is not None:
            self.external_ids[external_id] = number
        return number

    def _load(
        self, model: str, columns: list[str], rows: list[list[str]], context: dict[str, Any]
    ) -> Any:
        if self.unknown_columns & set(columns):
            raise ServerBug("Invalid field name")
        cells = [dict(zip(columns, row, strict=True)) for row in rows]
        if rows:
            with self.lock:
                self.loads.append((cells, context))
        scripted = self.before_load(model, cells)
        if scripted is not None:
            return scripted
        bad = [(number, why) for number, row in enumerate(cells) if (why := self._why(row))]
        if bad:
            return {"ids": False, "messages": self.name(bad, len(cells)), "nextrow": 0}
        with self.lock:
            return {"ids": [self._keep(row) for row in cells], "messages": [], "nextrow": 0}

    def _why(self, cells: Cells) -> str | None:
        if "id" not in cells and int(cells[".id"]) not in self.held:
            return f"Unknown database identifier '{cells['.id']}'"
        return self.refuse(cells)

    def _keep(self, cells: Cells) -> int:
        values = {key: value for key, value in cells.items() if key not in {"id", ".id"}}
        number = self.external_ids.get(cells["id"]) if "id" in cells else int(cells[".id"])
        if number is None:
            number = self.add(cells["id"])
            self.created[cells["id"]] += 1
        self.held[number].update(self.keep(values))
        return number

    def _read(
        self, model: str, ids: list[int], fields: list[str], load: str, context: dict[str, Any]
    ) -> list[dict[str, Any]]:
        return [
            {"id": number, **{field: self.held[number].get(field, False) for field in fields}}
            for number in ids
            if number in self.held
        ]

    def _search_external_ids(
        self, model: str, domain: list[tuple[str, str, Any]], fields: list[str]
    ) -> list[dict[str, Any]]:
        (_, _, module), (_, _, names) = domain
        return [
            {"name": name, "model": "res.partner", "res_id": self.external_ids[f"{module}.{name}"]}
            for name in names
            if f"{module}.{name}" in self.external_ids
        ]

    def _create_external_ids(self, model: str, values: list[dict[str, Any]]) -> list[int]:
        names = [f"{each['module']}.{each['name']}" for each in values]
        if any(name in self.external_ids for name in names):
            raise ValidationRefused("duplicate key value violates unique constraint")
        for name, each in zip(names, values, strict=True):
            assert each["noupdate"] is True
            self.external_ids[name] = each["res_id"]
        return list(range(len(names)))
