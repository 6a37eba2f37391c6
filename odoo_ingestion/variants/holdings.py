"""What Odoo holds of the products that a file speaks of: variants, attribute lines, prices."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from msgspec import Struct, field

from odoo_ingestion.ports import Odoo
from odoo_ingestion.variants.attributes import NEVER, Attribute, AttributeBook, Value
from odoo_ingestion.variants.reading import search_rows

TEMPLATE, VARIANT = "product.template", "product.product"
LINE = "product.template.attribute.line"
TEMPLATE_VALUE = "product.template.attribute.value"
EXCLUSION = "product.template.attribute.exclusion"

Combination = frozenset[Value]


class HeldVariant(Struct, frozen=True):
    """A variant that exists; its combination leaves out attributes that never make variants."""

    record_id: int
    code: str
    barcode: str
    active: bool
    combination: Combination
    label: str


class HeldLine(Struct, frozen=True):
    """An attribute of a template; an archived one has no values."""

    record_id: int
    attribute: Attribute
    values: frozenset[Value]
    active: bool


class HeldValue(Struct, frozen=True):
    """A value of a template (``product.template.attribute.value``) with its extra price."""

    record_id: int
    line_id: int
    value: Value
    extra: Decimal
    active: bool


class HeldExclusion(Struct, frozen=True):
    """The values of the same template that a value excludes."""

    record_id: int
    value: Value
    excluded: frozenset[Value]


class HeldTemplate(Struct):
    """A template that exists, with all that hangs on it."""

    record_id: int
    name: str
    price: Decimal
    active: bool
    lines: list[HeldLine] = field(default_factory=list)
    values: dict[Value, HeldValue] = field(default_factory=dict)
    variants: list[HeldVariant] = field(default_factory=list)
    exclusions: list[HeldExclusion] = field(default_factory=list)

    @property
    def axes(self) -> list[HeldLine]:
        """The lines whose values tell the variants apart."""
        return [line for line in self.lines if line.active and line.attribute.mode != NEVER]

    def price_of(self, variant: HeldVariant) -> Decimal:
        """Return the sale price of a variant."""
        extras = (self.values[v].extra for v in variant.combination if v in self.values)
        return sum(extras, self.price)


def fetch_templates(
    odoo: Odoo, template_ids: Sequence[int], book: AttributeBook
) -> dict[int, HeldTemplate]:
    """Read templates with their lines, values, exclusions and variants, archived ones included.

    Raises what ``Odoo.call`` raises.
    """
    ids = sorted(set(template_ids))
    if not ids:
        return {}
    everything = odoo.with_context(active_test=False)
    found = {
        data["id"]: HeldTemplate(
            data["id"], data["name"] or "", _amount(data["list_price"]), data["active"]
        )
        for data in everything.call(TEMPLATE, "read", ids, ["name", "list_price", "active"])
    }
    _read_lines(everything, found, book)
    _read_variants(everything, found, _read_values(everything, found, book))
    return found


def fetch_made_values(
    odoo: Odoo, template_ids: Sequence[int]
) -> dict[tuple[int, int], tuple[int, bool]]:
    """Return the template values that exist now, by line and value: their ids, whether active."""
    found = search_rows(
        odoo.with_context(active_test=False),
        TEMPLATE_VALUE,
        [("product_tmpl_id", "in", sorted(set(template_ids)))],
        ["attribute_line_id", "product_attribute_value_id", "ptav_active"],
    )
    return {
        (data["attribute_line_id"], data["product_attribute_value_id"]): (
            data["id"],
            data["ptav_active"],
        )
        for data in found
    }


def fetch_states(odoo: Odoo, template_ids: Sequence[int]) -> dict[int, tuple[int, bool]]:
    """Return every variant of templates: its template, and whether it is active."""
    if not template_ids:
        return {}
    found = search_rows(
        odoo.with_context(active_test=False),
        VARIANT,
        [("product_tmpl_id", "in", sorted(set(template_ids)))],
        ["product_tmpl_id", "active"],
    )
    return {data["id"]: (data["product_tmpl_id"], data["active"]) for data in found}


def _read_lines(odoo: Odoo, found: Mapping[int, HeldTemplate], book: AttributeBook) -> None:
    lines = search_rows(
        odoo,
        LINE,
        [("product_tmpl_id", "in", list(found))],
        ["product_tmpl_id", "attribute_id", "value_ids", "active"],
    )
    book.load_values({data["attribute_id"] for data in lines})
    for data in lines:
        values = frozenset(book.value_by_id(number) for number in data["value_ids"])
        attribute = book.attribute_by_id(data["attribute_id"])
        line = HeldLine(data["id"], attribute, values, data["active"])
        found[data["product_tmpl_id"]].lines.append(line)


def _read_values(
    odoo: Odoo, found: Mapping[int, HeldTemplate], book: AttributeBook
) -> dict[int, Value]:
    """Read the templates' values and exclusions; return the value of each template value."""
    by_id: dict[int, Value] = {}
    with_lines = [number for number, template in found.items() if template.lines]
    if not with_lines:
        return by_id
    own = [("product_tmpl_id", "in", with_lines)]
    fields = ["product_tmpl_id", "attribute_line_id", "product_attribute_value_id"]
    for data in search_rows(odoo, TEMPLATE_VALUE, own, [*fields, "price_extra", "ptav_active"]):
        value = book.value_by_id(data["product_attribute_value_id"])
        by_id[data["id"]] = value
        held = HeldValue(
            data["id"],
            data["attribute_line_id"],
            value,
            _amount(data["price_extra"]),
            data["ptav_active"],
        )
        values = found[data["product_tmpl_id"]].values
        if held.active or value not in values:
            values[value] = held
    for data in search_rows(
        odoo,
        EXCLUSION,
        own,
        ["product_tmpl_id", "product_template_attribute_value_id", "value_ids"],
    ):
        excluding = by_id.get(data["product_template_attribute_value_id"])
        if excluding is not None:  # else it forbids this product beside another one's value
            others = frozenset(by_id[number] for number in data["value_ids"] if number in by_id)
            found[data["product_tmpl_id"]].exclusions.append(
                HeldExclusion(data["id"], excluding, others)
            )
    return by_id


def _read_variants(
    odoo: Odoo, found: Mapping[int, HeldTemplate], by_id: Mapping[int, Value]
) -> None:
    for data in search_rows(
        odoo,
        VARIANT,
        [("product_tmpl_id", "in", list(found))],
        [
            "product_tmpl_id",
            "default_code",
            "barcode",
            "active",
            "display_name",
            "product_template_attribute_value_ids",
        ],
    ):
        values = (by_id[number] for number in data["product_template_attribute_value_ids"])
        found[data["product_tmpl_id"]].variants.append(
            HeldVariant(
                data["id"],
                data["default_code"] or "",
                data["barcode"] or "",
                data["active"],
                frozenset(value for value in values if value.attribute.mode != NEVER),
                data["display_name"],
            )
        )


def _amount(number: Any) -> Decimal:
    return Decimal(str(number or 0))
