"""The amounts that a file gives beside the lines, against what the lines and Odoo come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import ROUND_HALF_UP, Decimal

from msgspec import Struct

from odoo_ingestion.documents.rules import DocumentRules

_CENT = Decimal("0.01")


class Difference(Struct, frozen=True):
    """An amount of the file that is not what it came to; ``row`` is the document's first row."""

    row: int
    name: str
    field: str
    in_file: str
    found: str

    def __str__(self) -> str:
        who = f" ({self.name})" if self.name else ""
        return f"row {self.row}{who}: {self.field} {self.in_file} in the file, {self.found}"


def untaxed_amounts(
    lines: Iterable[Mapping[str, str]], rules: DocumentRules, rounding: Decimal = _CENT
) -> tuple[Decimal, ...]:
    """Return what lines may come to before taxes, or nothing where a price is not given.

    ``lines`` are load() cells. The sum is rounded, or each line is: a company chooses
    (``res.company.tax_calculation_rounding_method``, ``round_globally`` by default in Odoo 19).
    """
    amounts = []
    for line in lines:
        if rules.line_kind and line.get(rules.line_kind):
            continue
        amount = _line_amount(line, rules)
        if amount is None:
            return ()
        amounts.append(amount)
    whole = _rounded(sum(amounts, Decimal(0)), rounding)
    return whole, sum((_rounded(amount, rounding) for amount in amounts), Decimal(0))


def _line_amount(line: Mapping[str, str], rules: DocumentRules) -> Decimal | None:
    """Return quantity x price x (1 - discount) of one line, or None where one is not given."""
    quantity = line.get(rules.quantity or "")
    price = line.get(rules.price or "")
    if not quantity or not price:
        return None
    discount = Decimal(line.get(rules.discount or "") or "0")
    return Decimal(quantity) * Decimal(price) * (1 - discount / 100)


def compare_amounts(
    in_file: Mapping[str, str], found: Mapping[str, float | Decimal], rounding: Decimal = _CENT
) -> dict[str, tuple[str, str]]:
    """Return the amounts that differ by more than half a unit of the currency: both, by field.

    A source with four decimals may lie just between two cents.
    """
    differing = {}
    for field, text in in_file.items():
        if field not in found:
            continue
        held = Decimal(str(found[field]))
        if abs(Decimal(text) - held) * 2 > rounding:
            differing[field] = text, str(_rounded(held, rounding))
    return differing


def _rounded(amount: Decimal, rounding: Decimal) -> Decimal:
    return (amount / rounding).quantize(Decimal(1), ROUND_HALF_UP) * rounding
