"""A product of the file on its way to Odoo: what its rows come to, filled in step by step."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

from msgspec import Struct, field

from odoo_ingestion.records import Problem
from odoo_ingestion.variants.attributes import Attribute, Value
from odoo_ingestion.variants.holdings import Combination, HeldTemplate, HeldVariant
from odoo_ingestion.variants.rows import ProductKey, VariantRow
from odoo_ingestion.variants.templates import FoundTemplate


class RowPlan(Struct):
    """A row, the variant that it speaks of, and what is to be written there.

    ``cells`` are load() columns of the variant's own fields, ``price`` is its sale price.
    ``values`` are the row's attributes by the column that names them.
    ``held`` is the variant that exists; ``by_item`` sends the price to the pricelist;
    ``made`` is true for a variant that Odoo itself has just made for the row.
    """

    row: VariantRow
    cells: dict[str, str] = field(default_factory=dict)
    price: Decimal | None = None
    values: dict[Attribute, Value] = field(default_factory=dict)
    columns: dict[Attribute, str] = field(default_factory=dict)
    combination: Combination = frozenset()
    held: HeldVariant | None = None
    external_id: str | None = None
    adopt: bool = False
    by_item: bool = False
    repriced: bool = False
    made: bool = False
    problems: tuple[Problem, ...] = ()

    @property
    def number(self) -> int:
        """The row's number in the file."""
        return self.row.draft.row.number

    def fail(self, *problems: Problem) -> None:
        """Note why the row fails."""
        self.problems = (*self.problems, *problems)


class ProductPlan(Struct):
    """A product of the file: its rows, and the template that it is or becomes.

    ``cells`` are load() columns of the template. ``base`` is its new price, ``extras`` the prices
    of values that change; ``ours`` are the exclusions that an import has made before, ``lifted``
    those of them that are to go.
    """

    key: ProductKey
    rows: list[RowPlan]
    cells: dict[str, str] = field(default_factory=dict)
    found: FoundTemplate = field(default_factory=lambda: FoundTemplate(None))
    held: HeldTemplate | None = None
    base: Decimal | None = None
    extras: dict[Value, Decimal] = field(default_factory=dict)
    ours: set[int] = field(default_factory=set)
    lifted: list[int] = field(default_factory=list)

    @property
    def alive(self) -> list[RowPlan]:
        """The rows that have not failed."""
        return [row for row in self.rows if not row.problems]

    @property
    def new_rows(self) -> list[RowPlan]:
        """The rows whose variant does not exist yet."""
        return [row for row in self.alive if row.held is None]

    def fail(self, *problems: Problem) -> None:
        """Fail every row that is left."""
        for row in self.alive:
            row.fail(*problems)

    @property
    def axes(self) -> dict[Attribute, set[Value]]:
        """The attributes that tell the variants apart, with all their values on this product."""
        found: dict[Attribute, set[Value]] = {}
        for line in self.held.axes if self.held else ():
            found[line.attribute] = set(line.values)
        for row in self.alive:
            for value in row.combination:
                found.setdefault(value.attribute, set()).add(value)
        return found

    def wanted(self) -> set[Combination]:
        """Return the combinations that are to exist: the file's and those that exist already."""
        held = self.held.variants if self.held else ()
        return {row.combination for row in self.alive} | {
            variant.combination for variant in held if variant.active
        }

    def unnamed(self) -> Iterator[HeldVariant]:
        """Yield the variants that exist and that no row which can land names."""
        named = {row.held.record_id for row in self.alive if row.held is not None}
        for variant in self.held.variants if self.held else ():
            if variant.record_id not in named:
                yield variant
