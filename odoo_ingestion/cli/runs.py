"""`odoo-ingestion runs`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Annotated, Any

import typer

from odoo_ingestion.cli import options as o
from odoo_ingestion.cli.failures import SUCCESS
from odoo_ingestion.cli.screen import Screen, print_json, print_words
from odoo_ingestion.cli.wording import path_for_people, rate
from odoo_ingestion.errors import UsageError

_SHOWN = 20

Run = Annotated[str | None, typer.Argument(metavar="RUN", help="One run: its id or how it begins.")]


def runs(
    run: Run = None,
    json: Annotated[bool, typer.Option("--json", help="A JSON array, [] for no runs.")] = False,
    quiet: o.Quiet = False,
) -> int:
    """List the runs that the journal knows, the latest first."""
    screen = Screen(json, quiet, False)
    reports = _read(run)
    if json:
        print_json(reports)
    elif run is not None:
        _tell_one(screen, reports[0])
    elif reports:
        _tell_all(screen, reports)
    else:
        print_words(screen.out, "There are no runs yet.")
    return SUCCESS


def _read(run_id: str | None) -> list[dict[str, Any]]:
    from odoo_ingestion.config import journal_path
    from odoo_ingestion.journal import Journal, report_runs

    path = journal_path()
    reports = []
    if path.exists():
        with Journal(path) as journal:
            reports = report_runs(journal.history, journal.history.runs())
    if run_id is None:
        return reports
    chosen = [report for report in reports if report["run_id"] == run_id] or [
        report for report in reports if report["run_id"].startswith(run_id)
    ]
    if len(chosen) != 1:
        raise UsageError(
            f"The journal {path} knows {len(chosen) or 'no'} runs named {run_id}.",
            hint="'odoo-ingestion runs' lists what it knows.",
        )
    return chosen


def _tell_all(screen: Screen, reports: Sequence[Mapping[str, Any]]) -> None:
    from rich import box
    from rich.table import Table

    table = Table(box=box.SIMPLE_HEAD, pad_edge=False)
    for title in ("Run", "Started", "Rows are", "Status"):
        table.add_column(title, overflow="fold")
    for title in ("Rows", "Created", "Updated", "Unchanged", "Failed", "Speed"):
        table.add_column(title, justify="right")
    for report in reports[:_SHOWN]:
        names = ("read", "created", "updated", "unchanged", "failed")
        table.add_row(
            report["run_id"],
            report["started"][:16].replace("T", " "),
            ", ".join(report["types"]),
            _status(report),
            *(f"{report[name]:,}" for name in names),
            _speed(report["rows_per_second"]),
        )
    screen.out.print(table)
    if len(reports) > _SHOWN:
        print_words(screen.out, f"and {len(reports) - _SHOWN} earlier ones: --json tells all.")


def _tell_one(screen: Screen, report: Mapping[str, Any]) -> None:
    from rich.table import Table

    table = Table.grid(padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for label, text in _facts(report):
        table.add_row(f"  {label}", text)
    print_words(screen.out, "", lead=f"Run {report['run_id']}")
    screen.out.print(table)


def _facts(report: Mapping[str, Any]) -> list[tuple[str, str]]:
    actions = ("created", "updated", "unchanged", "skipped", "failed")
    counts = ", ".join(f"{report[name]:,} {name}" for name in actions if report[name])
    ended = f" to {report['ended']}" if report["ended"] else ""
    facts = [
        ("Status", _status(report)),
        ("Time", f"{report['started']}{ended}"),
        ("Files", ", ".join(path_for_people(path) for path in report["files"])),
        ("Rows are", ", ".join(report["types"])),
        ("Went to", f"{report['database']} on {report['url']}, as {report['user']}"),
        ("Rows", f"{report['read']:,}: {counts}" if counts else "0"),
        ("Speed", f"{_speed(report['rows_per_second'])}{_compared(report['trend'])}"),
    ]
    facts += [
        ("Why rows failed" if index == 0 else "", f"{count:,} {name.replace('_', ' ')}")
        for index, (name, count) in enumerate(report["errors"].items())
    ]
    return facts + [("Failed rows", path_for_people(path)) for path in report["failed_files"]]


def _compared(trend: Mapping[str, Any]) -> str:
    if not trend["earlier_runs"]:
        return ""
    share = f"{trend['failed_share']:.1%}" if trend["failed_share"] is not None else "0%"
    return (
        f" (the {trend['earlier_runs']} before of this type: "
        f"{_speed(trend['rows_per_second'])}, {share} of their rows failed)"
    )


def _status(report: Mapping[str, Any]) -> str:
    status = str(report["status"]).replace("_", " ")
    return f"{status}: can be resumed" if report["can_resume"] else status


def _speed(rows_per_second: float | None) -> str:
    return "not known" if rows_per_second is None else rate(rows_per_second)
