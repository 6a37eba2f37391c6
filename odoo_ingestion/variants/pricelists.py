"""Prices of single variants on a pricelist, where extras for values cannot say them."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from odoo_ingestion import external_ids
from odoo_ingestion.errors import UsageError
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Action, Category, Problem, Record, Row
from odoo_ingestion.variants.plans import RowPlan
from odoo_ingestion.variants.prices import as_cell
from odoo_ingestion.variants.reading import search_rows

ITEM = "product.pricelist.item"


class Pricelist:
    """The pricelist that the user names: it must be there, in the company's currency."""

    def __init__(self, odoo: Odoo, record_id: int) -> None:
        self._odoo = odoo
        self.record_id = record_id

    def plan(
        self, rows: Sequence[tuple[RowPlan, str, int | None]]
    ) -> list[tuple[RowPlan, Record | Problem]]:
        """Return the items to send: of rows whose price goes there, and those there already.

        ``rows`` come with the template's id and the variant's id (None: a dry run's new one). An
        item that the variant has already takes the row's price, for it would hide it.
        """
        held = self._held([number for _, _, number in rows if number is not None])
        result: list[tuple[RowPlan, Record | Problem]] = []
        for row, template, number in rows:
            items = held.get(number or 0, [])
            if len(items) > 1:
                result.append((row, _several(items)))
            elif items or row.by_item:
                record_id = items[0] if items else None
                result.append((row, self._item(row, template, number, record_id)))
        return result

    def _held(self, variants: Sequence[int]) -> dict[int, list[int]]:
        """Return the fixed prices that the pricelist has for whole variants, at any time."""
        result: dict[int, list[int]] = defaultdict(list)
        if not variants:
            return result
        for data in search_rows(
            self._odoo,
            ITEM,
            [
                ("pricelist_id", "=", self.record_id),
                ("applied_on", "=", "0_product_variant"),
                ("compute_price", "=", "fixed"),
                ("product_id", "in", sorted(variants)),
                ("min_quantity", "<=", 1),
                ("date_start", "=", False),
                ("date_end", "=", False),
            ],
            ["product_id"],
        ):
            result[data["product_id"]].append(data["id"])
        return result

    def _item(
        self, row: RowPlan, template: str, variant: int | None, record_id: int | None
    ) -> Record:
        assert row.price is not None  # noqa: S101 - rows with a price come here
        price = {"fixed_price": as_cell(row.price)}
        source = Row(row.number, None, {})
        if record_id is not None:
            return Record(source, ITEM, Action.UPDATED, None, record_id, price)
        token = str(variant or f"new:product.product:{row.number}")
        name = external_ids.derive(
            ITEM, ("pricelist_id", "product_id"), (str(self.record_id), token), None
        )
        cells = {
            "pricelist_id/.id": str(self.record_id),
            "applied_on": "0_product_variant",
            "compute_price": "fixed",
            "product_tmpl_id/.id": template,
            "product_id/.id": token,
            **price,
        }
        return Record(source, ITEM, Action.CREATED, name, None, cells)


def find_pricelist(odoo: Odoo, name: str, company_id: int | None) -> Pricelist:
    """Return the pricelist of that name.

    Raises UsageError when there is none, there are several, or its currency is not the company's.
    """
    found = search_rows(
        odoo,
        "product.pricelist",
        [("name", "=", name), ("company_id", "in", [False, company_id])],
        ["currency_id"],
    )
    if not found:
        raise UsageError(
            f"--pricelist {name}: there is no such pricelist",
            hint="Create it in Odoo (Sales, Products, Pricelists), or correct the name.",
        )
    if len(found) > 1:
        listed = ", ".join(str(data["id"]) for data in found)
        raise UsageError(
            f"--pricelist {name}: {len(found)} pricelists have this name (ids {listed})",
            hint="Rename the others in Odoo.",
        )
    company = odoo.call("res.company", "read", [company_id], ["currency_id"], load="")[0]
    if company["currency_id"] != found[0]["currency_id"]:
        raise UsageError(
            f"--pricelist {name} is not in the currency of the company",
            hint="Prices of the file are in the company's currency: name a pricelist that is too.",
        )
    return Pricelist(odoo, found[0]["id"])


def _several(items: Sequence[int]) -> Problem:
    listed = ", ".join(str(number) for number in items)
    return Problem(
        Category.AMBIGUOUS_RECORD,
        f"the pricelist has {len(items)} fixed prices for this variant (ids {listed})",
        "list_price",
        "Keep one of them in Odoo.",
    )
