"""Tells, when a run has ended, what became of every row and what to do next."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from odoo_ingestion.cli import failures
from odoo_ingestion.cli.screen import Screen, print_json, print_line, print_words
from odoo_ingestion.cli.wording import (
    duration,
    over,
    path_for_people,
    program,
    quoted,
    rate,
    rows,
)
from odoo_ingestion.errors import Interrupted
from odoo_ingestion.records import Action, Category
from odoo_ingestion.runs import FileResult, RunResult

if TYPE_CHECKING:
    from rich.console import RenderableType

_NARROW = 72
_RARE = ("skipped",)


def exit_code(result: RunResult) -> int:
    """Return the exit code of a run that has ended."""
    if result.error is not None:
        return failures.exit_code_of(result.error.get("code"))
    return failures.ROWS_FAILED if result.count("failed") else failures.SUCCESS


def tell_summary(screen: Screen, result: RunResult, login_words: Sequence[str] = ()) -> int:
    """Print the summary of a run; return its exit code.

    ``login_words`` are the connection options that the retry command has to repeat.
    """
    code = exit_code(result)
    _tell_end(screen, result, login_words)
    if screen.json:
        print_json(result.as_dict())
        return code
    if not screen.quiet:
        _tell_outcomes(screen, result)
        tell_errors(screen, [result])
        _tell_notices(screen, result)
        tell_retry(screen, result.failed_files, login_words, dry_run=result.dry_run)
    _tell_last_line(screen, result, code)
    return code


def _tell_end(screen: Screen, result: RunResult, login_words: Sequence[str]) -> None:
    """Say why a run ended early and how it goes on, on standard error."""
    error = result.error
    if error is None:
        return
    message, hint = str(error.get("message")), error.get("hint")
    if error.get("code") != Interrupted.code:
        failures.show(message, hint)
    else:
        print_words(screen.err, "", lead=failures.sentence(message), style="bold yellow")
    if result.dry_run or not result.files:
        return
    if any(file.file in ("-", "dataframe") for file in result.files):
        print_words(screen.err, "To go on, run the same command again: nothing is doubled.")
        return
    command = quoted([*program(), "resume", result.run_id, *login_words])
    print_words(screen.err, "To go on where it stopped (nothing is doubled):")
    print_line(screen.err, f"  {command}")


def _tell_outcomes(screen: Screen, result: RunResult) -> None:
    if result.dry_run:
        print_words(screen.out, "", lead="Dry run: nothing was written.", style="bold yellow")
    if not result.files:
        return
    screen.out.print(outcome_table(result.files, screen.out.width, dry_run=result.dry_run))
    if beside := _beside_the_rows(result):
        verb = "that would be created" if result.dry_run else "created"
        print_words(screen.out, f"Records {verb}: {', '.join(beside)}.")


def _beside_the_rows(result: RunResult) -> list[str]:
    """Return the records made that the rows' own counts do not tell of."""
    told = Counter[str]()
    for file in result.files:
        told[file.model] += file.created
    return [
        f"{made:,} of {model}"
        for model, counts in result.records.items()
        if (made := counts.get("created", 0)) and made != told[model]
    ]


def outcome_table(files: Sequence[FileResult], width: int, *, dry_run: bool) -> RenderableType:
    """Return the counts of each file, as a table or, on a narrow terminal, as lines."""
    from rich import box
    from rich.table import Table
    from rich.text import Text

    shown = [action for action in Action if action not in _RARE or any(f.skipped for f in files)]
    names = _names(files)
    if width < _NARROW:
        lines = (
            _narrow(name, file, shown, dry_run=dry_run)
            for name, file in zip(names, files, strict=True)
        )
        return Text("\n".join(lines) + "\n")
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    table.add_column("File", overflow="fold")
    table.add_column("Rows", justify="right")
    for action in shown:
        table.add_column(_title(action, dry_run=dry_run), justify="right")
    for name, file in zip(names, files, strict=True):
        counts = [f"{getattr(file, action):,}" for action in shown]
        style = "red" if file.failed else None
        cells = [Text(count) for count in counts[:-1]]
        last = Text(counts[-1], style=style or "")
        table.add_row(name, f"{file.read:,}", *cells, last)
    return table


