"""Prints where no terminal is, without the library for terminals: it takes 20 ms to be imported."""

from __future__ import annotations

import os
from collections.abc import Sequence
from typing import IO, TYPE_CHECKING, Any, cast

from odoo_ingestion.cli.streams import Outlet

if TYPE_CHECKING:
    from rich.console import Console

PIPE_WIDTH = 200
"""Columns where no terminal limits them: nothing is folded that a script may look for."""

_SAY_WHAT_A_TERMINAL_IS = ("TTY_COMPATIBLE", "FORCE_COLOR")
"""Variables by which rich takes what is no terminal for one."""


def is_plain(outlet: Outlet) -> bool:
    """Tell whether texts go to no terminal, and nothing says that it is to be taken for one."""
    if any(name in os.environ for name in _SAY_WHAT_A_TERMINAL_IS):
        return False
    try:
        return not outlet.isatty()
    except ValueError:  # it is closed
        return True


class PlainConsole:
    """Writes plain texts as they are and leaves everything else to rich, which is loaded then."""

    is_terminal = False

    def __init__(self, outlet: Outlet) -> None:
        self.width = PIPE_WIDTH
        self._outlet = outlet
        self._rich: Console | None = None

    def print(self, thing: Any = "", *, soft_wrap: bool = False) -> None:
        """Print a text on lines of its own, or what rich can draw."""
        if isinstance(thing, str) and _is_simple(thing, 0 if soft_wrap else self.width):
            self._outlet.write(f"{thing}\n")
            self._outlet.flush()
        else:
            self._drawing().print(thing, soft_wrap=soft_wrap)

    def print_facts(self, facts: Sequence[tuple[str, str]]) -> bool:
        """Print labels and texts in two columns where they fit; tell whether they did."""
        label_width = max(len(label) for label, _ in facts)
        text_width = max(len(text) for _, text in facts)
        texts = (text for fact in facts for text in fact)
        if label_width + text_width + 2 > self.width or not all(map(str.isprintable, texts)):
            return False
        if not all(text.isascii() for fact in facts for text in fact):
            return False  # some characters take two columns
        lines = (f"{label:<{label_width}}  {text:<{text_width}}\n" for label, text in facts)
        self._outlet.write("".join(lines))
        self._outlet.flush()
        return True

    def _drawing(self) -> Console:
        if self._rich is None:
            self._rich = rich_console(self._outlet)
        return self._rich


def rich_console(outlet: Outlet) -> Console:
    """Return rich's console of ours: texts are shown as they are, NO_COLOR is honoured."""
    from rich.console import Console

    # rich asks a file for no more than what Outlet passes on.
    console = Console(file=cast("IO[str]", outlet), highlight=False, markup=False, emoji=False)
    if not console.is_terminal:
        console.width = PIPE_WIDTH
    return console


def _is_simple(text: str, width: int) -> bool:
    """Tell whether rich would write a text just so: it takes tabs and other controls away.

    ``width`` is where it would fold a line, 0 for nowhere.
    """
    if width and not (text.isascii() and all(len(line) <= width for line in text.split("\n"))):
        return False
    return all(line.isprintable() and not line.endswith(" ") for line in text.split("\n"))
