"""The real files beside the tests, and rows written as files of each format."""

from __future__ import annotations

import csv
import gzip
import io
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from odoo_ingestion import RunResult
from odoo_ingestion.records import ERROR_COLUMNS

DATA = Path(__file__).parent / "data"

Rows = Sequence[Mapping[str, Any]]


def csv_rows(name: str) -> list[dict[str, str]]:
    """Return the rows of a CSV file of the data folder, by the standard library."""
    with (DATA / name).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def json_rows(name: str) -> list[dict[str, Any]]:
    """Return the objects of a JSON array of the data folder, compressed or not."""
    content = (DATA / name).read_bytes()
    rows: list[dict[str, Any]] = json.loads(
        gzip.decompress(content) if name.endswith(".gz") else content
    )
    return rows


def counts(result: RunResult) -> dict[str, int]:
    """Return the outcomes that there were; they add up to the rows read."""
    names = ("created", "updated", "unchanged", "skipped", "failed")
    found = {name: result.count(name) for name in names if result.count(name)}
    assert sum(found.values()) == result.count("read")
    return found


# --- writing --------------------------------------------------------------------------------


def to_csv(rows: Rows) -> bytes:
    text = io.StringIO()
    writer = csv.DictWriter(text, list(rows[0]))
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def to_json(rows: Rows) -> bytes:
    return json.dumps(rows, ensure_ascii=False).encode()


def to_json_object(rows: Rows) -> bytes:
    return json.dumps({"count": len(rows), "items": rows}).encode()


def to_json_lines(rows: Rows) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def to_parquet(rows: Rows) -> bytes:
    import pyarrow
    import pyarrow.parquet

    sink = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), sink)
    return sink.getvalue()


def to_xlsx(rows: Rows) -> bytes:
    import openpyxl

    book = openpyxl.Workbook(write_only=True)
    sheet = book.create_sheet("Rows")
    sheet.append(list(rows[0]))
    for row in rows:
        sheet.append(list(row.values()))
    sink = io.BytesIO()
    book.save(sink)
    book.close()
    return sink.getvalue()


def _compressed(write: Callable[[Rows], bytes]) -> Callable[[Rows], bytes]:
    return lambda rows: gzip.compress(write(rows), mtime=0)


FORMATS: Mapping[str, tuple[str, Callable[[Rows], bytes]]] = {
    "csv": ("csv", to_csv),
    "csv.gz": ("csv.gz", _compressed(to_csv)),
    "json": ("json", to_json),
    "json.gz": ("json.gz", _compressed(to_json)),
    "json object": ("json", to_json_object),
    "jsonl": ("jsonl", to_json_lines),
    "jsonl.gz": ("jsonl.gz", _compressed(to_json_lines)),
    "parquet": ("parquet", to_parquet),
    "xlsx": ("xlsx", to_xlsx),
}
"""A name -> the ending of the file and the function that writes it."""


def write_rows(folder: Path, name: str, form: str, rows: Rows) -> Path:
    """Write rows as a file of one of the ``FORMATS``."""
    ending, write = FORMATS[form]
    path = folder / f"{name}.{ending}"
    path.write_bytes(write(rows))
    return path


# --- reading failed-records files -----------------------------------------------------------


def failed_rows(path: str | Path) -> list[dict[str, Any]]:
    """Return the rows of a failed-records file of any format, the ``_error_*`` cells included."""
    path = Path(path)
    if path.suffix == ".csv":
        with path.open(encoding="utf-8-sig", newline="") as file:
            return list(csv.DictReader(file))
    if path.suffix == ".jsonl":
        return [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    if path.suffix == ".json":
        rows: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
        return rows
    return _table_rows(path)


def _table_rows(path: Path) -> list[dict[str, Any]]:
    if path.suffix == ".parquet":
        import pyarrow.parquet

        rows: list[dict[str, Any]] = pyarrow.parquet.read_table(path).to_pylist()
        return rows
    import openpyxl

    book = openpyxl.load_workbook(path, read_only=True)
    header, *lines = book.worksheets[0].iter_rows(values_only=True)
    book.close()
    return [dict(zip([str(name) for name in header], line, strict=True)) for line in lines]


def problems(result: RunResult) -> dict[int, dict[str, str]]:
    """Return the ``_error_*`` cells of a result's only failed-records file by row number."""
    [path] = result.failed_files
    return {
        int(row["_error_row"]): {
            name.removeprefix("_error_"): row[name] or "" for name in ERROR_COLUMNS
        }
        for row in failed_rows(path)
    }
