"""A few tables that answer search, search_read and read as Odoo does, and note what was asked."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from odoo_ingestion.errors import AccessRefused


class FakeOdoo:
    """Answers from ``tables``; ``names`` are the models whose relations have names, by field."""

    version = "19.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def __init__(self, tables: Mapping[str, list[dict[str, Any]]]) -> None:
        self.tables = tables
        self.refused: set[str] = set()
        self.asked: list[tuple[str, str, list[Any]]] = []

    def with_context(self, **context: Any) -> FakeOdoo:
        assert context == {"active_test": False}
        return self

    def call(self, model: str, method: str, *args: Any, **options: Any) -> Any:
        self.asked.append((model, method, args[0]))
        if model in self.refused:
            raise AccessRefused("not for you")
        records = self.tables.get(model, [])
        if method == "read":
            ids = set(args[0])
            found = [record for record in records if record["id"] in ids]
        else:
            found = [record for record in records if meets(record, args[0])]
        found = found[options.get("offset", 0) :][: options.get("limit")]
        if method == "search":
            return [record["id"] for record in found]
        if options.get("load") == "":
            return [{name: _bare(value) for name, value in r.items()} for r in found]
        return found

    def about(self, model: str, method: str = "search_read") -> int:
        """Return how often a method of a model was called."""
        return sum((model, method) == (asked, how) for asked, how, _ in self.asked)


def meets(record: Mapping[str, Any], domain: Sequence[Any]) -> bool:
    """Tell whether a record meets a domain in Odoo's prefix notation."""
    terms = iter(domain)
    ends = []
    while (end := _term(record, terms)) is not None:
        ends.append(end)
    return all(ends)


def _term(record: Mapping[str, Any], terms: Iterator[Any]) -> bool | None:
    term = next(terms, None)
    if term is None:
        return None
    if term in ("|", "&"):
        pair = _term(record, terms), _term(record, terms)
        return any(pair) if term == "|" else all(pair)
    field, operator, wanted = term
    held = _bare(record[field])
    match operator:
        case "in":
            return held in wanted
        case ">":
            return bool(held > wanted)
        case "!=":
            return bool(held != wanted)
        case _:
            return bool(held == wanted)


def _bare(value: Any) -> Any:
    return value[0] if isinstance(value, tuple) else value
