"""Puts the commands together and turns whatever ends them into an exit code."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from types import FrameType
from typing import Annotated, NoReturn

import typer

from odoo_ingestion import __version__
from odoo_ingestion.cli import (
    check,
    demo,
    failures,
    fields,
    import_files,
    logs,
    resume,
    retry,
    runs,
    sandbox,
    template,
    types,
)
from odoo_ingestion.cli.help_page import GroupedCommand
from odoo_ingestion.cli.streams import prepare_streams
from odoo_ingestion.errors import Interrupted, OdooIngestionError

PROGRAM = "odoo-ingestion"

_KEYBOARD_INTERRUPT = 130
"""What Typer makes of a Ctrl-C."""

app = typer.Typer(
    name=PROGRAM,
    help="Import CSV, JSON, Parquet and Excel files into Odoo, with the truth about every row.",
    epilog="Exit codes: 0 every row landed, 1 some rows failed, 2 wrong usage, file or settings, "
    "3 no connection or no login, 4 interrupted, 5 a bug of ours.",
    no_args_is_help=True,
    add_completion=False,
    # Plain help answers three times as fast as help drawn by rich.
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
app.command("import", cls=GroupedCommand)(import_files.import_files)
app.command("resume", cls=GroupedCommand)(resume.resume)
app.command("retry", cls=GroupedCommand)(retry.retry)
app.command("runs")(runs.runs)
app.command("check")(check.check)
app.command("fields")(fields.fields)
app.command("template")(template.template)
app.command("types")(types.types)
app.add_typer(sandbox.app, name="sandbox")
app.command("demo")(demo.demo)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"{PROGRAM} {__version__}")
        raise typer.Exit


@app.callback()
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
        code = app(list(arguments), standalone_mode=False, prog_name=PROGRAM)
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
