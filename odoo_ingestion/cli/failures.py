"""Tells what went wrong, in words and as an exit code."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from msgspec.structs import replace

from odoo_ingestion.cli import logs
from odoo_ingestion.cli.screen import error_console, print_json, print_words
from odoo_ingestion.errors import (
    ConnectionFailed,
    FatalError,
    Interrupted,
    ModelMissing,
    OdooIngestionError,
    OutputFileError,
    RetryableError,
    SandboxError,
    ServerRefused,
    TooManyErrors,
    UsageError,
)
from odoo_ingestion.runs import RunResult

if TYPE_CHECKING:
    import typer

SUCCESS, ROWS_FAILED, WRONG_USAGE, NO_CONNECTION, INTERRUPTED, BUG = range(6)

_FAMILIES: tuple[tuple[type[OdooIngestionError], int], ...] = (
    (TooManyErrors, ROWS_FAILED),
    (Interrupted, INTERRUPTED),
    (ConnectionFailed, NO_CONNECTION),
    (UsageError, WRONG_USAGE),
    (OutputFileError, WRONG_USAGE),
    (SandboxError, WRONG_USAGE),
    (ModelMissing, WRONG_USAGE),
    # A call that the server refused or did not answer, outside of any row.
    (RetryableError, NO_CONNECTION),
    (ServerRefused, NO_CONNECTION),
    (FatalError, WRONG_USAGE),
)

NO_RUN = RunResult(
    "",
    "failed",
    False,
    type=None,
    model="",
    files=(),
    url=None,
    database=None,
    company=None,
    lang=None,
    records={},
    errors={},
    seconds=0.0,
)
"""The result where no row was read."""

_logger = logging.getLogger("odoo_ingestion.cli")


def exit_code(error: OdooIngestionError) -> int:
    """Return the exit code of an error by its family."""
    for family, code in _FAMILIES:
        if isinstance(error, family):
            return code
    return BUG


def exit_code_of(code: str | None) -> int:
    """Return the exit code of an error by its own `code`, as a run's result holds it."""
    for family, number in _FAMILIES:
        if code in _codes(family):
            return number
    return BUG


def _codes(family: type[OdooIngestionError]) -> set[str]:
    codes = {family.code}
    for child in family.__subclasses__():
        codes |= _codes(child)
    return codes


def tell(error: OdooIngestionError, *, command: str | None) -> int:
    """Show an error and what to do about it; return its exit code.

    ``command`` is the one that wants its errors as JSON too, None when none does.
    """
    code = exit_code(error)
    # Without a traceback: it is no bug. What lies below says more than the message at times.
    _logger.debug("ended by %s, caused by %r", error.code, error.__cause__)
    if isinstance(error, Interrupted):
        print_words(error_console(), "", lead=sentence(error.message), style="bold yellow")
    else:
        show(error.message, error.hint)
    if command is not None:
        _print_error(command, error.code, error.message, error.hint, code)
    return code


def tell_usage(error: typer.TyperException, *, command: str | None) -> int:
    """Show what is wrong with the command itself; return its exit code."""
    context = getattr(error, "ctx", None)
    where = context.command_path if context is not None else "odoo-ingestion"
    message = error.format_message()
    if message.startswith("Usage: "):
        error_console().print(message)
        return WRONG_USAGE
    hint = f"{where} --help tells what there is."
    show(message, hint)
    if command is not None:
        _print_error(command, UsageError.code, message, hint, WRONG_USAGE)
    return WRONG_USAGE


def tell_bug(error: Exception, *, command: str | None) -> int:
    """Show that the program itself failed; the traceback goes to the log alone."""
    _logger.debug("a bug", exc_info=error)
    message = logs.redact(f"This is a bug of ours: {type(error).__name__}: {error}")
    file = logs.log_file()
    hint = (
        f"Please report it with the end of {file}."
        if file is not None
        else "Please report it with what the same command says with --verbose."
    )
    show(message, f"{hint} Rows that landed stay; running the command again doubles nothing.")
    if command is not None:
        _print_error(command, "bug", message, hint, BUG)
    return BUG


def show(message: str, hint: str | None) -> None:
    """Print an error and its hint for people, on standard error."""
    console = error_console()
    print_words(console, sentence(message), lead="Error: ", style="bold red")
    if hint:
        print_words(console, sentence(hint))


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start, unless it starts with a name."""
    first = text.split(" ", 1)[0]
    return text[:1].upper() + text[1:] if first.isalpha() and first.islower() else text


def _print_error(command: str, code: str, message: str, hint: str | None, number: int) -> None:
    status = "interrupted" if number == INTERRUPTED else "failed"
    error = {"code": code, "message": message, "hint": hint}
    if command not in ("import", "retry", "resume"):
        print_json({"status": status, "error": error})
        return
    # The same keys as after a run, so that a script needs to know one shape only.
    print_json(replace(NO_RUN, status=status, error=error).as_dict())
