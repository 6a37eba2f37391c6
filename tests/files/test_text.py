"""Encodings: found out, forced, and broken in the middle."""

from __future__ import annotations

from pathlib import Path

import pytest

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import open_source
from tests.files.reading import put, read

TEXT = "name;ville\nCafé Œuvre;Besançon\nMüller „x“ Söhne;Köln 5 €\n"


@pytest.mark.parametrize(
    ("encoding", "found"),
    [
        ("utf-8", "utf-8"),
        ("utf-8-sig", "utf-8-sig"),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16-le"),
        ("utf-16-be", "utf-16-be"),
        ("utf-32", "utf-32"),
        ("cp1252", "cp1252"),
    ],
)
def test_the_encoding_is_found_out(tmp_path: Path, encoding: str, found: str) -> None:
    source, rows = read(put(tmp_path, "t.csv", TEXT.encode(encoding)))
    assert source.facts.encoding == found
    assert source.header == ("name", "ville")
    assert [row.values["name"] for row in rows] == ["Café Œuvre", "Müller „x“ Söhne"]
    assert rows[1].values["ville"] == "Köln 5 €"
    assert bool(source.facts.notes) == (encoding == "cp1252")


def test_big_endian_utf16_with_a_mark(tmp_path: Path) -> None:
    content = b"\xfe\xff" + TEXT.encode("utf-16-be")
    assert read(put(tmp_path, "t.csv", content))[1][0].values["name"] == "Café Œuvre"


def test_bytes_that_windows_does_not_know_are_latin_1(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", b"name\nCaf\xe9\nx\x81y\n"))
    assert source.facts.encoding == "latin-1"
    assert [row.values["name"] for row in rows] == ["Café", "x\x81y"]


def test_a_mark_is_taken_off_where_the_encoding_is_forced(tmp_path: Path) -> None:
    for encoding in ("utf-8-sig", "utf-16"):
        path = put(tmp_path, "t.csv", TEXT.encode(encoding))
        source, _ = read(path, encoding=encoding.removesuffix("-sig"))
        assert source.header[0] == "name"


def test_a_late_byte_that_is_not_utf8_is_told_with_offset_and_line(tmp_path: Path) -> None:
    lines = [b"name;price"] + [b"Tea %07d;1" % number for number in range(700_000)]
    lines[650_000] = b"Caf\xe9;1"
    content = b"\n".join(lines)
    offset = content.index(b"\xe9")
    path = put(tmp_path, "t.csv", content)
    with open_source(path) as source:
        assert source.facts.encoding == "utf-8"
        rows = iter(source)
        count = 0
        with pytest.raises(InputFileError) as caught:
            for _ in rows:
                count += 1
    assert count == 649_999, "every row before it is delivered"
    message = caught.value.message
    assert f"line 650001: byte {offset} (0xe9) is not valid UTF-8" in message
    assert caught.value.hint is not None
    assert "--encoding cp1252" in caught.value.hint


@pytest.mark.parametrize(
    ("content", "forced", "offset", "line"),
    [
        (b"name\nTea\nCaf\xe9\n", "utf-8", 12, 3),
        (b"\xef\xbb\xbfname\r\nTea\r\nCaf\xe9\r\n", "utf-8", 17, 3),
        (b"name\rTea\rCaf\xe9\r", "ascii", 12, 3),
        (b"name\nTea\nx\x81\n", "cp1252", 10, 3),
        (b"name\nCaf\xc3", "utf-8", 8, 2),
    ],
)
def test_a_wrong_forced_encoding_is_told(
    tmp_path: Path, content: bytes, forced: str, offset: int, line: int
) -> None:
    with pytest.raises(InputFileError, match=f"line {line}: byte {offset} ") as caught:
        read(put(tmp_path, "t.csv", content), encoding=forced)
    assert caught.value.hint


def test_utf8_that_is_forced_to_something_else_is_doubted(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", "name\nCafé\n"), encoding="cp1252")
    assert rows[0].values["name"] == "CafÃ©"
    assert source.facts.notes == ("It looks like UTF-8 and is read as cp1252, as you asked.",)


@pytest.mark.parametrize("name", ["no-such", "base64", "rot13", "a\0b"])
def test_an_unknown_encoding_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="no encoding"):
        read(put(tmp_path, "t.csv", "name\nTea\n"), encoding=name)


@pytest.mark.parametrize("name", ["utf-7", "punycode", "unicode_escape"])
def test_an_encoding_that_no_file_has_is_refused(tmp_path: Path, name: str) -> None:
    with pytest.raises(UsageError, match="for files"):
        read(put(tmp_path, "t.csv", "name\nTea\n"), encoding=name)


def test_utf16_that_is_forced_needs_a_mark_or_the_look_of_it(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", TEXT.encode("utf-16-be")), encoding="utf-16")
    assert source.facts.encoding == "utf-16-be"
    assert rows[0].values["ville"] == "Besançon"
    with pytest.raises(InputFileError, match="is not UTF-16: it does not begin with a byte"):
        read(put(tmp_path, "t.csv", TEXT), encoding="utf-16")
    with pytest.raises(InputFileError, match="is not UTF-32"):
        read(put(tmp_path, "t.csv", TEXT), encoding="utf-32")


def test_a_character_cut_by_the_end_of_a_block_is_whole(tmp_path: Path) -> None:
    name = "é" * 300_000
    _, rows = read(put(tmp_path, "t.csv", f"a\nx{name}\n{name}\n"))
    assert [row.values["a"] for row in rows] == ["x" + name, name]


def test_crlf_cut_by_the_end_of_a_block_is_one_line_end(tmp_path: Path) -> None:
    block = 256 * 1024
    first = "a,b\r\n"
    line = "x" * (block - len(first) - 3) + ",y\r\n"
    assert len(first + line) == block + 1
    _, rows = read(put(tmp_path, "t.csv", first + line + "1,2\r\n"))
    assert [(row.line, row.values["b"]) for row in rows] == [(2, "y"), (3, "2")]
