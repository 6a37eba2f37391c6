"""The importer: files and options in, the summary of a run out."""

from __future__ import annotations

import secrets
import threading
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from odoo_ingestion.config import Config
from odoo_ingestion.errors import (
    ConfigurationError,
    JournalError,
    OdooIngestionError,
    UsageError,
)
from odoo_ingestion.files import frame_source, open_source
from odoo_ingestion.journal import FileJournal, RunEntry
from odoo_ingestion.logs import name_run
from odoo_ingestion.mapping import check_ignored
from odoo_ingestion.orchestrator.assembly import Assembly, Job, Place
from odoo_ingestion.orchestrator.kinds import assemble
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.run_journal import RunJournal, check_files, from_its_folder
from odoo_ingestion.orchestrator.run_log import log_end, log_start
from odoo_ingestion.orchestrator.run_memory import FileMemory
from odoo_ingestion.orchestrator.several_files.plans import (
    FilePlan,
    memories,
    order_told,
    plan_files,
    type_files,
    with_memory,
)
from odoo_ingestion.orchestrator.totals import Totals
from odoo_ingestion.ports import RowSource
from odoo_ingestion.runs import FileStart, ImportOptions, Progress, RunResult

if TYPE_CHECKING:
    import pandas as pd

    from odoo_ingestion.connection_manager import OdooConnection


class OdooImporter:
    """Imports files into the Odoo that the configuration names.

    ``config`` may be None for offline dry runs. ``on_start`` is told once a file what is about to
    happen, ``on_progress`` gets a snapshot at most ten times a second, and
    setting ``stop`` ends the run after what is on its way.
    """

    def __init__(
        self,
        config: Config | None = None,
        *,
        on_start: Callable[[FileStart], None] | None = None,
        on_progress: Callable[[Progress], None] | None = None,
        stop: threading.Event | None = None,
    ) -> None:
        self._config = config
        self._on_start = on_start or (lambda _: None)
        self._on_progress = on_progress or (lambda _: None)
        self._stop = stop or threading.Event()
        self._ledger: Ledger | None = None

    # --- for libraries ----------------------------------------------------------------------

    def import_file(self, path: str | Path, type: str | None = None, **options: Any) -> RunResult:
        """Import one file; ``options`` are the fields of ``ImportOptions``.

        Raises UsageError and its kind, or ConnectionFailed, before anything is read; what goes
        wrong later is told by the result's status and error.
        """
        return self.run([str(path)], ImportOptions(type=type, **options))

    def import_product_data(
        self, path: str | Path, dry_run: bool = False, **options: Any
    ) -> RunResult:
        """Import a file of products (product templates); see ``import_file``."""
        return self.import_file(path, type="products", dry_run=dry_run, **options)

    def import_partner_data(
        self, path: str | Path, dry_run: bool = False, **options: Any
    ) -> RunResult:
        """Import a file of partners; see ``import_file``."""
        return self.import_file(path, type="partners", dry_run=dry_run, **options)

    def import_dataframe(
        self, frame: pd.DataFrame, type: str | None = None, **options: Any
    ) -> RunResult:
        """Import a pandas DataFrame, its columns named as a file's would be."""
        return self._run([lambda _: frame_source(frame)], ImportOptions(type=type, **options))

    # --- for the command line ---------------------------------------------------------------

    def run(self, paths: Sequence[str], options: ImportOptions) -> RunResult:
        """Import files one after the other under the same options.

        Without a type or model, each file's is found by its name and columns, and the files go in
        by what they refer to.

        Raises UsageError and its kind, or ConnectionFailed, as long as nothing was read.
        """
        return self._run([_opener(path) for path in paths], options)

    def resume(self, run: RunEntry, options: ImportOptions, *, force: bool = False) -> RunResult:
        """Go on with a run that was broken off; ``options`` are those that it had.

        Rows with an outcome count as they did and are not sent again. Raises JournalError for a
        file that has changed, unless ``force``, and what ``run`` raises.
        """
        run, options = from_its_folder(run, options)
        check_files(run, force=force)
        return self._run([_opener(path) for path in run.paths], options, run)

    def _run(
        self,
        openers: Sequence[Callable[[ImportOptions], RowSource]],
        options: ImportOptions,
        resumed: RunEntry | None = None,
    ) -> RunResult:
        started = time.monotonic()
        run = Totals(resumed.run_id if resumed else _new_run_id(), options)
        name_run(run.run_id)
        with ExitStack() as rooms:
            sources = _open_all(openers, options)
            for source in sources:
                rooms.callback(source.close)
            check_ignored(options.ignore, [(s.facts.format, s.header) for s in sources])
            files = type_files(sources, options)
            journal = None
            if self._config is not None and not options.is_dry:
                journal = rooms.enter_context(RunJournal(self._config, run.run_id, resumed))
                journal.lock(files)
            connection = self._connect(options)
            run.protocol = connection.protocol if connection else None
            try:
                plans = with_memory(plan_files(files, connection, options), options)
                self._import_all(plans, [source.facts.path for source in sources], run, journal)
            finally:
                if connection is not None:
                    run.retries.update(connection.retry_reasons)
                    run.calls = connection.calls
                    connection.close()
            before = float(resumed.summary.get("seconds", 0.0)) if resumed else 0.0
            result = run.result(
                [plan.target for plan in plans],
                [plan.options.type for plan in plans],
                self._config,
                time.monotonic() - started + before,
            )
            result = _written_down(result, journal)
            log_end(result)
            return result

    def _connect(self, options: ImportOptions) -> OdooConnection | None:
        if options.offline:
            return None
        if self._config is None:
            raise ConfigurationError(
                "no server is configured",
                hint="Fill in .env (see .env.template), or use --offline with --dry-run.",
            )
        # Not needed offline, and 40 ms to import.
        from odoo_ingestion.connection_manager import connect

        return connect(self._config, stop=self._stop, on_wait=self._tell_wait)

    def _tell_wait(self, words: str) -> None:
        """Show what the connection waits for beside the rows that are on their way."""
        if self._ledger is not None:
            self._ledger.tell_wait(words)

    def _import_all(
        self,
        plans: Sequence[FilePlan],
        given: Sequence[str],
        run: Totals,
        journal: RunJournal | None,
    ) -> None:
        config = self._config if plans[0].target.odoo is not None else None
        place = Place(config.url, config.database) if config else Place()
        # Every header is checked before the first file is sent.
        books = [journal.open_file(plan.target) if journal else None for plan in plans]
        assembled = [
            self._assemble(plan, place, memory, book, several=len(plans) > 1)
            for plan, memory, book in zip(plans, memories(plans), books, strict=True)
        ]
        if journal is not None:
            journal.begin([book for book in books if book], plans, given, run.options)
        order = order_told(plans, given)
        told = journal.notices if journal else []
        for number, (plan, assembly) in enumerate(zip(plans, assembled, strict=True)):
            start = _file_start(plan, place, assembly, [*told, order] if number == 0 else [])
            start = replace(start, protocol=run.protocol)
            log_start(start)
            self._on_start(start)
            began = time.monotonic()
            self._ledger = assembly.ledger
            try:
                assembly.execute()
            except OdooIngestionError as error:  # told by the result: rows may have landed
                run.error = error
            finally:
                self._ledger = None
                run.add(plan, assembly, time.monotonic() - began, several=len(plans) > 1)
            if run.error is not None:
                return

    def _assemble(
        self,
        plan: FilePlan,
        place: Place,
        memory: FileMemory,
        journal: FileJournal | None,
        *,
        several: bool,
    ) -> Assembly:
        job = Job(
            plan.source,
            plan.target,
            plan.options,
            place,
            self._stop,
            self._on_progress,
            memory,
            journal,
        )
        try:
            return assemble(job)
        except UsageError as error:
            if not several:
                raise
            message = f"{plan.source.facts.path}: {error.message}"
            raise type(error)(message, hint=error.hint) from error


