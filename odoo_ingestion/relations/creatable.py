"""Whether a record can be made from nothing but the text that names it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_ingestion.defaults import fetch_defaults
from odoo_ingestion.ports import Odoo
from odoo_ingestion.relations.comodels import MORE_THAN_A_NAME
from odoo_ingestion.relations.rule import Rule

_NEVER_EMPTY = ("boolean", "integer", "float", "monetary")
_COMPANY_FIELDS = ("company_id", "company_ids")


def why_not_creatable(odoo: Odoo, rule: Rule) -> str | None:
    """Return why records that a field takes cannot be made from a text, or None; three calls.

    The name must be all that the model requires: ``required`` in ``fields_get``, not computed,
    without a default, and not given by the field's own domain.
    """
    comodel = rule.comodel
    if comodel.name in MORE_THAN_A_NAME or "name" not in comodel.candidates:
        return f"{comodel.label} takes more than a name: create the record in Odoo first"
    values = cells_of_domain(rule)
    if values is None:
        return "the field takes only some records, by a rule that a new one may not meet"
    if not odoo.call(comodel.name, "check_access_rights", "create", False):
        return f"you have no right to create records of {comodel.label}"
    wanted = ["string", "required", "depends", "type"]
    fields = odoo.call(comodel.name, "fields_get", [], wanted)
    given = {"name", *values, *(scope.path for scope in rule.scopes)}
    required = sorted(
        name
        for name, facts in fields.items()
        if facts.get("required") and not facts.get("depends") and name not in given
    )
    defaults = fetch_defaults(odoo, comodel.name, required)
    lacking = [fields[n]["string"] for n in required if not _is_given(fields[n], defaults.get(n))]
    return f"{comodel.label} also requires: {', '.join(lacking)}" if lacking else None


def cells_of_domain(rule: Rule) -> dict[str, str] | None:
    """Return the load() cells by which a new record meets the field's own domain.

    None where that cannot be said: the domain has more than plain equalities. What it says of the
    company is met by Odoo's own default.
    """
    cells: dict[str, str] = {}
    for condition in rule.own_conditions:
        leaves = [token for token in condition if not isinstance(token, str)]
        if all(leaf[0] in _COMPANY_FIELDS for leaf in leaves):
            continue
        field, operator, value = leaves[0]
        if len(condition) > 1 or operator != "=" or not isinstance(value, (str, bool, int)):
            return None
        cells[field] = str(int(value)) if isinstance(value, bool) else str(value)
    return cells


def _is_given(facts: Mapping[str, Any], default: Any) -> bool:
    return facts["type"] in _NEVER_EMPTY or bool(default)
