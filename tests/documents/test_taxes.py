"""Which taxes the lines of a document may name."""

from __future__ import annotations

import pytest

from odoo_ingestion.data_models import load_catalogue
from odoo_ingestion.documents import TAX_USES, limit_taxes
from odoo_ingestion.documents.taxes import of_invoice


@pytest.mark.parametrize(
    ("move_type", "use"),
    [
        ("out_invoice", "sale"),
        ("out_refund", "sale"),
        ("out_receipt", "sale"),
        ("in_invoice", "purchase"),
        ("in_refund", "purchase"),
        ("entry", None),
        ("", None),
    ],
)
def test_an_invoice_says_by_its_type_which_taxes_it_means(move_type: str, use: str | None) -> None:
    assert of_invoice({"move_type": move_type}) == use
    assert of_invoice({}) is None


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
@pytest.mark.parametrize("model", ["sale.order.line", "purchase.order.line", "account.move.line"])
def test_only_the_taxes_of_lines_are_limited(model: str, version: str) -> None:
    schema = load_catalogue(version, model)
    for use in TAX_USES:
        limited = limit_taxes(schema, use)
        changed = {n for n, spec in limited.fields.items() if spec != schema.fields[n]}
        assert changed
        assert {schema.fields[name].relation for name in changed} == {"account.tax"}
        assert all(limited.fields[n].domain[-1] == ("type_tax_use", "=", use) for n in changed)
