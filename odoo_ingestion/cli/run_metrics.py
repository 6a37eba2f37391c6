"""Writes the metrics of a run when it has ended, however it ended."""

from __future__ import annotations

import dataclasses
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec.structs import replace

from odoo_ingestion.cli import failures
from odoo_ingestion.errors import OutputFileError
from odoo_ingestion.runs import ImportOptions, RunResult

if TYPE_CHECKING:
    from odoo_ingestion.config import Config


@dataclasses.dataclass
class RunMetrics:
    """The result of the run that is to be told of, as far as it is known."""

    result: RunResult


@contextmanager
def told_in_metrics(
    path: Path | None, options: ImportOptions, config: Config | None
) -> Iterator[RunMetrics]:
    """Tell of the run inside; one that raises is told as failed.

    Raises OutputFileError before the run when the file cannot be written. After the run that is
    only shown: what has landed is to be told all the same.
    """
    began = time.monotonic()
    metrics = RunMetrics(
        replace(
            failures.NO_RUN,
            dry_run=options.is_dry,
            type=options.type,
            model=options.model,
            url=config.url if config else None,
            database=config.database if config else None,
        )
    )
    before = metrics.result
    if path is None:
        yield metrics
        return
    from odoo_ingestion.metrics import check_metrics_file, write_metrics

    check_metrics_file(path)
    try:
        yield metrics
    finally:
        result = metrics.result
        if result is before:
            result = replace(result, seconds=time.monotonic() - began)
        try:
            write_metrics(path, result, time.time())
        except OutputFileError as e:
            failures.show(e.message, e.hint)
