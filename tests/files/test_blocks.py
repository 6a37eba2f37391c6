"""Rows come in lists, as soon as they are read, and the short ways read what the long ones do."""

from __future__ import annotations

import csv
import gzip
import io
import json
import random
from collections.abc import Callable, Iterator
from itertools import islice
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files import open_source
from odoo_ingestion.files.byte_stream import ROW_LIMIT, ByteStream
from odoo_ingestion.files.csv_cutter import split_plain
from odoo_ingestion.files.json_values import Decoder, NumberText, decode_plain
from odoo_ingestion.files.parquet_texts import texts_of
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Row
from tests.files.reading import put, rows_of

ROWS = 5000


def portions(source: RowSource, size: int) -> Iterator[list[Row]]:
    rows = iter(source)
    while portion := list(islice(rows, size)):
        yield portion


def table(folder: Path, ending: str) -> Path:
    rows = [{"code": f"P-{number}", "name": f"Käse {number}"} for number in range(ROWS)]
    path = folder / f"t{ending}"
    if ending == ".parquet":
        pq.write_table(pa.Table.from_pylist(rows), path, row_group_size=1300)
        return path
    if ending == ".json":
        return put(folder, path.name, json.dumps(rows))
    if ending == ".jsonl":
        return put(folder, path.name, "".join(json.dumps(row) + "\n" for row in rows))
    quote = '"' if ending == ".quoted.csv" else ""
    lines = "".join(f"{row['code']},{quote}{row['name']}{quote}\n" for row in rows)
    content = f"code,name\n{lines}".encode()
    return put(folder, path.name, gzip.compress(content) if ending.endswith(".gz") else content)


FORMATS = [".csv", ".quoted.csv", ".csv.gz", ".json", ".jsonl", ".parquet"]


@pytest.mark.parametrize("ending", FORMATS)
@pytest.mark.parametrize("size", [1, 700, 100_000])
def test_portions_hold_all_rows_in_order(tmp_path: Path, ending: str, size: int) -> None:
    with open_source(table(tmp_path, ending)) as source:
        chunks = list(portions(source, size))
        assert source.fraction_read() == 1.0
    assert all(0 < len(chunk) <= size for chunk in chunks)
    rows = [row for chunk in chunks for row in chunk]
    assert rows == rows_of(tmp_path / f"t{ending}")
    assert [row.number for row in rows] == list(range(1, ROWS + 1))


@pytest.mark.parametrize("ending", FORMATS)
def test_progress_follows_the_rows_taken(tmp_path: Path, ending: str) -> None:
    with open_source(table(tmp_path, ending)) as source:
        assert source.fraction_read() == 0.0
        read = 0
        for chunk in portions(source, 100):
            read += len(chunk)
            assert source.fraction_read() == pytest.approx(read / ROWS, abs=0.15)


def test_rows_are_read_once(tmp_path: Path) -> None:
    with open_source(put(tmp_path, "t.csv", "a\n1\n")) as source:
        assert [len(chunk) for chunk in portions(source, 5)] == [1]
        with pytest.raises(RuntimeError, match="only once"):
            iter(source)


BROKEN: dict[str, Callable[[list[str]], str]] = {
    "t.csv": lambda names: "a,b\n" + "".join(f"{name},1\n" for name in names) + '"never closed',
    "u.csv": lambda names: "a,\n" + "".join(f"{name},\n" for name in names) + "x,no column\n",
    "t.json": lambda names: json.dumps([{"a": name} for name in names])[:-1] + ", broken",
}


@pytest.mark.parametrize("name", BROKEN)
def test_the_rows_before_a_break_are_delivered(tmp_path: Path, name: str) -> None:
    names = [f"Name {number}" for number in range(2345)]
    rows: list[Row] = []
    with open_source(put(tmp_path, name, BROKEN[name](names))) as source:  # noqa: SIM117
        with pytest.raises(InputFileError):
            for row in source:
                rows.append(row)
    assert [row.values["a"] for row in rows] == names


# --- CSV without the csv module -------------------------------------------------------------

ALPHABETS = ['a,b\n"', "a,\r\n", "a,b\n", "a\n", 'a,"\n\r', "é,\n\0", "\n"]


def plain_lines(text: str, count: int) -> list[tuple[str, ...]] | None:
    rows = list(csv.reader(io.StringIO(text, newline="")))
    fit = all(len(row) == count for row in rows) and '"' not in text
    return [tuple(row) for row in rows] if fit else None


@pytest.mark.parametrize("alphabet", ALPHABETS)
def test_plain_lines_are_split_as_the_csv_module_does(alphabet: str) -> None:
    chance = random.Random(alphabet)
    found = 0
    for _ in range(3000):
        text = "".join(chance.choices(alphabet, k=chance.randint(1, 12)))
        count = chance.randint(1, 3)
        rows = split_plain(text, ",", count)
        found += rows is not None
        assert rows is None or rows == plain_lines(text, count)
    assert found or alphabet in ('a,"\n\r', "\n")


