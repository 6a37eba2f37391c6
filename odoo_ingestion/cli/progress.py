"""Shows a running import: bars on a terminal, a line every few seconds elsewhere."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Protocol, TypeGuard

from odoo_ingestion.cli.plain_console import PlainConsole
from odoo_ingestion.cli.screen import Screen, print_line
from odoo_ingestion.cli.wording import duration, rate, rows
from odoo_ingestion.runs import Progress

if TYPE_CHECKING:
    from rich.console import Console, RenderableType

LINE_EVERY = 5.0
"""Seconds between two lines where there is no terminal."""

_REFRESH_A_SECOND = 8
_NARROW = 70


class Display(Protocol):
    """Takes snapshots from any thread."""

    def update(self, progress: Progress) -> None:
        """Show this one from now on."""
        ...

    def begin_file(self) -> None:
        """Finish with the file shown so far: what comes next is another one's."""
        ...


@contextmanager
def show_progress(screen: Screen, waiting: str, *, dry_run: bool) -> Iterator[Display]:
    """Show snapshots until the block ends, the way that suits where standard error goes.

    ``waiting`` says what goes on before the first of them.
    """
    console = screen.err
    if screen.quiet:
        yield _Nothing()
    elif _can_draw(console):
        with _bars(console, waiting, dry_run=dry_run) as bars:
            yield bars
    else:
        print_line(console, waiting)
        lines = _Lines(screen, dry_run=dry_run)
        with lines:
            yield lines


def _can_draw(console: PlainConsole | Console) -> TypeGuard[Console]:
    if isinstance(console, PlainConsole):
        return False
    return console.is_terminal and not console.is_dumb_terminal


class _Nothing:
    def update(self, progress: Progress) -> None:
        """Show nothing."""

    def begin_file(self) -> None:
        """Show nothing."""


class _Bars:
    def __init__(self, console: Console, waiting: str, *, dry_run: bool) -> None:
        self._console = console
        self._waiting = waiting
        self._dry_run = dry_run
        self._latest: Progress | None = None

    def update(self, progress: Progress) -> None:
        self._latest = progress

    def begin_file(self) -> None:
        self._latest = None

    def render(self) -> RenderableType:
        latest = self._latest
        if latest is None:
            return self._waiting
        return draw(latest, self._console.width, dry_run=self._dry_run)


@contextmanager
def _bars(console: Console, waiting: str, *, dry_run: bool) -> Iterator[Display]:
    from rich.live import Live

    bars = _Bars(console, waiting, dry_run=dry_run)
    live = Live(
        get_renderable=bars.render,
        console=console,
        refresh_per_second=_REFRESH_A_SECOND,
        transient=True,
    )
    with live:
        yield bars


def draw(progress: Progress, width: int, *, dry_run: bool) -> RenderableType:
    """Return three bars, one a stage, and below them the rate, the time left and the outcomes."""
    from rich.console import Group
    from rich.progress_bar import ProgressBar
    from rich.table import Table
    from rich.text import Text

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(justify="right", no_wrap=True)
    last = "Comparing" if dry_run else "Sending"
    stages = (("Reading", progress.read), ("Checking", progress.validated), (last, progress.sent))
    bar_width = max(10, min(40, width - 34))
    for name, count in stages:
        # Without a total the bar pulses: something happens, nobody knows how much is left.
        total = progress.total or (1 if progress.finished else None)
        bar = ProgressBar(total=total, completed=count, width=bar_width, pulse=total is None)
        table.add_row(name, bar, _count(count, progress))
    lines = [
        Text(line, overflow="ellipsis", no_wrap=True)
        for line in _below(progress, width, dry_run=dry_run)
    ]
    if progress.failed:
        lines[-1].highlight_regex(r"[\d,]+ failed", "bold red")
    return Group(table, *lines)


def _count(count: int, progress: Progress) -> str:
    if progress.total is None:
        return f"{count:,}"
    about = "~" if progress.total_is_estimate else ""
    return f"{count:,} of {about}{progress.total:,}"


def _below(progress: Progress, width: int, *, dry_run: bool) -> list[str]:
    speed = [rate(progress.rate), *_left(progress)]
    if progress.note:
        speed.append(progress.note)
    outcomes = _outcomes(progress, dry_run=dry_run)
    if width < _NARROW:
        outcomes = [text for text in outcomes if not text.startswith("0 ")] or outcomes[:1]
    return [", ".join(speed), ", ".join(outcomes)]


def _left(progress: Progress) -> list[str]:
    """Return the time left in words; nothing where it is unknown or no row is left."""
    if progress.finished or (progress.total == progress.sent and not progress.total_is_estimate):
        return []
    return [] if progress.eta is None else [f"about {duration(progress.eta)} left"]


def _outcomes(progress: Progress, *, dry_run: bool) -> list[str]:
    said = [
        f"{progress.created:,} {'to create' if dry_run else 'created'}",
        f"{progress.updated:,} {'to update' if dry_run else 'updated'}",
        f"{progress.unchanged:,} unchanged",
    ]
    if progress.skipped:
        said.append(f"{progress.skipped:,} skipped")
    return [*said, f"{progress.failed:,} failed"]


def line_of(progress: Progress, *, dry_run: bool = False) -> str:
    """Return a snapshot as one line for a log."""
    if progress.total is None:
        done = f"{progress.sent:,} rows done, {progress.read:,} read"
    else:
        about = "about " if progress.total_is_estimate else ""
        done = f"{progress.sent:,} of {about}{rows(progress.total)} done"
    speed = ", ".join([rate(progress.rate), *_left(progress)])
    note = f" ({progress.note})" if progress.note else ""
    return (
        f"{progress.file}: {done}; {', '.join(_outcomes(progress, dry_run=dry_run))}; {speed}{note}"
    )


class _Lines:
    """Prints the latest snapshot every few seconds, so that a stall is seen too."""

    def __init__(self, screen: Screen, *, dry_run: bool, every: float = LINE_EVERY) -> None:
        self._screen = screen
        self._dry_run = dry_run
        self._every = every
        self._latest: Progress | None = None
        self._printed: Progress | None = None
        self._printing = threading.Lock()
        self._ended = threading.Event()
        self._thread = threading.Thread(target=self._tick, name="progress")

    def __enter__(self) -> _Lines:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._ended.set()
        self._thread.join()
        self._print()

    def update(self, progress: Progress) -> None:
        first, self._latest = self._latest is None, progress
        if first:
            self._print()

    def begin_file(self) -> None:
        self._print()
        self._latest = None

    def _tick(self) -> None:
        while not self._ended.wait(self._every):
            self._print()

    def _print(self) -> None:
        with self._printing:
            progress = self._latest
            if progress is None or progress is self._printed:
                return
            self._printed = progress
            print_line(self._screen.err, line_of(progress, dry_run=self._dry_run))
