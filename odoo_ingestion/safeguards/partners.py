"""Partners: a contact shares its parent's address and VAT, and Odoo writes them back to it.

Barcodes: Odoo refuses one that another active partner has (``_check_barcode_unicity``, 14 to 19).

``res.partner._fields_sync`` (Odoo 14 to 19): an address loaded on a contact of type ``contact``, or
a VAT number on anything below a company, is overwritten by the parent's, or written on the parent
and from there on all its contacts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, ModelSchema, Problem, Record
from odoo_ingestion.safeguards.barcodes import Barcodes

ADDRESS_FIELDS = ("street", "street2", "zip", "city", "state_id", "country_id")
RANKS = ("customer_rank", "supplier_rank")
_STATE = (
    *("parent_id", "type", "is_company", "vat", "active", "barcode"),
    *ADDRESS_FIELDS,
    *RANKS,
)
_HELD_MATTERS = frozenset({"parent_id", "parent_id/.id", "barcode", *RANKS})
"""Columns of rows whose partners are read whether they have a parent or not."""
_FALSE = ("", "0")

Cells = Mapping[str, str]


class PartnerSafeguard:
    """Refuses contacts that would change their parent and barcodes that another partner has.

    Keeps ranks that are set already. Memory: that of ``Barcodes``.
    """

    def __init__(
        self, odoo: Odoo, schema: ModelSchema, planned: Callable[[str], Mapping[str, str]]
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._fields = [name for name in _STATE if name in schema.fields]
        self._relational = {n for n in self._fields if schema.fields[n].type == "many2one"}
        self._planned = planned
        self._barcodes = Barcodes()

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record without ranks that are set, or the reason why it would do harm."""
        held = self._held(records)
        after = [self._overlay(held.get(r.database_id or 0, {}), r.values) for r in records]
        parents = self._read(
            {int(cells["parent_id"]) for cells in after if cells.get("parent_id", "").isdigit()}
        )
        holders = self._barcode_holders(records)
        result: list[Record | tuple[Problem, ...]] = []
        for record, cells in zip(records, after, strict=True):
            problems: tuple[Problem, ...] = ()
            token = cells.get("parent_id", "")
            if token and self._touches_parent(record):
                parent = self._overlay(
                    parents.get(int(token), {}) if token.isdigit() else {}, self._planned(token)
                )
                problems = _contact_problems(record, cells, parent)
            now = held.get(record.database_id or 0, {})
            if cells.get("active", "1") not in _FALSE:
                taken = self._barcodes.problem(record, holders, now.get("barcode", ""))
                problems += (taken,) if taken else ()
            kept = _without_set_ranks(record, now)
            result.append(problems or kept)
        return result

    def _barcode_holders(self, records: Sequence[Record]) -> dict[str, list[tuple[int, str]]]:
        wanted = sorted({r.values["barcode"] for r in records if r.values.get("barcode")})
        result: dict[str, list[tuple[int, str]]] = defaultdict(list)
        if wanted:
            domain = [("barcode", "in", wanted), ("active", "=", True)]
            fields = ["barcode", "display_name"]
            for data in self._odoo.call("res.partner", "search_read", domain, fields):
                label = f"{data['display_name']} (id {data['id']})"
                result[data["barcode"]].append((data["id"], label))
        return result

    def _held(self, records: Sequence[Record]) -> dict[int, dict[str, str]]:
        """Return what the records hold, of those for which it can matter.

        Most partners have no parent and get none: they are not read.
        """
        existing = [r for r in records if r.database_id is not None]
        asked = [r.database_id for r in existing if not _HELD_MATTERS.isdisjoint(r.values)]
        others = [r.database_id for r in existing if _HELD_MATTERS.isdisjoint(r.values)]
        domain: list[Any] = [("id", "in", asked)]
        if others:
            below = ["&", ("id", "in", others), ("parent_id", "!=", False)]
            domain = ["|", *domain, *below] if asked else below
        if not existing:
            return {}
        found = self._odoo.call("res.partner", "search_read", domain, self._fields)
        return self._by_id(found)

    def _touches_parent(self, record: Record) -> bool:
        """Tell whether sending the record makes Odoo compare it with its parent."""
        names = {column.partition("/")[0] for column in record.values}
        return record.action is Action.CREATED or bool(
            names & {"parent_id", "type", "vat", *ADDRESS_FIELDS}
        )

    def _read(self, record_ids: set[int]) -> dict[int, dict[str, str]]:
        if not record_ids:
            return {}
        read = self._odoo.call("res.partner", "read", sorted(record_ids), self._fields, load="")
        return self._by_id(read)

    def _by_id(self, found: Sequence[Mapping[str, Any]]) -> dict[int, dict[str, str]]:
        return {data["id"]: {n: _text(data[n]) for n in self._fields} for data in found}

    def _overlay(self, held: Cells, cells: Cells) -> dict[str, str]:
        """Return what a partner holds once the cells are written, by plain field name."""
        result = dict(held)
        for name in self._fields:
            column = f"{name}/.id" if name in self._relational else name
            if column in cells:
                result[name] = cells[column]
        return result


def _text(value: Any) -> str:
    """Return a held value as a load() cell; what is not set is empty."""
    if isinstance(value, list | tuple):  # a relation as search_read gives it: id and name
        value = value[0]
    if isinstance(value, bool):
        return "1" if value else ""
    return str(value)


def _contact_problems(record: Record, cells: Cells, parent: Cells) -> tuple[Problem, ...]:
    """Return why the partner, as it would be, does not fit below its parent."""
    problems = []
    named = {column.partition("/")[0] for column in record.values}
    if (cells.get("type") or "contact") == "contact":
        # With an empty address above, Odoo moves the contact's own up, named by the row or not.
        empty_above = not any(parent.get(name) for name in ADDRESS_FIELDS)
        for name in ADDRESS_FIELDS:
            value = cells.get(name, "")
            if value and value != parent.get(name, "") and (name in named or empty_above):
                problems.append(_differs(name, "give the row the type invoice, delivery or other"))
        for name in ADDRESS_FIELDS:
            cleared = name in named and not cells.get(name) and parent.get(name)
            if cleared and record.action is Action.UPDATED:
                problems.append(_differs(name, "leave the cell empty without clearing it"))
    is_company = cells.get("is_company", "") not in _FALSE
    if "vat" in named and not is_company and cells.get("vat", "") != parent.get("vat", ""):
        problems.append(_differs("vat", "leave it empty, or make the row a company of its own"))
    return tuple(problems)


def _differs(name: str, remedy: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"{name} differs from the parent's: a contact shares it, and Odoo would write it on the "
        "parent and on all its contacts",
        name,
        f"Leave it out, or {remedy}.",
    )


def _without_set_ranks(record: Record, held: Cells) -> Record:
    """Drop the ranks that are above 0 already: Odoo counts them up with each invoice."""
    set_already = [name for name in RANKS if name in record.values and _number(held.get(name)) > 0]
    if not set_already:
        return record
    kept = {name: cell for name, cell in record.values.items() if name not in set_already}
    return replace(record, values=kept)


def _number(text: str | None) -> float:
    return float(text) if text else 0.0
