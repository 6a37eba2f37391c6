from __future__ import annotations

import base64
import json
import pickle
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from odoo_ingestion.errors import InputFileError, OutputFileError
from odoo_ingestion.files import open_source, open_writer
from odoo_ingestion.records import ERROR_COLUMNS, Row
from tests.files.reading import ERRORS, put, read, rows_of, write_failed


def parquet(tmp_path: Path, columns: dict[str, Any], **options: Any) -> Path:
    pq.write_table(pa.table(columns), tmp_path / "t.parquet", **options)
    return tmp_path / "t.parquet"


def refusal(path: Path) -> str:
    with pytest.raises(InputFileError) as caught:
        read(path)
    assert caught.value.hint
    return caught.value.message


def test_values_are_pythons_own(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"code": ["007", None], "price": [1.5, 2.0], "count": [1, None]})
    source, rows = read(path)
    assert source.header == ("code", "price", "count")
    assert rows[0].values == {"code": "007", "price": 1.5, "count": 1}
    assert rows[1].values == {"code": None, "price": 2.0, "count": None}
    assert [row.line for row in rows] == [None, None]


def test_bytes_become_base64_and_nan_nothing(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"image": [b"\x89PNG", None], "weight": [float("nan"), 1.0]})
    rows = rows_of(path)
    assert rows[0].values == {"image": base64.b64encode(b"\x89PNG").decode(), "weight": None}
    assert rows[1].values == {"image": None, "weight": 1.0}


def test_structs_become_dotted_columns(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"id": [1, 2], "address": [{"city": "Köln", "geo": {"x": 1}}, None]})
    source, rows = read(path)
    assert source.header == ("id", "address.city", "address.geo.x")
    assert rows[0].values == {"id": 1, "address.city": "Köln", "address.geo.x": 1}
    assert rows[1].values == {"id": 2}


def test_moments_have_their_zone(tmp_path: Path) -> None:
    column = pa.array([datetime(2024, 2, 29, tzinfo=UTC)], pa.timestamp("us", "UTC"))
    (row,) = rows_of(parquet(tmp_path, {"at": column}))
    assert row.values["at"] == datetime(2024, 2, 29, tzinfo=UTC)


def test_row_groups_are_read_one_after_the_other(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"a": list(range(10_000))}, row_group_size=3000)
    with open_source(path) as source:
        fractions = [source.fraction_read() for row in source if row.number in (1, 5000)]
        assert fractions == [pytest.approx(0.0, abs=0.001), pytest.approx(0.5, abs=0.15)]
        assert source.fraction_read() == 1.0


@pytest.mark.parametrize(
    "content", [b"name,price\nTea,1\n", b"PAR1", b"PAR1" + b"x" * 500 + b"PAR1", b"PAR1" * 3]
)
def test_a_parquet_file_that_is_none_is_refused(tmp_path: Path, content: bytes) -> None:
    assert "is not a sound Parquet file" in refusal(put(tmp_path, "t.parquet", content))


def test_a_damaged_page_is_told(tmp_path: Path) -> None:
    path = parquet(
        tmp_path, {"a": [f"x{number}" for number in range(9000)]}, write_page_checksum=True
    )
    content = bytearray(path.read_bytes())
    content[50:400] = bytes(350)
    assert "is not a sound Parquet file" in refusal(put(tmp_path, "t.parquet", bytes(content)))


def test_no_rows_and_doubled_columns_are_refused(tmp_path: Path) -> None:
    assert "there are no rows" in refusal(parquet(tmp_path, {"a": pa.array([], pa.string())}))
    table = pa.table([pa.array([1]), pa.array([2])], names=["a", "a"])
    pq.write_table(table, tmp_path / "t.parquet")
    assert "two columns have the same name 'a'" in refusal(tmp_path / "t.parquet")
    path = parquet(tmp_path, {"a.b": [1], "a": [{"b": 2}]})
    assert "two columns have the same name 'a.b'" in refusal(path)


def test_a_date_beyond_pythons_calendar_is_told(tmp_path: Path) -> None:
    path = parquet(tmp_path, {"day": pa.array([10**7], pa.int32()).cast(pa.date32())})
    assert "column 'day' (date32[day]) has a value that cannot be read" in refusal(path)


