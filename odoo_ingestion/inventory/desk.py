"""Rows of quantities -> outcomes: the door of the room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from odoo_ingestion.inventory.adding import DifferenceDesk
from odoo_ingestion.inventory.counting import CountDesk
from odoo_ingestion.inventory.counts import Asked, Count, Place
from odoo_ingestion.inventory.differences import DifferencePoster
from odoo_ingestion.inventory.locations import Location, Locations
from odoo_ingestion.inventory.lots import Lots
from odoo_ingestion.inventory.posting import CountPoster
from odoo_ingestion.inventory.products import Changes, Products, product_problem
from odoo_ingestion.inventory.quants import StockReader
from odoo_ingestion.inventory.settling import DeskRules, LotMaker, Settle
from odoo_ingestion.ports import Odoo, Recorder
from odoo_ingestion.records import Problem


class Planned(Struct, frozen=True):
    """A row of a dry run that names a record which would be made by then.

    ``product_cells`` are those of its product where that is to be made, empty where it is there or
    nothing is known of it. ``is_new_location`` is true where its location is to be made.
    """

    asked: Asked
    product_cells: Mapping[str, str]
    is_new_location: bool


class InventoryDesk:
    """Takes rows of quantities to their outcomes, a chunk at a time; for one thread."""

    def __init__(
        self, odoo: Odoo, rules: DeskRules, changes: Changes, recorder: Recorder | None = None
    ) -> None:
        """``changes`` tells what a dry run would have written on products by then; ``recorder`` is
        told of rows before they are sent.
        """
        self._products = Products(odoo, changes)
        self._locations = Locations(odoo, rules.company_id)
        lots = Lots(odoo, rules.company_id, recorder)
        reader = StockReader(odoo, lots)
        self._lot_model = lots.model
        self._lots = LotMaker(lots, dry_run=rules.dry_run)
        counts = CountPoster(odoo, apply=rules.apply)
        self._counts = CountDesk(rules, reader, self._lots, counts, recorder)
        differences = DifferencePoster(odoo)
        self._differences = DifferenceDesk(rules, reader, self._lots, differences, recorder)

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many lots were made, or in a dry run would be, by model."""
        return {self._lot_model: self._lots.created} if self._lots.created else {}

    @property
    def added_before(self) -> int:
        """How many differences an earlier import had added."""
        return self._differences.added_before

    def locate(self, asked: Sequence[Asked]) -> list[Count | tuple[Problem, ...]]:
        """Return each row as a count at its place, or what keeps it from being one; few calls."""
        self._products.fetch([row.product_id for row in asked])
        self._locations.fetch([row.location_id for row in asked])
        return [self._count(row) for row in asked]

    def locate_planned(self, planned: Sequence[Planned]) -> list[int | tuple[Problem, ...]]:
        """Return the location of each row of a dry run that names a record to be made by then: 0
        where that is to be made; or what would keep the row from being a count, as far as known.
        """
        self._products.fetch([row.asked.product_id for row in planned if row.asked.product_id])
        self._locations.fetch([row.asked.location_id for row in planned])
        return [self._planned(row) for row in planned]

    def process(self, counts: Sequence[Count], settle: Settle) -> None:
        """Settle each of some counts once; no two of them have the same place and reference.

        Raises ConnectionFailed when Odoo is gone; what is not settled then may have been sent.
        """
        self._counts.process([count for count in counts if count.delta is None], settle)
        self._differences.process([count for count in counts if count.delta is not None], settle)

    def _planned(self, row: Planned) -> int | tuple[Problem, ...]:
        product = None
        if row.asked.product_id:
            product = self._products.of(row.asked)
        elif row.product_cells:
            product = self._products.planned(row.product_cells)
        wrong = product_problem(product, row.asked) if product else None
        location = None if row.is_new_location else self._locations.of(row.asked)
        wrong_place = location if isinstance(location, Problem) else None
        problems = tuple(problem for problem in (wrong, wrong_place) if problem is not None)
        return problems or (location.record_id if isinstance(location, Location) else 0)

    def _count(self, asked: Asked) -> Count | tuple[Problem, ...]:
        product = self._products.of(asked)
        location = self._locations.of(asked)
        wrong = product_problem(product, asked)
        if isinstance(location, Problem):
            return (wrong, location) if wrong else (location,)
        if wrong is not None:
            return (wrong,)
        ids = asked.package_id, asked.owner_id
        return Count(
            asked.row,
            Place(asked.product_id, location.record_id, asked.lot, *ids),
            product.rounding,
            product.is_serial,
            asked.quantity,
            asked.delta,
            asked.reference,
        )
