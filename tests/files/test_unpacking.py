"""Packed files are unpacked within bounds, and what is beyond is told before it fills anything."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files import open_source, parquet, unpacking
from tests.files.reading import put
from tests.hostile.bad_files import as_xlsx

ROWS = "name,price\n" + "Tea,1\n" * 100_000
SMALL = 64 * 1024


@pytest.fixture
def suspicious(monkeypatch: pytest.MonkeyPatch) -> None:
    """Bounds that a small file can break."""
    monkeypatch.setattr(unpacking, "UNSUSPECTED", SMALL)
    monkeypatch.setattr(unpacking, "MOST_TIMES", 20)


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(InputFileError) as caught, open_source(path, **options) as source:
        list(source)
    assert caught.value.hint
    return caught.value.message


def rows_of(path: Path) -> int:
    with open_source(path) as source:
        return len(list(source))


def parquet_bytes(column: pa.Array[Any], **options: Any) -> bytes:
    content = io.BytesIO()
    pq.write_table(pa.table({"name": column}), content, **options)
    return content.getvalue()


def test_a_gzip_bomb_is_refused_by_how_many_times_it_grows(
    suspicious: None, tmp_path: Path
) -> None:
    message = refusal(put(tmp_path, "t.csv.gz", gzip.compress(ROWS.encode())))
    assert "unpacks to more than 20 times its size" in message


def test_a_gzip_bomb_from_a_pipe_is_refused_too(suspicious: None, tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)

    def feed() -> None:
        with path.open("wb") as pipe:
            pipe.write(gzip.compress(ROWS.encode()))

    feeder = threading.Thread(target=feed)
    feeder.start()
    try:
        assert "unpacks to more than 20 times its size" in refusal(path)
    finally:
        feeder.join(10)


def test_a_gzip_that_is_too_much_in_all_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(unpacking, "MOST_UNPACKED", SMALL)
    assert "unpacks to more than 0 MiB" in refusal(
        put(tmp_path, "t.csv.gz", gzip.compress(ROWS.encode()))
    )


def test_a_workbook_that_grows_too_many_times_is_refused(suspicious: None, tmp_path: Path) -> None:
    content = as_xlsx([{"name": "Tea" * 10_000}] * 50)
    assert "times its size" in refusal(put(tmp_path, "t.xlsx", content))


def test_a_parquet_file_that_grows_too_many_times_is_refused(
    suspicious: None, tmp_path: Path
) -> None:
    content = parquet_bytes(
        pa.array(["Tea" * 1000] * 1000), use_dictionary=False, compression="zstd"
    )
    assert "times its size" in refusal(put(tmp_path, "t.parquet", content))


def test_one_value_that_stands_for_a_thousand_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "MOST_IN_BATCH", 2 * 1024**2)
    content = parquet_bytes(pa.array(["Tea" * 1000] * 1000), use_dictionary=True)
    assert len(content) < 20_000
    assert "1000 rows from row 1 on hold more than 2 MiB" in refusal(
        put(tmp_path, "t.parquet", content)
    )


def test_wide_rows_of_a_parquet_file_are_read_few_at_a_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parquet, "_BATCH_BYTES", 100_000)
    monkeypatch.setattr(parquet, "MOST_IN_BATCH", 200_000)
    texts = [f"{number:05d}" * 1000 for number in range(300)]
    content = parquet_bytes(pa.array(texts), use_dictionary=False)
    assert rows_of(put(tmp_path, "t.parquet", content)) == 300


@pytest.mark.parametrize("name", ["t.csv.gz", "t.parquet"])
def test_what_is_small_may_grow_as_it_likes(name: str, tmp_path: Path) -> None:
    packed = gzip.compress(ROWS.encode())
    assert len(ROWS) > 250 * len(packed)
    if name == "t.parquet":
        packed = parquet_bytes(pa.array(["Tea"] * 100_000))
    assert rows_of(put(tmp_path, name, packed)) == 100_000
