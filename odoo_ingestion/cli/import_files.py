"""`odoo-ingestion import`."""

from __future__ import annotations

from odoo_ingestion.cli import choices, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.reporting import Reporting
from odoo_ingestion.cli.screen import Screen


def import_files(
    files: o.Files = None,
    more_files: o.MoreFiles = None,
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
    """Import files into Odoo.

    New records are created, those that are there are updated. Rows that fail are written to a file
    of their own, with the reason of each: correct them there, then use retry.
    """
    given = dict(locals())
    screen = Screen(json, quiet, verbose)
    paths = choices.input_paths(files, more_files)
    options = choices.import_options(given)
    choices.check_standard_input(paths, options)
    login = running.Login(url, database, username, protocol, rate, give_up_after, insecure)
    reporting = Reporting(log_format, log_personal_data, metrics_file)
    return running.run_and_tell(paths, options, login, screen, reporting)
