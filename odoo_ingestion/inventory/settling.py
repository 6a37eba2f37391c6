"""What the desks of counts and of differences have in common: rules, lots, and outcomes."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec import Struct

from odoo_ingestion.inventory.lots import NO_LOT, LotName, Lots
from odoo_ingestion.inventory.posting import Entry
from odoo_ingestion.inventory.quants import Held, Stock, lot_names
from odoo_ingestion.records import Action, Category, Mode, Outcome, Problem, Row

Settle = Callable[[Outcome], None]


class DeskRules(Struct, frozen=True):
    """What the user wants done: ``apply`` counts or leave them for review, ``dry_run``, mode."""

    apply: bool = False
    dry_run: bool = False
    mode: Mode = Mode.UPSERT
    company_id: int | None = None


class LotMaker:
    """Gives entries the ids of their lots; what is missing is made, or in a dry run counted."""

    def __init__(self, lots: Lots, *, dry_run: bool) -> None:
        self._lots = lots
        self._dry_run = dry_run
        self._planned: set[LotName] = set()

    @property
    def created(self) -> int:
        """How many lots were made, or in a dry run would be."""
        return len(self._planned) if self._dry_run else self._lots.created

    def fill(self, entries: Sequence[Entry], stock: Stock, settle: Settle) -> list[Entry]:
        """Return the entries with their lots; those whose lot Odoo refuses are settled."""
        places = [entry.count.place for entry in entries]
        missing = sorted(lot for lot in lot_names(places) if lot not in stock.lot_ids)
        if self._dry_run:
            self._planned.update(missing)
            return list(entries)
        made = self._lots.create(missing)
        ready = []
        for entry in entries:
            place = entry.count.place
            lot = LotName(place.product_id, place.lot)
            lot_id = stock.lot_id(place) or made.get(lot, NO_LOT)
            if isinstance(lot_id, Problem):
                settle(failed(entry.count.row, lot_id))
            else:
                ready.append(Entry(entry.count, entry.held, lot_id))
        return ready


def mode_problem(held: Held, mode: Mode, *, is_ours: bool = False) -> Problem | None:
    """Return why the mode forbids a row to touch its place, or None.

    ``is_ours`` says that the row itself may have made the place, before the run was broken off.
    """
    if held.quant_id and mode is Mode.CREATE and not is_ours:
        return Problem(
            Category.EXISTS,
            "Odoo knows this place already, mode is create",
            None,
            "Leave the row out, or import with --mode upsert.",
        )
    if not held.quant_id and mode is Mode.UPDATE:
        return Problem(
            Category.NOT_FOUND,
            "Odoo has no stock of this product at this place, mode is update",
            None,
            "Correct the place, or import with --mode upsert.",
        )
    return None


def intents_of(entries: Sequence[Entry]) -> dict[Action, list[int]]:
    """Return the numbers of the rows of entries by what sending them will do."""
    intents: dict[Action, list[int]] = {}
    for entry in entries:
        intents.setdefault(_action(entry), []).append(entry.count.row.number)
    return intents


def changed(entry: Entry, quant_id: int) -> Outcome:
    """Return the outcome of a place that was written, or in a dry run would be."""
    return Outcome(entry.count.row, _action(entry), database_id=quant_id or None)


def _action(entry: Entry) -> Action:
    return Action.UPDATED if entry.held.quant_id else Action.CREATED


def unchanged(row: Row, held: Held | Problem) -> Outcome:
    """Return the outcome of a place that is as its row says."""
    quant_id = held.quant_id if isinstance(held, Held) else 0
    return Outcome(row, Action.UNCHANGED, database_id=quant_id or None)


def failed(row: Row, problem: Problem) -> Outcome:
    """Return the outcome of a row with a problem."""
    return Outcome(row, Action.FAILED, problems=(problem,))
