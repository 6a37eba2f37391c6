"""Purchase orders (purchase.order): when they may be changed, and what confirming does."""

from __future__ import annotations

from odoo_ingestion.documents.rules import Closing, DocumentRules
from odoo_ingestion.documents.taxes import of_purchases

_LOCKED = "It is locked. Unlock it in Odoo and change it there, or leave its rows out."

PURCHASE_ORDER = DocumentRules(
    model="purchase.order",
    noun="purchase order",
    plural="purchase orders",
    closing=Closing(
        option="confirm",
        # Takes a list, leaves out what is not a draft, keeps date_order (Odoo 14 to 19).
        method="button_confirm",
        from_states=frozenset({"draft", "sent"}),
        # Where the company wants a second pair of eyes, confirming ends in "to approve".
        verb="confirm",
        done="confirmed",
        warning="purchase orders will be confirmed once they are in: Odoo then plans receipts and "
        "puts vendor and price on the vendor list of each product, and a confirmed order cannot be "
        "made a draft again without cancelling it",
    ),
    open_states=frozenset({"draft", "sent"}),
    deletable_states=frozenset({"draft", "sent"}),
    lock_field="locked",
    advice={
        # Odoo 19 takes changes then, and silently gives a new line the price of its vendor list.
        "purchase": "It is confirmed. Change it in Odoo, where receipts and bills follow, or leave "
        "its rows out.",
        "to approve": "It waits for approval. Change it in Odoo, or leave its rows out.",
        "done": _LOCKED,
        "locked": _LOCKED,
        "cancel": "It is cancelled. Set it to draft in Odoo first, or leave its rows out.",
    },
    quantity="product_qty",
    price="price_unit",
    discount="discount",
    untaxed="amount_untaxed",
    amounts=("amount_untaxed", "amount_tax", "amount_total"),
    line_kind="display_type",
    section_cells={"product_qty": "0"},
    tax_use=of_purchases,
)
