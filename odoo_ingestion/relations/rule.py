"""How one field is looked up, and the pieces of domain that a look-up is made of."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.domains import Scope
from odoo_ingestion.relations.texts import spellings

Domain = list[Any]
"""A domain in Odoo's prefix notation."""


class Rule(Struct, frozen=True):
    """How one field is looked up.

    ``domain`` is all that is sent to the server; ``own_conditions`` are the parts of it that come
    from the field itself, ``scopes`` what depends on the row. ``only_run_company``: the field says
    which company has the record, and takes that of the run and those above it only.
    """

    field: str
    comodel: Comodel
    domain: tuple[Any, ...] = ()
    own_conditions: tuple[tuple[Any, ...], ...] = ()
    scopes: tuple[Scope, ...] = ()
    only_run_company: bool = False


def spelt(comodel: Comodel, texts: Sequence[str]) -> dict[str, list[str]]:
    """Return for each field the values under which the texts may stand there."""
    return {
        field: sorted({value for text in texts for value in spellings(comodel, field, text)})
        for field in comodel.candidates
    }


def any_of(leaves: Sequence[tuple[str, str, Any]]) -> Domain:
    """Return the domain of what meets one of the conditions at least."""
    return ["|"] * (len(leaves) - 1) + list(leaves)
