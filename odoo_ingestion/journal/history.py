"""What the journal tells of earlier runs."""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterator
from typing import Any

from odoo_ingestion.journal.entries import (
    FINISHED,
    BatchState,
    CallEntry,
    FileEntry,
    OutcomeEntry,
    RunEntry,
)
from odoo_ingestion.journal.ranges import expand
from odoo_ingestion.journal.texts import Texts
from odoo_ingestion.records import Action

_RUN = (
    "SELECT id, run_id, started, status, options, paths, url, database, login, odoo_version,"
    " ended, summary, folder FROM runs"
)


class History:
    """Reads a journal that is open."""

    def __init__(self, database: sqlite3.Connection, texts: Texts) -> None:
        self._database = database
        self._texts = texts

    def runs(self) -> list[RunEntry]:
        """Return the runs, the latest first."""
        rows = self._database.execute(f"{_RUN} ORDER BY id DESC").fetchall()
        return [self._run(row) for row in rows]

    def run(self, run_id: str) -> RunEntry | None:
        """Return the run of that id, or the only one whose id begins so, or None."""
        rows = self._database.execute(
            f"{_RUN} WHERE substr(run_id, 1, ?) = ?", (len(run_id), run_id)
        ).fetchall()
        chosen = [row for row in rows if row[1] == run_id] or rows
        return self._run(chosen[0]) if len(chosen) == 1 else None

    def open_runs(self, url: str, database: str) -> list[RunEntry]:
        """Return the runs into a database that can be resumed, the latest first."""
        marks = ", ".join("?" * len(FINISHED))
        rows = self._database.execute(
            f"{_RUN} WHERE url = ? AND database = ? AND status NOT IN ({marks}) ORDER BY id DESC",
            (url, database, *FINISHED),
        ).fetchall()
        return [self._run(row) for row in rows]

    def last_run(self, url: str, database: str) -> RunEntry | None:
        """Return the latest run into a database that has a summary, None when there is none."""
        row = self._database.execute(
            f"{_RUN} WHERE url = ? AND database = ? AND summary <> '{{}}' ORDER BY ended DESC",
            (url, database),
        ).fetchone()
        return self._run(row) if row else None

    def file_numbers(self, run_id: str) -> list[int]:
        """Return the numbers of a run's files, in their order."""
        rows = self._database.execute(
            "SELECT files.id FROM files JOIN runs ON runs.id = files.run WHERE run_id = ?"
            " ORDER BY files.id",
            (run_id,),
        )
        return [number for (number,) in rows]

    def failed_files(self, file: int) -> list[str]:
        """Return the failed-records files that were begun for a file of a run, in their order."""
        (text,) = self._database.execute(
            "SELECT failed_files FROM files WHERE id = ?", (file,)
        ).fetchone()
        return [str(path) for path in json.loads(text)]

    def counts(self, file: int) -> dict[str, int]:
        """Return how many rows of a file came to which action."""
        return dict(
            self._database.execute(
                "SELECT action, count(*) FROM outcomes WHERE file = ? GROUP BY action", (file,)
            ).fetchall()
        )

    def errors(self, run_id: str) -> dict[str, int]:
        """Return the failed rows of a run by the category of their first problem."""
        found: Counter[str] = Counter()
        for (problems,) in self._database.execute(
            "SELECT problems FROM outcomes JOIN files ON files.id = file JOIN runs"
            " ON runs.id = files.run WHERE run_id = ? AND problems IS NOT NULL",
            (run_id,),
        ):
            found[str(self._texts.unpack(problems)[0].category)] += 1
        return dict(found)

    def outcome(self, file: int, row: int) -> OutcomeEntry | None:
        """Return the outcome of a file's row, None while it has none."""
        found = self._database.execute(
            "SELECT action, external_id, database_id, problems, not_kept FROM outcomes"
            " WHERE file = ? AND row = ?",
            (file, row),
        ).fetchone()
        if found is None:
            return None
        action, external_id, database_id, problems, not_kept = found
        return OutcomeEntry(
            row,
            Action(action),
            external_id,
            database_id,
            self._texts.unpack(problems),
            tuple(json.loads(not_kept)) if not_kept else (),
        )

    def calls(self, file: int) -> list[CallEntry]:
        """Return the calls of a file in the order in which they were about to be sent."""
        found = self._database.execute(
            "SELECT id, model, state, intents, beside FROM batches WHERE file = ? ORDER BY id",
            (file,),
        )
        return [
            CallEntry(
                number,
                model,
                BatchState(state),
                {Action(a): tuple(expand(rows)) for a, rows in json.loads(intents).items()},
                {Action(a): marks for a, marks in json.loads(beside or "{}").items()},
            )
            for number, model, state, intents, beside in found
        ]

    def settled(self, file: int, action: Action | None = None) -> Iterator[int]:
        """Yield the rows of a file that have an outcome, or that one."""
        rows = self._database.execute(
            "SELECT row FROM outcomes WHERE file = ? AND action = coalesce(?, action)",
            (file, action),
        )
        return (row for (row,) in rows)

    def _run(self, row: tuple[Any, ...]) -> RunEntry:
        number, run_id, started, status, options, paths, url, name, login, version = row[:10]
        ended, summary, folder = row[10:]
        files = self._database.execute(
            "SELECT path, type, model, size, fingerprint FROM files WHERE run = ? ORDER BY id",
            (number,),
        )
        return RunEntry(
            run_id,
            started,
            status,
            json.loads(options),
            tuple(json.loads(paths)),
            url,
            name,
            login,
            version,
            ended,
            json.loads(summary),
            tuple(FileEntry(*values) for values in files),
            json.loads(folder) if folder else None,
        )
