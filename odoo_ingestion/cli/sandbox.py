"""`odoo-ingestion sandbox`: a real Odoo on this machine."""

from __future__ import annotations

import dataclasses
from typing import TYPE_CHECKING

import typer

from odoo_ingestion.cli import logs
from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import SUCCESS
from odoo_ingestion.cli.screen import Screen, print_json, print_line, print_words

if TYPE_CHECKING:
    from odoo_ingestion.sandbox import SandboxStatus

app = typer.Typer(
    help="A real Odoo on this machine, to try things on.",
    no_args_is_help=True,
    rich_markup_mode=None,
)


@app.command()
def start(json: o.Json = False) -> int:
    """Start it; the first time it is built, which takes a few minutes."""
    from odoo_ingestion import sandbox

    screen = _screen(json)
    return _tell(screen, sandbox.start(say=lambda text: print_words(screen.err, text)))


@app.command()
def stop(json: o.Json = False) -> int:
    """Stop it; what is in it stays."""
    from odoo_ingestion import sandbox

    screen = _screen(json)
    return _tell(screen, sandbox.stop(say=lambda text: print_words(screen.err, text)))


@app.command()
def status(json: o.Json = False) -> int:
    """Tell whether it runs, and how to look at it in a browser."""
    from odoo_ingestion import sandbox

    return _tell(_screen(json), sandbox.status())


@app.command()
def reset(json: o.Json = False) -> int:
    """Empty it: its database is made anew."""
    from odoo_ingestion import sandbox

    screen = _screen(json)
    return _tell(screen, sandbox.reset(say=lambda text: print_words(screen.err, text)))


def _screen(json: bool) -> Screen:
    screen = Screen(json)
    logs.start_logging(screen)
    return screen


def _tell(screen: Screen, now: SandboxStatus) -> int:
    if screen.json:
        print_json(dataclasses.asdict(now))
    elif now.running:
        tell_address(screen, now)
    else:
        print_words(screen.out, "The sandbox does not run. Start it: odoo-ingestion sandbox start")
    return SUCCESS


def tell_address(screen: Screen, now: SandboxStatus) -> None:
    """Print how to look at a running sandbox in a browser."""
    print_words(screen.out, "", lead=f"Odoo {now.version} is running.")
    print_line(screen.out, f"  Address   {now.url}/web?db={now.database}")
    print_line(screen.out, f"  Login     {now.username}   Password  {now.password}")
    print_line(screen.out, f"  Database  {now.database}")
