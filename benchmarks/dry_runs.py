"""Dry runs of large files, against pandas that only reads them."""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

from benchmarks.data_files import write_table
from benchmarks.goals import Finding, compare
from benchmarks.groundwork import Groundwork
from benchmarks.importer import environment, expect, run_import
from benchmarks.measure import Measured, measure
from benchmarks.places import Place, clone, run_sql
from benchmarks.scales import Scale
from benchmarks.workloads import products

_PANDAS = (
    "import sys, time, pandas; t = time.perf_counter(); "
    "pandas.read_csv(sys.argv[1], dtype=str); print(time.perf_counter() - t)"
)
"""The reading alone: the start of Python and the import of pandas do not count for it."""


def measure_dry_run_offline(scale: Scale) -> list[Finding]:
    """Check a file of products without a server."""
    return [_against_pandas("dry-run-offline", None, scale, "--dry-run", "--offline")]


def measure_dry_run_server(scale: Scale) -> list[Finding]:
    """Check a file of products against an Odoo that holds none."""
    with clone("product.template") as place:
        Groundwork(place).make_categories()
        return [_against_pandas("dry-run-server", place, scale, "--dry-run")]


def measure_dry_run_many(scale: Scale) -> list[Finding]:
    """Check a file of products against an Odoo that holds more than are read at once."""
    with clone("product.template") as place:
        Groundwork(place).make_categories()
        hold_products(place, scale.held)
        return [_against_pandas("dry-run-many", place, scale, "--dry-run")]


def hold_products(place: Place, count: int) -> None:
    """Put products that no file names into a database, by SQL: Odoo would take minutes."""
    uid = place.login()
    first = place.call(uid, "product.template", "create", {"name": "Held", "default_code": "HELD"})
    [variant] = place.call(uid, "product.product", "search", [["product_tmpl_id", "=", first]])
    code = "'HELD-' || n"
    of_template = {"id": f"{first} + n", "default_code": code}
    of_variant = {"id": f"{variant} + n", "default_code": code, "product_tmpl_id": f"{first} + n"}
    run_sql(_copies("product_template", first, count, of_template), place.database)
    run_sql(_copies("product_product", variant, count, of_variant), place.database)
    # PostgreSQL plans as it would for a table that has grown over time.
    run_sql("ANALYZE", place.database)


def _copies(table: str, original: int, count: int, own: Mapping[str, str]) -> str:
    """Return SQL that copies a row ``count`` times; ``own`` are the columns that differ."""
    left_out = ", ".join(f"'{name}'" for name in own)
    names, values = ", ".join(own), ", ".join(own.values())
    # The names are this module's own: nothing comes from outside.
    return (
        "DO $do$ DECLARE others text; BEGIN "  # noqa: S608
        "SELECT string_agg(quote_ident(column_name), ', ') INTO others "
        f"FROM information_schema.columns WHERE table_name = '{table}' "
        f"AND column_name NOT IN ({left_out}); "
        f"EXECUTE 'INSERT INTO {table} ({names}, ' || others || ') "
        f"SELECT {values.replace(chr(39), chr(39) * 2)}, ' || others || "
        f"' FROM {table}, generate_series(1, {count}) n WHERE id = {original}'; "
        f"PERFORM setval('{table}_id_seq', {original + count}); END $do$"
    )


def _against_pandas(goal: str, place: Place | None, scale: Scale, *options: str) -> Finding:
    table = products(scale.dry_run)
    reading: list[float] = []
    ours: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(table, Path(folder) / "products.csv")
        command = [sys.executable, "-c", _PANDAS, str(path)]
        for _ in range(scale.pairs):
            reading.append(float(measure(command, environment(None, path.parent)).out))
            run = run_import(place, path, table.type, *options)
            ours.append(expect(run, created=table.count))
    return compare(goal, ours, reading)
