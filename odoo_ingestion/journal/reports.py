"""Earlier runs as plain values: counts, rates, and how they compare with those before them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Any

from odoo_ingestion.journal.entries import RUNNING, RunEntry
from odoo_ingestion.journal.history import History
from odoo_ingestion.records import Action


def report_runs(history: History, runs: Sequence[RunEntry]) -> list[dict[str, Any]]:
    """Return runs (the latest first) as JSON values, in the same order.

    ``trend`` compares with the earlier runs of the same types: their number, their mean rows per
    second and their share of failed rows (0..1), None where there are none. Rates are None for
    runs that were killed: when they ended is not known.
    """
    told: list[dict[str, Any]] = []
    before: dict[tuple[str, ...], list[dict[str, Any]]] = {}
    for run in reversed(runs):
        report = _report(history, run)
        same = before.setdefault(tuple(report["types"]), [])
        report["trend"] = _trend(same)
        if report["rows_per_second"]:
            same.append(report)
        told.append(report)
    return told[::-1]


def _report(history: History, run: RunEntry) -> dict[str, Any]:
    summary = run.summary
    known = bool(summary) and run.status != RUNNING
    counts = (
        {str(action): summary[action] for action in Action} if known else _counted(history, run)
    )
    return {
        "run_id": run.run_id,
        "status": run.status,
        "can_resume": run.is_open and all(file.fingerprint for file in run.files),
        "started": _moment(run.started),
        "ended": _moment(run.ended) if known and run.ended else None,
        "files": list(run.paths),
        "types": sorted({file.type or file.model for file in run.files}),
        "url": run.url,
        "database": run.database,
        "user": run.login,
        "odoo_version": run.odoo_version,
        "read": sum(counts.values()),
        **counts,
        "errors": dict(summary["errors"] if known else history.errors(run.run_id)),
        "failed_files": list(summary.get("failed_files", ())),
        "seconds": summary["seconds"] if known else None,
        "rows_per_second": summary["rows_per_second"] if known else None,
    }


def _counted(history: History, run: RunEntry) -> dict[str, int]:
    total: Counter[str] = Counter()
    for number in history.file_numbers(run.run_id):
        total.update(history.counts(number))
    return {str(action): total[action] for action in Action}


def _trend(earlier: Sequence[dict[str, Any]]) -> dict[str, Any]:
    read = sum(report["read"] for report in earlier)
    failed = sum(report["failed"] for report in earlier)
    rates = [report["rows_per_second"] for report in earlier]
    return {
        "earlier_runs": len(earlier),
        "rows_per_second": round(sum(rates) / len(rates), 1) if rates else None,
        "failed_share": round(failed / read, 4) if read else None,
    }


def _moment(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, UTC).astimezone().isoformat(timespec="seconds")
