"""What a record of each model is known by, and what this server's version of the model has."""

from __future__ import annotations

from msgspec import Struct

from odoo_ingestion.errors import AccessRefused, ServerRefused
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import FieldSpec

_KNOWN_BY = {
    "account.account": ("code", "name"),
    "product.product": ("default_code", "barcode", "name"),
    "product.template": ("default_code", "barcode", "name"),
    "res.bank": ("bic", "name"),
    "res.country": ("code", "name"),
    "res.country.state": ("code", "name"),
    "res.currency": ("name",),
    "res.lang": ("code", "name"),
    "res.partner": ("ref", "vat", "email", "name", "complete_name"),
    "res.users": ("login", "name"),
    "stock.location": ("complete_name", "barcode", "name"),
    "stock.warehouse": ("code", "name"),
}
_KNOWN_BY_GENERALLY = ("complete_name", "name", "code")

MORE_THAN_A_NAME = frozenset(_KNOWN_BY) | {
    "account.journal",
    "account.tax",
    "res.company",
    "res.groups",
    "uom.uom",
}
"""Models that are never created from a text: it may be a code, or a name says too little."""

ARCHIVED_ACCEPTED = frozenset({"res.currency"})
"""Odoo ships every currency, nearly all of them archived."""

_ACROSS_COMPANIES = frozenset({"res.company", "res.users"})
"""Their company fields say whom they may act for, not whom they belong to."""

_FACTS = ("type", "relation", "searchable", "translate")


class Comodel(Struct, frozen=True):
    """A model that relations point to.

    ``candidates`` are the text fields that a record is known by, in the order in which they are
    tried; ``translated`` are those among them that Odoo translates. ``is_path``: records stand in
    a tree and are displayed with the names above them, separated by slashes. ``company_field`` is
    ``company_id``, ``company_ids`` or None.
    """

    name: str
    label: str
    candidates: tuple[str, ...]
    translated: frozenset[str] = frozenset()
    is_path: bool = False
    has_parent: bool = False
    has_active: bool = False
    company_field: str | None = None
    many2ones: frozenset[str] = frozenset()

    def company_domain(self, company_id: int | None) -> list[object]:
        """Return what keeps records of other companies out.

        Records without a company and those of the company and of the companies above it are in
        (``check_company_domain_parent_of``, Odoo 17 to 19).
        """
        if self.company_field is None or company_id is None:
            return []
        return [
            "|",
            (self.company_field, "=", False),
            (self.company_field, "parent_of", [company_id]),
        ]


def known_by(model: str) -> tuple[str, ...]:
    """Return the text fields that records of a model are known by, as far as it has them."""
    return _KNOWN_BY.get(model, _KNOWN_BY_GENERALLY)


def describe(odoo: Odoo, name: str) -> Comodel:
    """Ask the server what it has of a model: two calls, or three.

    Raises AccessRefused where the user may not see the model.
    """
    wanted = known_by(name)
    fields = odoo.call(name, "fields_get", [], list(_FACTS))
    candidates = tuple(
        field
        for field in wanted
        if field in fields
        and fields[field]["type"] in ("char", "text")
        and fields[field].get("searchable", True)
    )
    has_parent = fields.get("parent_id", {}).get("relation") == name and "parent_path" in fields
    return Comodel(
        name,
        _label(odoo, name),
        candidates,
        frozenset(field for field in candidates if fields[field].get("translate")),
        is_path=(has_parent and name not in _ACROSS_COMPANIES) or name == "stock.location",
        has_parent=has_parent,
        has_active="active" in fields,
        company_field=_company_field(name, fields),
        many2ones=frozenset(f for f, facts in fields.items() if facts["type"] == "many2one"),
    )


def is_company_of_record(model: str, spec: FieldSpec) -> bool:
    """Tell whether a field of a model says which company has the record."""
    is_company = spec.name == "company_id" and spec.relation == "res.company"
    return is_company and model not in _ACROSS_COMPANIES


def _company_field(name: str, fields: dict[str, dict[str, object]]) -> str | None:
    if name in _ACROSS_COMPANIES:
        return None
    for field in ("company_id", "company_ids"):
        facts = fields.get(field, {})
        if facts.get("relation") == "res.company" and facts.get("searchable", True):
            return field
    return None


def _label(odoo: Odoo, name: str) -> str:
    """Return what users call the model, in their language.

    Only administrators may read ``ir.model`` (Odoo 14 to 19); others may ask it for the names of
    models that they can read (``display_name_for``, Odoo 15 to 19).
    """
    try:
        found = odoo.call("ir.model", "search_read", [("model", "=", name)], ["name"])
        return str(found[0]["name"]) if found else name
    except AccessRefused:
        return _label_without_rights(odoo, name)


def _label_without_rights(odoo: Odoo, name: str) -> str:
    try:
        found = odoo.call("ir.model", "display_name_for", [name])
    except ServerRefused:  # Odoo 14 has no such method; the label is only for messages
        return name
    return str(found[0]["display_name"]) if found else name
