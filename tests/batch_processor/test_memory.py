"""Batches get smaller when memory is short."""

from __future__ import annotations

from pathlib import Path

import psutil
import pytest

from odoo_ingestion.batch_processor.memory import available_memory, bytes_per_batch

MIB = 1024 * 1024


@pytest.mark.parametrize(
    ("available", "batches", "expected"),
    [
        (16 * 1024 * MIB, 4, 4 * MIB),
        (480 * MIB, 10, MIB),
        (10 * MIB, 4, 64 * 1024),
        (0, 4, 64 * 1024),
    ],
)
def test_a_batch_takes_a_bounded_share_of_the_free_memory(
    available: int, batches: int, expected: int
) -> None:
    assert bytes_per_batch(available, batches, 4 * MIB) == expected


def test_a_small_limit_of_the_user_stands() -> None:
    assert bytes_per_batch(10**12, 1, 1000) == 1000
    assert bytes_per_batch(0, 1, 1000) == 1000


def test_a_containers_limit_counts(tmp_path: Path) -> None:
    (tmp_path / "memory.max").write_text(f"{100 * MIB}\n")
    (tmp_path / "memory.current").write_text(f"{90 * MIB}\n")
    assert available_memory(tmp_path) == 10 * MIB
    (tmp_path / "memory.current").write_text(f"{200 * MIB}\n")
    assert available_memory(tmp_path) == 0


@pytest.mark.parametrize("limit", ["max", None])
def test_without_a_containers_limit_the_machine_counts(tmp_path: Path, limit: str | None) -> None:
    if limit is not None:
        (tmp_path / "memory.max").write_text(limit)
        (tmp_path / "memory.current").write_text("0")
    assert 0 < available_memory(tmp_path) <= psutil.virtual_memory().total
