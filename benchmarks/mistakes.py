"""What bad rows cost: files with some, against the same files without any."""

from __future__ import annotations

import tempfile
from pathlib import Path

from benchmarks.data_files import write_table
from benchmarks.goals import Finding, compare
from benchmarks.groundwork import Groundwork
from benchmarks.importer import expect, run_import
from benchmarks.measure import Measured
from benchmarks.places import clone
from benchmarks.scales import Scale
from benchmarks.workloads import (
    Table,
    partners_with_endpoints,
    products,
    products_with_combos,
    products_with_known_mistakes,
)

_BAD_ONE_IN = 1_000
"""Of the rows that only the server refuses."""


def measure_known(scale: Scale) -> list[Finding]:
    """Import products of which one in a hundred is bad in a way to be known before sending."""
    rows = scale.known_mistakes
    return [_compare("bad-known", products(rows), products_with_known_mistakes(rows), scale.pairs)]


def measure_refused_partners(scale: Scale) -> list[Finding]:
    """Import partners of which one in a thousand breaks a rule in Odoo's code."""
    clean = partners_with_endpoints(scale.refused)
    bad = partners_with_endpoints(scale.refused, bad_one_in=_BAD_ONE_IN)
    return [_compare("bad-server-partners", clean, bad, scale.pairs)]


def measure_refused_products(scale: Scale) -> list[Finding]:
    """Import products of which one in a thousand breaks a rule in Odoo's code."""
    clean = products_with_combos(scale.refused)
    bad = products_with_combos(scale.refused, bad_one_in=_BAD_ONE_IN)
    return [_compare("bad-server-products", clean, bad, scale.pairs)]


def _compare(goal: str, clean: Table, bad: Table, pairs: int) -> Finding:
    without: list[float] = []
    with_bad: list[Measured] = []
    for _ in range(pairs):
        without.append(_import(clean).seconds)
        with_bad.append(_import(bad))
    return compare(goal, with_bad, without)


def _import(table: Table) -> Measured:
    with clone(table.model) as place, tempfile.TemporaryDirectory() as folder:
        if table.type == "products":
            groundwork = Groundwork(place)
            groundwork.make_categories()
            groundwork.take_barcode()
        path = write_table(table, Path(folder) / f"{table.type}.csv")
        run = run_import(place, path, table.type)
        return expect(run, created=table.count - table.bad, failed=table.bad)
