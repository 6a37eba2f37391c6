"""Users."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from odoo_ingestion.data_models.base import RecordModel, Value
from odoo_ingestion.data_models.cells import Converter
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, Draft, FieldSpec


class User(RecordModel):
    """A user: known by the login, which loses the spaces around it."""

    doubted: ClassVar[frozenset[str]] = frozenset({"password"})

    filled_by_odoo: ClassVar[frozenset[str]] = frozenset({"partner_id"})
    never_cleared: ClassVar[frozenset[str]] = frozenset({"login", "name", "password"})

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the reader of a column."""
        read = super().reader(spec, column, notation)
        if spec.name != "login":
            return read
        return lambda cell: str(read(cell)).strip()

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:
        """Return ``name`` for a user without one, unless the row names the user's contact.

        It is the contact's, and ``fields_get`` of ``res.users`` does not tell that it is needed
        (base, Odoo 14 to 19).
        """
        named = draft.values.get("name", "").strip() or "partner_id" in draft.references
        return () if named else ("name",)

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:
        """Say that a password is for new users only."""
        told = "the password is given to a new user only, never changed"
        return (told,) if "password" in values else ()
