"""Looks external ids and database ids up in bulk, and tells what they are in the way of."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.relations.matching import Match, cell_of
from odoo_ingestion.relations.rule import Rule

_IDS_PER_CALL = 10_000
_LARGEST_ID = 2**31 - 1
"""Database ids are PostgreSQL's ``integer`` (Odoo 14 to 19)."""


class IdLookup:
    """Finds records by external id and by database id; archived ones too."""

    def __init__(self, odoo: Odoo, may_read_ids: Callable[[], bool]) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._may_read_ids = may_read_ids

    def by_database_id(self, rule: Rule, texts: Sequence[str]) -> dict[str, Match]:
        """Return the record of each text that is the id of one; one call."""
        ids = {text: int(text) for text in texts if _is_id(text)}
        alive = self._read(rule, sorted(set(ids.values())))
        return {text: alive[number] for text, number in ids.items() if number in alive}

    def by_external_id(self, rule: Rule, texts: Sequence[str]) -> dict[str, Match | str]:
        """Return the record of each text, or the other model that its external id belongs to.

        An external id whose record is gone is absent, like one that never was.
        """
        names = {text: external_ids.complete(text) for text in texts}
        targets = external_ids.find(self._odoo, names.values(), may_read=self._may_read_ids())
        ours = {t.record_id for t in targets.values() if t.model == rule.comodel.name}
        alive = self._read(rule, sorted(ours))
        found: dict[str, Match | str] = {}
        for text, name in names.items():
            target = targets.get(name)
            if target is not None and target.model != rule.comodel.name:
                found[text] = target.model
            elif target is not None and target.record_id in alive:
                found[text] = alive[target.record_id]
        return found

    def _read(self, rule: Rule, ids: Sequence[int]) -> dict[int, Match]:
        fields = ["display_name", *(scope.path for scope in rule.scopes)]
        if rule.comodel.has_active:
            fields.append("active")
        found: dict[int, Match] = {}
        for start in range(0, len(ids), _IDS_PER_CALL):
            domain: list[Any] = [("id", "in", list(ids[start : start + _IDS_PER_CALL]))]
            if rule.only_run_company:
                domain += rule.domain
            for record in self._odoo.call(rule.comodel.name, "search_read", domain, fields):
                found[record["id"]] = _match(rule, record)
        return found


def _match(rule: Rule, record: Mapping[str, Any]) -> Match:
    return Match(
        str(record["id"]),
        record["display_name"] or f"id {record['id']}",
        record.get("active", True),
        within=tuple(cell_of(record.get(scope.path)) for scope in rule.scopes),
    )


def _is_id(text: str) -> bool:
    return text.isascii() and text.isdigit() and 0 < int(text) <= _LARGEST_ID
