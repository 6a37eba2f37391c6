"""The importer: files and options in, the summary of a run out."""

from __future__ import annotations

import secrets
import threading
import time
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.errors import ConfigurationError, OdooIngestionError
from odoo_ingestion.files import frame_source, open_source
from odoo_ingestion.orchestrator.assembly import Assembly, Job, Place
from odoo_ingestion.orchestrator.kinds import assemble
from odoo_ingestion.orchestrator.target import Target, offline_target, server_target
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Action
from odoo_ingestion.runs import FileResult, FileStart, ImportOptions, Progress, RunResult

if TYPE_CHECKING:
    import pandas as pd


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

        Raises UsageError and its kind, or ConnectionFailed, as long as nothing was read.
        """
        return self._run([_opener(path) for path in paths], options)

    def _run(
        self, openers: Sequence[Callable[[ImportOptions], RowSource]], options: ImportOptions
    ) -> RunResult:
        started = time.monotonic()
        run = _Totals(_new_run_id(), options)
        sources = _open_all(openers, options)
        try:
            connection = self._connect(options)
            target = server_target(connection, options) if connection else offline_target(options)
            try:
                self._import_all(sources, target, options, run)
            finally:
                if connection is not None:
                    run.retries += connection.retries
                    connection.close()
        finally:
            for source in sources:
                source.close()
        return run.result(target, self._config, time.monotonic() - started)

    def _connect(self, options: ImportOptions) -> OdooConnection | None:
        if options.offline:
            return None
        if self._config is None:
            raise ConfigurationError(
                "no server is configured",
                hint="Fill in .env (see .env.template), or use --offline with --dry-run.",
            )
        return connect(self._config)

    def _import_all(
        self,
        sources: Sequence[RowSource],
        target: Target,
        options: ImportOptions,
        run: _Totals,
    ) -> None:
        config = self._config if target.odoo is not None else None
        place = Place(config.url, config.database) if config else Place()
        # Every header is checked before the first file is sent.
        assembled = [
            assemble(Job(source, target, options, place, self._stop, self._on_progress))
            for source in sources
        ]
        for source, assembly in zip(sources, assembled, strict=True):
            self._on_start(_file_start(source, target, options, place, assembly))
            began = time.monotonic()
            try:
                assembly.execute()
            except OdooIngestionError as error:  # told by the result: rows may have landed
                run.error = error
            finally:
                run.add(source, assembly, time.monotonic() - began)
            if run.error is not None:
                return


class _Totals:
    """What a run adds up to, file by file."""

    def __init__(self, run_id: str, options: ImportOptions) -> None:
        self.run_id = run_id
        self.error: OdooIngestionError | None = None
        self.retries = 0
        self._options = options
        self._files: list[FileResult] = []
        self._errors: Counter[str] = Counter()
        self._examples: dict[str, str] = {}
        self._records: dict[str, Counter[str]] = {}
        self._notices: list[str] = []

    def add(self, source: RowSource, assembly: Assembly, seconds: float) -> None:
        """Take in a file that has ended, well or not."""
        tally = assembly.ledger.tally
        self._files.append(
            FileResult(
                source.facts.path,
                self._options.type,
                assembly.model,
                tally.read,
                tally.outcomes[Action.CREATED],
                tally.outcomes[Action.UPDATED],
                tally.outcomes[Action.UNCHANGED],
                tally.outcomes[Action.SKIPPED] + tally.open_rows,
                tally.failed,
                assembly.failed_file,
                seconds,
            )
        )
        self.retries += tally.retries
        self._errors.update(tally.errors)
        for category, example in tally.examples.items():
            self._examples.setdefault(category, example)
        for (model, action), count in tally.records.items():
            self._count(model, str(action), count)
        for model, count in assembly.run.extra_records().items():
            self._count(model, "created", count)
        self._notices += tally.notices(dry_run=self._options.is_dry)

    def _count(self, model: str, action: str, count: int) -> None:
        counts = self._records.setdefault(model, Counter({"created": 0, "updated": 0}))
        counts[action] += count

    def result(self, target: Target, config: Config | None, seconds: float) -> RunResult:
        """Return the summary."""
        failed = any(result.failed for result in self._files)
        status = "completed_with_failures" if failed else "completed"
        error: Mapping[str, str | None] | None = None
        if self.error is not None:
            status = "interrupted" if self.error.code == "interrupted" else "failed"
            error = {
                "code": self.error.code,
                "message": self.error.message,
                "hint": self.error.hint,
            }
        online = target.odoo is not None and config is not None
        notices = [*target.notices, *self._notices]
        if self.retries:
            notices.append(f"{self.retries} calls had to be repeated")
        return RunResult(
            self.run_id,
            status,
            self._options.is_dry,
            self._options.type,
            target.schema.model,
            tuple(self._files),
            config.url if online and config else None,
            config.database if online and config else None,
            target.company,
            target.lang,
            {model: dict(counts) for model, counts in self._records.items()},
            dict(self._errors),
            seconds,
            tuple(notices),
            error,
            dict(self._examples),
        )


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


def _file_start(
    source: RowSource, target: Target, options: ImportOptions, place: Place, assembly: Assembly
) -> FileStart:
    return FileStart(
        source.facts.path,
        source.facts,
        options.type,
        target.schema.model,
        options.is_dry,
        place.url,
        place.database,
        target.user,
        target.company,
        target.lang,
        assembly.columns,
        assembly.ignored,
        target.notices,
    )


def _new_run_id() -> str:
    return f"{datetime.now(UTC):%Y%m%d-%H%M%S}-{secrets.token_hex(3)}"
