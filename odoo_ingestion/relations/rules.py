"""Finds out, field by field, how relations are to be looked up."""

from __future__ import annotations

from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import FieldSpec, ModelSchema
from odoo_ingestion.relations.comodels import Comodel, describe, is_company_of_record
from odoo_ingestion.relations.domains import Scope, read_domain
from odoo_ingestion.relations.rule import Rule


class Rules:
    """The rules of the fields of one model; each comodel is asked about once."""

    def __init__(self, odoo: Odoo, schema: ModelSchema, company_id: int | None) -> None:
        self._odoo = odoo
        self._schema = schema
        self._company_id = company_id
        self._many2ones = {
            name: spec.relation for name, spec in schema.fields.items() if spec.type == "many2one"
        }
        self._known: dict[str, object] = {"uid": odoo.uid}
        if company_id is not None:
            self._known |= {"company_id": company_id, "allowed_company_ids": [company_id]}
        self._comodels: dict[str, Comodel] = {}
        self._rules: dict[str, Rule] = {}

    def of(self, field: str) -> Rule:
        """Return the rule of a relational field.

        Raises AccessRefused where the user may not see the model that it points to.
        """
        if field not in self._rules:
            self._rules[field] = self._make(self._schema.fields[field])
        return self._rules[field]

    def scope_fields(self, field: str) -> tuple[str, ...]:
        """Return the row's fields that the look-up of a field may depend on; no call."""
        return tuple(scope.field for scope in self._scopes(self._schema.fields[field]))

    def _make(self, spec: FieldSpec) -> Rule:
        name = spec.relation or ""
        if name not in self._comodels:
            self._comodels[name] = describe(self._odoo, name)
        comodel = self._comodels[name]
        own = read_domain(spec.domain, known=self._known, many2ones=self._many2ones).conditions
        holder = is_company_of_record(self._schema.model, spec) and self._company_id is not None
        if holder:
            # Odoo refuses to write a record of a company that the call is not made for.
            own = (*own, (("id", "parent_of", [self._company_id]),))
        domain = (
            *(token for condition in own for token in condition),
            *comodel.company_domain(self._company_id),
        )
        scopes = tuple(s for s in self._scopes(spec) if s.path in comodel.many2ones)
        return Rule(spec.name, comodel, domain, own, scopes, only_run_company=holder)

    def _scopes(self, spec: FieldSpec) -> tuple[Scope, ...]:
        scopes = read_domain(spec.domain, known=self._known, many2ones=self._many2ones).scopes
        of_country = self._many2ones.get("country_id") == "res.country"
        if not scopes and spec.relation == "res.country.state" and of_country:
            # Not every model says in a domain that a state is one of its country.
            return (Scope("country_id", "country_id"),)
        return scopes
