"""Looks up names of one model outside an import's rows."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Any

from odoo_ingestion.ports import Odoo
from odoo_ingestion.relations.comodels import describe
from odoo_ingestion.relations.matching import Ask, Finding, decide
from odoo_ingestion.relations.names import NameLookup
from odoo_ingestion.relations.rule import Rule


def lookup_names(
    odoo: Odoo,
    model: str,
    texts: Collection[str],
    *,
    company_id: int | None = None,
    domain: Sequence[Any] = (),
) -> dict[str, Finding]:
    """Return what each text names among the records of a model, as rows would name them.

    Raises RetryableError, ServerRefused or ConnectionFailed.
    """
    comodel = describe(odoo, model)
    rule = Rule("", comodel, (*domain, *comodel.company_domain(company_id)))
    found = NameLookup(odoo).find(rule, [Ask(text.strip()) for text in texts])
    return {text: decide(model, found[text.strip()]) for text in texts}