def _names(files: Sequence[FileResult]) -> list[str]:
    """Return the names of the files, with their folders only where that is needed."""
    names = [Path(file.file).name for file in files]
    if len(set(names)) == len(names):
        return names
    return [path_for_people(file.file) for file in files]


def _narrow(name: str, file: FileResult, shown: Sequence[Action], *, dry_run: bool) -> str:
    counts = ", ".join(
        f"{getattr(file, action):,} {_title(action, dry_run=dry_run).lower()}" for action in shown
    )
    return f"{name}: {rows(file.read)}\n  {counts}"


def _title(action: Action, *, dry_run: bool) -> str:
    titles = {Action.CREATED: "Would create", Action.UPDATED: "Would update"}
    if dry_run and action in titles:
        return titles[action]
    return str(action).capitalize()


def tell_errors(screen: Screen, results: Sequence[RunResult]) -> None:
    """Print how many rows failed for which reason, an example, and what to do about each."""
    errors: Counter[str] = Counter()
    examples: dict[str, str] = {}
    for result in results:
        errors.update(result.errors)
        examples = {**result.examples, **examples}
    if not errors:
        return
    from rich.table import Table
    from rich.text import Text

    from odoo_ingestion.error_handler import advice

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(justify="right", no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column()
    for category, count in sorted(errors.items(), key=lambda item: -item[1]):
        words = category.replace("_", " ")
        cell = Text(advice(Category(category)))
        if example := examples.get(category):
            cell.append(f"\n{example}", style="dim")
        table.add_row(f"  {count:,}", Text(words, style="red"), cell)
    screen.out.print(Text("Why rows failed", style="bold"))
    screen.out.print(table)
    screen.out.print()


def _tell_notices(screen: Screen, result: RunResult) -> None:
    if not result.notices:
        return
    print_words(screen.out, "", lead="Good to know")
    for notice in result.notices:
        print_words(screen.out, f"  {notice}")
    screen.out.print()


def tell_retry(
    screen: Screen,
    failed_files: Sequence[str],
    login_words: Sequence[str] = (),
    *,
    dry_run: bool = False,
    environment: str = "",
) -> None:
    """Print where the failed rows are and the command that imports them again."""
    if not failed_files:
        return
    print_words(screen.out, "", lead="Failed rows, each with its reason")
    for file in failed_files:
        print_line(screen.out, f"  {path_for_people(file)}")
    again = (
        "Correct them there and check them again with" if dry_run else "Correct them there, then"
    )
    print_words(screen.out, again)
    for file in failed_files:
        command = quoted([*program(), "retry", path_for_people(file), *login_words])
        print_line(screen.out, f"  {environment}{command}")
    screen.out.print()


def _tell_last_line(screen: Screen, result: RunResult, code: int) -> None:
    read = result.count("read")
    counts = [
        f"{result.count(action):,} {_done(action, dry_run=result.dry_run)}"
        for action in Action
        if result.count(action)
    ]
    speed = f" ({rate(read / result.seconds)})" if result.seconds > 0 and read else ""
    parts = [f"{rows(read)} in {duration(result.seconds)}{speed}"]
    if result.protocol is not None:
        parts.append(f", {over(result.protocol)}")
    if counts:
        parts.append(f": {', '.join(counts)}")
    if screen.quiet and result.failed_files:
        paths = " ".join(path_for_people(file) for file in result.failed_files)
        parts.append(f"; failed rows: {paths}")
    if result.dry_run:
        parts.append("; nothing was written")
    print_words(screen.out, f" Exit code {code}.", lead="".join(parts) + ".")


def _done(action: Action, *, dry_run: bool) -> str:
    if dry_run and action is Action.CREATED:
        return "would be created"
    if dry_run and action is Action.UPDATED:
        return "would be updated"
    return str(action)
