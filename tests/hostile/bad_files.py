"""Files that nobody should send, in every format in which they can be."""

from __future__ import annotations

import gzip
import io
import json
from collections.abc import Callable, Mapping, Sequence
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq

Table = Sequence[Mapping[str, Any]]

FORMATS = ("csv", "json", "jsonl", "parquet", "xlsx")


def as_csv(rows: Table) -> bytes:
    lines = [",".join(rows[0]), *(",".join(map(str, row.values())) for row in rows)]
    return ("\n".join(lines) + "\n").encode()


def as_json(rows: Table) -> bytes:
    return json.dumps(list(rows), indent=0).encode()


def as_json_lines(rows: Table) -> bytes:
    return "".join(json.dumps(row) + "\n" for row in rows).encode()


def as_parquet(rows: Table) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.Table.from_pylist([dict(row) for row in rows]), content)
    return content.getvalue()


def as_xlsx(rows: Table) -> bytes:
    return sheet([list(rows[0]), *(list(row.values()) for row in rows)])


def sheet(lines: Sequence[Sequence[Any]]) -> bytes:
    book = openpyxl.Workbook()
    for line in lines:
        book.worksheets[0].append(list(line))
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


WRITERS: Mapping[str, Callable[[Table], bytes]] = {
    "csv": as_csv,
    "json": as_json,
    "jsonl": as_json_lines,
    "parquet": as_parquet,
    "xlsx": as_xlsx,
}

PARTNERS = [{"ref": f"BF-{n}", "name": f"Partner {n}"} for n in range(3)]
_EMPTY = pa.table({"ref": pa.array([], pa.string())})


def _empty_parquet() -> bytes:
    content = io.BytesIO()
    pq.write_table(_EMPTY, content)
    return content.getvalue()


REFUSED: Mapping[str, tuple[str, bytes, str]] = {
    **{f"an empty {kind}": (f"a.{kind}", b"", "is empty") for kind in FORMATS},
    "an empty gzip": ("a.csv.gz", gzip.compress(b""), "is empty"),
    "a header alone": ("a.csv", b"ref,name\n", "only the header"),
    "a header alone in Excel": ("a.xlsx", sheet([["ref", "name"]]), "only the header"),
    "a header alone in Parquet": ("a.parquet", _empty_parquet(), "no rows"),
    "an empty array": ("a.json", b"[]", "the array is empty"),
    "an empty object": ("a.json", b"{}", "holds no array"),
    "blank lines alone": ("a.jsonl", b"\n \n", "no rows"),
    "a sheet without cells": ("a.xlsx", sheet([]), "the sheet is empty"),
    "no header": ("a.csv", b"BF-1,ann@example.com\nBF-2,bob@example.com\n", "seems to be data"),
    "no header in Excel": ("a.xlsx", sheet([["BF-1", 12], ["BF-2", 13]]), "'BF-1' is not a field"),
    "names as a header": ("a.csv", b"Ann,Bob\nBF-2,x\n", "'Ann' is not a field"),
    "a duplicate header": ("a.csv", b"ref,name,name\nBF-1,a,b\n", "same name 'name'"),
    "a duplicate header in Excel": ("a.xlsx", sheet([["ref", "ref"], [1, 2]]), "same name 'ref'"),
    "a truncated gzip": ("a.csv.gz", gzip.compress(as_csv(PARTNERS))[:-9], "cut off"),
    "a damaged gzip": ("a.csv.gz", gzip.compress(as_csv(PARTNERS))[:12] + b"\xff" * 9, "gzip"),
    "a gzip of a workbook": ("a.xlsx.gz", gzip.compress(as_xlsx(PARTNERS)), "packed by gzip"),
    "broken JSON": ("a.json", b'[{"ref": "BF-1"},\n{"ref" "BF-2"}]', "broken at byte 25"),
    "JSON that ends too soon": ("a.json", as_json(PARTNERS)[:-4], "JSON is broken at byte"),
    "JSON that goes on": ("a.json", b'[{"ref": "BF-1"}] x', "something follows"),
    "JSON too deep": ("a.json", b"[" * 100_000, "nested deeper"),
    "a scalar for JSON": ("a.json", b"3", "json"),
    "a Parquet that is none": ("a.parquet", b"ref,name\nBF-1,a\n", "not a sound Parquet file"),
    "half a Parquet": ("a.parquet", as_parquet(PARTNERS)[:-20], "not a sound Parquet file"),
    "half a workbook": ("a.xlsx", as_xlsx(PARTNERS)[:2000], "not a whole Excel workbook"),
    "a web page": ("a.csv", b"<!DOCTYPE html><html><body>Log in</body></html>", "HTML"),
    "a PDF": ("a.csv", b"%PDF-1.7 and so on", "is a PDF"),
    "an open quote": ("a.csv", b'ref,name\nBF-1,"open\nBF-2,b\n', "line 2: a quote is opened"),
}
"""What: (name, content, part of the message). Nothing of it is ever sent."""