def test_gzip_around_parquet_is_refused(tmp_path: Path) -> None:
    import gzip

    content = gzip.compress(parquet(tmp_path, {"a": [1]}).read_bytes())
    assert "packed by gzip" in refusal(put(tmp_path, "t.parquet.gz", content))


def test_a_long_cell_fails_its_row(tmp_path: Path) -> None:
    rows = rows_of(parquet(tmp_path, {"a": ["x", "y" * 20_000_000]}))
    assert rows[0].problem is None
    assert rows[1].problem is not None
    assert rows[1].problem.field == "a"


def test_error_columns_are_left_out_of_values_and_raw(tmp_path: Path) -> None:
    source, rows = read(parquet(tmp_path, {"a": [1, 2], "b": ["x", None]}))
    failed = write_failed(source, rows, tmp_path)
    table = pq.read_table(failed)
    assert table.column_names == ["a", "b", *ERROR_COLUMNS]
    assert table.column("_error_hint").to_pylist() == ["=SUM(A1)"] * 2
    again, same = read(failed)
    assert again.header == ("a", "b")
    assert same[0].raw.alone().schema.names == ["a", "b"]
    assert again.facts.notes


def test_a_row_can_go_to_another_process(tmp_path: Path) -> None:
    rows = rows_of(parquet(tmp_path, {"a": list(range(1000)), "b": ["x" * 100] * 1000}))
    text = pickle.dumps(rows[500])
    assert pickle.loads(text) == rows[500]  # noqa: S301 - made the line before
    assert len(text) < 5000
    assert rows[500].raw != rows[501].raw
    assert len({rows[500].raw, rows[500].raw}) == 1
    assert repr(rows[500].raw).startswith("ParquetRecord({'a': 500")


def test_until_it_is_closed_the_rows_stand_in_json_lines(tmp_path: Path) -> None:
    source, rows = read(parquet(tmp_path, {"a": list(range(2500)), "c": [{"d": "x"}] * 2500}))
    path = tmp_path / "failed.parquet"
    writer = open_writer(path, source.facts, source.header, ERROR_COLUMNS)
    for row in rows:
        writer.write(row, ERRORS)
    spool = tmp_path / "failed.parquet.partial.jsonl"
    assert not path.exists()
    _, kept = read(spool)
    assert [row.values for row in kept] == [row.values for row in rows]
    writer.close()
    writer.close()
    assert sorted(entry.name for entry in tmp_path.iterdir()) == ["failed.parquet", "t.parquet"]
    assert len(rows_of(path)) == 2500


def test_a_failed_file_without_rows_has_its_columns(tmp_path: Path) -> None:
    source, _ = read(parquet(tmp_path, {"a": [1]}))
    assert pq.read_schema(write_failed(source, [], tmp_path)).names == ["a", *ERROR_COLUMNS]


def test_a_row_of_another_format_is_a_mistake_of_ours(tmp_path: Path) -> None:
    source, _ = read(parquet(tmp_path, {"a": [1]}))
    writer = open_writer(tmp_path / "f.parquet", source.facts, source.header, ERROR_COLUMNS)
    with pytest.raises(TypeError, match="was not read from a Parquet file"):
        writer.write(Row(1, None, {"a": 1}), ERRORS)
    writer.close()


def test_a_full_disk_leaves_the_rows_in_json_lines(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, rows = read(parquet(tmp_path, {"a": [1]}))
    path = tmp_path / "failed.parquet"
    writer = open_writer(path, source.facts, source.header, ERROR_COLUMNS)
    writer.write(rows[0], ERRORS)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfileobj", full)
    with pytest.raises(OutputFileError, match="No space left on device") as caught:
        writer.close()
    assert caught.value.hint is not None
    spool = tmp_path / "failed.parquet.partial.jsonl"
    assert str(spool) in caught.value.hint
    assert json.loads(spool.read_text())["a"] == 1
    assert not path.exists()
    assert not (tmp_path / "failed.parquet.partial").exists()


def test_a_full_disk_while_rows_are_gathered_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, rows = read(parquet(tmp_path, {"a": [1]}))
    writer = open_writer(tmp_path / "f.parquet", source.facts, source.header, ERROR_COLUMNS)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", full)
    with pytest.raises(OutputFileError, match="No space left"):
        for _ in range(1000):
            writer.write(rows[0], ERRORS)
    writer.close()
