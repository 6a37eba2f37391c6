"""Which template the rows of a product speak of."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion import external_ids
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.variants.holdings import TEMPLATE, VARIANT
from odoo_ingestion.variants.reading import search_rows
from odoo_ingestion.variants.rows import KeyKind, ProductKey, VariantRow


class FoundTemplate(Struct, frozen=True):
    """The template of a product: ``record_id`` None means that it does not exist yet.

    ``adopt``: it exists and does not have the external id yet. ``external_id`` None: the user may
    not give it one, or another record has it.
    """

    external_id: str | None
    record_id: int | None = None
    adopt: bool = False


class CodeHolder(Struct, frozen=True):
    """A variant that has one of the file's codes, barcodes or external ids, in any template."""

    record_id: int
    template_id: int
    label: str


class Holders(Struct):
    """Who has which external id, database id and code."""

    by_name: dict[str, external_ids.Target]
    by_id: dict[int, CodeHolder]
    by_code: dict[str, list[CodeHolder]]

    def of(self, row: VariantRow) -> list[CodeHolder]:
        """Return the variants that the row's external id, database id or code is of."""
        draft = row.draft
        if draft.external_id:
            target = self.by_name.get(external_ids.complete(draft.external_id))
            if target is not None and target.record_id in self.by_id:
                return [self.by_id[target.record_id]]
        if draft.database_id:
            held = self.by_id.get(draft.database_id)
            return [held] if held else []
        return self.by_code.get(draft.values.get("default_code", ""), [])


class Rights(Struct, frozen=True):
    """Who looks: the company, and what the user may do with external ids."""

    company_id: int | None = None
    may_read_ids: bool = True
    may_create_ids: bool = True


class TemplateFinder:
    """Finds the templates of products, a chunk of them at a time, and who has the rows' codes."""

    def __init__(self, odoo: Odoo | None, rights: Rights) -> None:
        self._odoo = odoo.with_context(active_test=False) if odoo is not None else None
        self._rights = rights

    def find_holders(self, rows: Iterable[VariantRow], names: Iterable[str]) -> Holders:
        """Look up the variants that rows name; ``names`` are further external ids to look up."""
        drafts = [row.draft for row in rows]
        given = {external_ids.complete(d.external_id) for d in drafts if d.external_id}
        holders = Holders({}, {}, defaultdict(list))
        if self._odoo is None:
            return holders
        may_read = self._rights.may_read_ids
        holders.by_name = external_ids.find(self._odoo, {*given, *names}, may_read=may_read)
        ids = {t.record_id for t in holders.by_name.values() if t.model == VARIANT}
        ids |= {d.database_id for d in drafts if d.database_id}
        codes = sorted({c for d in drafts if (c := d.values.get("default_code"))})
        domain: list[Any] = ["|", ("id", "in", sorted(ids)), ("default_code", "in", codes)]
        fields = ["default_code", "product_tmpl_id", "display_name"]
        for data in self._search(VARIANT, domain, fields):
            template_id = data["product_tmpl_id"]
            held = CodeHolder(data["id"], template_id, data["display_name"])
            holders.by_id[held.record_id] = held
            if data["default_code"]:
                holders.by_code[data["default_code"]].append(held)
        return holders

    def find(
        self, products: Mapping[ProductKey, Sequence[VariantRow]], holders: Holders
    ) -> dict[ProductKey, FoundTemplate | Problem]:
        """Return the template of each product, or why it cannot be told."""
        names = {key: self.name_of(key) for key in products}
        alive = self._alive(products, names.values(), holders)
        by_name = self._by_name([key.text for key in products if key.kind is KeyKind.NAME])
        result: dict[ProductKey, FoundTemplate | Problem] = {}
        for key, rows in products.items():
            codes = {held.template_id for row in rows for held in holders.of(row)}
            found = self._choose(key, names[key], holders, alive, by_name.get(key.text, []), codes)
            result[key] = found
        return result

    def name_of(self, key: ProductKey) -> str:
        """Return the external id of a product's template."""
        if key.kind is KeyKind.EXTERNAL_ID:
            return external_ids.complete(key.text)
        field = "id" if key.kind is KeyKind.DATABASE_ID else str(key.kind)
        return external_ids.derive(TEMPLATE, (field,), (key.text,), self._rights.company_id)

    def _choose(
        self,
        key: ProductKey,
        name: str,
        holders: Holders,
        alive: Mapping[int, str],
        named: Sequence[int],
        codes: set[int],
    ) -> FoundTemplate | Problem:
        target = holders.by_name.get(name)
        if target is not None and target.model != TEMPLATE:
            return Problem(
                Category.DUPLICATE,
                f"the external id {name} belongs to a record of {target.model}",
                None,
                "Give the product an external id that no record of another model has.",
            )
        known = target.record_id if target is not None and target.record_id in alive else None
        if key.kind is KeyKind.DATABASE_ID:
            number = int(key.text)
            return FoundTemplate(None, number) if number in alive else _no_such_template(number)
        if known is not None:
            return FoundTemplate(name, known)
        return self._choose_match(key, name, named, codes)

    def _choose_match(
        self, key: ProductKey, name: str, named: Sequence[int], codes: set[int]
    ) -> FoundTemplate | Problem:
        """Return the template that has the name, or whose variants have the rows' codes.

        A product that goes by its name is never found by a code alone: that would rename it.
        """
        matches = set(named) & codes or set(named)
        if len(matches) > 1:
            return _several_templates(key.text, sorted(matches))
        if key.kind is not KeyKind.NAME and len(codes) == 1:
            matches = codes
        if not matches:
            return FoundTemplate(name)
        if not self._rights.may_create_ids:
            return FoundTemplate(None, matches.pop())
        return FoundTemplate(name, matches.pop(), adopt=True)

    def _alive(
        self, products: Iterable[ProductKey], names: Iterable[str], holders: Holders
    ) -> dict[int, str]:
        wanted = {holders.by_name[name].record_id for name in names if name in holders.by_name}
        wanted |= {int(k.text) for k in products if k.kind is KeyKind.DATABASE_ID}
        if self._odoo is None or not wanted:
            return {}
        found = self._search(TEMPLATE, [("id", "in", sorted(wanted))], ["name"])
        return {data["id"]: data["name"] or "" for data in found}

    def _by_name(self, names: Sequence[str]) -> dict[str, list[int]]:
        result: dict[str, list[int]] = defaultdict(list)
        if self._odoo is None or not names:
            return result
        domain: list[Any] = [("name", "in", sorted(set(names)))]
        if self._rights.company_id is not None:
            domain.append(("company_id", "in", [False, self._rights.company_id]))
        for data in self._search(TEMPLATE, domain, ["name"]):
            result[data["name"]].append(data["id"])
        return result

    def _search(self, model: str, domain: list[Any], fields: list[str]) -> list[dict[str, Any]]:
        assert self._odoo is not None  # noqa: S101 - callers have looked
        return search_rows(self._odoo, model, domain, fields)


def _no_such_template(number: int) -> Problem:
    return Problem(
        Category.NOT_FOUND,
        f"there is no {TEMPLATE} record with the database id {number}",
        None,
        "Correct the id, or leave it out.",
    )


def _several_templates(name: str, ids: Sequence[int]) -> Problem:
    listed = ", ".join(str(number) for number in ids)
    return Problem(
        Category.AMBIGUOUS_RECORD,
        f"{len(ids)} products are called {name!r} (ids {listed})",
        None,
        "Name the product by its external id, in a column product_tmpl_id/id.",
    )
