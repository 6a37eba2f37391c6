"""Partners: a contact shares its parent's address and VAT, and Odoo writes them back to it.

Barcodes: Odoo refuses one that another active partner has (``_check_barcode_unicity``, 14 to 19).

``res.partner._fields_sync`` (Odoo 14 to 19): an address loaded on a contact of type ``contact``, or
a VAT number on anything below a company, is overwritten by the parent's, or written on the parent
and from there on all its contacts.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.ports import Odoo
from odoo_ingestion.prefetch import Prefetch, exceeds
from odoo_ingestion.records import Action, Category, ModelSchema, Problem, Record
from odoo_ingestion.safeguards.barcodes import Barcodes
from odoo_ingestion.safeguards.first_takers import FirstClaims

ADDRESS_FIELDS = ("street", "street2", "zip", "city", "state_id", "country_id")
RANKS = ("customer_rank", "supplier_rank")
_STATE = (
    *("parent_id", "type", "is_company", "vat", "active", "barcode"),
    *ADDRESS_FIELDS,
    *RANKS,
)
_HELD_MATTERS = frozenset({"parent_id", "parent_id/.id", "barcode"})
"""Columns of rows whose partners are read whether they have a parent or not."""
_SHARED = frozenset(
    column
    for name in ("parent_id", "type", "vat", *ADDRESS_FIELDS)
    for column in (name, f"{name}/.id")
)
"""Columns of load() for which Odoo compares a partner with its parent."""
_BELOW: list[Any] = [("parent_id", "!=", False)]
_FALSE = ("", "0")

Cells = Mapping[str, str]


class PartnerSafeguard:
    """Refuses contacts that would change their parent and barcodes that another partner has.

    Keeps ranks that are set already. ``may_prefetch`` says that nothing but the rows themselves
    puts partners below others during the run. Memory: that of ``Barcodes``, and the ids of up to
    50,000 partners that have a parent.
    """

    def __init__(
        self,
        odoo: Odoo,
        schema: ModelSchema,
        planned: Callable[[str], Mapping[str, str]],
        *,
        may_prefetch: bool = False,
        first_claims: FirstClaims | None = None,
    ) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._fields = [name for name in _STATE if name in schema.fields]
        self._relational = {n for n in self._fields if schema.fields[n].type == "many2one"}
        self._parent = "parent_id/.id" if "parent_id" in self._relational else "parent_id"
        self._planned = planned
        self._below = Prefetch(self._exceed, self._all_below) if may_prefetch else None
        self._barcodes = Barcodes(first_claims)

    def check(self, records: Sequence[Record]) -> list[Record | tuple[Problem, ...]]:
        """Return each record without ranks that are set, or the reason why it would do harm."""
        held = self._held(records)
        problems = self._contact_problems(records, held)
        for place, problem in self._taken_barcodes(records, held).items():
            problems[place] = (*problems.get(place, ()), problem)
        set_already = self._set_ranks(records, held)
        result: list[Record | tuple[Problem, ...]] = list(records)
        for place, record in enumerate(records) if set_already else ():
            if record.database_id in set_already:
                result[place] = _without(record, set_already[record.database_id])
        for place, some in problems.items():
            result[place] = some
        return result

    # --- parents ----------------------------------------------------------------------------

    def _contact_problems(
        self, records: Sequence[Record], held: Mapping[int, Cells]
    ) -> dict[int, tuple[Problem, ...]]:
        """Return what is wrong with records below a parent, by place; most have none."""
        below: dict[int, Cells] = {}
        for place, record in enumerate(records):
            if (record.database_id in held or record.values.get(self._parent)) and _is_compared(
                record
            ):
                cells = self._overlay(held.get(record.database_id or 0, {}), record.values)
                if cells.get("parent_id"):
                    below[place] = cells
        tokens = {cells["parent_id"] for cells in below.values()}
        parents = self._read({int(token) for token in tokens if token.isdigit()})
        result: dict[int, tuple[Problem, ...]] = {}
        for place, after in below.items():
            token = after["parent_id"]
            known: Cells = parents.get(int(token), {}) if token.isdigit() else {}
            parent = self._overlay(known, self._planned(token))
            if found := _contact_problems(records[place], after, parent):
                result[place] = found
        return result

    def _held(self, records: Sequence[Record]) -> Mapping[int, Cells]:
        """Return what the records hold, of those for which it can matter.

        Most partners have no parent and get none: they are not read.
        """
        asked: list[int] = []
        others: list[int] = []
        for record in records:
            if record.database_id is None:
                continue
            if not _HELD_MATTERS.isdisjoint(record.values):
                asked.append(record.database_id)
            elif _is_compared(record):
                others.append(record.database_id)
        below = self._below.get(len(others)) if others and self._below else None
        if below is not None:
            asked += below.intersection(others)
            others = []
        domain: list[Any] = [("id", "in", asked)]
        if others:
            some = ["&", ("id", "in", others), ("parent_id", "!=", False)]
            domain = ["|", *domain, *some] if asked else some
        elif not asked:
            return {}
        found = self._odoo.call("res.partner", "search_read", domain, self._fields)
        return self._by_id(found)

    def _exceed(self, number: int) -> bool:
        return exceeds(self._odoo, "res.partner", _BELOW, number)

    def _all_below(self) -> frozenset[int]:
        return frozenset(self._odoo.call("res.partner", "search", _BELOW))

    # --- barcodes and ranks -----------------------------------------------------------------

    def _taken_barcodes(
        self, records: Sequence[Record], held: Mapping[int, Cells]
    ) -> dict[int, Problem]:
        """Return the problems of barcodes, by place; an archived partner may have any."""
        places = []
        for place, record in enumerate(records):
            if "barcode" in record.values:
                now = held.get(record.database_id or 0, {}).get("active", "1")
                if record.values.get("active", now) not in _FALSE:
                    places.append(place)
        if not places:
            return {}
        some = [records[place] for place in places]
        before = {i: code for i, cells in held.items() if (code := cells.get("barcode"))}
        found = self._barcodes.problems(some, self._barcode_holders(records), before)
        return {places[index]: problem for index, problem in found.items()}

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

    def _set_ranks(
        self, records: Sequence[Record], held: Mapping[int, Cells]
    ) -> dict[int, set[str]]:
        """Return which ranks of the records are above 0 already: Odoo counts them up itself."""
        result: dict[int, set[str]] = defaultdict(set)
        for name in RANKS:
            ranked = [i for r in records if (i := r.database_id) is not None and name in r.values]
            if not ranked or name not in self._fields:
                continue
            above = [i for i in ranked if i in held and _number(held[i].get(name)) > 0]
            if unread := [i for i in ranked if i not in held]:
                domain = [("id", "in", unread), (name, ">", 0)]
                above += self._odoo.call("res.partner", "search", domain)
            for record_id in above:
                result[record_id].add(name)
        return result

    # --- parts ------------------------------------------------------------------------------

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


def _is_compared(record: Record) -> bool:
    """Tell whether sending the record makes Odoo compare it with its parent."""
    return record.action is Action.CREATED or not _SHARED.isdisjoint(record.values)


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


def _without(record: Record, names: Collection[str]) -> Record:
    kept = {name: cell for name, cell in record.values.items() if name not in names}
    return replace(record, values=kept)


def _number(text: str | None) -> float:
    return float(text) if text else 0.0
