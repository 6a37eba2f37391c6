"""The plain values that a journal keeps and gives back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import Any

from msgspec import Struct, field

from odoo_ingestion.records import Action, Problem

RUNNING = "running"
SUPERSEDED = "superseded"
FINISHED = ("completed", "completed_with_failures", SUPERSEDED)
"""The statuses of runs that have nothing left to do; all others can be resumed."""


class BatchState(StrEnum):
    """How far one call of load() came, as far as the client knows."""

    SENT = "sent"
    ACKNOWLEDGED = "acknowledged"
    REFUSED = "refused"
    UNKNOWN = "unknown"


class FileEntry(Struct, frozen=True):
    """An input file of a run.

    ``path`` is absolute; ``size`` is in bytes, ``fingerprint`` a hash of the content in
    hexadecimal; both are None for standard input and tables in memory, which cannot be read a
    second time.
    """

    path: str
    type: str | None
    model: str
    size: int | None = None
    fingerprint: str | None = None


class RunEntry(Struct, frozen=True):
    """One run: what was asked, of which server, and what it came to.

    ``started`` and ``ended`` are seconds since the epoch (UTC). ``status`` is ``running`` until the
    run has ended, then the summary's, or ``superseded`` where another import of the same files
    came to their end. ``paths`` are the files as they were named. ``options`` and ``summary`` are
    plain JSON values, the summary empty until the end; neither holds a secret. ``folder`` is where
    relative paths begin, None where an earlier version did not write it down.
    """

    run_id: str
    started: float
    status: str
    options: Mapping[str, Any]
    paths: tuple[str, ...] = ()
    url: str | None = None
    database: str | None = None
    login: str | None = None
    odoo_version: str | None = None
    ended: float | None = None
    summary: Mapping[str, Any] = field(default_factory=dict)
    files: tuple[FileEntry, ...] = ()
    folder: str | None = None

    @property
    def is_open(self) -> bool:
        """Whether something of the run is left to do."""
        return self.status not in FINISHED


class CallEntry(Struct, frozen=True):
    """One call that was about to be sent: what it was to do, and how far it came.

    ``rows`` are their numbers, ``beside`` marks of the records that are no row's own, both by what
    sending them was to do.
    """

    number: int
    model: str
    state: BatchState
    rows: Mapping[Action, Sequence[int]]
    beside: Mapping[Action, Sequence[str]]


class OutcomeEntry(Struct, frozen=True):
    """What became of one row, as far as it is kept: its number, not its cells."""

    row: int
    action: Action
    external_id: str | None = None
    database_id: int | None = None
    problems: tuple[Problem, ...] = ()
    not_kept: tuple[str, ...] = ()
