"""What the failed-records writer writes is read back as the same header and the same rows."""

from __future__ import annotations

import csv
import io
import math
import tempfile
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import openpyxl
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from odoo_ingestion.files.json_values import encode
from odoo_ingestion.files.parquet import ParquetRecord
from tests.files.reading import content_of, put, read, write_failed

SETTINGS = settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.differing_executors]
)

TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
SPECIAL = st.sampled_from(
    ["007", " padded ", "NULL", "N/A", "", '"', '""', "a,b;c\td|e", "line\nbreak", "\r\n", "\r",
     "'", "=1+1", "-5", "\ufeff", "_x000D_", "#N/A", "true", "1e400", "Žluťoučký", "'=x"]
)  # fmt: skip
CELL = st.one_of(TEXT, SPECIAL)
NAMES = st.lists(
    st.from_regex(r"[A-Za-z][A-Za-z _/.*\"';,é-]{0,9}", fullmatch=True).map(str.strip),
    min_size=1,
    max_size=5,
    unique=True,
)


def check(name: str, content: bytes, **options: Any) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = put(Path(folder), name, content)
        source, rows = read(path, **options)
        again, same = read(write_failed(source, rows, Path(folder)))
        assert again.header == source.header
        assert [content_of(row) for row in same] == [content_of(row) for row in rows]
        assert [row.number for row in same] == [row.number for row in rows]


def csv_bytes(table: list[list[str]], separator: str, end: str, encoding: str) -> bytes:
    text = io.StringIO()
    csv.writer(text, delimiter=separator, lineterminator=end, quoting=csv.QUOTE_ALL).writerows(
        table
    )
    return text.getvalue().encode(encoding)


@SETTINGS
@given(
    NAMES,
    st.lists(st.lists(CELL, min_size=1, max_size=7), min_size=1, max_size=6),
    st.sampled_from([",", ";", "\t", "|"]),
    st.sampled_from(["\r\n", "\n"]),
    st.sampled_from(["utf-8", "utf-8-sig", "utf-16"]),
)
def test_csv_rows_of_any_width_come_back(
    names: list[str], rows: list[list[str]], separator: str, end: str, encoding: str
) -> None:
    check("t.csv", csv_bytes([names, *rows], separator, end, encoding), separator=separator)


@SETTINGS
@given(st.lists(st.text('a,"b\n ', max_size=12), min_size=1, max_size=6))
def test_csv_lines_with_wrong_quotes_come_back(lines: list[str]) -> None:
    content = "one,two\n" + "\n".join(lines) + "\nend,row\n"
    if content.count('"') % 2:
        content += '"x","y"z"\n'
    try:
        check("t.csv", content.encode(), separator=",")
    except Exception as e:
        if "never closed" not in str(e):
            raise


JSON_NUMBERS = st.one_of(
    st.integers(), st.decimals(allow_nan=False, allow_infinity=False), st.just(Decimal("1E+400"))
)
JSON_VALUES = st.recursive(
    st.one_of(st.none(), st.booleans(), JSON_NUMBERS, CELL),
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(TEXT, inner, max_size=3)),
    max_leaves=6,
)
OBJECTS = st.lists(
    st.dictionaries(st.sampled_from(["name", "price", "address", "x.y", "tags"]), JSON_VALUES),
    min_size=1,
    max_size=6,
).filter(any)


@SETTINGS
@given(OBJECTS)
def test_json_objects_come_back(objects: list[dict[str, Any]]) -> None:
    first = [{"name": "so that there is a column"}]
    check("t.json", encode(first + objects).encode())


@SETTINGS
@given(st.lists(st.one_of(OBJECTS.map(encode), st.text('{}[]":,1a \\', max_size=12)), max_size=6))
def test_json_lines_come_back_even_broken_ones(lines: list[str]) -> None:
    check("t.jsonl", "\n".join(['{"name": "first"}', *lines]).encode())


@SETTINGS
@given(st.lists(JSON_VALUES, max_size=6))
def test_items_of_a_json_array_that_are_no_objects_come_back(items: list[Any]) -> None:
    check("t.json", encode([{"name": "first"}, *items]).encode())


XLSX_CELLS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**15), 10**15),
    st.floats(-1e300, 1e300),
    st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=12),
    st.datetimes(datetime(1901, 1, 1), datetime(2999, 1, 1)),
    st.dates(date(1901, 1, 1), date(2999, 1, 1)),
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=900)),
    st.sampled_from(["=1+1", "#REF!", "#N/A", "007", "_x000D_", "_x005F_x0041_", " "]),
)


