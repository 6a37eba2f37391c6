"""What the log says of a run as a whole: where it begins, what it came to."""

from __future__ import annotations

import logging

from odoo_ingestion.records import Action
from odoo_ingestion.runs import FileResult, FileStart, RunResult

_logger = logging.getLogger("odoo_ingestion.run")


def log_start(start: FileStart) -> None:
    """Say which file is about to be imported, and where to."""
    _logger.info(
        "%s the file as %s into %s",
        "Trying" if start.dry_run else "Importing",
        start.type or start.model,
        f"{start.database} on {start.url}" if start.url else "nothing (offline)",
        extra={"file": start.file},
    )


def log_end(result: RunResult) -> None:
    """Say what became of the rows of each file, and how the run ended."""
    for file in result.files:
        _logger.info("%s", _counts(file), extra={"file": file.file})
    error = result.error
    _logger.info(
        "The run ended in %.1f s: %s%s",
        result.seconds,
        result.status,
        f" ({error['code']}: {error['message']})" if error else "",
    )


def _counts(file: FileResult) -> str:
    counts = ", ".join(f"{getattr(file, action)} {action}" for action in Action)
    return f"{file.read} rows read: {counts}"
