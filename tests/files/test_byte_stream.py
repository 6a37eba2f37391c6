"""Files that cannot be opened or read, pipes, and gzip."""

from __future__ import annotations

import gzip
import io
import os
import threading
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import open_source
from odoo_ingestion.files.byte_stream import ByteStream, open_path
from tests.files.reading import put, read

CSV = "name,price\n" + "".join(f"Tea {number},{number}\n" for number in range(20_000))


def message_of(path: Path | str, **options: Any) -> str:
    with pytest.raises(InputFileError) as caught:
        open_source(path, **options)
    assert caught.value.hint
    return caught.value.message


def test_a_missing_file_is_told_with_the_nearest_name(tmp_path: Path) -> None:
    put(tmp_path, "products.csv", CSV)
    with pytest.raises(InputFileError, match="There is no file") as caught:
        open_source(tmp_path / "prodcts.csv")
    assert caught.value.hint == f"Did you mean {tmp_path / 'products.csv'}?"
    with pytest.raises(InputFileError) as caught:
        open_source(tmp_path / "zzz.xlsx")
    assert caught.value.hint == "Check the name and the folder."
    assert "no folder" in (message_hint(tmp_path / "none" / "a.csv"))


def message_hint(path: Path) -> str:
    with pytest.raises(InputFileError) as caught:
        open_source(path)
    return caught.value.hint or ""


def test_a_folder_an_empty_file_and_a_device_are_refused(tmp_path: Path) -> None:
    assert "is a folder" in message_of(tmp_path)
    assert "is empty" in message_of(put(tmp_path, "t.csv", ""))
    assert "is a device" in message_of("/dev/null")


def test_a_circle_of_links_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.csv").symlink_to(tmp_path / "b.csv")
    (tmp_path / "b.csv").symlink_to(tmp_path / "a.csv")
    assert "symbolic links run in a circle" in message_of(tmp_path / "a.csv")


def test_a_name_that_no_file_can_have_is_refused(tmp_path: Path) -> None:
    for name in ("x" * 400, "a\0b"):
        with pytest.raises(InputFileError, match="cannot be opened"):
            open_source(tmp_path / name)


def test_a_file_without_the_right_to_read_it_is_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: Any, **__: Any) -> Any:
        raise PermissionError(13, "Permission denied")

    path = put(tmp_path, "t.csv", CSV)
    # The superuser may read every file, and tests may be run by it.
    monkeypatch.setattr(Path, "open", refuse)
    assert "may not be read: permission denied" in message_of(path)


def test_a_disk_that_fails_while_it_is_read_is_told() -> None:
    class Failing(io.RawIOBase):
        def readable(self) -> bool:
            return True

        def read(self, size: int = -1) -> bytes:
            raise OSError(5, "Input/output error")

    with pytest.raises(InputFileError, match="reading stopped at byte 0: Input/output error"):
        ByteStream(Failing(), "t.csv", None).read()  # type: ignore[arg-type]


def test_gzip_is_known_by_its_content(tmp_path: Path) -> None:
    for name in ("t.csv.gz", "t.csv"):
        source, rows = read(put(tmp_path, name, gzip.compress(CSV.encode())))
        assert (source.facts.format, source.facts.compression) == ("csv", "gzip")
        assert len(rows) == 20_000


def test_gzip_may_have_several_parts(tmp_path: Path) -> None:
    half = len(CSV) // 2
    content = gzip.compress(CSV[:half].encode()) + gzip.compress(CSV[half:].encode())
    assert len(read(put(tmp_path, "t.csv.gz", content))[1]) == 20_000


