"""What commands print on: results on standard output, everything else on standard error."""

from __future__ import annotations

import json
import sys
import textwrap
from dataclasses import dataclass
from functools import cached_property
from typing import IO, TYPE_CHECKING, Any, cast

from odoo_ingestion.cli.streams import Outlet
from odoo_ingestion.errors import UsageError

if TYPE_CHECKING:
    from rich.console import Console

_PIPE_WIDTH = 200
"""Columns where no terminal limits them: nothing is folded that a script may look for."""


@dataclass(frozen=True)
class Screen:
    """How much is said, and where."""

    json: bool = False
    quiet: bool = False
    verbose: bool = False

    @cached_property
    def out(self) -> Console:
        """Standard output: results."""
        return make_console(stderr=False)

    @cached_property
    def err(self) -> Console:
        """Standard error: progress and logs."""
        return error_console()

    def __post_init__(self) -> None:
        if self.quiet and self.verbose:
            raise UsageError("--quiet and --verbose do not go together.")


def make_console(*, stderr: bool) -> Console:
    """Return a console of ours: texts are shown as they are, NO_COLOR is honoured."""
    from rich.console import Console

    file = Outlet(sys.stderr) if stderr else Outlet(sys.stdout, results=True)
    # rich asks a file for no more than what Outlet passes on.
    console = Console(file=cast("IO[str]", file), highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = _PIPE_WIDTH
    return console


def error_console() -> Console:
    """Return a console on standard error."""
    return make_console(stderr=True)


def print_words(console: Console, text: str, *, lead: str = "", style: str = "bold") -> None:
    """Print a text broken between words, its ``lead`` in a style; paths are never broken.

    Lines after the first are indented as the first one is.
    """
    from rich.text import Text

    for number, line in enumerate((lead + text).split("\n")):
        indent = line[: len(line) - len(line.lstrip())]
        words = textwrap.fill(
            line,
            console.width,
            subsequent_indent=indent,
            break_long_words=False,
            break_on_hyphens=False,
        )
        shown = Text(words)
        if number == 0 and lead:
            shown.stylize(style, 0, len(lead))
        console.print(shown, soft_wrap=True)


def print_line(console: Console, text: str) -> None:
    """Print a line that stays one line, so that it can be copied."""
    from rich.text import Text

    console.print(Text(text), soft_wrap=True)


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
