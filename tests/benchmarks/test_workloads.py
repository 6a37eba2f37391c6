"""The made-up rows hold what the goals speak of, and files hold the rows."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import pytest

from benchmarks.bare_client import cut
from benchmarks.data_files import FORMATS, write_table
from benchmarks.workloads import (
    LINES,
    Table,
    orders,
    partners,
    partners_with_endpoints,
    products,
    products_with_combos,
    products_with_known_mistakes,
)


@pytest.mark.parametrize("make", [partners, products])
def test_a_second_edition_differs_in_one_row_of_a_hundred(make: type[Table]) -> None:
    first, second = list(make(500).rows()), list(make(500, 2).rows())  # type: ignore[arg-type,call-arg]  # two functions of one shape

    assert sum(one != other for one, other in zip(first, second, strict=True)) == 5


@pytest.mark.parametrize(
    ("bad", "clean", "expected"),
    [
        (products_with_known_mistakes(1_000), products(1_000), 10),
        (partners_with_endpoints(2_000, bad_one_in=1_000), partners_with_endpoints(2_000), 2),
        (products_with_combos(2_000, bad_one_in=1_000), products(2_000), 2),
    ],
)
def test_as_many_rows_are_bad_as_the_table_says(bad: Table, clean: Table, expected: int) -> None:
    differing = sum(a != b for a, b in zip(bad.rows(), clean.rows(), strict=True))

    assert differing == bad.bad == expected


def test_every_order_has_its_lines() -> None:
    names = [row[0] for row in orders(20).rows()]

    assert names == [f"BENCH-{n}" for n in range(20) for _ in range(LINES)]


def test_bodies_hold_every_row_once() -> None:
    rows = [[str(n)] for n in range(1_201)]

    bodies = cut(rows)

    assert [len(body) for body in bodies] == [500, 500, 201]
    assert [row for body in bodies for row in body] == rows


@pytest.mark.parametrize("ending", FORMATS)
def test_a_file_of_each_format_holds_the_table(ending: str, tmp_path: Path) -> None:
    table = products(7)

    path = write_table(table, tmp_path / f"p.{ending}")

    assert read(path) == [dict(zip(table.columns, row, strict=True)) for row in table.rows()]


def read(path: Path) -> list[dict[str, str]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet as pq

        rows: list[dict[str, str]] = pq.read_table(path).to_pylist()
        return rows
    with path.open(encoding="utf-8", newline="") as file:
        if path.suffix == ".csv":
            return list(csv.DictReader(file))
        return [json.loads(line) for line in file]
