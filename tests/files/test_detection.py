from __future__ import annotations

import zipfile
from pathlib import Path

import pytest

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import open_source
from odoo_ingestion.files.detection import detect_format
from tests.files.reading import put, read


@pytest.mark.parametrize(
    ("name", "head", "format_"),
    [
        ("a.csv", b"name,price\n", "csv"),
        ("a.TSV", b"name\tprice\n", "csv"),
        ("a.txt", b"name\n", "csv"),
        ("a", b"name;price\n1;2", "csv"),
        ("a.json", b'[{"a": 1}]', "json"),
        ("a.json", b'{\n "rows": []}', "json"),
        ("a.json.gz", b'{"rows": []}', "json"),
        ("a.json", b"", "json"),
        ("a", b"[1, 2]", "json"),
        ("a.jsonl", b'{"a": 1}', "jsonl"),
        ("a.ndjson", b'{"a": 1}\n{"a": 2}', "jsonl"),
        ("a.jsonl", b'{"a": 1\n{"a": 2}', "jsonl"),
        ("a.parquet", b"name,price", "parquet"),
        ("a.xlsx", b"PK\x03\x04", "xlsx"),
        ("a.xls", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "xlsx"),
    ],
)
def test_the_format_is_told_by_content_and_name(name: str, head: bytes, format_: str) -> None:
    found = detect_format(head, name)
    assert (found.format, found.notes) == (format_, ())


@pytest.mark.parametrize(
    ("name", "head", "format_"),
    [
        ("a.json", b'{"a": 1}\n{"a": 2}\n', "jsonl"),
        ("a.jsonl", b'[{"a": 1}]', "json"),
        ("a.jsonl", b'{\n"rows": [{"a": 1}]}', "json"),
        ("a.csv", b'[{"a": 1}]', "json"),
        ("a.xls", b"name\tprice\n", "csv"),
        ("a.csv", b"PK\x03\x04", "xlsx"),
        ("a.xlsx", b"PAR1", "parquet"),
    ],
)
def test_where_name_and_content_differ_the_content_counts_and_it_is_said(
    name: str, head: bytes, format_: str
) -> None:
    found = detect_format(head, name)
    assert found.format == format_
    assert found.notes
    assert found.notes[0].startswith(f"It is named {name[1:]}, but its content is ")


@pytest.mark.parametrize(
    ("name", "head", "words"),
    [
        ("a.pdf", b"%PDF-1.7", "a PDF document"),
        ("a.csv", b"BZh91AY", "packed by bzip2"),
        ("a.xls", b"<html><table>", "HTML or XML page"),
        ("a.xls", b'<?xml version="1.0"?>', "HTML or XML page"),
        ("a", b"\x7fELF\0\0\0\0\x01\x02\0\0\0\0\x03", "not a text file"),
        ("a.csv", b"\x01\0\0\0\x02\x03\0\0\0\x03\x04\x05\x06\0", "not a text file"),
    ],
)
def test_other_kinds_of_files_are_refused_by_name(name: str, head: bytes, words: str) -> None:
    with pytest.raises(InputFileError, match=words) as caught:
        detect_format(head, name)
    assert caught.value.hint


def test_json_in_utf16_is_known(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "a", '[{"name": "Thé"}]'.encode("utf-16")))
    assert (source.facts.format, source.facts.encoding) == ("json", "utf-16")
    assert rows[0].values == {"name": "Thé"}


def test_a_format_can_be_forced(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json", "[x],[y]\n1,2\n")
    source, _ = read(path, format="CSV")
    assert source.header == ("[x]", "[y]")


def test_an_unknown_format_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="no format 'yaml'"):
        open_source(put(tmp_path, "a.yaml", "a: 1"), format="yaml")


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("xl/workbook.bin", "binary workbook"),
        ("content.xml", "OpenDocument"),
        ("products.csv", "a ZIP archive and no Excel workbook"),
    ],
)
def test_other_zip_archives_are_told_apart(tmp_path: Path, name: str, words: str) -> None:
    with zipfile.ZipFile(tmp_path / "a.zip", "w") as archive:
        archive.writestr(name, "x")
    with pytest.raises(InputFileError, match=words):
        open_source(tmp_path / "a.zip")


def test_options_that_a_format_does_not_use_are_said(tmp_path: Path) -> None:
    path = put(tmp_path, "a.json", '[{"a": 1}]')
    source, _ = read(path, separator=";")
    assert source.facts.notes == ("The separator ';' is not used: only CSV has one.",)
    import pyarrow as pa
    import pyarrow.parquet as pq

    pq.write_table(pa.table({"a": [1]}), tmp_path / "a.parquet")
    source, _ = read(tmp_path / "a.parquet", encoding="cp1252")
    assert source.facts.notes == ("The encoding cp1252 is not used: parquet files say their own.",)
