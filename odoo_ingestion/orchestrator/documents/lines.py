"""The lines that documents have in Odoo: which the file names, and which it does not."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec import Struct, field

from odoo_ingestion.documents import DocumentRules
from odoo_ingestion.external_ids import Target as Named
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import ModelSchema


class HeldLine(Struct, frozen=True):
    """A line in Odoo: its document, and its fields that are kept when the quantity changes."""

    record_id: int
    document_id: int
    values: Mapping[str, Any]


class HeldDocument(Struct, frozen=True):
    """A document in Odoo: the state that decides whether it may be changed, and its lines."""

    state: str
    label: str
    lines: tuple[HeldLine, ...] = ()


class Held(Struct, frozen=True):
    """What Odoo holds of a chunk of documents.

    ``lines`` are by external id, whichever document they belong to; ``foreign`` names external ids
    that belong to records of another model.
    """

    documents: Mapping[int, HeldDocument] = field(default_factory=dict)
    lines: Mapping[str, HeldLine] = field(default_factory=dict)
    foreign: Mapping[str, str] = field(default_factory=dict)


FindIds = Callable[[Sequence[str]], Mapping[str, Named]]
"""Tells what external ids point to; those that do not exist are absent."""


class Holdings:
    """Reads documents and lines from Odoo, a few calls a chunk; nothing without a server."""

    def __init__(
        self,
        target: Target,
        rules: DocumentRules,
        line_schema: ModelSchema,
        parent: str,
        find_ids: FindIds,
        domain: Any = None,
    ) -> None:
        """``domain`` is the one2many's own: an invoice has lines of taxes beside its goods.

        ``find_ids`` is what finds the documents' own ids: both are known as of the same moment.
        """
        self._odoo = target.odoo.with_context(active_test=False) if target.odoo else None
        self._find_ids = find_ids
        self._schema = target.schema
        self._line_model = line_schema.model
        self._rules = rules
        self._parent = parent
        self._domain = list(domain) if isinstance(domain, list | tuple) else []
        operators = sum(part in ("|", "&") for part in self._domain)
        leaves = sum(not isinstance(part, str) for part in self._domain)
        self._ands = ["&"] * (leaves - operators)
        kept = (rules.price, rules.discount, "product_id")
        self._line_fields = [name for name in kept if name and name in line_schema.fields]

    def read(self, document_ids: Sequence[int], line_names: Sequence[str]) -> Held:
        """Return what there is of the documents, and of the lines with these external ids.

        Raises what ``Odoo.call`` raises.
        """
        if self._odoo is None:
            return Held()
        targets = self._find_ids(line_names)
        foreign = {n: t.model for n, t in targets.items() if t.model != self._line_model}
        named = {n: t.record_id for n, t in targets.items() if n not in foreign}
        lines = self._lines(document_ids, sorted(set(named.values())))
        by_document: dict[int, list[HeldLine]] = defaultdict(list)
        for line in lines.values():
            by_document[line.document_id].append(line)
        documents = {
            document_id: HeldDocument(state, label, tuple(by_document[document_id]))
            for document_id, (state, label) in self._states(document_ids).items()
        }
        by_name = {name: lines[line_id] for name, line_id in named.items() if line_id in lines}
        return Held(documents, by_name, foreign)

    def imported(self, line_ids: Sequence[int]) -> frozenset[int]:
        """Return which of the lines have an external id: an import made them, nobody's hand."""
        return frozenset(self._external_ids(self._line_model, line_ids))

    def external_ids(self, document_ids: Sequence[int]) -> dict[int, str]:
        """Return an external id of each of the documents that has any."""
        return self._external_ids(self._schema.model, document_ids)

    def _external_ids(self, model: str, ids: Sequence[int]) -> dict[int, str]:
        if self._odoo is None or not ids:
            return {}
        # get_external_id has ids as keys, which XML-RPC cannot carry.
        found = self._odoo.call(model, "get_metadata", list(ids))
        return {data["id"]: data["xmlid"] for data in found if data["xmlid"]}

    def _lines(self, document_ids: Sequence[int], line_ids: Sequence[int]) -> dict[int, HeldLine]:
        if self._odoo is None or not (document_ids or line_ids):
            return {}
        domain = [
            "|",
            ("id", "in", list(line_ids)),
            *self._ands,
            (self._parent, "in", list(document_ids)),
            *self._domain,
        ]
        fields = [self._parent, *self._line_fields]
        found = self._odoo.call(self._line_model, "search_read", domain, fields)
        return {
            data["id"]: HeldLine(data["id"], data[self._parent][0], data)
            for data in found
            if data[self._parent]
        }

    def _states(self, document_ids: Sequence[int]) -> dict[int, tuple[str, str]]:
        if self._odoo is None or not document_ids:
            return {}
        rules = self._rules
        wanted = (rules.state_field, rules.lock_field)
        fields = ["display_name", *(name for name in wanted if name in self._schema.fields)]
        domain = [("id", "in", list(document_ids))]
        found = self._odoo.call(self._schema.model, "search_read", domain, fields)
        states = {}
        for data in found:
            locked = rules.lock_field is not None and data.get(rules.lock_field)
            state = "locked" if locked else str(data.get(rules.state_field or "") or "")
            states[data["id"]] = state, str(data["display_name"])
        return states
