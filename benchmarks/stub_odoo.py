"""An Odoo that accepts everything at once and keeps next to nothing.

It describes its models as a real Odoo 19 does (the shipped catalogue), knows the few records that
files refer to, and of what was loaded only the last calls, so that they can be read back.
"""

from __future__ import annotations

import gzip
import json
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Mapping, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from benchmarks.workloads import CATEGORIES, UNITS

VERSION = "19.0"
UID = 2
_REMEMBERED = 20_000
"""Records that can be read back: more than are ever on their way at once."""

_SAME_ALWAYS: Mapping[str, Any] = {
    "check_access_rights": True,
    "context_get": {"uid": UID, "lang": "en_US", "tz": "UTC"},
    "get_installed": [["en_US", "English (US)"]],
    "has_access": True,
    "has_group": True,
    "name_search": [],
    "write": True,
}

Record = dict[str, Any]


@cache
def catalogue() -> Mapping[str, Mapping[str, Mapping[str, Any]]]:
    """Return what a real Odoo's ``fields_get`` answered, by model."""
    packed = files("odoo_ingestion.data_models") / "catalogues" / f"{VERSION}.json.gz"
    models: Mapping[str, Mapping[str, Mapping[str, Any]]]
    models = json.loads(gzip.decompress(packed.read_bytes()))["models"]
    return models


class StubOdoo:
    """Answers calls of models; safe to share between threads.

    ``first_load`` is the time (``time.perf_counter``) of the first load() that brought rows,
    ``rows`` how many rows came, ``loads`` in how many calls, ``calls`` all calls by method.
    """

    def __init__(self) -> None:
        self.first_load: float | None = None
        self.rows = 0
        self.loads = 0
        self.calls: dict[str, int] = {}
        self._lock = threading.Lock()
        self._next_id = 1_000
        self._loaded: OrderedDict[tuple[str, int], Record] = OrderedDict()
        self._named: OrderedDict[str, Record] = OrderedDict()
        self._methods: Mapping[str, Callable[[str, Mapping[str, Any]], Any]] = {
            "default_get": _defaults,
            "fields_get": _describe,
            "load": self._load,
            "read": self._read,
            "search": lambda model, given: [r["id"] for r in self._found(model, given)],
            "search_count": lambda model, given: len(self._found(model, given)),
            "search_read": self._search_read,
        }

    def answer(self, model: str, method: str, given: Mapping[str, Any]) -> Any:
        """Return what Odoo would; raises NotImplementedError for what is not known here."""
        with self._lock:
            self.calls[f"{model}.{method}"] = self.calls.get(f"{model}.{method}", 0) + 1
        if method in _SAME_ALWAYS:
            return _SAME_ALWAYS[method]
        if method == "create":
            return self._create(given)
        if method not in self._methods:
            raise NotImplementedError(f"benchmarks/stub_odoo.py does not know {model}.{method}")
        return self._methods[method](model, given)

    def _load(self, model: str, given: Mapping[str, Any]) -> Record:
        columns, rows = given["fields"], given["data"]
        with self._lock:
            if rows and self.first_load is None:
                self.first_load = time.perf_counter()
            self.loads += 1
            self.rows += len(rows)
            ids = list(range(self._next_id, self._next_id + len(rows)))
            self._next_id += len(rows)
            for record_id, row in zip(ids, rows, strict=True):
                self._remember_all(model, record_id, dict(zip(columns, row, strict=True)))
        return {"ids": ids, "messages": [], "nextrow": 0}

    def _remember_all(self, model: str, record_id: int, cells: Record) -> None:
        """Remember a record, and with a variant its template as Odoo names it."""
        if model == "product.product" and "id" in cells:
            named = {**cells, "id": f"{cells['id']}_product_template"}
            self._remember("product.template", record_id, named)
            cells["product_tmpl_id/.id"] = record_id
        self._remember(model, record_id, cells)

    def _remember(self, model: str, record_id: int, cells: Record) -> None:
        self._loaded[model, record_id] = cells
        module, _, name = str(cells.get("id", "")).rpartition(".")
        named = {"module": module, "name": name, "model": model, "res_id": record_id}
        self._named[f"{module}.{name}"] = {"id": record_id, **named}
        for memory in (self._loaded, self._named):
            if len(memory) > _REMEMBERED:
                memory.popitem(last=False)

    def _create(self, given: Mapping[str, Any]) -> Any:
        many = given["vals_list"]
        with self._lock:
            first = self._next_id
            self._next_id += len(many) if isinstance(many, list) else 1
        return list(range(first, first + len(many))) if isinstance(many, list) else first

    def _read(self, model: str, given: Mapping[str, Any]) -> list[Record]:
        known = {record["id"]: record for record in _fixed(model)}
        with self._lock:
            wanted = [(n, self._loaded.get((model, n), known.get(n))) for n in given["ids"]]
        fields = given.get("fields") or ["display_name"]
        pairs = given.get("load", "_classic_read") == "_classic_read"
        return [_shown(model, n, held, fields, pairs) for n, held in wanted if held is not None]

    def _search_read(self, model: str, given: Mapping[str, Any]) -> list[Record]:
        fields = given.get("fields") or ["display_name"]
        found = self._found(model, given)
        return [_shown(model, record["id"], record, fields, pairs=True) for record in found]

    def _found(self, model: str, given: Mapping[str, Any]) -> list[Record]:
        domain = given.get("domain") or []
        if model == "ir.model.data":
            with self._lock:
                return [r for r in self._asked_names(domain) if _fits(r, domain)]
        return [record for record in _fixed(model) if _fits(record, domain)]

    def _asked_names(self, domain: Sequence[Any]) -> list[Record]:
        """Return the external ids whose names the domain lists; all of them would take too long."""
        listed = [leaf[2] for leaf in domain if leaf[0] == "name" and leaf[1] in ("in", "=")]
        modules = [leaf[2] for leaf in domain if leaf[0] == "module" and leaf[1] in ("in", "=")]
        names = listed[0] if listed and isinstance(listed[0], list) else listed
        spaces = modules[0] if modules and isinstance(modules[0], list) else modules
        found = (self._named.get(f"{space}.{name}") for space in spaces for name in names)
        return [record for record in found if record]


