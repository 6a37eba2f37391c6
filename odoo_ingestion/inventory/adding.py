"""Differences -> outcomes: those added before are left, the others are added and read back."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal

from odoo_ingestion.inventory.counts import Count, Place, shown_number
from odoo_ingestion.inventory.differences import (
    DifferencePoster,
    Move,
    earlier_problem,
    mark_of,
    unknown_problem,
)
from odoo_ingestion.inventory.posting import QUANT, Entry
from odoo_ingestion.inventory.quants import Held, Stock, StockReader, same
from odoo_ingestion.inventory.settling import (
    DeskRules,
    LotMaker,
    Settle,
    changed,
    failed,
    intents_of,
    mode_problem,
    unchanged,
)
from odoo_ingestion.ports import Recorder
from odoo_ingestion.records import Category, Problem


class DifferenceDesk:
    """Takes differences, each of another place or reference, to their outcomes."""

    def __init__(
        self,
        rules: DeskRules,
        reader: StockReader,
        lots: LotMaker,
        poster: DifferencePoster,
        recorder: Recorder | None = None,
    ) -> None:
        self._rules = rules
        self._reader = reader
        self._lots = lots
        self._poster = poster
        self._recorder = recorder
        self._planned: dict[Place, Decimal] = defaultdict(Decimal)
        self.added_before = 0

    def process(self, counts: Sequence[Count], settle: Settle) -> None:
        """Settle every difference once, unless this raises ConnectionFailed."""
        for wave in _waves(counts):
            self._process(wave, settle)

    def _process(self, counts: Sequence[Count], settle: Settle) -> None:
        stock = self._reader.read({count.place for count in counts})
        moves = self._poster.find(counts)
        differing = []
        for count in counts:
            entry = self._judge(count, stock.held[count.place], moves, settle)
            if entry is not None:
                differing.append(entry)
        entries = self._lots.fill(differing, stock, settle)
        if not self._rules.dry_run:
            self._add(entries, stock, settle)
            return
        for entry in entries:
            self._planned[entry.count.place] += entry.count.delta or Decimal(0)
            settle(changed(entry, entry.held.quant_id))

    def _judge(
        self, count: Count, held: Held | Problem, moves: Mapping[str, Move], settle: Settle
    ) -> Entry | None:
        """Return a difference that is to be added; settle any other."""
        move = moves.get(mark_of(count))
        if move is not None:
            problem = earlier_problem(count, move)
            self.added_before += problem is None and not self._is_ours(count)
        elif isinstance(held, Problem):
            problem = held
        elif count.delta:
            problem = self._sum_problem(count, held) or mode_problem(
                held, self._rules.mode, is_ours=self._is_ours(count)
            )
            if problem is None:
                return Entry(count, held)
        else:
            problem = None
        settle(failed(count.row, problem) if problem else unchanged(count.row, held))
        return None

    def _is_ours(self, count: Count) -> bool:
        return self._recorder is not None and self._recorder.may_have_landed(count.row.number)

    def _sum_problem(self, count: Count, held: Held) -> Problem | None:
        if held.counted is not None and not same(held.counted, held.quantity, count.rounding):
            return _waits_for_review(held.counted)
        before = held.quantity + self._planned[count.place]
        result = before + (count.delta or Decimal(0))
        if result < 0:
            return _below_zero(before, result)
        if count.is_serial and result > 1:
            return _serial_twice(count.place.lot)
        return None

    def _add(self, entries: Sequence[Entry], stock: Stock, settle: Settle) -> None:
        sent = []
        call = None
        if self._recorder is not None and entries:
            call = self._recorder.sending(QUANT, intents_of(entries))
        for entry in entries:
            problem = self._poster.post(entry)
            if problem is not None:
                settle(failed(entry.count.row, problem))
            else:
                sent.append(entry)
        if self._recorder is not None and call is not None:
            self._recorder.answered(call, landed=None)  # the outcomes tell, row by row
        if not sent:
            return
        moves = self._poster.find([entry.count for entry in sent])
        stock = self._reader.read({entry.count.place for entry in sent})
        for entry in sent:
            move = moves.get(mark_of(entry.count))
            problem = earlier_problem(entry.count, move) if move else unknown_problem()
            now = stock.held[entry.count.place]
            quant_id = now.quant_id if isinstance(now, Held) else 0
            settle(failed(entry.count.row, problem) if problem else changed(entry, quant_id))


def _waves(counts: Sequence[Count]) -> Iterator[list[Count]]:
    """Yield the differences in turns in which each place stands once, in the file's order."""
    left = list(counts)
    while left:
        wave: dict[Place, Count] = {}
        later = []
        for count in left:
            if wave.setdefault(count.place, count) is not count:
                later.append(count)
        yield list(wave.values())
        left = later


def _waits_for_review(counted: Decimal) -> Problem:
    return Problem(
        Category.PROTECTED,
        f"a count of {shown_number(counted)} waits for review at this place",
        "inventory_diff_quantity",
        "Apply or clear that count in Odoo first: adding the difference would drop it.",
    )


def _below_zero(held: Decimal, result: Decimal) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"{shown_number(held)} lies there, and the difference leaves {shown_number(result)}",
        "inventory_diff_quantity",
        "Correct the difference, or count the place (column quantity).",
    )


def _serial_twice(lot: str) -> Problem:
    return Problem(
        Category.VALIDATION,
        f"the piece with the serial number {lot!r} lies there already",
        "inventory_diff_quantity",
        "Correct the serial number or the difference.",
    )
