"""Invoices, bills and refunds (account.move): what they need, and what posting does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.documents.rules import Closing, DocumentRules
from odoo_ingestion.documents.taxes import of_invoice
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem, Record

_TYPES = "Customer Invoice, Customer Credit Note, Vendor Bill or Vendor Credit Note"


class InvoiceCheck:
    """Sees to it that each invoice says what it is, and stays that.

    Odoo takes a new type of an existing invoice without a word and keeps the old one, and takes an
    invoice without a type for a journal entry (account.move, Odoo 19).
    """

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo

    def check(
        self,
        records: Sequence[Record],
        checked: Sequence[Mapping[str, str]],  # noqa: ARG002 - what all models are asked with
    ) -> list[tuple[Problem, ...]]:
        """Return the problems of each record, in order; one call where some exist already."""
        types = self._types_of([r.database_id for r in records if r.database_id is not None])
        return [self._check(record, types.get(record.database_id or 0)) for record in records]

    def _types_of(self, ids: Sequence[int]) -> dict[int, str]:
        if not ids:
            return {}
        read = self._odoo.call("account.move", "read", sorted(set(ids)), ["move_type"])
        return {move["id"]: move["move_type"] for move in read}

    def _check(self, record: Record, held: str | None) -> tuple[Problem, ...]:
        wanted = record.values.get("move_type", "")
        if held is None:
            return () if wanted not in ("", "entry") else (_no_type(wanted),)
        if wanted in ("", held):
            return ()
        return (
            Problem(
                Category.PROTECTED,
                f"the invoice is of type {held} in Odoo and cannot become {wanted}",
                "move_type",
                "Correct the type, or give the row an id of its own: it is then another invoice.",
            ),
        )


def _no_type(wanted: str) -> Problem:
    what = "a journal entry is no invoice" if wanted else "what kind of invoice this is, is missing"
    return Problem(
        Category.VALIDATION,
        what,
        "move_type",
        f"Add a column Type with {_TYPES}, or --set move_type=out_invoice (out_refund, in_invoice, "
        "in_refund) for the whole file.",
    )


INVOICE = DocumentRules(
    model="account.move",
    noun="invoice",
    plural="invoices",
    closing=Closing(
        option="post",
        # Refuses the whole list when one is no draft (account.move._post, Odoo 14 to 19).
        method="action_post",
        from_states=frozenset({"draft"}),
        verb="post",
        done="posted",
        warning="invoices will be posted once they are in: they get their numbers and enter the "
        "books, which cannot be undone",
    ),
    open_states=frozenset({"draft"}),
    deletable_states=frozenset({"draft"}),
    advice={
        "posted": "It is posted. Leave its rows out, or correct it in Odoo by a credit note or by "
        "resetting it to draft.",
        "cancel": "It is cancelled. Reset it to draft in Odoo first, or leave its rows out.",
    },
    quantity="quantity",
    price="price_unit",
    discount="discount",
    untaxed="amount_untaxed",
    amounts=("amount_untaxed", "amount_tax", "amount_total"),
    line_kind="display_type",
    tax_use=of_invoice,
    make_check=lambda odoo, _: InvoiceCheck(odoo),
)
