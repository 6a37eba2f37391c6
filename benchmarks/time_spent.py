"""Where the time of an import goes: in Odoo, and in which modules of the client.

python -m benchmarks.time_spent partners|products|orders [ROWS]
"""

from __future__ import annotations

import pstats
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Iterable, Mapping
from datetime import datetime
from pathlib import Path

from benchmarks.data_files import write_table
from benchmarks.groundwork import Groundwork
from benchmarks.importer import command_line, environment, expect, run_import
from benchmarks.measure import measure
from benchmarks.places import Place, clone
from benchmarks.workloads import Table, orders, partners, products

TABLES = {"partners": partners, "products": products, "orders": orders}
_ROWS = {"partners": 10_000, "products": 2_000, "orders": 500}
_SHOWN = 12
_ANSWERED = re.compile(r"^(\S+)Z .*: (\S+) answered in ([\d.]+) s$", re.MULTILINE)

Calls = Mapping[str, list[tuple[float, float]]]
"""When each call began and ended, by method."""


def read_calls(log: str) -> Calls:
    """Return the calls that a log tells of, in seconds of its clock."""
    calls: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for moment, method, seconds in _ANSWERED.findall(log):
        end = datetime.fromisoformat(moment).timestamp()
        calls[method].append((end - float(seconds), end))
    return calls


def covered(spans: Iterable[tuple[float, float]]) -> float:
    """Return for how many seconds at least one of the spans lasted."""
    total, reached = 0.0, float("-inf")
    for begin, end in sorted(spans):
        total += max(0.0, end - max(begin, reached))
        reached = max(reached, end)
    return total


def longest_pause(spans: Iterable[tuple[float, float]]) -> float:
    """Return the longest time between the first and the last call in which none was under way."""
    longest, reached = 0.0, float("inf")
    for begin, end in sorted(spans):
        longest = max(longest, begin - reached)
        reached = end if reached == float("inf") else max(reached, end)
    return longest


def tell_server(table: Table, place: Place, folder: Path) -> list[str]:
    """Import a table and return lines of what was asked of Odoo, the longest first."""
    path = write_table(table, folder / f"{table.type}.csv")
    run = run_import(place, path, table.type, "--verbose")
    taken = expect(run, created=table.count)
    log = "".join(part.read_text("utf-8") for part in (folder / "logs").iterdir())
    calls = read_calls(log)
    spans = [span for of_method in calls.values() for span in of_method]
    busy = covered(spans)
    lines = [
        f"{table.count:,} rows: {taken.seconds:.2f} s, of which Odoo was at work for {busy:.2f} s "
        f"({busy / taken.seconds:.0%}); processor time of the client {taken.cpu_seconds:.2f} s, "
        f"longest pause between calls {longest_pause(spans):.2f} s"
    ]
    sums = {method: sum(end - begin for begin, end in called) for method, called in calls.items()}
    for method in sorted(sums, key=lambda method: -sums[method])[:_SHOWN]:
        lines.append(f"  {sums[method]:7.2f} s in {len(calls[method]):4} calls  {method}")
    return lines


def tell_client(table: Table, place: Place, folder: Path) -> list[str]:
    """Import a table under cProfile and return the main thread's seconds by module."""
    path = write_table(table, folder / f"{table.type}.csv")
    command = command_line(path, table.type)
    profile = folder / "profile"
    command[1:1] = ["-m", "cProfile", "-o", str(profile)]
    measure(command, environment(place, folder), folder)
    sums: dict[str, float] = defaultdict(float)
    for (file, _, name), (_, _, own, _, _) in pstats.Stats(str(profile)).stats.items():  # type: ignore[attr-defined]  # typeshed leaves it out
        sums[_module(file, name)] += own
    first = sorted(sums, key=lambda module: -sums[module])[:_SHOWN]
    heading = "The client's main thread by module, waiting included (cProfile doubles it):"
    return [heading, *(f"  {sums[module]:7.2f} s  {module}" for module in first)]


def _module(file: str, name: str) -> str:
    if file == "~":
        return name
    parts = Path(file).with_suffix("").parts
    for root in ("site-packages", "odoo_ingestion"):
        if root in parts:
            return ".".join(parts[parts.index(root) :])
    return f"python: {parts[-1]}"


def main(words: list[str]) -> None:
    """Measure one kind of work twice: for the server's share, and under the profiler."""
    if not words or words[0] not in TABLES:
        raise SystemExit(__doc__)
    rows = int(words[1]) if len(words) > 1 else _ROWS[words[0]]
    table = TABLES[words[0]](rows)
    for tell in (tell_server, tell_client):
        with clone(table.model) as place, tempfile.TemporaryDirectory() as folder:
            groundwork = Groundwork(place)
            if table.type == "orders":
                groundwork.make_goods()
            else:
                groundwork.make_categories()
            print("\n".join(tell(table, place, Path(folder))))  # noqa: T201 - what was asked for


if __name__ == "__main__":
    main(sys.argv[1:])
