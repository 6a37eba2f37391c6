"""Sales orders (sale.order): when they may be changed, and what confirming does."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from odoo_ingestion.documents.rules import Closing, DocumentRules
from odoo_ingestion.documents.taxes import of_sales
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem, Record

_CONFIRMED = (
    "It is confirmed. Change it in Odoo, where deliveries and invoices follow, or leave its rows "
    "out; lines that are not wanted any more get the quantity 0 there."
)

_CURRENCY = "currency_id/.id"
_PRICELIST = "pricelist_id/.id"
_PARTNER = "partner_id/.id"


class CurrencyCheck:
    """Refuses an order that Odoo would keep in another currency than the file's.

    An order's currency is that of its pricelist, which is the customer's where none is given, else
    the company's (``sale.order._compute_currency_id``, ``_compute_pricelist_id``, Odoo 14 to 19);
    it cannot be written. A customer that only this run would create is not judged.
    """

    def __init__(self, odoo: Odoo, company_id: int | None) -> None:
        self._odoo = odoo.with_context(active_test=False)
        self._company_id = company_id
        self._of_company: tuple[str, str] | None = None

    def check(
        self, records: Sequence[Record], checked: Sequence[Mapping[str, str]]
    ) -> list[tuple[Problem, ...]]:
        """Return the problems of each record, in order; a few calls, none without currencies.

        Raises what ``Odoo.call`` raises.
        """
        asked = [r for r, cells in zip(records, checked, strict=True) if cells.get(_CURRENCY)]
        found = self._currencies(asked) if asked else {}
        result: list[tuple[Problem, ...]] = []
        for record, cells in zip(records, checked, strict=True):
            wanted = cells.get(_CURRENCY)
            currency = found.get(record.row.number)
            differs = wanted and currency is not None and currency[0] != wanted
            result.append((_other_currency(currency[1]),) if differs and currency else ())
        return result

    def _currencies(self, records: Sequence[Record]) -> dict[int, tuple[str, str]]:
        """Return the currency (id, name) that each order would have, by row."""
        pricelists = {r.row.number: r.values.get(_PRICELIST, "") for r in records}
        held = self._held([r for r in records if r.database_id and not r.values.get(_PRICELIST)])
        partners = self._of_partners(
            [r for r in records if not r.database_id and not r.values.get(_PRICELIST)]
        )
        for record in records:
            partner = record.values.get(_PARTNER, "")
            if not pricelists[record.row.number] and partner in partners:
                pricelists[record.row.number] = partners[partner]
        by_pricelist = self._of_pricelists(set(pricelists.values()))
        result = dict(held)
        for record in records:
            number = record.row.number
            pricelist = pricelists[number]
            if pricelist in by_pricelist:
                result[number] = by_pricelist[pricelist]
            elif number not in held and not pricelist and record.values.get(_PARTNER) in partners:
                result[number] = self._company_currency()
        return result

    def _held(self, records: Sequence[Record]) -> dict[int, tuple[str, str]]:
        ids = {r.database_id: r.row.number for r in records}
        found = self._read("sale.order", ids, "currency_id")
        return {ids[record_id]: currency for record_id, currency in found.items()}

    def _of_partners(self, records: Sequence[Record]) -> dict[str, str]:
        """Return the pricelists of customers that exist, as cells; empty where they have none."""
        ids = {int(cell) for r in records if (cell := r.values.get(_PARTNER, "")).isdecimal()}
        field = "property_product_pricelist"
        if not ids:
            return {}
        read = self._odoo.call("res.partner", "search_read", [("id", "in", sorted(ids))], [field])
        return {str(data["id"]): str(data[field][0]) if data[field] else "" for data in read}

    def _of_pricelists(self, cells: set[str]) -> dict[str, tuple[str, str]]:
        ids = [int(cell) for cell in cells if cell.isdecimal()]
        found = self._read("product.pricelist", ids, "currency_id")
        return {str(record_id): currency for record_id, currency in found.items()}

    def _company_currency(self) -> tuple[str, str]:
        if self._of_company is None:
            found = self._read("res.company", [self._company_id or 1], "currency_id")
            self._of_company = next(iter(found.values()), ("", ""))
        return self._of_company

    def _read(self, model: str, ids: Any, field: str) -> dict[int, tuple[str, str]]:
        wanted = sorted(ids)
        if not wanted:
            return {}
        read = self._odoo.call(model, "search_read", [("id", "in", wanted)], [field])
        return {d["id"]: (str(d[field][0]), str(d[field][1])) for d in read if d[field]}


def _other_currency(name: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"the order would be in {name}: an order has the currency of its pricelist",
        "currency_id",
        "Name a pricelist of this currency in a column pricelist_id, or set one for the customer.",
    )


SALE_ORDER = DocumentRules(
    model="sale.order",
    noun="order",
    plural="orders",
    closing=Closing(
        option="confirm",
        method="action_confirm",
        from_states=frozenset({"draft", "sent"}),
        verb="confirm",
        done="confirmed",
        warning="orders will be confirmed once they are in: Odoo then plans deliveries, and a "
        "confirmed order cannot be made a draft again without cancelling it",
        # sale.order._prepare_confirmation_values sets it to now (Odoo 14 to 19)
        put_back=("date_order",),
    ),
    open_states=frozenset({"draft", "sent"}),
    deletable_states=frozenset({"draft", "sent"}),
    lock_field="locked",
    advice={
        "sale": _CONFIRMED,
        "done": "It is locked. Unlock it in Odoo and change it there, or leave its rows out.",
        "locked": "It is locked. Unlock it in Odoo and change it there, or leave its rows out.",
        "cancel": "It is cancelled. Set it to quotation in Odoo first, or leave its rows out.",
    },
    only_checked=frozenset({"currency_id"}),
    quantity="product_uom_qty",
    price="price_unit",
    discount="discount",
    untaxed="amount_untaxed",
    amounts=("amount_untaxed", "amount_tax", "amount_total"),
    line_kind="display_type",
    tax_use=of_sales,
    make_check=CurrencyCheck,
)
