"""How many rows are measured: the goals' own numbers, or few enough for a short look."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True)
class Scale:
    """Rows of each kind of work and how often each pair is measured."""

    partners: int
    products: int
    orders: int
    known_mistakes: int
    refused: int
    dry_run: int
    held: int
    first_call: tuple[int, ...]
    memory: tuple[int, ...]
    cost: tuple[int, ...]
    formats: tuple[str, ...]
    pairs: int


FULL = Scale(
    partners=20_000,
    products=4_000,
    orders=2_000,
    known_mistakes=4_000,
    refused=4_000,
    dry_run=1_000_000,
    held=60_000,
    first_call=(1_000, 1_000_000),
    memory=(100_000, 1_000_000, 5_000_000),
    cost=(1_000, 10_000, 100_000, 1_000_000),
    formats=("csv", "jsonl", "parquet"),
    pairs=3,
)
QUICK = Scale(
    partners=2_000,
    products=400,
    orders=100,
    known_mistakes=400,
    refused=1_000,
    dry_run=60_000,
    held=51_000,
    first_call=(1_000, 50_000),
    memory=(10_000, 40_000),
    cost=(1_000, 30_000),
    formats=("csv",),
    pairs=1,
)


def with_rows(scale: Scale, rows: int) -> Scale:
    """Return a scale with so many rows, at least 10, for every kind of work."""
    return replace(
        scale,
        partners=rows,
        products=rows,
        orders=rows,
        known_mistakes=rows,
        refused=rows,
        dry_run=rows,
        first_call=(rows,),
        memory=(rows // 10, rows),
        cost=(rows // 10, rows),
    )
