"""One run in the journal: entered before its first row is sent, ended with its summary."""

from __future__ import annotations

import hashlib
import time
from collections.abc import Sequence
from contextlib import ExitStack
from pathlib import Path
from types import TracebackType

from msgspec.structs import replace

from odoo_ingestion.config import Config
from odoo_ingestion.errors import InputFileError, JournalError
from odoo_ingestion.journal import FileEntry, FileJournal, Journal, RunEntry, RunLocks, storable
from odoo_ingestion.orchestrator.several_files.plans import FilePlan, TypedFile
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.runs import ImportOptions, RunResult, storable_options


class RunJournal:
    """The journal of one run and its locks; ``resumed`` is what it holds of a run that goes on.

    ``notices`` are sentences for people. Raises JournalError and RunLocked.
    """

    def __init__(self, config: Config, run_id: str, resumed: RunEntry | None = None) -> None:
        self._config = config
        self._run_id = run_id
        self._resumed = resumed
        self._stack = ExitStack()
        self._locks = RunLocks(config.journal.parent / "locks")
        self._stack.callback(self._locks.close)
        self._journal = self._stack.enter_context(Journal(config.journal))
        self._earlier: list[RunEntry] = []
        self.notices = [self._journal.notice] if self._journal.notice else []

    def __enter__(self) -> RunJournal:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._stack.close()

    def lock(self, files: Sequence[TypedFile]) -> None:
        """Let no other run of these types go into the database until this one has ended."""
        types = [file.options.type or file.options.model or "" for file in files]
        self._locks.take(self._config.url, self._config.database, types, self._run_id)
        self.notices += self._locks.notices

    def open_file(self, target: Target) -> FileJournal:
        """Return what writes down the rows of a file; it is entered by ``begin``."""
        lines = target.import_type.lines if target.import_type else None
        return FileJournal(self._journal, {target.schema.model, *([lines.model] if lines else ())})

    def begin(
        self,
        files: Sequence[FileJournal],
        plans: Sequence[FilePlan],
        paths: Sequence[str],
        options: ImportOptions,
    ) -> None:
        """Enter the run with its files, or take up the one that goes on.

        Raises JournalError where the files are not those of the run that goes on.
        """
        entries = tuple(_entry(plan) for plan in plans)
        self._look_back(entries)
        if self._resumed is not None:
            self._take_up(files, entries)
            return
        self._tell_earlier()
        target = plans[0].target
        run = RunEntry(
            self._run_id,
            time.time(),
            "running",
            storable_options(options),
            tuple(paths),
            self._config.url,
            self._config.database,
            self._config.username,
            target.odoo.version if target.odoo is not None else None,
            files=entries,
            folder=str(Path.cwd()),
        )
        for file, number in zip(files, self._journal.begin(run), strict=True):
            file.enter(number)

    def end(self, result: RunResult) -> None:
        """Write down what the run came to; runs of the same files before it need not go on."""
        self._journal.end(self._run_id, result.status, result.as_dict())
        if result.status in ("completed", "completed_with_failures"):
            for run in self._earlier:
                self._journal.supersede(run.run_id)

    # --- a run that goes on -----------------------------------------------------------------

    def _take_up(self, files: Sequence[FileJournal], entries: Sequence[FileEntry]) -> None:
        numbers = self._journal.history.file_numbers(self._run_id)
        before = self._resumed.files if self._resumed is not None else ()
        if [(e.path, e.model) for e in entries] != [(e.path, e.model) for e in before]:
            raise JournalError(
                "the files are taken for something else than before, or in another order",
                hint="Import them again: rows that have landed are not doubled.",
            )
        for file, number in zip(files, numbers, strict=True):
            file.enter(number, resumed=True)
        self._journal.resume(self._run_id)

    # --- an import of files whose last run was broken off -------------------------------------

    def _look_back(self, entries: Sequence[FileEntry]) -> None:
        """Find the other open runs of the very same files, which this one makes needless."""
        told = [(entry.path, entry.model) for entry in entries]
        self._earlier = [
            run
            for run in self._journal.history.open_runs(self._config.url, self._config.database)
            if [(entry.path, entry.model) for entry in run.files] == told
            and run.run_id != self._run_id
        ]

    def _tell_earlier(self) -> None:
        """Say that the last of these runs could go on instead."""
        if not self._earlier:
            return
        last = self._earlier[0]
        done = sum(
            sum(self._journal.history.counts(number).values())
            for number in self._journal.history.file_numbers(last.run_id)
        )
        if all(entry.fingerprint for entry in last.files):
            self.notices.append(
                f"an import of the same file did not come to its end (run {last.run_id}, {done} "
                f"rows done): 'odoo-ingestion resume {last.run_id}' goes on with it. This import "
                "begins anew; what has landed is not doubled"
            )


def from_its_folder(run: RunEntry, options: ImportOptions) -> tuple[RunEntry, ImportOptions]:
    """Return a run and its options as they are to be read from the current folder.

    In the folder in which the run began nothing changes, so that its files keep their names.
    """
    if run.folder is None or Path(run.folder) == Path.cwd():
        return run, options
    folder = Path(run.folder)
    images = options.image_folder
    return replace(run, paths=tuple(str(folder / path) for path in run.paths)), replace(
        options,
        failed_dir=folder / options.failed_dir,
        image_folder=str(folder / images) if images is not None else None,
    )


def check_files(run: RunEntry, *, force: bool) -> None:
    """Raise JournalError where the files of a run cannot be read again or have changed since.

    ``force`` lets changed files pass.
    """
    here = {storable(str(Path(path).absolute())): Path(path) for path in run.paths}
    for entry in run.files:
        if entry.fingerprint is None:
            raise JournalError(
                f"{entry.path} cannot be read a second time, so the run cannot go on",
                hint="Import the same rows again: those that have landed are not doubled.",
            )
        if entry.path not in here:
            raise JournalError(
                f"run {run.run_id} began in another folder: it reads {entry.path}",
                hint="Change to the folder in which it began, and resume it there.",
            )
        now = _entry_of(here[entry.path], entry.type, entry.model)
        if now.fingerprint is None:
            raise InputFileError(
                f"{entry.path} is not there any more.",
                hint="Put it back, or import what there is as a new run.",
            )
        if now.fingerprint != entry.fingerprint and not force:
            raise JournalError(
                f"{entry.path} has changed since run {run.run_id} began: {_change(entry, now)}",
                hint="Import it as a new run (nothing is doubled), or use --force if the rows "
                "that were there then still stand in the same places.",
            )


def _change(before: FileEntry, now: FileEntry) -> str:
    if before.size != now.size:
        return f"it had {before.size} bytes and has {now.size}"
    return f"it still has {now.size} bytes, but other ones"


def _entry(plan: FilePlan) -> FileEntry:
    facts = plan.source.facts
    kind, model = plan.options.type, plan.target.schema.model
    if facts.path == "-" or facts.format == "dataframe":
        return FileEntry(facts.path, kind, model)
    return _entry_of(Path(facts.path), kind, model)


def _entry_of(path: Path, kind: str | None, model: str) -> FileEntry:
    """Return what tells a file from another; without size and fingerprint if it is no file."""
    where = storable(str(path.absolute()))
    if not path.is_file():  # a pipe can be read only once
        return FileEntry(where, kind, model)
    try:
        with path.open("rb") as file:
            content = hashlib.file_digest(file, "blake2b")
            return FileEntry(where, kind, model, file.tell(), content.hexdigest()[:32])
    except OSError as e:
        raise InputFileError(f"{path} cannot be read: {e.strerror}.") from e
