"""Pricelists (product.pricelist): rules that would not say what they seem to are refused."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.documents.rules import DocumentRules
from odoo_ingestion.records import Category, Line, Problem, Record

_PRICE_OF = {"fixed": "fixed_price", "percentage": "percent_price"}
"""How a rule computes its price (``compute_price``) -> the field that holds it."""

_FIXED_BY_DEFAULT = "fixed"


class PricelistCheck:
    """Refuses new rules whose price Odoo would not use.

    A rule computes a fixed price unless it says otherwise, and then holds 0; a variant is dropped
    from a rule that applies to whole products (product.pricelist.item, Odoo 14 to 19).
    """

    def check(
        self,
        records: Sequence[Record],
        checked: Sequence[Mapping[str, str]],  # noqa: ARG002 - what all models are asked with
    ) -> list[tuple[Problem, ...]]:
        """Return the problems of each record, in order."""
        return [
            tuple(problem for line in record.lines for problem in _problems(line))
            for record in records
        ]


def _problems(line: Line) -> list[Problem]:
    if line.database_id is not None:
        return []
    found = []
    values = line.values
    computes = values.get("compute_price") or _FIXED_BY_DEFAULT
    for way, field in _PRICE_OF.items():
        if way != computes and _is_amount(values.get(field)) and not _states_its_own(values):
            found.append(
                Problem(
                    Category.VALIDATION,
                    f"the rule has a {field} and computes its price as {computes}: Odoo would not "
                    "use it",
                    field,
                    f"Fill Compute Price with {way}, or empty this cell.",
                    line.row.number,
                )
            )
    names_variant = any(name.startswith("product_id") for name in values)
    if values.get("applied_on") == "1_product" and names_variant:
        found.append(
            Problem(
                Category.VALIDATION,
                "the rule names a variant and applies to whole products: Odoo would drop the "
                "variant",
                "product_id",
                "Apply it on Product Variant, or name the product in a column Product.",
                line.row.number,
            )
        )
    return found


def _states_its_own(values: Mapping[str, str]) -> bool:
    """Tell whether the rule fills the very field that its way of computing uses."""
    own = _PRICE_OF.get(values.get("compute_price", ""))
    return own is not None and _is_amount(values.get(own))


def _is_amount(cell: str | None) -> bool:
    return bool(cell) and float(cell or 0) != 0


PRICELIST = DocumentRules(
    model="product.pricelist",
    noun="pricelist",
    plural="pricelists",
    state_field=None,
    currency=None,
    make_check=lambda _odoo, _company: PricelistCheck(),
)

PRODUCT_WITH_VENDORS = DocumentRules(
    model="product.template",
    noun="product",
    plural="products",
    state_field=None,
    currency=None,
)
