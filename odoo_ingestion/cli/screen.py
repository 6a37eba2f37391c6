"""What commands print on: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from odoo_ingestion.cli.plain_console import PlainConsole, is_plain, rich_console
from odoo_ingestion.cli.streams import Outlet
from odoo_ingestion.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console


@dataclass(frozen=True)
class Screen:
    """How much is said, and where."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    @cached_property
    def out(self) -> PlainConsole | Console:
        """Standard output: results."""
        return make_console(stderr=False)

    @cached_property
    def err(self) -> PlainConsole | Console:
        """Standard error: progress and logs."""
        return error_console()

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            raise UsageError("--quiet and --verbose do not go together.")


def make_console(*, stderr: bool) -> PlainConsole | Console:
    """Return a console of ours: texts are shown as they are, NO_COLOR is honoured."""
    outlet = Outlet(sys.stderr) if stderr else Outlet(sys.stdout, results=True)
    return PlainConsole(outlet) if is_plain(outlet) else rich_console(outlet)


def error_console() -> PlainConsole | Console:
    """Return a console on standard error."""
    return make_console(stderr=True)


def print_words(
    console: PlainConsole | Console, text: str, *, lead: str = "", style: str = "bold"
) -> None:
    """Print a text broken between words, its ``lead`` in a style; paths are never broken.

    Lines after the first are indented as the first one is.
    """
    for number, line in enumerate((lead + text).split("\n")):
        indent = line[: len(line) - len(line.lstrip())]
        words = textwrap.fill(
            line,
            console.width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        _print_text(console, words, style if number == 0 else "", len(lead))


def print_line(console: PlainConsole | Console, text: str) -> None:
    """Print a line that stays one line, so that it can be copied."""
    _print_text(console, text, "", 0)


def _print_text(console: PlainConsole | Console, text: str, style: str, styled: int) -> None:
    """Print a text whose first characters have a style."""
    if isinstance(console, PlainConsole):
        console.print(text, soft_wrap=True)
        return
    from rich.text import Text

    shown = Text(text)
    if style and styled:
        shown.stylize(style, 0, styled)
    console.print(shown, soft_wrap=True)


def print_facts(console: PlainConsole | Console, facts: Sequence[tuple[str, str]]) -> None:
    """Print labels and what they say in two columns."""
    if isinstance(console, PlainConsole) and console.print_facts(facts):
        return
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in facts:
        table.add_row(label, Text(text))
    console.print(table)


def print_json(value: Any) -> None:
    """Print one JSON object on standard output."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2, default=str)
    print_text(f"{text}\n")


def print_text(text: str) -> None:
    """Print a text on standard output just as it is; raises OutputFileError when that fails."""
    out = Outlet(sys.stdout, results=True)
    out.write(text)
    out.flush()
