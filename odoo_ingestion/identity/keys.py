"""Records by business key: one look-up per key and chunk, archived records included."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds, read_all
from odoo_ingestion.records import Category, ModelSchema, Problem

Key = tuple[str, ...]
KeyValue = tuple[str, ...]
KeyText = str | KeyValue
"""What a row gives for a key: the text of its one field, else those of its fields; empty: none."""
Domain = list[Any]

_VARIANT_KEYS = frozenset({"default_code", "barcode"})
_COMMERCIAL_ENTITY: Domain = ["|", ("is_company", "=", True), ("parent_id", "=", False)]
"""Odoo copies the VAT number of a company to its contacts (res.partner._commercial_fields)."""


def values_of(text: KeyText) -> KeyValue:
    """Return the values of a key's fields, one by one."""
    return (text,) if isinstance(text, str) else text


def text_of(values: KeyValue) -> KeyText:
    """Return what a row gives for a key of these values."""
    return values[0] if len(values) == 1 else values


class Match(Struct, frozen=True):
    """A record that holds a key; ``held`` has its values of all the chain's fields as text.

    ``problem`` says why rows must not touch it although the key is right.
    """

    record_id: int
    label: str
    active: bool
    held: Mapping[str, str]
    problem: Problem | None = None


class KeyFinder:
    """Finds the records of one model by the fields of its keys, inside one company."""

    def __init__(
        self,
        odoo: Odoo,
        schema: ModelSchema,
        keys: Sequence[Key],
        company_id: int | None,
        *,
        may_prefetch: bool = False,
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._schema = schema
        self._keys = keys
        self._fields = sorted({field for key in keys for field in key})
        self._company_id = company_id
        self._held = self._prefetch() if may_prefetch and self._is_plain() else None

    def find(self, key: Key, values: Sequence[KeyValue]) -> dict[KeyValue, list[Match]]:
        """Return the matches of each value that has any; text is compared exactly.

        Where few records exist, their values are read at once, and only for those that one of them
        has it is asked which.
        """
        held = self._held.get(len(values)) if self._held is not None else None
        if held is not None:
            values = [value for value in values if value in held[key]]
        return self._find(key, values) if values else {}

    def _find(self, key: Key, values: Sequence[KeyValue]) -> dict[KeyValue, list[Match]]:
        if self._schema.model == "product.template" and set(key) <= _VARIANT_KEYS:
            return self._find_templates(key, values)
        domain: Domain = self._company_domain(self._schema.fields)
        for position, field in enumerate(key):
            domain.append((field, "in", self._operands(field, {v[position] for v in values})))
        if self._schema.model == "res.partner" and key == ("vat",):
            domain += _COMMERCIAL_ENTITY
        found = self._search(self._schema.model, domain, self._fields)
        result: dict[KeyValue, list[Match]] = defaultdict(list)
        wanted = set(values)
        for data in found:
            held = {field: _text(data.get(field)) for field in self._fields}
            value = tuple(held[field] for field in key)
            if value in wanted:
                result[value].append(
                    Match(data["id"], data["display_name"], data.get("active", True), held)
                )
        return result

    def protected(self, record_ids: Sequence[int]) -> dict[int, str]:
        """Return whose they are, for partners that belong to a user or to a company."""
        if self._schema.model != "res.partner":
            return {}
        ids = list(record_ids)
        result: dict[int, str] = {}
        for model, words in (("res.company", "the company"), ("res.users", "the user")):
            for data in self._odoo.call(
                model, "search_read", [("partner_id", "in", ids)], ["partner_id", "name"]
            ):
                result[data["partner_id"][0]] = f"the partner of {words} {data['name']}"
        return result

    # --- product templates ------------------------------------------------------------------

    def _find_templates(self, key: Key, values: Sequence[KeyValue]) -> dict[KeyValue, list[Match]]:
        """Find templates by their variants' codes: a template with several has none of its own."""
        domain = self._company_domain({"company_id"})
        for position, field in enumerate(key):
            domain.append((field, "in", sorted({value[position] for value in values})))
        variants = self._search(
            "product.product", domain, ["default_code", "barcode", "product_tmpl_id"]
        )
        if not variants:
            return {}
        templates = sorted({data["product_tmpl_id"][0] for data in variants})
        counts = self._variant_counts(templates)
        active = set(
            self._odoo.with_context(active_test=True).call(
                "product.template", "search", [("id", "in", templates)]
            )
        )
        result: dict[KeyValue, list[Match]] = defaultdict(list)
        for data in variants:
            template, label = data["product_tmpl_id"]
            held = {field: _text(data.get(field)) for field in self._fields}
            problem = _several_variants(label, template) if counts[template] > 1 else None
            match = Match(template, label, template in active, held, problem)
            result[tuple(held[field] for field in key)].append(match)
        return {value: found for value, found in result.items() if value in set(values)}

    def _variant_counts(self, templates: Sequence[int]) -> dict[int, int]:
        counts: dict[int, int] = defaultdict(int)
        domain = [("product_tmpl_id", "in", list(templates))]
        for data in self._search("product.product", domain, ["product_tmpl_id"]):
            counts[data["product_tmpl_id"][0]] += 1
        return counts

    # --- all at once ------------------------------------------------------------------------

    def _is_plain(self) -> bool:
        """Tell whether reading a key gives what searching for it compares, and costs little."""
        specs = [self._schema.fields[field] for field in self._fields]
        return self._by_variants or all(s.store and not s.company_dependent for s in specs)

    @property
    def _by_variants(self) -> bool:
        """Whether all keys are looked up among the variants of the products."""
        return self._schema.model == "product.template" and set(self._fields) <= _VARIANT_KEYS

    def _prefetch(self) -> Prefetch[dict[Key, set[KeyValue]]]:
        model = "product.product" if self._by_variants else self._schema.model
        domain = self._company_domain({"company_id"} if self._by_variants else self._schema.fields)

        def read() -> dict[Key, set[KeyValue]]:
            values: dict[Key, set[KeyValue]] = {key: set() for key in self._keys}
            for data in read_all(self._odoo, model, domain, self._fields):
                for key, held in values.items():
                    held.add(tuple(_text(data[field]) for field in key))
            return values

        return Prefetch(lambda number: exceeds(self._odoo, model, domain, number), read)

    # --- parts ------------------------------------------------------------------------------

    def _company_domain(self, fields: Iterable[str]) -> Domain:
        if self._company_id is None or "company_id" not in fields:
            return []
        return [("company_id", "in", [False, self._company_id])]

    def _operands(self, field: str, texts: Iterable[str]) -> list[Any]:
        """Return the values to search for; a placeholder of a dry run matches nothing."""
        spec = self._schema.fields[field]
        numeric = spec.type in ("many2one", "integer")
        filled: list[Any] = [
            int(text) if numeric else text
            for text in texts
            if text and (not numeric or text.lstrip("-").isdigit())
        ]
        return sorted(filled) + ([False] if "" in set(texts) else [])

    def _search(self, model: str, domain: Domain, fields: Sequence[str]) -> list[dict[str, Any]]:
        wanted = [*fields, "active", "display_name"]
        if model == self._schema.model and "active" not in self._schema.fields:
            wanted.remove("active")
        found: list[dict[str, Any]] = self._odoo.call(model, "search_read", domain, wanted)
        return found


def _several_variants(label: str, template: int) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"the code belongs to one of several variants of {label} (id {template})",
        None,
        "Import variants with --type variants, or give the row another code.",
    )


def _text(value: Any) -> str:
    """Return a held value as the text that a row would give (many2one: its id)."""
    if value in (False, None):
        return ""
    if isinstance(value, list | tuple):
        return str(value[0]) if value else ""
    return str(value)
