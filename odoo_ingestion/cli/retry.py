"""`odoo-ingestion retry`."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from msgspec.structs import replace

from odoo_ingestion.cli import choices, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.reporting import Reporting
from odoo_ingestion.cli.screen import Screen
from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.runs import ImportOptions

if TYPE_CHECKING:
    from odoo_ingestion.error_handler import Sidecar

FailedFile = Annotated[
    str, typer.Argument(metavar="FAILED_FILE", help="A failed-records file, corrected.")
]


def retry(
    failed_file: FailedFile,
    type: o.Type = None,
    model: o.Model = None,
    dry_run: o.DryRun = None,
    dry_run_server: o.DryRunServer = None,
    offline: o.Offline = None,
    odoo_version: o.OdooVersion = None,
    mode: o.WriteMode = None,
    key: o.Key = None,
    company: o.Company = None,
    format: o.Format = None,
    encoding: o.Encoding = None,
    separator: o.Separator = None,
    clear_empty: o.ClearEmpty = None,
    batch_size: o.BatchSize = None,
    workers: o.Workers = None,
    max_errors: o.MaxErrors = None,
    set_values: o.SetValues = None,
    date_format: o.DateNotation = None,
    lang: o.Lang = None,
    context: o.Context = None,
    create_missing: o.CreateMissing = None,
    with_tracking: o.WithTracking = None,
    no_tracking: o.NoTracking = None,
    ignore_unknown_columns: o.IgnoreUnknown = None,
    ignore: o.Ignore = None,
    m2m: o.Many2many = None,
    pricelist: o.Pricelist = None,
    fetch_images: o.FetchImages = None,
    confirm: o.Confirm = None,
    post: o.Post = None,
    apply: o.Apply = None,
    delete_missing_lines: o.DeleteMissingLines = None,
    failed_dir: o.FailedDir = None,
    log_format: o.LogFormat = None,
    log_personal_data: o.LogPersonalData = None,
    metrics_file: o.MetricsFile = None,
    json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    url: o.Url = None,
    database: o.Database = None,
    username: o.Username = None,
    protocol: o.Protocol = None,
    rate: o.Rate = None,
    give_up_after: o.GiveUpAfter = None,
    insecure: o.Insecure = None,
) -> int:
    """Import corrected failed rows again.

    The options are those of the first import, which are kept beside the file; options given here
    go first. A dry run stays one until --no-dry-run is given.
    """
    given = dict(locals())
    screen = Screen(json, quiet, verbose)
    sidecar = _read_sidecar(failed_file)
    login = running.Login(url, database, username, protocol, rate, give_up_after, insecure)
    reporting = Reporting(log_format, log_personal_data, metrics_file)
    # What fails again goes beside what failed before.
    given["failed_dir"] = failed_dir or Path(failed_file).parent
    if sidecar is None:
        options = _without_sidecar(given)
        return running.run_and_tell([failed_file], options, login, screen, reporting)
    options = choices.import_options(given, _base(sidecar, login))
    if options.image_folder is None:
        # Paths to images begin where the first file was, not beside the failed rows.
        folder = str(Path(sidecar.source.path).parent)
        options = replace(options, image_folder=folder)
    return running.run_and_tell([failed_file], options, login, screen, reporting, sidecar)


def _read_sidecar(failed_file: str) -> Sidecar | None:
    from odoo_ingestion.error_handler import read_sidecar

    if failed_file == "-":
        raise UsageError("retry needs a file: what it tells of is beside that file.")
    path = Path(failed_file)
    if not path.exists():
        raise InputFileError(f"There is no file {failed_file}.")
    if path.is_dir():
        raise InputFileError(f"{failed_file} is a folder, not a file.")
    return read_sidecar(path)


def _without_sidecar(given: Mapping[str, Any]) -> ImportOptions:
    if given["type"] is None and given["model"] is None:
        raise UsageError(
            f"Nothing beside {given['failed_file']} says how it was imported.",
            hint="Say what the rows are: --type (or --model), and the other options of the import.",
        )
    return choices.import_options(given)


def _base(sidecar: Sidecar, login: running.Login) -> ImportOptions:
    if login.url or login.database:
        # Another server may have neither that company nor that language.
        return sidecar.options
    return replace(
        sidecar.options,
        company=sidecar.options.company or sidecar.company,
        lang=sidecar.options.lang or sidecar.lang,
    )
