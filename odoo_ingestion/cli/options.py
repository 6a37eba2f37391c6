"""The options that commands share, as Typer knows them."""

from __future__ import annotations

from enum import StrEnum
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from odoo_ingestion.records import Mode
from odoo_ingestion.runs import DateFormat

# The headings of the help.
_file_option = partial(typer.Option, rich_help_panel="The files")
_trial_option = partial(typer.Option, rich_help_panel="Trying it first")
_writing_option = partial(typer.Option, rich_help_panel="What is written")
_document_option = partial(typer.Option, rich_help_panel="Orders, invoices and stock")
_run_option = partial(typer.Option, rich_help_panel="How the run goes")
_server_option = partial(typer.Option, rich_help_panel="The server")
_telling_option = partial(typer.Option, rich_help_panel="What is told")


class ProtocolName(StrEnum):
    """Which of Odoo's APIs is spoken."""

    AUTO = "auto"
    XML_RPC = "xmlrpc"
    JSON_2 = "json2"


class Many2manyMode(StrEnum):
    """What a list of records does to the list that a record has."""

    REPLACE = "replace"
    ADD = "add"


class LogFormatName(StrEnum):
    """What a line of the log file looks like."""

    TEXT = "text"
    JSON = "json"


Files = Annotated[
    list[str] | None, typer.Argument(metavar="FILE", help="The files; - is standard input.")
]
MoreFiles = Annotated[
    list[str] | None,
    _file_option("--file", metavar="FILE", help="A file, said as an option."),
]
Type = Annotated[
    str | None,
    _file_option(
        "--type",
        metavar="TYPE",
        help="What the rows are ('odoo-ingestion types' lists the types); else found by each "
        "file's name and columns.",
    ),
]
Model = Annotated[
    str | None,
    _file_option("--model", metavar="MODEL", help="Any other Odoo model, like crm.lead."),
]
DryRun = Annotated[
    bool | None,
    _trial_option("--dry-run/--no-dry-run", help="Check everything and write nothing."),
]
DryRunServer = Annotated[
    bool | None,
    _trial_option(
        "--dry-run-server",
        help="Let Odoo check too and take it all back (uses up sequence numbers).",
    ),
]
Offline = Annotated[
    bool | None,
    _trial_option("--offline", help="Without a server; only with --dry-run."),
]
OdooVersion = Annotated[
    str | None,
    _trial_option(
        "--odoo-version", metavar="VERSION", help="With --offline: the Odoo to check for (19.0)."
    ),
]
WriteMode = Annotated[
    Mode | None,
    _writing_option(
        "--mode", metavar="MODE", help="upsert (create and update; the default), create or update."
    ),
]
Key = Annotated[
    str | None,
    _writing_option("--key", metavar="FIELD,...", help="Fields that tell records apart."),
]
Company = Annotated[
    str | None,
    _writing_option("--company", metavar="NAME|ID", help="The company, if not the user's own."),
]
Format = Annotated[
    str | None,
    _file_option(
        "--format", metavar="FORMAT", help="csv, json, jsonl, parquet or xlsx; else detected."
    ),
]
Encoding = Annotated[
    str | None,
    _file_option("--encoding", metavar="ENCODING", help="utf-8, cp1252...; else detected."),
]
Separator = Annotated[
    str | None,
    _file_option("--separator", metavar="S", help="Of a CSV: , ; | or tab; else detected."),
]
ClearEmpty = Annotated[
    str | None,
    _writing_option(
        "--clear-empty", metavar="FIELD,...", help="Empty cells of these clear the field."
    ),
]
BatchSize = Annotated[
    str | None,
    _run_option("--batch-size", metavar="N|auto", help="Rows sent in one call."),
]
Workers = Annotated[
    str | None,
    _run_option("--workers", metavar="N|auto", help="Calls at the same time."),
]
MaxErrors = Annotated[
    int | None,
    _run_option("--max-errors", metavar="N", min=1, help="Stop when so many rows have failed."),
]
SetValues = Annotated[
    list[str] | None,
    _writing_option("--set", metavar="FIELD=VALUE", help="The same value for every row."),
]
DateNotation = Annotated[
    DateFormat | None,
    _file_option(
        "--date-format",
        metavar="iso|dmy|mdy",
        help="How dates are written: 2024-12-31 (iso) always, 31/12/2024 with dmy, 12/31/2024 "
        "with mdy.",
    ),
]
Lang = Annotated[
    str | None,
    _writing_option(
        "--lang", metavar="CODE", help="Language of the texts, like fr_FR; else the user's."
    ),
]
Context = Annotated[
    list[str] | None,
    _writing_option("--context", metavar="KEY=VALUE", help="Something more in Odoo's context."),
]
CreateMissing = Annotated[
    str | None,
    _writing_option(
        "--create-missing",
        metavar="FIELD,...",
        help="Create what these name and Odoo does not have.",
    ),
]
WithTracking = Annotated[
    bool | None,
    _writing_option("--with-tracking", help="Chatter messages for new records too."),
]
NoTracking = Annotated[
    bool | None,
    _writing_option("--no-tracking", help="No chatter messages for changes either."),
]
IgnoreUnknown = Annotated[
    bool | None,
    _file_option("--ignore-unknown-columns", help="Leave out columns that fit no field."),
]
Ignore = Annotated[
    str | None,
    _file_option("--ignore", metavar="COLUMN,...", help="Leave out these columns of the file."),
]
Many2many = Annotated[
    Many2manyMode | None,
    _writing_option(
        "--m2m",
        metavar="replace|add",
        help="Whether a list (tags, taxes) replaces what a record has, or is added to it.",
    ),
]
Pricelist = Annotated[
    str | None,
    _writing_option(
        "--pricelist", metavar="NAME", help="Takes the prices of variants that do not add up."
    ),
]
FetchImages = Annotated[
    bool | None,
    _writing_option("--fetch-images", help="Fetch images that the file names by http(s) address."),
]
Confirm = Annotated[
    bool | None,
    _document_option("--confirm", help="Confirm the orders that landed: deliveries follow."),
]
Post = Annotated[
    bool | None,
    _document_option("--post", help="Post the invoices that landed: this cannot be taken back."),
]
Apply = Annotated[
    bool | None,
    _document_option(
        "--apply", help="Apply the counted stock: moves and their values cannot be taken back."
    ),
]
DeleteMissingLines = Annotated[
    bool | None,
    _document_option(
        "--delete-missing-lines",
        help="Remove the lines of an order that the file does not have any more.",
    ),
]
LogFormat = Annotated[
    LogFormatName | None,
    _telling_option(
        "--log-format", metavar="text|json", help="Lines of the log file (else ODOO_LOG_FORMAT)."
    ),
]
LogPersonalData = Annotated[
    bool | None,
    _telling_option(
        "--log-personal-data",
        help="Keep e-mail addresses, telephone and VAT numbers in the log file.",
    ),
]
MetricsFile = Annotated[
    Path | None,
    _telling_option(
        "--metrics-file",
        metavar="FILE",
        help="Write figures of the run there, for Prometheus (else ODOO_METRICS_FILE).",
    ),
]
FailedDir = Annotated[
    Path | None,
    _telling_option("--failed-dir", metavar="DIR", help="Where failed rows go (data/failed)."),
]
Json = Annotated[
    bool,
    _telling_option("--json", help="One JSON object on standard output."),
]
Quiet = Annotated[bool, _telling_option("--quiet", help="Only errors and the last line.")]
Verbose = Annotated[bool, _telling_option("--verbose", help="Everything that is logged.")]
Url = Annotated[
    str | None,
    _server_option("--url", metavar="URL", help="Address of Odoo (else ODOO_URL)."),
]
Database = Annotated[
    str | None,
    _server_option("--database", metavar="NAME", help="Its database (else ODOO_DATABASE)."),
]
Username = Annotated[
    str | None,
    _server_option("--username", metavar="LOGIN", help="Login (else ODOO_USERNAME)."),
]
Rate = Annotated[
    str | None,
    _run_option(
        "--rate",
        metavar="N/min",
        help="At most so many calls: 60/min, 2/s, 1000/h (else ODOO_RATE).",
    ),
]
GiveUpAfter = Annotated[
    float | None,
    _run_option(
        "--give-up-after",
        metavar="SECONDS",
        min=0,
        help="How long to wait for an Odoo that does not answer (600; else ODOO_GIVE_UP_AFTER).",
    ),
]
Insecure = Annotated[
    bool | None,
    _server_option(
        "--insecure", help="Do not check the server's certificate: the key can be stolen."
    ),
]
Protocol = Annotated[
    ProtocolName | None,
    _server_option(
        "--protocol",
        metavar="auto|xmlrpc|json2",
        help="The API to speak (else ODOO_PROTOCOL); auto is JSON-2 where that works.",
    ),
]
