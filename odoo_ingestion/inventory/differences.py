"""Differences: added to the stock of a place once for each reference."""

from __future__ import annotations

import json
import re
from collections.abc import Collection
from decimal import Decimal

from msgspec import Struct

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    ConnectionFailed,
    NotSent,
    RetryableError,
    ServerBusy,
    ServerRefused,
    UnknownFate,
)
from odoo_ingestion.external_ids import digest
from odoo_ingestion.inventory.counts import Count, shown_number
from odoo_ingestion.inventory.posting import CONTEXT, QUANT, Entry, place_values
from odoo_ingestion.inventory.quants import same
from odoo_ingestion.inventory.refusals import problem_of
from odoo_ingestion.ports import Odoo
from odoo_ingestion.records import Category, Problem
from odoo_ingestion.versions import series_number

_SIGN = "odoo_ingestion"
_MARK = re.compile(rf"\({_SIGN} ([0-9a-f]{{16}})\)")
_REFERENCE_LENGTH = 120
_NAME_FROM = (19, 0)
"""The first series whose moves keep the reason in ``inventory_name``, not in ``name``."""


class Move(Struct, frozen=True):
    """A move that an earlier import has posted: by how much the place changed, and when."""

    delta: Decimal
    date: str


def mark_of(count: Count) -> str:
    """Return what tells one difference from any other: its reference and its place, as 16 digits.

    The difference itself is no part of it: a row that was corrected is the same movement.
    """
    content = json.dumps([count.reference, *count.place], ensure_ascii=False)
    return digest(content)


def reason_of(count: Count) -> str:
    """Return the reason that Odoo shows for the move, with the mark in it."""
    return f"{count.reference[:_REFERENCE_LENGTH]} ({_SIGN} {mark_of(count)})"


class DifferencePoster:
    """Adds differences one by one; the move that does it carries the mark of its row.

    Effect and mark are one record, written in one transaction: a difference whose mark is found is
    in the stock, one whose mark is not found is not. Nothing of ours has to be kept beside it.

    ``stock.inventory.conflict.action_keep_difference`` (Odoo 15 to 19) adds what stands in
    ``inventory_diff_quantity`` to whatever lies there at that moment, so that a movement in between
    is neither lost nor undone, and clears it: called again it adds nothing.
    """

    def __init__(self, odoo: Odoo) -> None:
        self._odoo = odoo
        new = series_number(odoo.version) >= _NAME_FROM
        self._reason = "inventory_name" if new else "name"

    def find(self, counts: Collection[Count]) -> dict[str, Move]:
        """Return the moves that exist for the marks of some rows: one call."""
        if not counts:
            return {}
        locations = {mark_of(count): count.place.location_id for count in counts}
        domain = [
            ("product_id", "in", sorted({count.place.product_id for count in counts})),
            ("is_inventory", "=", True),
            ("state", "=", "done"),
            (self._reason, "like", f"({_SIGN} "),
        ]
        fields = [self._reason, "product_qty", "location_dest_id", "date"]
        moves: dict[str, Move] = {}
        for data in self._odoo.call("stock.move", "search_read", domain, fields):
            mark = _MARK.search(data[self._reason] or "")
            if mark is not None and mark[1] in locations:
                quantity = Decimal(str(data["product_qty"]))
                arrived = data["location_dest_id"][0] == locations[mark[1]]
                moves[mark[1]] = Move(quantity if arrived else -quantity, str(data["date"]))
        return moves

    def post(self, entry: Entry) -> Problem | None:
        """Add one difference; return why Odoo refuses it, or None.

        None after a call of unknown fate too: ``find`` tells what became of it. Raises
        ConnectionFailed when Odoo is gone.
        """
        try:
            wizard = self._prepare(entry)
            if self.find([entry.count]):
                self._take_back(entry)
                return None
        except (ServerRefused, ConcurrentUpdate) as error:
            return problem_of(error)
        except RetryableError as error:
            raise ConnectionFailed(error.message, hint=error.hint) from error
        context = {**CONTEXT, "inventory_name": reason_of(entry.count)}
        try:
            answer = self._odoo.call(
                "stock.inventory.conflict",
                "action_keep_difference",
                wizard,
                repeatable=False,
                context=context,
            )
        except (ServerRefused, ConcurrentUpdate) as error:
            return problem_of(error)
        except (UnknownFate, ServerBusy):  # a proxy that gives up says so, whatever Odoo does
            return None
        except NotSent as error:
            raise ConnectionFailed(error.message, hint=error.hint) from error
        return _moved_meanwhile() if answer else None

    def _prepare(self, entry: Entry) -> list[int]:
        """Write the difference beside the quantity, where it does nothing yet."""
        quant = entry.held.quant_id or self._create_empty(entry)
        self._write(quant, float(entry.count.delta or 0))
        wizard: list[int] = self._odoo.call(
            "stock.inventory.conflict", "create", [{"quant_ids": [(6, 0, [quant])]}]
        )
        return wizard

    def _take_back(self, entry: Entry) -> None:
        """Leave a difference that was added while it was prepared, by a call of a run that died.

        Looked for only now, no such call can be missed: one that Odoo has yet to carry out takes
        the difference that stands there, once, and the next one then finds none.
        """
        if entry.held.quant_id:
            self._write(entry.held.quant_id, 0.0)

    def _write(self, quant: int, delta: float) -> None:
        values = {"inventory_diff_quantity": delta}
        self._odoo.call(QUANT, "write", [quant], values, context=dict(CONTEXT))

    def _create_empty(self, entry: Entry) -> int:
        """Create a quant that holds nothing, for a difference to be added to.

        Its count of 0 waits for review until the difference is added; applied it does nothing.
        """
        values = {**place_values(entry.count, entry.lot_id), "inventory_quantity": 0.0}
        made: list[int] = self._odoo.call(
            QUANT, "create", [values], repeatable=False, context=dict(CONTEXT)
        )
        return made[0]


def earlier_problem(count: Count, move: Move) -> Problem | None:
    """Return why a difference that was added before cannot count as this one, or None."""
    delta = count.delta or Decimal(0)
    if same(delta, move.delta, count.rounding):
        return None
    return Problem(
        Category.EXISTS,
        f"{count.reference!r} changed this place by {shown_number(move.delta)} on "
        f"{move.date[:10]}; the row says {shown_number(delta)}",
        "inventory_diff_quantity",
        "What was added stays. Give the rest a row with a reference of its own.",
    )


def unknown_problem() -> Problem:
    """Return the problem of a difference of which Odoo keeps no trace after sending."""
    return Problem(
        Category.CONNECTION,
        "the difference was sent and Odoo shows no move for it",
        "inventory_diff_quantity",
        "Wait a minute, then import the row again: what was added by then is not added twice.",
    )


def _moved_meanwhile() -> Problem:
    return Problem(
        Category.SERVER,
        "the stock of this place moved while the difference was added: Odoo did not add it",
        "inventory_diff_quantity",
        "Import the row again.",
    )
