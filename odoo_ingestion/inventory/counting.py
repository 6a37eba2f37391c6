"""Counts -> outcomes: compared with what Odoo holds, sent where they differ, and read back."""

from __future__ import annotations

from collections.abc import Sequence

from odoo_ingestion.inventory.counts import Count
from odoo_ingestion.inventory.posting import QUANT, CountPoster, Entry
from odoo_ingestion.inventory.quants import Held, StockReader, is_as_counted
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
from odoo_ingestion.records import Problem


class CountDesk:
    """Takes counts, each of another place, to their outcomes."""

    def __init__(
        self,
        rules: DeskRules,
        reader: StockReader,
        lots: LotMaker,
        poster: CountPoster,
        recorder: Recorder | None = None,
    ) -> None:
        self._rules = rules
        self._reader = reader
        self._lots = lots
        self._poster = poster
        self._recorder = recorder

    def process(self, counts: Sequence[Count], settle: Settle) -> None:
        """Settle every count once, unless this raises ConnectionFailed."""
        if not counts:
            return
        stock = self._reader.read({count.place for count in counts})
        differing = []
        for count in counts:
            held = stock.held[count.place]
            if isinstance(held, Problem):
                settle(failed(count.row, held))
            elif is_as_counted(count, held, apply=self._rules.apply):
                settle(unchanged(count.row, held))
            elif problem := mode_problem(held, self._rules.mode, is_ours=self._is_ours(count)):
                settle(failed(count.row, problem))
            else:
                differing.append(Entry(count, held))
        entries = self._lots.fill(differing, stock, settle)
        if not self._rules.dry_run:
            self._send(entries, settle)
            return
        for entry in entries:
            settle(changed(entry, entry.held.quant_id))

    def _is_ours(self, count: Count) -> bool:
        return self._recorder is not None and self._recorder.may_have_landed(count.row.number)

    def _send(self, entries: Sequence[Entry], settle: Settle) -> None:
        call = None
        if self._recorder is not None and entries:
            call = self._recorder.sending(QUANT, intents_of(entries))
        refused = self._poster.post(entries)
        if self._recorder is not None and call is not None:
            self._recorder.answered(call, landed=None)  # the outcomes tell, row by row
        sent = []
        for entry in entries:
            problem = refused.get(entry.count.row.number)
            if problem is not None:
                settle(failed(entry.count.row, problem))
            else:
                sent.append(entry)
        if not sent:
            return
        stock = self._reader.read({entry.count.place for entry in sent})
        for entry in sent:
            now = stock.held[entry.count.place]
            mismatch = self._poster.mismatch(entry.count, now)
            if isinstance(now, Held) and mismatch is None:
                settle(changed(entry, now.quant_id))
            elif mismatch is not None:
                settle(failed(entry.count.row, mismatch))