@SETTINGS
@given(NAMES, st.lists(st.lists(XLSX_CELLS, min_size=1, max_size=6), min_size=1, max_size=5))
def test_excel_rows_come_back(names: list[str], rows: list[list[Any]]) -> None:
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    # Messages name cells: an empty row, which is none, would move those below it.
    filled = [row for row in rows if any(cell not in (None, "") for cell in row)]
    for row in (names, *filled, ["last"]):
        sheet.append(row)
    content = io.BytesIO()
    book.save(content)
    check("t.xlsx", content.getvalue())


PARQUET_COLUMNS: dict[str, tuple[pa.DataType, st.SearchStrategy[Any]]] = {
    "text": (pa.string(), TEXT),
    "large": (pa.large_string(), TEXT),
    "dictionary": (pa.dictionary(pa.int32(), pa.string()), TEXT),
    "bytes": (pa.binary(), st.binary(max_size=8)),
    "int64": (pa.int64(), st.integers(-(2**63), 2**63 - 1)),
    "uint8": (pa.uint8(), st.integers(0, 255)),
    "float": (pa.float64(), st.floats(allow_nan=False)),
    "half": (pa.float16(), st.floats(width=16, allow_nan=False)),
    "bool": (pa.bool_(), st.booleans()),
    "decimal": (
        pa.decimal128(20, 4),
        st.decimals(-(10**15), 10**15, places=4, allow_nan=False),
    ),
    "day": (pa.date32(), st.dates()),
    "moment": (pa.timestamp("us"), st.datetimes()),
    "precise": (
        pa.timestamp("ns"),
        st.datetimes(datetime(1700, 1, 1), datetime(2200, 1, 1)),
    ),
    "zoned": (pa.timestamp("us", "UTC"), st.datetimes(datetime(2, 1, 1), datetime(9998, 1, 1))),
    "time": (pa.time64("us"), st.times()),
    "duration": (pa.duration("us"), st.timedeltas(timedelta(-9999), timedelta(9999))),
    "list": (pa.list_(pa.int64()), st.lists(st.integers(-9, 9), max_size=3)),
    "map": (
        pa.map_(pa.string(), pa.int64()),
        st.dictionaries(TEXT, st.integers(0, 9), max_size=2).map(lambda d: list(d.items())),
    ),
    "struct": (
        pa.struct([("city", pa.string()), ("geo", pa.struct([("lat", pa.float64())]))]),
        st.fixed_dictionaries(
            {"city": TEXT, "geo": st.fixed_dictionaries({"lat": st.floats(-90, 90)})}
        ),
    ),
}


@pytest.mark.parametrize("name", PARQUET_COLUMNS)
def test_parquet_columns_of_every_type_come_back_with_their_type(name: str) -> None:
    kind, cells = PARQUET_COLUMNS[name]

    @settings(SETTINGS, max_examples=15)
    @given(st.lists(st.one_of(st.none(), cells), min_size=1, max_size=5))
    def come_back(column: list[Any]) -> None:
        table = pa.table({"key": pa.array(range(len(column))), name: pa.array(column, kind)})
        content = io.BytesIO()
        pq.write_table(table, content)
        check("t.parquet", content.getvalue())

    come_back()


def test_the_failed_parquet_file_has_the_schema_of_the_input(tmp_path: Path) -> None:
    fields = [(name, kind) for name, (kind, _) in PARQUET_COLUMNS.items()]
    schema = pa.schema(fields, metadata={"origin": "shop"})
    table = pa.table({name: [None, None] for name, _ in fields}, schema=schema)
    pq.write_table(table, tmp_path / "t.parquet")
    source, rows = read(tmp_path / "t.parquet")
    written = pq.read_schema(write_failed(source, rows, tmp_path))
    assert [(field.name, field.type) for field in written][:-5] == fields
    assert (written.metadata or {})[b"origin"] == b"shop"


def test_a_nan_of_a_parquet_file_stays_one_in_the_failed_file(tmp_path: Path) -> None:
    pq.write_table(pa.table({"a": [1.0, math.nan]}), tmp_path / "t.parquet")
    source, rows = read(tmp_path / "t.parquet")
    assert [row.values["a"] for row in rows] == [1.0, None]
    _, same = read(write_failed(source, rows, tmp_path))
    assert isinstance(same[1].raw, ParquetRecord)
    assert math.isnan(same[1].raw.alone().column("a")[0].as_py())


def test_times_of_day_and_durations_stay_what_they_are(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    cells = [time(9, 30), timedelta(hours=30), datetime(2024, 2, 29, 13, 45), date(2024, 2, 29)]
    for row in (["a", "b", "c", "d"], cells):
        book.worksheets[0].append(row)
    book.save(tmp_path / "t.xlsx")
    source, rows = read(tmp_path / "t.xlsx")
    assert list(rows[0].values.values()) == cells
    assert read(write_failed(source, rows, tmp_path))[1][0].values == rows[0].values
