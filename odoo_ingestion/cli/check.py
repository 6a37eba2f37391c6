"""`odoo-ingestion check`: the connection doctor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from odoo_ingestion.cli import logs, running
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import NO_CONNECTION, SUCCESS
from odoo_ingestion.cli.screen import Screen, print_json, print_words

if TYPE_CHECKING:
    from odoo_ingestion.connection_manager import Diagnosis, Finding


def check(
    json: o.Json = False,
    quiet: o.Quiet = False,
    verbose: o.Verbose = False,
    url: o.Url = None,
    database: o.Database = None,
    username: o.Username = None,
    protocol: o.Protocol = None,
    insecure: o.Insecure = None,
) -> int:
    """Check the connection and the rights.

    Tells what is in the way of an import, each with what to do about it. Writes nothing.
    """
    from odoo_ingestion.connection_manager import diagnose

    screen = Screen(json, quiet, verbose)
    config = running.Login(url, database, username, protocol, insecure=insecure).config()
    logs.start_logging(screen, config)
    diagnosis = diagnose(config)
    if json:
        print_json(diagnosis.as_dict())
    else:
        _tell(screen, diagnosis)
    return SUCCESS if diagnosis.ok else NO_CONNECTION


def _tell(screen: Screen, diagnosis: Diagnosis) -> None:
    from rich.table import Table
    from rich.text import Text

    where = f"{diagnosis.database} on {diagnosis.url}, as {diagnosis.username}"
    if not screen.quiet:
        print_words(screen.out, where, lead="Checking ")
    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for finding in diagnosis.findings:
        if screen.quiet and finding.ok is not False:
            continue
        word, style = _verdict(finding)
        text = Text(finding.message)
        if finding.hint:
            text.append(f"\n{finding.hint}", style="dim")
        table.add_row(Text(f"  {word}", style=style), _short(finding.name), text)
    screen.out.print(table)
    if diagnosis.ok:
        print_words(screen.out, "", lead="Ready to import.", style="bold green")
    else:
        print_words(
            screen.out, " See what is marked wrong.", lead="Not ready to import.", style="bold red"
        )


def _verdict(finding: Finding) -> tuple[str, str]:
    # Words, not signs or colours alone: they must be read anywhere.
    if finding.ok is None:
        return "note", "yellow"
    return ("ok", "green") if finding.ok else ("wrong", "bold red")


def _short(name: str) -> str:
    return name.removeprefix("rights on ")
