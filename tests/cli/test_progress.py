"""A running import is shown as bars on a terminal and as lines elsewhere."""

from __future__ import annotations

import io
import time
from typing import Any

import pytest
from rich.console import Console

from odoo_ingestion.cli.progress import _Lines, draw, line_of, show_progress
from odoo_ingestion.cli.screen import Screen
from odoo_ingestion.runs import Progress

RUNNING = Progress(
    "products.csv",
    read=9_000,
    validated=8_500,
    sent=8_000,
    created=7_990,
    failed=10,
    total=40_000,
    rate=410.4,
    eta=78.0,
    note="the server is busy",
)


def rendered(progress: Progress, width: int, *, dry_run: bool = False) -> list[str]:
    text = io.StringIO()
    console = Console(file=text, width=width, force_terminal=False)
    console.print(draw(progress, width, dry_run=dry_run))
    return text.getvalue().splitlines()


def test_each_stage_has_a_bar_with_its_count() -> None:
    lines = rendered(RUNNING, 80)
    assert [line.split()[0] for line in lines[:3]] == ["Reading", "Checking", "Sending"]
    assert lines[0].rstrip().endswith("9,000 of ~40,000")
    assert lines[3] == "410 rows/s, about 1 min 18 s left, the server is busy"
    assert lines[4] == "7,990 created, 0 updated, 0 unchanged, 10 failed"


@pytest.mark.parametrize("width", [40, 60, 80, 200])
def test_nothing_is_wider_than_the_terminal(width: int) -> None:
    big = Progress(
        "x.csv", read=12_345_678, validated=12_345_678, sent=12_345_678, total=99_999_999
    )
    for progress in (RUNNING, big):
        lines = rendered(progress, width)
        assert len(lines) == 5
        assert max(len(line) for line in lines) <= width


def test_a_narrow_terminal_leaves_out_what_is_zero() -> None:
    assert rendered(RUNNING, 60)[4] == "7,990 created, 10 failed"
    assert rendered(Progress("x.csv"), 60)[4] == "0 created"


def test_an_unknown_total_is_not_guessed() -> None:
    lines = rendered(Progress("x.csv", read=5), 80)
    assert lines[0].rstrip().endswith(" 5")
    assert lines[3] == "0.0 rows/s"


def test_a_known_total_is_told_without_about() -> None:
    progress = Progress("x.csv", read=5, total=5, total_is_estimate=False, skipped=2)
    lines = rendered(progress, 80)
    assert lines[0].rstrip().endswith("5 of 5")
    assert "2 skipped" in lines[4]


def test_no_time_is_left_when_every_row_is_done() -> None:
    progress = Progress(
        "x.csv", read=5, sent=5, total=5, total_is_estimate=False, rate=9.0, eta=0.0
    )
    assert rendered(progress, 80)[3] == "9.0 rows/s"
    assert line_of(progress).endswith("; 9.0 rows/s")


def test_a_dry_run_sends_nothing() -> None:
    lines = rendered(RUNNING, 80, dry_run=True)
    assert lines[2].startswith("Comparing")
    assert lines[4] == "7,990 to create, 0 to update, 0 unchanged, 10 failed"
    assert "7,990 to create, 0 to update" in line_of(RUNNING, dry_run=True)


def test_a_line_tells_the_same() -> None:
    assert line_of(RUNNING) == (
        "products.csv: 8,000 of about 40,000 rows done; 7,990 created, 0 updated, 0 unchanged, "
        "10 failed; 410 rows/s, about 1 min 18 s left (the server is busy)"
    )
    assert line_of(Progress("x.csv", read=7, sent=3)).startswith("x.csv: 3 rows done, 7 read; ")


def test_without_a_terminal_there_is_a_line_at_the_start_and_at_the_end(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_progress(Screen(), "Connecting", dry_run=False) as display:
        for sent in range(5):
            display.update(Progress("a.csv", sent=sent))
        display.begin_file()
        display.update(Progress("b.csv", sent=0))
        display.update(Progress("b.csv", sent=9))

    lines = [line.split(" rows")[0] for line in capsys.readouterr().err.splitlines()]
    assert lines == ["Connecting", "a.csv: 0", "a.csv: 4", "b.csv: 0", "b.csv: 9"]


def test_without_a_terminal_there_is_a_line_every_few_seconds(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with _Lines(Screen(), dry_run=False, every=0.01) as lines:
        for sent in range(3):
            lines.update(Progress("a.csv", sent=sent))
            time.sleep(0.1)
    said = capsys.readouterr().err.splitlines()
    assert [line.split(" rows")[0] for line in said] == ["a.csv: 0", "a.csv: 1", "a.csv: 2"]


def test_what_is_waited_for_is_told_before_the_first_row(
    capsys: pytest.CaptureFixture[str],
) -> None:
    with show_progress(Screen(), "Connecting", dry_run=False):
        pass
    assert capsys.readouterr().err == "Connecting\n"


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_bars_of_one_file_are_gone_when_the_next_begins(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm")
    with show_progress(Screen(), "Connecting", dry_run=False) as display:
        display.update(RUNNING)
        display.begin_file()
    assert "Reading" not in terminal.getvalue()


@pytest.mark.parametrize("term", ["xterm", "dumb"])
def test_bars_need_a_terminal_that_can_draw(monkeypatch: pytest.MonkeyPatch, term: str) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", term)
    monkeypatch.setenv("COLUMNS", "80")
    screen: Any = Screen()
    with show_progress(screen, "Connecting", dry_run=False) as display:
        display.update(RUNNING)
    said = terminal.getvalue()
    assert ("Reading" in said) == (term == "xterm")
    assert ("about 40,000 rows done" in said) == (term == "dumb")


def test_no_colour_is_shown_where_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    terminal = Terminal()
    monkeypatch.setattr("sys.stderr", terminal)
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("NO_COLOR", "1")
    with show_progress(Screen(), "Connecting", dry_run=False) as display:
        display.update(RUNNING)
    assert "\x1b[3" not in terminal.getvalue()
    assert "\x1b[1;3" not in terminal.getvalue()
