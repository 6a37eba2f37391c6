"""Runs an import for the commands that do so, and shows it."""

from __future__ import annotations

import dataclasses
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from odoo_ingestion.cli import logs
from odoo_ingestion.cli.choices import named_folder
from odoo_ingestion.cli.interrupts import stop_on_signals
from odoo_ingestion.cli.progress import show_progress
from odoo_ingestion.cli.reporting import Reporting
from odoo_ingestion.cli.run_metrics import told_in_metrics
from odoo_ingestion.cli.screen import Screen, print_line
from odoo_ingestion.cli.starting import tell_start
from odoo_ingestion.cli.summary import tell_summary
from odoo_ingestion.errors import ConfigurationError, UsageError
from odoo_ingestion.runs import FileStart, ImportOptions, RunResult

if TYPE_CHECKING:
    from odoo_ingestion.config import Config
    from odoo_ingestion.error_handler import Sidecar
    from odoo_ingestion.journal import RunEntry


@dataclass(frozen=True)
class Login:
    """The connection options of the command line; None where one was not given."""

    url: str | None = None
    database: str | None = None
    username: str | None = None
    protocol: str | None = None
    rate: str | None = None
    give_up_after: float | None = None
    insecure: bool | None = None

    def config(self) -> Config:
        """Return the settings: options over environment over `.env`."""
        from odoo_ingestion.config import load_config_from_env

        return load_config_from_env(
            url=self.url,
            database=self.database,
            username=self.username,
            protocol=self.protocol,
            rate=self.rate,
            give_up_after=self.give_up_after,
            insecure=self.insecure,
        )

    def words(self) -> list[str]:
        """Return the options as words of a command."""
        words = []
        for name, value in dataclasses.asdict(self).items():
            if value is None or value is False:
                continue
            words.append(f"--{name.replace('_', '-')}")
            if value is not True:
                words.append(f"{value:g}" if isinstance(value, float) else str(value))
        return words


@dataclass(frozen=True)
class Resume:
    """A run that goes on; ``force`` lets files pass that have changed."""

    run: RunEntry
    force: bool = False


def run_and_tell(
    paths: Sequence[str],
    options: ImportOptions,
    login: Login,
    screen: Screen,
    reporting: Reporting,
    sidecar: Sidecar | None = None,
) -> int:
    """Import files, show how it goes and what became of them; return the exit code."""
    config = None if options.offline else config_for(login, sidecar)
    logs.start_logging(screen, config, reporting)
    if config is not None:
        _say_insecure(config, screen)
    options = replace(options, failed_dir=_failed_dir(options, config))
    with told_in_metrics(reporting.settled(config).metrics_file, options, config) as metrics:
        result = run_import(paths, options, config, screen)
        metrics.result = result
    return tell_summary(screen, result, login.words())


def run_import(
    paths: Sequence[str],
    options: ImportOptions,
    config: Config | None,
    screen: Screen,
    *,
    again: bool = False,
    resume: Resume | None = None,
) -> RunResult:
    """Import files with progress on standard error; signals end the run well.

    ``again`` says that another run into the same database has just been told of, ``resume`` names
    the run that goes on.
    """
    from odoo_ingestion import orchestrator

    dry_run = options.is_dry
    waiting = f"Connecting to {config.url}" if config is not None else "Reading"
    told: list[FileStart] = []

    def tell(start: FileStart) -> None:
        display.begin_file()
        said = {notice for before in told for notice in before.notices}
        tell_start(screen, start, again=again or bool(told), said=said)
        told.append(start)

    with stop_on_signals() as stop, show_progress(screen, waiting, dry_run=dry_run) as display:
        importer = orchestrator.OdooImporter(
            config, on_start=tell, on_progress=display.update, stop=stop
        )
        if resume is not None:
            return importer.resume(resume.run, options, force=resume.force)
        return importer.run(paths, options)


def config_for(login: Login, sidecar: Sidecar | None) -> Config:
    """Return the settings of an import; a retry's sidecar fills in what is not configured.

    Raises UsageError when failed rows would go to another database than the one that refused
    them: only the command line may say so.
    """
    if sidecar is None:
        return login.config()
    config = _with_sidecar(login, sidecar)
    told = login.url is not None or login.database is not None
    same = (config.url, config.database) == (sidecar.url, sidecar.database)
    if told or same or sidecar.database is None:
        return config
    raise UsageError(
        f"These rows failed in the database {sidecar.database} on {sidecar.url}; "
        f"the settings name {config.database} on {config.url}.",
        hint="Name the one that is meant with --url and --database.",
    )


def _with_sidecar(login: Login, sidecar: Sidecar) -> Config:
    # What is configured comes first: a file that somebody sent must not decide where the key goes.
    url, database = login.url or sidecar.url, login.database or sidecar.database
    for filled in (
        login,
        dataclasses.replace(login, database=database),
        dataclasses.replace(login, url=url),
    ):
        try:
            return filled.config()
        except ConfigurationError:
            continue
    return dataclasses.replace(login, url=url, database=database).config()


def _say_insecure(config: Config, screen: Screen) -> None:
    """Say even to those who want to hear nothing that no certificate is checked."""
    if config.insecure and screen.quiet:  # else the connection's warning is on the screen
        print_line(screen.err, config.cautions[0])


def _failed_dir(options: ImportOptions, config: Config | None) -> Path:
    """Return `--failed-dir`, else ODOO_FAILED_DIR, else the default."""
    if options.failed_dir != ImportOptions().failed_dir:
        return options.failed_dir
    if config is not None:
        return config.failed_dir
    folder = os.environ.get("ODOO_FAILED_DIR")
    return named_folder("ODOO_FAILED_DIR", folder) if folder else options.failed_dir
