"""`odoo-ingestion resume`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from odoo_ingestion.cli import logs, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.reporting import Reporting
from odoo_ingestion.cli.run_metrics import told_in_metrics
from odoo_ingestion.cli.screen import Screen, print_words
from odoo_ingestion.cli.summary import tell_summary
from odoo_ingestion.errors import UsageError
from odoo_ingestion.runs import RunResult, stored_options

if TYPE_CHECKING:
    from odoo_ingestion.config import Config
    from odoo_ingestion.journal import RunEntry

Run = Annotated[
    str | None,
    typer.Argument(metavar="RUN", help="Its id or how it begins; else the last one broken off."),
]
Force = Annotated[
    bool, typer.Option("--force", help="Go on although a file has changed since it began.")
]


def resume(
    run: Run = None,
    force: Force = False,
    metrics_file: o.MetricsFile = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    url: o.Url = None,
    database: o.Database = None,
    username: o.Username = None,
    protocol: o.Protocol = None,
) -> int:
    """Go on with a run that was broken off.

    Rows that have landed are not sent again; of those that were on their way Odoo is asked first.
    With nothing to go on with, the last summary is told again.
    """
    screen = Screen(json, quiet, verbose)
    login = running.Login(url, database, username, protocol)
    config = login.config()
    reporting = Reporting(metrics_file=metrics_file)
    logs.start_logging(screen, config, reporting)
    entry = _find(config, run)
    if not entry.is_open:
        print_words(screen.err, f"Run {entry.run_id} has ended: there is nothing to go on with.")
        return tell_summary(screen, _summary_of(entry), login.words())
    options = stored_options(entry.options)
    again = running.Resume(entry, force)
    with told_in_metrics(reporting.settled(config).metrics_file, options, config) as metrics:
        result = running.run_import(entry.paths, options, config, screen, resume=again)
        metrics.result = result
    return tell_summary(screen, result, login.words())


def _find(config: Config, run_id: str | None) -> RunEntry:
    """Return the run that is meant; raises UsageError where there is none."""
    from odoo_ingestion.journal import Journal

    if not config.journal.exists():
        raise UsageError(
            f"There is no journal {config.journal.absolute()}.",
            hint="Change to the folder in which the import was started, or name its journal with "
            "ODOO_JOURNAL.",
        )
    with Journal(config.journal) as journal:
        if run_id is not None:
            found = journal.history.run(run_id)
        else:
            left = journal.history.open_runs(config.url, config.database)
            found = left[0] if left else journal.history.last_run(config.url, config.database)
    if found is None:
        what = f"no run {run_id}" if run_id else f"no run into the database {config.database}"
        raise UsageError(
            f"The journal {config.journal.absolute()} knows {what}.",
            hint="'odoo-ingestion runs' lists what it knows. Another journal is named with "
            "ODOO_JOURNAL, or used in the folder in which the import was started.",
        )
    if (found.url, found.database) != (config.url, config.database):
        raise UsageError(
            f"Run {found.run_id} goes into the database {found.database} on {found.url}; the "
            f"settings name {config.database} on {config.url}.",
            hint="Name that one with --url and --database.",
        )
    return found


def _summary_of(entry: RunEntry) -> RunResult:
    if not entry.summary:
        raise UsageError(
            f"Run {entry.run_id} was broken off, and a later import of its files did its work.",
            hint="'odoo-ingestion resume' without a run tells the last summary.",
        )
    return RunResult.from_dict(entry.summary)