def _opener(path: str) -> Callable[[ImportOptions], RowSource]:
    def open_it(options: ImportOptions) -> RowSource:
        return open_source(
            path, format=options.format, encoding=options.encoding, separator=options.separator
        )

    return open_it


def _open_all(
    openers: Sequence[Callable[[ImportOptions], RowSource]], options: ImportOptions
) -> list[RowSource]:
    """Open every file before anything is sent; a bad one closes those that were opened."""
    sources: list[RowSource] = []
    try:
        sources.extend(opener(options) for opener in openers)
    except BaseException:
        for source in sources:
            source.close()
        raise
    return sources


def _file_start(plan: FilePlan, place: Place, assembly: Assembly, told: Sequence[str]) -> FileStart:
    target = plan.target
    return FileStart(
        plan.source.facts.path,
        plan.source.facts,
        plan.options.type,
        target.schema.model,
        plan.options.is_dry,
        place.url,
        place.database,
        target.user,
        target.company,
        target.lang,
        assembly.columns,
        assembly.ignored,
        tuple(
            text for text in (*told, plan.file.found, *target.notices, *assembly.notices) if text
        ),
    )


def _written_down(result: RunResult, journal: RunJournal | None) -> RunResult:
    """Return the summary once the journal has it, or with what kept the journal from it."""
    if journal is None:
        return result
    try:
        journal.end(result)
    except JournalError as error:
        if result.error is not None:
            return result
        told = {"code": error.code, "message": error.message, "hint": error.hint}
        return replace(result, status="failed", error=told)
    return result


def _new_run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
