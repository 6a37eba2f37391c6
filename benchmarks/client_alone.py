"""The importer against a server that accepts everything at once: only the client is measured."""

from __future__ import annotations

import math
import statistics
import tempfile
from pathlib import Path

from benchmarks.data_files import write_table
from benchmarks.goals import Finding
from benchmarks.importer import command_line, environment, expect, run_import
from benchmarks.measure import Measured, wait_for
from benchmarks.scales import Scale
from benchmarks.stub_server import serving
from benchmarks.workloads import products

_MB = 1e6
_REPEATED_BELOW = 50_000
"""Files of fewer rows are imported several times: their processor time is close to the start's."""


def measure_first_call(scale: Scale) -> list[Finding]:
    """Time the start of the process to the first load() that the server sees; take the worst."""
    seconds = {
        (ending, rows): statistics.median(_first_calls(rows, ending, scale.pairs))
        for ending in scale.formats
        for rows in scale.first_call
    }
    told = ", ".join(f"{ending} {rows:,} rows {s:.2f} s" for (ending, rows), s in seconds.items())
    return [Finding("first-call", max(seconds.values()), told, "")]


def measure_memory(scale: Scale) -> list[Finding]:
    """Take the highest peak, and how much the peak grows from the smallest file to the largest."""
    peaks = {
        ending: [_import(rows, ending).peak_bytes for rows in scale.memory]
        for ending in scale.formats
    }
    more_rows = scale.memory[-1] - scale.memory[0]
    growth = max((held[-1] - held[0]) / more_rows for held in peaks.values())
    told = "; ".join(
        f"{ending} {', '.join(f'{held / _MB:.0f}' for held in of_sizes)} MB"
        for ending, of_sizes in peaks.items()
    )
    sizes = f"{', '.join(f'{rows:,}' for rows in scale.memory)} rows"
    return [
        Finding("memory", max(max(held) for held in peaks.values()) / _MB, told, sizes),
        Finding("memory-growth", growth, told, sizes),
    ]


def measure_cost(scale: Scale) -> list[Finding]:
    """Fit a power of the number of rows to the processor time beyond that of a file of one row."""
    start = _cpu_seconds(1, scale.pairs)
    costs = {rows: _cpu_seconds(rows, scale.pairs) - start for rows in scale.cost}
    told = ", ".join(f"{rows:,} rows {1e6 * cost / rows:.0f} us" for rows, cost in costs.items())
    return [Finding("cost-per-row", exponent(costs), f"{told} each", f"start {start:.2f} s")]


def exponent(costs: dict[int, float]) -> float:
    """Return the power of the rows with which the cost grows; 1 is the same for every row."""
    rows = [math.log(count) for count in costs]
    return statistics.linear_regression(rows, [math.log(cost) for cost in costs.values()]).slope


def _cpu_seconds(rows: int, pairs: int) -> float:
    times = max(pairs, 3) if rows < _REPEATED_BELOW else 1
    return statistics.median(_import(rows, "csv").cpu_seconds for _ in range(times))


def _import(rows: int, ending: str) -> Measured:
    table = products(rows)
    with tempfile.TemporaryDirectory() as folder, serving() as (place, _):
        path = write_table(table, Path(folder) / f"products.{ending}")
        return expect(run_import(place, path, table.type), created=rows)


def _first_calls(rows: int, ending: str, times: int) -> list[float]:
    table = products(rows)
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(table, Path(folder) / f"products.{ending}")
        return [_first_call(path, table.type) for _ in range(times)]


def _first_call(path: Path, rows_are: str) -> float:
    with serving() as (place, stub):
        command = command_line(path, rows_are)
        where = environment(place, path.parent)
        return wait_for(lambda: stub.first_load, command, where, path.parent)
