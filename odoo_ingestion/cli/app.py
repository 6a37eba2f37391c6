"""Puts the commands together and turns whatever ends them into an exit code."""

from __future__ import annotations

import importlib
import signal
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from odoo_ingestion import __version__
from odoo_ingestion.cli import failures, logs
from odoo_ingestion.cli.help_page import GroupedCommand
from odoo_ingestion.cli.streams import prepare_streams
from odoo_ingestion.errors import Interrupted, OdooIngestionError

PROGRAM = "odoo-ingestion"

COMMANDS = {
    "import": "import_files",
    "resume": "resume",
    "retry": "retry",
    "runs": "runs",
    "check": "check",
    "fields": "fields",
    "template": "template",
    "types": "types",
    "sandbox": "sandbox",
    "demo": "demo",
}
"""The commands in the order of the help, each with the module that holds it."""

_WITH_MANY_OPTIONS = ("import", "resume", "retry")
_GROUPS = ("sandbox",)

_KEYBOARD_INTERRUPT = 130
"""What Typer makes of a Ctrl-C."""


def program(arguments: Sequence[str] = ()) -> typer.Typer:
    """Return the program as Typer knows it: with every command, or that which is named first.

    The other commands are not made then: each of them costs as much time as a few hundred rows.
    """
    app = typer.Typer(
        name=PROGRAM,
        help="Import CSV, JSON, Parquet and Excel files into Odoo, with the truth about every row.",
        epilog="Exit codes: 0 every row landed, 1 some rows failed, 2 wrong usage, file or "
        "settings, 3 no connection or no login, 4 interrupted, 5 a bug of ours.",
        no_args_is_help=True,
        add_completion=False,
        # Plain help answers three times as fast as help drawn by rich.
        rich_markup_mode=None,
        pretty_exceptions_enable=False,
    )
    app.callback()(about)
    named = arguments[0] if arguments else ""
    for name in (named,) if named in COMMANDS else COMMANDS:
        _add(app, name)
    return app


def _add(app: typer.Typer, name: str) -> None:
    module = importlib.import_module(f"odoo_ingestion.cli.{COMMANDS[name]}")
    if name in _GROUPS:
        app.add_typer(module.app, name=name)
    else:
        look = GroupedCommand if name in _WITH_MANY_OPTIONS else None
        app.command(name, cls=look)(getattr(module, COMMANDS[name]))


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


def about(
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Import CSV, JSON, Parquet and Excel files into Odoo, with the truth about every row."""


def run(arguments: Sequence[str]) -> int:
    """Run a command and return its exit code; whatever goes wrong is told, never raised."""
    command = arguments[0] if "--json" in arguments else None
    prepare_streams()
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        code = program(arguments)(list(arguments), standalone_mode=False, prog_name=PROGRAM)
    except typer.TyperException as e:
        return failures.tell_usage(e, command=command)
    except OdooIngestionError as e:
        return failures.tell(e, command=command)
    except Exception as e:  # noqa: BLE001 - the last resort: a bug is told, not thrown at people
        return failures.tell_bug(e, command=command)
    finally:
        logs.end_logging()
    if code == _KEYBOARD_INTERRUPT:
        return failures.tell(Interrupted("Stopped."), command=command)
    return code if isinstance(code, int) else 0


def _interrupt(_signal: int, _frame: FrameType | None) -> NoReturn:
    raise KeyboardInterrupt
