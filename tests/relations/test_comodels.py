"""What a server tells of a model to a user who may know little, by a scripted double of it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from odoo_ingestion.errors import AccessRefused, ServerBug
from odoo_ingestion.relations.comodels import describe


class SilentOdoo:
    """Hides ``ir.model`` and lacks ``display_name_for``, like Odoo 14 for ordinary users."""

    version = "14.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def with_context(self, **context: Any) -> SilentOdoo:
        return self

    def call(self, model: str, method: str, *args: Any, **kwargs: Any) -> Any:
        if method == "fields_get":
            return {"name": {"type": "char"}, "code": {"type": "integer"}}
        if method == "search_read":
            raise AccessRefused("not for you")
        raise ServerBug("no such method")


def test_a_model_whose_label_is_hidden_goes_by_its_technical_name() -> None:
    comodel = describe(SilentOdoo(), "res.partner.industry")
    assert comodel.label == "res.partner.industry"
    assert comodel.candidates == ("name",)
    assert not comodel.has_active
    assert comodel.company_domain(1) == []
