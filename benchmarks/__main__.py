"""Run measurements by name and print what was found.

python -m benchmarks [quick|full|NAME ...] [--pairs N] [--rows N] [--markdown]
python -m benchmarks.time_spent partners|products|orders [ROWS]
"""

from __future__ import annotations

import argparse
import signal
import sys
import time
from collections.abc import Callable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import replace

from benchmarks.client_alone import measure_cost, measure_first_call, measure_memory
from benchmarks.creating import (
    measure_orders,
    measure_partners,
    measure_partners_by_password,
    measure_products,
)
from benchmarks.dry_runs import (
    measure_dry_run_many,
    measure_dry_run_offline,
    measure_dry_run_server,
)
from benchmarks.goals import GOALS, Finding
from benchmarks.mistakes import (
    measure_known,
    measure_refused_partners,
    measure_refused_products,
)
from benchmarks.peer import measure_peer
from benchmarks.scales import FULL, QUICK, Scale, with_rows
from benchmarks.table import render

Measurement = Callable[[Scale], list[Finding]]

MEASUREMENTS: dict[str, Measurement] = {
    "partners-create partners-unchanged partners-changed": measure_partners,
    "partners-password": measure_partners_by_password,
    "peer-partners": measure_peer,
    "products-create products-unchanged products-changed": measure_products,
    "orders-create orders-line-ids": measure_orders,
    "bad-known": measure_known,
    "bad-server-partners": measure_refused_partners,
    "bad-server-products": measure_refused_products,
    "dry-run-offline": measure_dry_run_offline,
    "dry-run-server": measure_dry_run_server,
    "dry-run-many": measure_dry_run_many,
    "first-call": measure_first_call,
    "memory memory-growth": measure_memory,
    "cost-per-row": measure_cost,
}
"""Each measurement under the names of the goals that it finds out about at once."""

_ONLY_BY_NAME = {"peer-partners"}
"""Installs the peer from PyPI; everything else needs the sandbox alone."""
_TOO_LONG_FOR_QUICK = {"partners-password", "dry-run-many"}


def main(words: Sequence[str]) -> int:
    """Measure what is asked for; the exit code tells only whether it could be measured."""
    asked = _parser().parse_args(words)
    scale = _scale(asked)
    names = [name for name in asked.names if name not in ("quick", "full")]
    findings: list[Finding] = []
    signal.signal(signal.SIGTERM, _interrupt)
    left_out = _ONLY_BY_NAME | (_TOO_LONG_FOR_QUICK if "quick" in asked.names else set())
    for told, measurement in _chosen(names, left_out).items():
        began = time.monotonic()
        print(f"{told} ...", end=" ", file=sys.stderr, flush=True)  # noqa: T201 - a script
        findings += measurement(scale)
        print(f"{time.monotonic() - began:.0f} s", file=sys.stderr)  # noqa: T201
    print(render(findings, markdown=asked.markdown))  # noqa: T201 - what was asked for
    return 0


def _parser() -> argparse.ArgumentParser:
    known = ", ".join(goal.name for goal in GOALS)
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("names", nargs="*", help=f"quick, full (the default), or: {known}")
    parser.add_argument("--pairs", type=_at_least(1), help="how often each comparison is made")
    parser.add_argument("--rows", type=_at_least(10), help="rows instead of the goals' own numbers")
    parser.add_argument("--markdown", action="store_true", help="a table for the documentation")
    return parser


def _at_least(least: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if int(text) < least:
            raise argparse.ArgumentTypeError(f"it must be at least {least}")
        return int(text)

    return number


def _scale(asked: argparse.Namespace) -> Scale:
    scale = QUICK if "quick" in asked.names else FULL
    if asked.rows:
        scale = with_rows(scale, asked.rows)
    return replace(scale, pairs=asked.pairs) if asked.pairs else scale


def _chosen(names: Sequence[str], left_out: AbstractSet[str]) -> dict[str, Measurement]:
    """Return the measurements that find out about these goals; without a name, the usual ones."""
    unknown = set(names) - {name for told in MEASUREMENTS for name in told.split()}
    if unknown:
        raise SystemExit(f"There is no measurement {', '.join(sorted(unknown))}; see --help.")
    return {
        told: measurement
        for told, measurement in MEASUREMENTS.items()
        if (set(names) & set(told.split()) if names else told not in left_out)
    }


def _interrupt(*_: object) -> None:
    """End as Ctrl-C does: what was made is removed on the way out."""
    raise KeyboardInterrupt


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except KeyboardInterrupt:
        sys.exit(130)
