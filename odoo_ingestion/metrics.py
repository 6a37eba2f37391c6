"""A run in figures, in the text format of Prometheus.

Source: https://prometheus.io/docs/instrumenting/exposition_formats/, for the textfile collector of
its node exporter. Each run writes its own figures over those of the one before, so they are gauges;
only the time of the last success stays until there is a later one.
"""

from __future__ import annotations

import os
import tempfile
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from contextlib import suppress
from itertools import accumulate
from pathlib import Path
from urllib.parse import urlsplit

from prometheus_client import generate_latest
from prometheus_client.core import GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.parser import text_string_to_metric_families
from prometheus_client.registry import Collector, CollectorRegistry

from odoo_ingestion.errors import (
    ConcurrentUpdate,
    NotSent,
    OutputFileError,
    ServerBusy,
    UnknownFate,
)
from odoo_ingestion.records import Action
from odoo_ingestion.runs import CALL_BOUNDS, RunResult

_PREFIX = "odoo_ingestion_"
_PLACE = ("host", "database", "type")
_LAST_SUCCESS = f"{_PREFIX}last_success_timestamp_seconds"
_SEVERAL = "several"
"""The type of a run whose files are of several types."""

_REASONS = tuple(one.code for one in (NotSent, UnknownFate, ServerBusy, ConcurrentUpdate))

Place = tuple[str, ...]


class _Figures(Collector):
    def __init__(self, families: Sequence[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterator[Metric]:
        yield from self._families


def check_metrics_file(path: Path) -> None:
    """Raise OutputFileError when no metrics could be written there, before any row is sent."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if path.is_dir():
            raise IsADirectoryError(21, "Is a directory")
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}."):
            pass
    except (OSError, ValueError) as e:
        raise _cannot_write(path, e) from e


def write_metrics(path: Path, result: RunResult, now: float) -> None:
    """Write the figures of a run that has ended at ``now`` (seconds since 1970), whole or not.

    A dry run and a run with failed rows are no success. Raises OutputFileError.
    """
    successes = dict(_earlier_successes(path))
    place = _place(result)
    if result.status == "completed" and not result.dry_run:
        successes[place] = now
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Figures([*_families(result, place, now), _last_success(successes)]))
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, generate_latest(registry))
    except (OSError, ValueError) as e:
        raise _cannot_write(path, e) from e


def _families(result: RunResult, place: Place, now: float) -> Iterator[Metric]:
    yield _rows(result, place)
    yield _by_name(
        "failed_rows", "Rows that failed, by category.", "category", result.errors, place
    )
    yield _records(result, place)
    yield from _calls(result, place)
    reasons = dict.fromkeys(_REASONS, 0) | dict(result.retries)
    yield _by_name("retries", "Calls that had to be repeated.", "reason", reasons, place)
    yield _one("run_duration_seconds", "How long the run took.", result.seconds, place)
    yield _one("run_timestamp_seconds", "When the run ended.", now, place)
    yield _one("dry_run", "1 where nothing was to be written.", float(result.dry_run), place)
    states = ("completed", "completed_with_failures", "interrupted", "failed")
    told = {state: int(result.status == state) for state in states}
    yield _by_name("run_status", "1 for how the run ended.", "status", told, place)


def _rows(result: RunResult, place: Place) -> Metric:
    family = GaugeMetricFamily(
        f"{_PREFIX}rows", "Rows of the input, by outcome.", labels=[*_PLACE, "outcome"]
    )
    counts: Counter[tuple[str, str]] = Counter()
    for file in result.files:
        for action in Action:
            counts[file.type or file.model, str(action)] += getattr(file, action)
    if not result.files:
        counts.update({(place[2], str(action)): 0 for action in Action})
    for (kind, outcome), count in counts.items():
        family.add_metric([*place[:2], kind, outcome], count)
    return family


def _records(result: RunResult, place: Place) -> Metric:
    family = GaugeMetricFamily(
        f"{_PREFIX}records",
        "Records in Odoo, by model and action.",
        labels=[*_PLACE, "model", "action"],
    )
    for model, counts in result.records.items():
        for action, count in counts.items():
            family.add_metric([*place, model, action], count)
    return family


def _calls(result: RunResult, place: Place) -> Iterator[Metric]:
    calls = result.calls
    bounds = [*map(str, CALL_BOUNDS), "+Inf"]
    family = HistogramMetricFamily(
        f"{_PREFIX}call_duration_seconds",
        "Calls to Odoo and how long each took, waits between tries left out.",
        labels=_PLACE,
    )
    sums = accumulate(calls.counts)
    family.add_metric(place, list(zip(bounds, sums, strict=True)), sum_value=calls.seconds)
    yield family
    yield _one("failed_calls", "Calls that Odoo refused or did not answer.", calls.failed, place)
    yield _one("requests", "Requests of HTTP, with logins.", calls.requests, place)
    yield _one("login_calls", "How often Odoo was asked to authenticate.", calls.logins, place)
    text = "How often calls were held back because Odoo was away."
    yield _one("breaker_opens", text, calls.breaker_opens, place)


def _one(name: str, text: str, value: float, place: Place) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, text, labels=_PLACE)
    family.add_metric(place, value)
    return family


def _by_name(name: str, text: str, label: str, values: Mapping[str, int], place: Place) -> Metric:
    family = GaugeMetricFamily(_PREFIX + name, text, labels=[*_PLACE, label])
    for key, value in values.items():
        family.add_metric([*place, key], value)
    return family


def _last_success(successes: Mapping[Place, float]) -> Metric:
    family = GaugeMetricFamily(
        _LAST_SUCCESS, "When a run last ended with every row landed.", labels=_PLACE
    )
    for place, moment in successes.items():
        family.add_metric(place, moment)
    return family


def _place(result: RunResult) -> Place:
    host = urlsplit(result.url).netloc if result.url else ""
    kinds = {file.type or file.model for file in result.files}
    kind = result.type or result.model or ""
    if len(kinds) > 1:
        kind = _SEVERAL
    elif kinds:
        kind = kinds.pop()
    return host, result.database or "", kind


def _earlier_successes(path: Path) -> Iterator[tuple[Place, float]]:
    """Yield what the file of earlier runs says; a file of another kind says nothing."""
    try:
        families = list(text_string_to_metric_families(path.read_text("utf-8")))
    except (OSError, ValueError):
        # It is not there yet, or it holds no metrics: it is written anew, which was asked for.
        return
    for family in families:
        for sample in family.samples:
            if sample.name == _LAST_SUCCESS:
                yield tuple(sample.labels.get(name, "") for name in _PLACE), sample.value


def _replace(path: Path, content: bytes) -> None:
    """Put content in a file's place at once: who reads it sees the old or the new, never half."""
    number, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name}.")
    draft = Path(name)
    try:
        with os.fdopen(number, "wb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        # Prometheus reads it as another user; the figures are no secret.
        draft.chmod(0o644)
        draft.replace(path)
    except BaseException:
        with suppress(OSError):  # what is told is why it could not be written
            draft.unlink()
        raise


def _cannot_write(path: Path, error: OSError | ValueError) -> OutputFileError:
    reason = (error.strerror if isinstance(error, OSError) else None) or error
    return OutputFileError(
        f"The metrics cannot be written to {path}: {reason}.",
        hint="Name another file with --metrics-file (or ODOO_METRICS_FILE), or leave it out.",
    )