def test_a_gzip_file_that_is_cut_off_is_told_before_anything_is_delivered(tmp_path: Path) -> None:
    packed = gzip.compress(CSV.encode())
    for length in (len(packed) // 2, len(packed) - 4, 12):
        path = put(tmp_path, "t.csv.gz", packed[:length])
        assert "the gzip file is cut off" in message_of(path)


def test_a_large_gzip_file_that_is_cut_off_delivers_what_was_whole(tmp_path: Path) -> None:
    lines = "".join(f"Name {number * 7919 % 1_000_003},{number}\n" for number in range(800_000))
    packed = gzip.compress(("name,price\n" + lines).encode(), compresslevel=1)
    with open_source(put(tmp_path, "t.csv.gz", packed[:-1000])) as source:
        last = 0
        with pytest.raises(InputFileError, match="cut off: it ends in the middle, after byte"):
            for row in source:
                assert row.problem is None
                last = row.number
    assert 780_000 < last < 800_000


def test_damaged_gzip_is_told(tmp_path: Path) -> None:
    packed = bytearray(gzip.compress(CSV.encode()))
    packed[len(packed) // 2] ^= 0xFF
    assert "gzip data is damaged" in message_of(put(tmp_path, "t.csv.gz", bytes(packed)))
    packed = bytearray(gzip.compress(CSV.encode()))
    packed[-6] ^= 0xFF
    assert "gzip data is damaged" in message_of(put(tmp_path, "t.csv.gz", bytes(packed)))


def test_a_gzip_bomb_is_stopped_by_the_limit_of_a_row(tmp_path: Path) -> None:
    packed = gzip.compress(b"name,price\n" + b"0" * 200_000_000, compresslevel=1)
    assert len(packed) < 2_000_000
    assert "longer than 16 million" in message_of(put(tmp_path, "t.csv.gz", packed))


def test_gzip_of_nothing_is_empty(tmp_path: Path) -> None:
    assert "is empty" in message_of(put(tmp_path, "t.csv.gz", gzip.compress(b"")))


def test_the_standard_input_needs_a_format() -> None:
    with pytest.raises(UsageError) as caught:
        open_source("-")
    assert caught.value.hint is not None
    assert "--format" in caught.value.hint


class Pipe(io.BytesIO):
    """Bytes that cannot be read twice, a few at a time."""

    def seekable(self) -> bool:
        return False

    def seek(self, *_: int) -> int:
        raise OSError(29, "Illegal seek")

    def tell(self) -> int:
        raise OSError(29, "Illegal seek")

    def read(self, size: int | None = -1) -> bytes:
        return super().read(min(1000, size) if size and size > 0 else size)


JSON = '{"count": 2, "rows": [{"a": 1}, {"a": 2}]}'


@pytest.mark.parametrize(
    ("format_", "content", "count"),
    [
        ("csv", CSV.encode(), 20_000),
        ("csv", gzip.compress(CSV.encode(), mtime=0), 20_000),
        ("json", JSON.encode(), 2),
        ("json", gzip.compress(JSON.encode(), mtime=0), 2),
        ("json", b'[{"a": 1}]', 1),
        ("jsonl", b'{"a": 1}\n{"a": 2}', 2),
    ],
)
def test_pipes_are_read_as_files_are(format_: str, content: bytes, count: int) -> None:
    source = open_source("-", format=format_, stdin=Pipe(content))
    assert source.facts.path == "-"
    assert source.fraction_read() is None
    assert len(list(source)) == count
    source.close()


@pytest.mark.parametrize("name", ["prices.xls", "stock.xlsx", "items.parquet"])
def test_workbooks_and_parquet_come_through_a_pipe_too(tmp_path: Path, name: str) -> None:
    import openpyxl
    import pyarrow as pa
    import pyarrow.parquet as pq

    path = tmp_path / name
    if name.endswith(".xls"):
        path = Path(__file__).parent / "data" / name
    elif name.endswith(".xlsx"):
        book = openpyxl.Workbook()
        book.worksheets[0].append(["a"])
        book.worksheets[0].append([1])
        book.save(path)
    else:
        pq.write_table(pa.table({"a": [1]}), path)
    stdin = Pipe(path.read_bytes())
    format_ = "parquet" if name.endswith("parquet") else "xlsx"
    with open_source("-", format=format_, stdin=stdin) as source:
        assert len(list(source)) >= 1
    assert not stdin.closed, "the standard input is not ours to close"


def test_a_named_pipe_is_read(tmp_path: Path) -> None:
    path = tmp_path / "pipe.csv"
    os.mkfifo(path)
    writer = threading.Thread(target=path.write_text, args=("name,price\nTea,1\n",))
    writer.start()
    _, rows = read(path)
    writer.join()
    assert rows[0].values == {"name": "Tea", "price": "1"}


def test_the_standard_input_may_be_a_file(tmp_path: Path) -> None:
    with put(tmp_path, "t.json", "xx" + JSON).open("rb") as stdin:
        stdin.seek(2)
        source = open_source("-", format="json", stdin=stdin)
        assert [row.values["a"] for row in source] == [1, 2]


def test_looking_ahead_takes_nothing_away(tmp_path: Path) -> None:
    stream = open_path(put(tmp_path, "t.csv", b"abcdef"))
    assert stream.peek(3) == b"abc"
    assert stream.peek(100) == b"abcdef"
    assert stream.fraction_read() == 0.0
    assert stream.read(2) == b"ab"
    assert stream.fraction_read() == pytest.approx(1 / 3)
    assert stream.read() == b"cdef"
    assert stream.read() == b""
    stream.close()


def test_a_full_disk_is_told_when_a_pipe_has_to_be_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.BytesIO):
        def write(self, _: Any) -> int:
            raise OSError(28, "No space left on device")

    monkeypatch.setattr("tempfile.TemporaryFile", Full)
    with pytest.raises(InputFileError, match="No space left on device"):
        open_source("-", format="parquet", stdin=Pipe(b"PAR1" * 100))
