"""Tables to files, however many rows: nothing is held but one piece."""

from __future__ import annotations

import csv
import json
from collections.abc import Callable, Iterator, Mapping
from itertools import islice
from pathlib import Path

from benchmarks.workloads import Cells, Table

_PIECE = 50_000
"""Rows of one row group of a Parquet file."""


def write_table(table: Table, path: Path) -> Path:
    """Write a table in the format that the file's name ends in: csv, jsonl or parquet."""
    _WRITERS[path.suffix](table, path)
    return path


def _write_csv(table: Table, path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(table.columns)
        writer.writerows(table.rows())


def _write_json_lines(table: Table, path: Path) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(
            json.dumps(dict(zip(table.columns, row, strict=True))) + "\n" for row in table.rows()
        )


def _write_parquet(table: Table, path: Path) -> None:
    import pyarrow as pa
    import pyarrow.parquet as pq

    schema = pa.schema([(column, pa.string()) for column in table.columns])
    with pq.ParquetWriter(path, schema) as writer:
        for piece in _pieces(table.rows()):
            arrays = [pa.array(column, pa.string()) for column in zip(*piece, strict=True)]
            writer.write_table(pa.Table.from_arrays(arrays, schema=schema))


def _pieces(rows: Iterator[Cells]) -> Iterator[list[Cells]]:
    while piece := list(islice(rows, _PIECE)):
        yield piece


_WRITERS: Mapping[str, Callable[[Table, Path], None]] = {
    ".csv": _write_csv,
    ".jsonl": _write_json_lines,
    ".parquet": _write_parquet,
}
FORMATS = tuple(ending.removeprefix(".") for ending in _WRITERS)
