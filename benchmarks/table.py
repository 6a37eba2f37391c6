"""The findings as a table for people, or in Markdown for the documentation."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from benchmarks.goals import Finding, Goal, goal_of

HEADINGS = ("measurement", "work", "importer", "compared with", "figure", "goal", "")


def render(findings: Iterable[Finding], *, markdown: bool) -> str:
    """Return the table, a line a finding."""
    rows = [_cells(finding, goal_of(finding.goal)) for finding in findings]
    return _markdown(rows) if markdown else _plain(rows)


def _cells(finding: Finding, goal: Goal) -> tuple[str, ...]:
    unit = f" {goal.unit}" if goal.unit else ""
    sign = "at least" if goal.at_least else "at most"
    wanted = goal.words if goal.bound is None else f"{sign} {goal.bound:.3g}{unit} {goal.words}"
    verdict = "met" if goal.is_met(finding.value) else "MISSED"
    return (
        goal.name,
        goal.work,
        finding.ours,
        finding.reference,
        f"{finding.value:.3g}{unit}",
        wanted,
        "" if goal.bound is None else verdict,
    )


def _markdown(rows: Sequence[Sequence[str]]) -> str:
    lines = [HEADINGS, ["---"] * len(HEADINGS), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plain(rows: Sequence[Sequence[str]]) -> str:
    lines = [HEADINGS, *rows]
    widths = [max(len(line[place]) for line in lines) for place in range(len(HEADINGS))]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(line, widths, strict=True)).rstrip()
        for line in lines
    )
