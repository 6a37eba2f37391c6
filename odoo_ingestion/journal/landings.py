"""What the calls of a file tell: which rows were on their way, and which records landed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator

from odoo_ingestion.journal.entries import BatchState, CallEntry
from odoo_ingestion.records import Action

Key = int | str
"""A row's number, or the mark of a record that is no row's own."""


def rows_on_their_way(calls: Iterable[CallEntry], settled: Iterable[int]) -> dict[int, Action]:
    """Return what was to become of the rows that were sent, not refused, and are not ``settled``.

    A row may have been carried out; of several things that it was to become the strongest counts.
    """
    found: dict[int, Action] = {}
    for call in calls:
        if call.state is BatchState.REFUSED:
            continue
        for action, rows in call.rows.items():
            for row in rows:
                found[row] = _stronger(found.get(row), action)
    for row in settled:
        found.pop(row, None)
    return found


def count_landed(
    calls: Iterable[CallEntry], failed: Collection[int], models: Collection[str]
) -> Counter[tuple[str, Action]]:
    """Return how many records landed, by model and by what became of them, however often sent.

    Records of ``models`` are left out. What was on its way when a run broke off has landed if the
    run that went on had no need to send it again, and its row is not among those that ``failed``.
    """
    landed: dict[tuple[str, Key], Action] = {}
    open_keys: dict[tuple[str, Key], Action] = {}
    for call in calls:
        if call.model in models:
            continue
        for key, action in _keys(call):
            place = call.model, key
            if call.state is BatchState.ACKNOWLEDGED:
                landed[place] = _stronger(landed.get(place), action)
            if call.state in (BatchState.ACKNOWLEDGED, BatchState.REFUSED):
                open_keys.pop(place, None)
            else:
                open_keys[place] = _stronger(open_keys.get(place), action)
    for place, action in open_keys.items():
        key = place[1]
        if key not in failed:
            landed[place] = _stronger(landed.get(place), action)
    return Counter((model, action) for (model, _), action in landed.items())


def _keys(call: CallEntry) -> Iterator[tuple[Key, Action]]:
    for action, marks in call.beside.items():
        yield from ((mark, action) for mark in marks)
    if not call.beside:  # else its rows are those that its records are parts of
        for action, rows in call.rows.items():
            yield from ((row, action) for row in rows)


def _stronger(known: Action | None, action: Action) -> Action:
    return Action.CREATED if Action.CREATED in (known, action) else action
