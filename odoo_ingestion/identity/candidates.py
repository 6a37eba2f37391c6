"""Rows about to be given their identity, and what they are given."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from msgspec import Struct

from odoo_ingestion.identity.keys import Key
from odoo_ingestion.records import Draft, Mode


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


def cell_of(cells: Mapping[str, str], field: str) -> str:
    """Return what a row gives for a field: its text, or the database id of a relation."""
    return cells.get(field) or cells.get(f"{field}/.id") or ""
