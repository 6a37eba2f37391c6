"""The journal while a run goes on: intents before they are sent, outcomes after."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import Any

from msgspec.structs import replace

from odoo_ingestion.errors import JournalError
from odoo_ingestion.journal.entries import (
    RUNNING,
    SUPERSEDED,
    BatchState,
    CallEntry,
    FileEntry,
    OutcomeEntry,
    RunEntry,
)
from odoo_ingestion.journal.history import History
from odoo_ingestion.journal.ranges import compress
from odoo_ingestion.journal.storage import explained, open_database
from odoo_ingestion.journal.texts import Texts, as_json, mark, storable
from odoo_ingestion.records import Action

_PENDING = 2_000
_PENDING_SECONDS = 1.0
"""Outcomes are written together: so many, or after so long, or with the next intent."""

_WRITE = (
    "INSERT OR REPLACE INTO outcomes (file, row, action, external_id, database_id, problems,"
    " not_kept) VALUES"
)
_MARKS = "(?, ?, ?, ?, ?, ?, ?)"
_PLAIN = {action: action.value for action in Action}
"""The words of actions as plain texts: for kinds of text of their own an adapter is looked for."""

_AT_ONCE = 100
"""Outcomes that one statement writes, of 7 values each: SQLite takes 999 at least. One row a
statement would let another thread in after each, which costs more than the writing."""


class Journal:
    """Writes down runs; safe to share between threads.

    Intents (``sending``) are on the disk when the call returns, outcomes within a second of the
    next one or at ``flush``. ``notice`` says that a damaged journal was set aside, or is None.
    Raises JournalError when the file cannot be opened, or not be written any more (disk full).
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self._database, self.notice = open_database(path)
        self._texts = Texts(self._database)
        self.history = History(self._database, self._texts)
        self._lock = threading.Lock()
        self._outcomes: list[tuple[int, OutcomeEntry]] = []
        self._answers: list[tuple[BatchState, int]] = []
        self._written = time.monotonic()
        self._failed = False

    def begin(self, run: RunEntry) -> list[int]:
        """Enter a run with its files and return the number of each file."""
        values = (
            run.run_id,
            run.started,
            run.status,
            as_json(run.options),
            as_json(run.paths),
            run.url,
            run.database,
            run.login,
            run.odoo_version,
            as_json(run.folder) if run.folder else None,
        )
        with self._transaction() as database:
            number = database.execute(
                "INSERT INTO runs (run_id, started, status, options, paths, url, database, login,"
                " odoo_version, folder) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
                values,
            ).lastrowid
            return [_enter_file(database, number, entry) for entry in run.files]

    def sending(
        self,
        file: int,
        model: str,
        intents: Mapping[Action, Sequence[int]],
        beside: Mapping[Action, Sequence[str]] | None = None,
    ) -> int:
        """Write down what is about to be sent in one call; return the call's number.

        ``intents`` are rows, ``beside`` the names of records that are no row's own.
        """
        packed = as_json({action: compress(rows) for action, rows in intents.items()})
        marks = as_json({a: [mark(n) for n in names] for a, names in (beside or {}).items()})
        with self._transaction() as database:
            cursor = database.execute(
                "INSERT INTO batches (file, model, intents, state, beside) VALUES (?, ?, ?, ?, ?)",
                (file, model, packed, BatchState.SENT, marks if beside else None),
            )
            return int(cursor.lastrowid or 0)

    def failed_file_begun(self, file: int, path: str) -> None:
        """Write down that a failed-records file is about to be begun for a file."""
        with self._transaction() as database:
            begun = [*self.history.failed_files(file), path]
            database.execute(
                "UPDATE files SET failed_files = ? WHERE id = ?", (as_json(begun), file)
            )

    def answered(self, call: int, state: BatchState) -> None:
        """Take in what became of a call; it is written with what comes next."""
        with self._lock:
            self._answers.append((state, call))

    def settle(self, file: int, *outcomes: OutcomeEntry) -> None:
        """Take in the outcomes of rows, written together; the last one of a row counts."""
        with self._lock:
            self._outcomes += [(file, outcome) for outcome in outcomes]
            waited = time.monotonic() - self._written
            if len(self._outcomes) < _PENDING and waited < _PENDING_SECONDS:
                return
        self.flush()

    def outcome(self, file: int, row: int) -> OutcomeEntry | None:
        """Return the outcome of a file's row as far as it is written, None while it has none."""
        with self._lock:
            return self.history.outcome(file, row)

    def calls(self, file: int) -> list[CallEntry]:
        """Return the calls of a file in their order, with the answers that are not written yet."""
        with self._lock:
            answers = {call: state for state, call in self._answers}
            return [
                replace(call, state=answers.get(call.number, call.state))
                for call in self.history.calls(file)
            ]

    def flush(self) -> None:
        """Write what waits."""
        with self._transaction():
            pass  # every transaction takes along what waits

    def end(self, run_id: str, status: str, summary: Mapping[str, Any]) -> None:
        """Write down that a run has ended, with its summary."""
        with self._transaction() as database:
            database.execute(
                "UPDATE runs SET status = ?, ended = ?, summary = ? WHERE run_id = ?",
                (status, time.time(), as_json(summary), run_id),
            )

    def resume(self, run_id: str) -> None:
        """Write down that a run goes on."""
        self._set_status(run_id, RUNNING)

    def supersede(self, run_id: str) -> None:
        """Write down that a run need not go on: another one did its work."""
        self._set_status(run_id, SUPERSEDED)

    def close(self) -> None:
        """Write what waits and close the file.

        Where the last try to write failed, which has been told, it is not tried again.
        """
        try:
            if (self._outcomes or self._answers) and not self._failed:
                self.flush()
        finally:
            self._database.close()

    def __enter__(self) -> Journal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self.close()

    def _set_status(self, run_id: str, status: str) -> None:
        with self._transaction() as database:
            database.execute("UPDATE runs SET status = ? WHERE run_id = ?", (status, run_id))

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        with self._lock:
            try:
                self._database.execute("BEGIN IMMEDIATE")
                self._write_pending(self._database)
                yield self._database
                self._database.execute("COMMIT")
            except sqlite3.Error as error:
                self._texts.forget()
                self._failed = True
                found = explained(self.path, error)
                raise JournalError(found.message, hint=f"{found.hint} Then resume.") from error
            finally:
                if self._database.in_transaction:
                    self._database.execute("ROLLBACK")
            self._failed = False
            self._outcomes.clear()
            self._answers.clear()
            self._written = time.monotonic()

    def _write_pending(self, database: sqlite3.Connection) -> None:
        pending = self._outcomes
        for start in range(0, len(pending), _AT_ONCE):
            some = pending[start : start + _AT_ONCE]
            marks = ", ".join([_MARKS] * len(some))
            values = [value for file, outcome in some for value in self._values(file, outcome)]
            database.execute(f"{_WRITE} {marks}", values)
        database.executemany("UPDATE batches SET state = ? WHERE id = ?", self._answers)

    def _values(self, file: int, outcome: OutcomeEntry) -> Sequence[Any]:
        return (
            file,
            outcome.row,
            _PLAIN[outcome.action],
            None if outcome.external_id is None else storable(outcome.external_id),
            outcome.database_id,
            self._texts.pack(outcome.problems) if outcome.problems else None,
            as_json(outcome.not_kept) if outcome.not_kept else None,
        )


def _enter_file(database: sqlite3.Connection, run: int | None, entry: FileEntry) -> int:
    cursor = database.execute(
        "INSERT INTO files (run, path, type, model, size, fingerprint) VALUES (?, ?, ?, ?, ?, ?)",
        (run, storable(entry.path), entry.type, entry.model, entry.size, entry.fingerprint),
    )
    return int(cursor.lastrowid or 0)