def _describe(model: str, given: Mapping[str, Any]) -> Record:
    wanted, attributes = given.get("allfields"), given.get("attributes")
    fields = catalogue().get(model, {})
    return {
        name: {key: value for key, value in spec.items() if not attributes or key in attributes}
        for name, spec in fields.items()
        if not wanted or name in wanted
    }


def _defaults(model: str, given: Mapping[str, Any]) -> Record:
    """Return a value for what a record needs and has no text: Odoo has defaults for these."""
    specs = catalogue().get(model, {})
    needed = {f: specs[f] for f in given["fields"] if specs.get(f, {}).get("required")}
    choices = {f: s["selection"][0][0] for f, s in needed.items() if s["type"] == "selection"}
    return choices | {field: 1 for field, spec in needed.items() if spec["type"] == "many2one"}


@cache
def _fixed(model: str) -> tuple[Record, ...]:
    """Return the records that are always there."""
    return {
        "res.users": (
            {
                "id": UID,
                "name": "Bench",
                "login": "bench",
                "lang": "en_US",
                "tz": "UTC",
                "company_id": [1, "Bench"],
                "company_ids": [1],
                "share": False,
            },
        ),
        "res.company": ({"id": 1, "name": "Bench", "display_name": "Bench"},),
        "uom.uom": tuple(_named(UNITS)),
        "product.category": tuple(_named(CATEGORIES)),
    }.get(model, ())


def _named(paths: Sequence[str]) -> list[Record]:
    return [
        {
            "id": n,
            "name": path.rpartition(" / ")[2],
            "complete_name": path,
            "display_name": path,
            "active": True,
        }
        for n, path in enumerate(paths, 1)
    ]


def _fits(record: Record, domain: Sequence[Any]) -> bool:
    """Tell whether a record is within a domain; what the stub cannot judge holds."""
    if any(isinstance(part, str) for part in domain):
        return True
    return all(_holds(record, *leaf) for leaf in domain)


def _holds(record: Record, field: str, operator: str, wanted: Any) -> bool:
    value = record.get(field)
    if field not in record:
        return True
    if operator == "in":
        return value in wanted
    if operator in ("=", "=ilike", "ilike"):
        return bool(value == wanted)
    return not (operator == ">" and value <= wanted)


def _shown(model: str, record_id: int, held: Record, fields: Sequence[str], pairs: bool) -> Record:
    shown: Record = {"id": record_id}
    specs = catalogue().get(model, {})
    for field in fields:
        kind = specs.get(field, {}).get("type", "char")
        if kind == "many2one" and f"{field}/.id" in held:
            number = int(held[f"{field}/.id"])
            shown[field] = [number, str(number)] if pairs else number
        else:
            shown[field] = _as_type(kind, held.get(field, False))
    return shown


def _as_type(kind: str, cell: Any) -> Any:
    if not isinstance(cell, str):
        return cell
    if kind in ("float", "monetary"):
        return float(cell)
    if kind == "integer":
        return int(cell)
    if kind == "boolean":
        return cell in ("1", "True", "true")
    return cell or False
