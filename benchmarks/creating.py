"""Creating, sending again and changing, against the bare client that creates the same rows."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

from benchmarks.bare_client import load_all
from benchmarks.data_files import write_table
from benchmarks.goals import Finding, compare
from benchmarks.groundwork import Groundwork, bare_partners
from benchmarks.importer import expect, run_import
from benchmarks.measure import Measured
from benchmarks.places import Place, clone
from benchmarks.scales import Scale
from benchmarks.workloads import Table, orders, partners, products


@dataclass
class _Taken:
    bare: list[float] = field(default_factory=list)
    created: list[Measured] = field(default_factory=list)
    unchanged: list[Measured] = field(default_factory=list)
    changed: list[Measured] = field(default_factory=list)


def measure_partners(scale: Scale, *, by_password: bool = False) -> list[Finding]:
    """Create partners, send them again, and send them with one in a hundred changed."""
    return _measure_editions(
        "partners", lambda edition: partners(scale.partners, edition), scale.pairs, by_password
    )


def measure_partners_by_password(scale: Scale) -> list[Finding]:
    """Create partners with a password for a login on both sides: the importer speaks XML-RPC."""
    created = measure_partners(scale, by_password=True)[0]
    return [replace(created, goal="partners-password")]


def measure_products(scale: Scale) -> list[Finding]:
    """Do the same with products of categories, units and barcodes."""
    return _measure_editions(
        "products", lambda edition: products(scale.products, edition), scale.pairs
    )


def measure_orders(scale: Scale) -> list[Finding]:
    """Create orders whose customers and products are told by code or name.

    The bare client does so twice: as it is, and with external ids for the lines, which the importer
    gives so that the same file again doubles none.
    """
    table = orders(scale.orders)
    bare: list[float] = []
    bare_with_ids: list[float] = []
    ours: list[Measured] = []
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(table, Path(folder) / "orders.csv")
        for _ in range(scale.pairs):
            bare.append(_bare_orders(table, line_ids=False))
            bare_with_ids.append(_bare_orders(table, line_ids=True))
            with clone("sale.order") as place:
                Groundwork(place).make_goods()
                run = run_import(place, path, table.type)
                ours.append(expect(run, created=table.count))
    return [
        compare("orders-create", ours, bare, as_speed=True),
        compare("orders-line-ids", ours, bare_with_ids, as_speed=True),
    ]


def _bare_orders(table: Table, *, line_ids: bool) -> float:
    with clone(table.model) as place:
        groundwork = Groundwork(place)
        groundwork.make_goods()
        bodies = groundwork.bare_orders(table, line_ids=line_ids)
        return load_all(place, table.model, *bodies)


def _measure_editions(
    name: str, edition: Callable[[int], Table], pairs: int, by_password: bool = False
) -> list[Finding]:
    taken = _Taken()
    for _ in range(pairs):
        with clone(edition(1).model, by_password=by_password) as place:
            taken.bare.append(load_all(place, edition(1).model, *_bare(place, edition(1))))
        with clone(edition(1).model, by_password=by_password) as place:
            _prepare(place, edition(1))
            _import_editions(place, edition, taken)
    return [
        compare(f"{name}-create", taken.created, taken.bare, as_speed=True),
        compare(f"{name}-unchanged", taken.unchanged, taken.bare),
        compare(f"{name}-changed", taken.changed, taken.bare),
    ]


def _import_editions(place: Place, edition: Callable[[int], Table], taken: _Taken) -> None:
    first, second = edition(1), edition(2)
    count = first.count
    changed = sum(one != other for one, other in zip(first.rows(), second.rows(), strict=True))
    with tempfile.TemporaryDirectory() as folder:
        path = write_table(first, Path(folder) / f"{first.type}.csv")
        run = run_import(place, path, first.type)
        taken.created.append(expect(run, created=count))
        run = run_import(place, path, first.type)
        taken.unchanged.append(expect(run, unchanged=count))
        write_table(second, path)
        run = run_import(place, path, first.type)
        told = {"updated": changed, "unchanged": count - changed}
        taken.changed.append(expect(run, **told))


def _prepare(place: Place, table: Table) -> Groundwork | None:
    if table.type != "products":
        return None
    groundwork = Groundwork(place)
    groundwork.make_categories()
    return groundwork


def _bare(place: Place, table: Table) -> tuple[list[str], Sequence[list[list[str]]]]:
    groundwork = _prepare(place, table)
    return groundwork.bare_products(table) if groundwork else bare_partners(table)
