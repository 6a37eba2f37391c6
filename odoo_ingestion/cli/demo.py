"""`odoo-ingestion demo`: the sample files into the sandbox."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

import odoo_ingestion
from odoo_ingestion.cli import logs, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import ROWS_FAILED, SUCCESS, show
from odoo_ingestion.cli.sandbox import tell_address
from odoo_ingestion.cli.screen import Screen, print_json, print_words
from odoo_ingestion.cli.summary import outcome_table, tell_errors, tell_retry
from odoo_ingestion.errors import InputFileError
from odoo_ingestion.runs import ImportOptions, RunResult

if TYPE_CHECKING:
    from odoo_ingestion.config import Config
    from odoo_ingestion.sandbox import SandboxStatus


@dataclass(frozen=True)
class DemoFile:
    """A sample file, how it is imported, and how many of its rows are meant to fail."""

    name: str
    options: ImportOptions
    bad_rows: int = 0


DEMO_FILES = (
    DemoFile("categories.csv", ImportOptions(type="categories")),
    DemoFile("products.csv", ImportOptions(type="products")),
    DemoFile("variants.csv", ImportOptions(type="variants")),
    DemoFile("suppliers.csv", ImportOptions(type="suppliers")),
    DemoFile("customers.csv", ImportOptions(type="customers")),
    DemoFile("orders.csv", ImportOptions(type="orders")),
    DemoFile("stock.csv", ImportOptions(type="inventory")),
    DemoFile("partners_with_errors.csv", ImportOptions(type="partners"), bad_rows=7),
)


def demo(json: o.Json = False, verbose: o.Verbose = False) -> int:
    """Import the sample files into the sandbox.

    The sandbox is started first, and left running to be looked at in a browser.
    """
    from odoo_ingestion import sandbox

    screen = Screen(json, False, verbose)
    logs.start_logging(screen)
    folder = samples()
    now = sandbox.start(say=lambda text: print_words(screen.err, text))
    config = _config(now)
    logs.start_logging(screen, config)
    results = [
        running.run_import(
            [str(folder / file.name)],
            replace(file.options, failed_dir=config.failed_dir),
            config,
            screen,
            again=file is not DEMO_FILES[0],
        )
        for file in DEMO_FILES
    ]
    wrong = [
        text
        for file, result in zip(DEMO_FILES, results, strict=True)
        if (text := _surprise(file, result))
    ]
    if json:
        print_json({"files": [result.as_dict() for result in results], "unexpected": wrong})
    else:
        _tell(screen, results, now)
    for text in wrong:
        show(text, None)
    return ROWS_FAILED if wrong else SUCCESS


def samples() -> Path:
    """Return the folder of the sample files; raises InputFileError when it is not there."""
    folder = Path(odoo_ingestion.__file__).parent.parent / "data" / "samples"
    if not folder.is_dir():
        raise InputFileError(
            f"There are no sample files in {folder}.",
            hint="The demo runs from a checkout of the project: make demo.",
        )
    return folder


def _config(now: SandboxStatus) -> Config:
    from pydantic import SecretStr

    from odoo_ingestion.config import Config

    # What the user has configured is another server: only the sandbox is meant here.
    return Config(
        _env_file=None,
        url=now.url,
        database=now.database,
        username=now.username,
        api_key=SecretStr(now.password),
    )


def _surprise(file: DemoFile, result: RunResult) -> str | None:
    """Say what went otherwise than the sample files are made for, None when nothing did."""
    if result.error is not None:
        return f"{file.name}: {result.error['message']}"
    failed = result.count("failed")
    if failed != file.bad_rows:
        return f"{file.name}: {failed} rows failed where {file.bad_rows} were meant to."
    return None


def _tell(screen: Screen, results: Sequence[RunResult], now: SandboxStatus) -> None:
    files = [file for result in results for file in result.files]
    screen.out.print(outcome_table(files, screen.out.width, dry_run=False))
    if any(result.errors for result in results):
        print_words(screen.out, "The last file has bad rows on purpose; the good ones went in.")
    tell_errors(screen, results)
    tell_retry(
        screen,
        [path for result in results for path in result.failed_files],
        running.Login(now.url, now.database, now.username).words(),
        # The sandbox's key is no secret: everyone's is the same, and it listens here only.
        environment=f"ODOO_API_KEY={now.password} ",
    )
    if not any(file.created or file.updated for file in files):
        print_words(screen.out, "", lead="Nothing was changed: every good row was in Odoo already.")
        screen.out.print()
    tell_address(screen, now)
