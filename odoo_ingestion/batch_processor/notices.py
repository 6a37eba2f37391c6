"""Sentences for people: taken from any thread, told in one, each once."""

from __future__ import annotations

import logging
from collections import deque
from collections.abc import Callable

_log = logging.getLogger("odoo_ingestion.batch_processor")

CALLS_WORTH_TELLING = 10
"""Calls of load() from which on it is told what was settled on."""


class Notices:
    """Keeps sentences until they are told to ``on_notice``."""

    def __init__(self, on_notice: Callable[[str], None] | None) -> None:
        self._on_notice = on_notice
        self._waiting: deque[str] = deque()
        self._told: set[str] = set()

    def add(self, notice: str) -> None:
        """Take a sentence; from any thread."""
        self._waiting.append(notice)

    def deliver(self) -> None:
        """Tell what waits, but for what was told before."""
        while self._waiting:
            notice = self._waiting.popleft()
            if notice in self._told:
                continue
            self._told.add(notice)
            _log.info("%s", notice)
            if self._on_notice is not None:
                self._on_notice(notice)


def settled_on(
    model: str,
    rows: int | None,
    workers: int | None,
    looked_at: tuple[tuple[int, int], tuple[int, int]],
) -> str | None:
    """Return the sentence about the size and number of calls that a run has come to, if any.

    None stands for what the user has fixed. ``looked_at`` says of the records that were made, and
    then of their lines, how many were read back of how many.
    """
    found = [f"calls of {rows} rows"] if rows is not None else []
    found += [f"{workers} at a time"] if workers is not None else []
    fixing = {"--batch-size": rows, "--workers": workers}
    options = " and ".join(name for name, value in fixing.items() if value is not None)
    told = []
    if found:
        verb = "fix them" if len(found) > 1 else "fixes it"
        told.append(f"came to {', '.join(found)} ({options} {verb})")
    if any(checked != new for checked, new in looked_at):
        parts = (
            f"{checked:,} of {new:,} {what}"
            for (checked, new), what in zip(looked_at, ("new records", "new lines"), strict=True)
            if new
        )
        told.append(f"what Odoo kept was looked up for {' and '.join(parts)}")
    return f"{model}: {'; '.join(told)}" if told else None