@pytest.mark.parametrize("size", [5, 17, 64])
def test_quoted_rows_go_on_in_the_next_blocks(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, size: int
) -> None:
    cells = [("plain", "1"), ("two\nlines, three\n\n", ""), ("", 'a "word"'), ("x", "y")] * 20
    text = io.StringIO(newline="")
    csv.writer(text, lineterminator="\n").writerows([("a", "b"), *cells])
    path = put(tmp_path, "t.csv", text.getvalue())
    monkeypatch.setattr(ByteStream.read, "__defaults__", (size,))
    rows = rows_of(path)
    assert [row.raw for row in rows] == cells
    lines = [2]
    for first, _ in cells[:-1]:
        lines.append(lines[-1] + 1 + first.count("\n"))
    assert [row.line for row in rows] == lines


# --- JSON by the quick decoder --------------------------------------------------------------


def decoded(text: str) -> Any:
    return Decoder().decode(text)[0]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": "x", "b": 1, "c": 1.50, "d": null, "e": true}',
        '{"a": 123456789012345678901234567890, "b": -0, "c": -0.0, "d": 1e400}',
        '{"a": {"b": "x", "c": ["y", {"d": "z"}]}, "e": []}',
        '{"a": "a \\"quoted\\" word", "b": "\\u00e9\\ud83d\\ude00", "c": "\\n"}',
        '{"a": 1e99999999999999999999}',
        '{"": ""}',
        "{}",
    ],
)
def test_the_quick_decoder_reads_what_the_exact_one_does(text: str) -> None:
    plain, exact = decode_plain(text), decoded(text)
    assert repr(plain) == repr(exact)
    assert plain is not None
    assert [type(cell) for cell in plain.values()] == [type(cell) for cell in exact.values()]


@pytest.mark.parametrize(
    "text",
    [
        '{"a": 1, "a": 2}',
        '{"a": "x", "b": {"c": 1, "c": 2}}',
        '{"a": [{"c": "1", "c": "2"}]}',
        '{"a": 1, "\\u0061": 2}',
        '{"a": "ends in a backslash \\\\"}',
        '{"a": "\t"}',
        '{"a": "\\ud800"}',
        '{"a": NaN}',
        '{"a": 1} x',
        '{"a": ' + "9" * 4100 + "}",
        "[1]",
        "5",
        "",
        "\ufeff{}",
        '{"a": "half \ud800"}',
        "[" * 5000,
    ],
)
def test_what_is_not_plain_is_left_to_the_exact_decoder(text: str) -> None:
    assert decode_plain(text) is None


def test_a_number_of_thousands_of_digits_stays_a_text(tmp_path: Path) -> None:
    digits = "9" * 4100
    (row,) = rows_of(put(tmp_path, "t.jsonl", f'{{"a": {digits}}}\n'))
    assert row.values == {"a": digits}
    assert isinstance(row.values["a"], NumberText)


# --- texts of Parquet -----------------------------------------------------------------------


@pytest.mark.parametrize("kind", [pa.string(), pa.large_string()])
@pytest.mark.parametrize(
    "cells",
    [
        ["a", "", "abc"],
        ["a", None, "", None],
        [None, None],
        ["", ""],
        [],
        ["é", "\U0001f600", None, "ascii", "日本"],
        [None if number % 3 else f"é{number}" for number in range(100)],
    ],
)
def test_texts_are_those_of_arrow(kind: pa.DataType, cells: list[str | None]) -> None:
    column = pa.array(cells, kind)
    assert texts_of(column) == cells
    for start in range(len(cells)):
        for length in (1, 2, len(cells)):
            part = column.slice(start, length)
            assert texts_of(part) == cells[start : start + length]


def test_a_text_that_is_none_is_told(tmp_path: Path) -> None:
    broken = pa.Array.from_buffers(
        pa.string(), 1, [None, pa.py_buffer(b"\0\0\0\0\2\0\0\0"), pa.py_buffer(b"\xff\xfe")]
    )
    path = tmp_path / "t.parquet"
    pq.write_table(pa.table({"a": broken}), path)
    with pytest.raises(InputFileError, match="column 'a'"):
        rows_of(path)


def test_a_break_before_the_first_row_is_told_as_what_it_is(tmp_path: Path) -> None:
    cell = "x" * (ROW_LIMIT + 1)
    with pytest.raises(InputFileError, match="longer than 16 million characters"):
        open_source(put(tmp_path, "t.json", f'[{{"a": "{cell}"}}]'))
