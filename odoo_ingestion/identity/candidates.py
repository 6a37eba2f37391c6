"""Rows about to be given their identity, what they are given, and the keys that they fill."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from odoo_ingestion.identity.claims import KeyInChain
from odoo_ingestion.identity.keys import Key, KeyValue
from odoo_ingestion.records import Draft, Mode

_NO_VAT = ("", "/", "NA")


class Candidate(Struct, frozen=True):
    """A row whose relations are resolved, about to be given its identity.

    ``cells`` are load() columns (``name``, ``parent_id/.id``); ``key_texts`` replace the key's
    values in a derived external id where those are not stable texts (a category's parent).
    """

    draft: Draft
    cells: Mapping[str, str]
    key_texts: tuple[str, ...] | None = None


class Identity(Struct, frozen=True):
    """The record of a row: ``database_id`` None means that it does not exist yet.

    ``adopt``: it exists and has to be given ``external_id`` first. ``external_id`` None: the user
    may not give it one. ``keyless``: derived from the content of a row whose record is new.
    """

    external_id: str | None
    database_id: int | None = None
    adopt: bool = False
    archived: bool = False
    keyless: bool = False


class IdentityRules(Struct, frozen=True):
    """What tells records of one model apart.

    ``keys`` is a chain: the first key that a row fills names it; ``explicit`` is true where the
    user chose the key, which lifts the protection of users' and companies' partners.
    ``may_have_created`` tells of a row's number whether a run that was broken off created its
    record or was about to: that it exists is then no surprise. ``may_prefetch`` says that what
    exists may be read at once, where it is little: only the rows themselves make records of the
    model.
    """

    keys: tuple[Key, ...]
    mode: Mode
    explicit: bool = False
    company_id: int | None = None
    may_read_ids: bool = True
    may_create_ids: bool = True
    may_have_created: Callable[[int], bool] | None = None
    may_prefetch: bool = False


def keys_of(candidate: Candidate, rules: IdentityRules) -> list[KeyInChain]:
    """Return the keys that a row fills, in the chain's order.

    A key that the user chose counts whatever it holds.
    """
    cells = candidate.cells
    found = []
    for position, key in enumerate(rules.keys):
        if len(key) == 1:  # most keys: what follows is asked of every row
            values: KeyValue = (cell_of(cells, key[0]).strip(),)
        else:
            values = tuple(cell_of(cells, field).strip() for field in key)
        if any(values) and (rules.explicit or key != ("vat",) or _is_own_vat(cells)):
            found.append((position, key, values))
    return found


def cell_of(cells: Mapping[str, str], field: str) -> str:
    """Return what a row gives for a field: its text, or the database id of a relation."""
    return cells.get(field) or cells.get(f"{field}/.id") or ""


def _is_own_vat(cells: Mapping[str, str]) -> bool:
    """Tell whether a partner's VAT number says who it is, and is not its company's.

    Odoo copies it from a company to its contacts (``res.partner._commercial_fields``), and takes
    ``/`` and ``NA`` for "has none" (``base_vat``, Odoo 17 to 19).
    """
    is_contact = bool(cell_of(cells, "parent_id")) and cells.get("is_company", "") in ("", "0")
    return not is_contact and cells.get("vat", "").strip().upper() not in _NO_VAT
