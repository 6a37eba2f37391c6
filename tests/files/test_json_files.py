"""JSON arrays and JSON Lines."""

from __future__ import annotations

import gzip
import json
import math
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.files import open_source
from odoo_ingestion.records import Category
from tests.files.reading import put, read, rows_of, write_failed


def refusal(path: Path, **options: Any) -> str:
    with pytest.raises(InputFileError) as caught:
        read(path, **options)
    assert caught.value.hint
    return caught.value.message


def test_an_array_of_objects_is_read(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.json", '[\n {"a": "007", "b": 1},\n {"c": null}\n]\n'))
    assert source.header == ("a", "b", "c")
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 3)]
    assert rows[0].values == {"a": "007", "b": 1}
    assert rows[1].values == {"c": None}


@pytest.mark.parametrize(
    ("number", "value"),
    [
        ("1", 1),
        ("12.50", Decimal("12.50")),
        ("1e400", Decimal("1E+400")),
        ("123456789012345678901234567890", 123456789012345678901234567890),
        ("0.1", Decimal("0.1")),
        ("true", True),
        ("NaN", None),
        ("-Infinity", Decimal("-Infinity")),
        ("1" * 5000, "1" * 5000),
        ("1e9999999999999999999", "1e9999999999999999999"),
    ],
)
@pytest.mark.parametrize("form", ['[{{"a": {0}}}]', '{{"a": {0}}}\n{{"a": {0}}}'])
def test_numbers_keep_every_digit(tmp_path: Path, form: str, number: str, value: Any) -> None:
    name = "t.json" if form.startswith("[") else "t.jsonl"
    source, rows = read(put(tmp_path, name, form.format(number)))
    assert rows[0].values["a"] == value
    assert type(rows[0].values["a"]) in (type(value), *type(value).__subclasses__())
    written = write_failed(source, rows, tmp_path).read_text()
    spelled = "1E+400" if number == "1e400" else number
    assert f'"a": {spelled},' in written


def test_nested_objects_become_dotted_columns(tmp_path: Path) -> None:
    content = [
        {"name": "A", "address": {"city": "Köln", "geo": {"lat": 1}}, "tags": ["x", "y"]},
        {"name": "B", "address": None, "lines": [{"qty": 1}]},
    ]
    source, rows = read(put(tmp_path, "t.json", json.dumps(content)))
    assert source.header == ("name", "address.city", "address.geo.lat", "tags", "lines")
    assert rows[0].values == {
        "name": "A",
        "address.city": "Köln",
        "address.geo.lat": 1,
        "tags": ["x", "y"],
    }
    assert rows[1].values == {"name": "B", "lines": [{"qty": 1}]}
    assert [row.raw for row in rows] == content


def test_a_parent_that_is_also_a_value_stays_a_column(tmp_path: Path) -> None:
    content = [{"country": {"code": "DE"}}, {"country": "FR"}, {"country": None}]
    source, rows = read(put(tmp_path, "t.json", json.dumps(content)))
    assert source.header == ("country.code", "country")
    assert rows[2].values == {"country": None}


def test_a_key_that_appears_late_comes_through(tmp_path: Path) -> None:
    items = [{"a": number} for number in range(1500)] + [{"a": 1, "late": 2, "a.b": None}]
    source, rows = read(put(tmp_path, "t.json", json.dumps(items)))
    assert source.header == ("a",)
    assert rows[-1].values == {"a": 1, "late": 2, "a.b": None}


def test_the_header_is_learned_from_the_first_megabytes_only(tmp_path: Path) -> None:
    items = [{"a": "x" * 2_000_000} for _ in range(8)] + [{"late": 1}]
    source, rows = read(put(tmp_path, "t.json", json.dumps(items)))
    assert source.header == ("a",)
    assert len(rows) == 9


def test_the_one_array_of_an_object_is_taken_and_said(tmp_path: Path) -> None:
    content = {"count": 2, "names": ["x"], "data": {"rows": [{"a": 1}, {"a": 2}], "e": []}}
    source, rows = read(put(tmp_path, "t.json", json.dumps(content)))
    assert [row.values for row in rows] == [{"a": 1}, {"a": 2}]
    assert source.facts.notes == ("The rows are those of 'data.rows'.",)
    failed = write_failed(source, rows, tmp_path)
    assert failed.read_text().startswith("[\n{")
    assert len(rows_of(failed)) == 2


def test_an_object_with_several_arrays_is_refused_by_name(tmp_path: Path) -> None:
    path = put(tmp_path, "t.json", '{"Genre": [{"a": 1}, {"a": 2}], "Track": [{"b": 1}]}')
    assert "2 arrays of objects" in refusal(path)
    assert "Genre (2), Track (1)" in refusal(path)


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[]", "the array is empty"),
        ("[1, 2]", "no objects with columns"),
        ('{"a": 1}', "holds no array of objects"),
        ("{}", "holds no array of objects"),
        ('"text"', "the array is empty"),
        ("  \n ", "is empty"),
        ('[{"a": 1}, {"a": 2]', "line 1: the JSON is broken at byte 18: expecting ',' delimiter"),
        ('[{"a": 1},\n\n{"é": tru}]', "line 3: the JSON is broken at byte 19"),
        ('[{"a": 1},]', "the JSON is broken at byte 10: expecting value"),
        ('[{"a": 1} {"a": 2}]', "byte 10: a comma or ] is missing"),
        ('[{"a": 1}', "byte 9: it ends in the middle"),
        ('[{"a": "x', "byte 7: unterminated string"),
        ('[{"a": 1}]\n[]', "line 2: the JSON is broken at byte 11: something follows"),
        ('{"a": [{"b": 1}], c: 1}', "a key in quotes is missing"),
        ('{"a" [{"b": 1}]}', "a colon is missing"),
        ('{"a": [{"b": 1}]', "it ends in the middle"),
        ('{"a": [{"b": 1}]]', "a comma or } is missing"),
        ("[" + "[" * 5000, "nested deeper"),
        ('{"a":' * 100 + "1", "nested deeper"),
        ('\ufeff[{"a": x}]', "byte 10: expecting value"),
    ],
)
def test_json_that_cannot_be_read_is_told_with_byte_and_line(
    tmp_path: Path, content: str, words: str
) -> None:
    assert words in refusal(put(tmp_path, "t.json", content), format="json")


def test_the_byte_of_broken_json_is_right_far_into_the_file_and_in_utf16(tmp_path: Path) -> None:
    items = ",\n".join(json.dumps({"näme": "x" * 90}, ensure_ascii=False) for _ in range(9000))
    text = f'[{items},\n{{"näme": oops}}]'
    for encoding, mark in (("utf-8", b""), ("utf-16-le", b"\xff\xfe"), ("utf-8", b"\xef\xbb\xbf")):
        content = mark + text.encode(encoding)
        offset = len(mark) + len(text[: text.index("oops")].encode(encoding))
        with open_source(put(tmp_path, "t.json", content)) as source:
            count = 0
            with pytest.raises(InputFileError, match=f"line 9001: .* at byte {offset}: exp"):
                for _ in source:
                    count += 1
        assert count == 9000, "every row before it is delivered"


def test_items_cut_by_the_end_of_a_block_are_whole(tmp_path: Path) -> None:
    for shift in range(0, 60, 7):
        items: list[Any] = [{"p": "x" * (256 * 1024 - 40 + shift)}]
        items += [{"a": 1234567, "b": 1.5, "c": True, "d": '\u00e9"\\', "e": None}, {"a": 12}]
        _, rows = read(put(tmp_path, "t.json", json.dumps(items)))
        assert rows[1].raw == {**items[1], "b": Decimal("1.5")}
        assert rows[2].raw == {"a": 12}


def test_items_that_are_no_objects_have_a_problem(tmp_path: Path) -> None:
    _, rows = read(put(tmp_path, "t.json", '[{"a": 1}, 5, "x", [1], null, {"a": 2}]'))
    assert [row.raw for row in rows][1:5] == ["5", '"x"', "[1]", "null"]
    assert [bool(row.problem) for row in rows] == [False, True, True, True, True, False]
    assert rows[1].problem is not None
    assert rows[1].problem.category == Category.FILE
    assert rows[1].values == {}


@pytest.mark.parametrize(
    ("item", "words"),
    [
        ('{"a": 1, "a": 2}', "The key 'a' is there twice"),
        ('{"b": {"a": 1, "a": 2}}', "The key 'a' is there twice"),
        ('{"a.b": 1, "a": {"b": 2}}', "The column 'a.b' is there twice"),
        ('{"a": "\\ud800"}', "half a character"),
        ('{"a": ' + "[" * 70 + "]" * 70 + "}", "nested deeper than 64"),
    ],
)
def test_objects_that_cannot_be_told_have_a_problem_and_stay_as_they_are(
    tmp_path: Path, item: str, words: str
) -> None:
    for name, content in (("t.json", f'[{{"x": 1}}, {item}]'), ("t.jsonl", f'{{"x": 1}}\n{item}')):
        source, rows = read(put(tmp_path, name, content))
        assert rows[1].problem is not None
        assert words in rows[1].problem.message
        assert rows[1].raw == item
        assert rows_of(write_failed(source, rows, tmp_path))[1].raw == item


def test_whole_characters_written_as_escapes_are_fine(tmp_path: Path) -> None:
    (row,) = rows_of(put(tmp_path, "t.json", '[{"a": "\\ud83d\\ude00 \\u00e9"}]'))
    assert row.values == {"a": "\U0001f600 é"}


def test_a_broken_line_of_json_lines_fails_alone(tmp_path: Path) -> None:
    lines = ['{"a": 1}', '{"a": 1', "", "[1]", "{}} ", '{"a": ' + "[" * 9999, '{"a": 2}']
    source, rows = read(put(tmp_path, "t.jsonl", "\r\n".join(lines)))
    assert source.header == ("a",)
    assert [row.line for row in rows] == [1, 2, 4, 5, 6, 7]
    assert [bool(row.problem) for row in rows] == [False, True, True, True, True, False]
    assert rows[1].raw == '{"a": 1'
    messages = [row.problem.message for row in rows if row.problem]
    assert messages[0] == "It is not valid JSON: Expecting ',' delimiter, at column 8."
    assert "more text follows at column 3" in messages[2]


def test_a_broken_line_can_be_repaired_in_the_failed_file(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.jsonl", '{"a": 1}\n{"a": 2\n'))
    failed = write_failed(source, rows[1:], tmp_path)
    text = failed.read_text()
    assert text.startswith('{"_error_text": "{\\"a\\": 2", "_error_row": "7"')
    failed.write_text(text.replace('2",', '2}",'))
    (row,) = rows_of(failed)
    assert (row.problem, row.values, row.raw) == (None, {"a": 2}, {"a": 2})
    failed.write_text(text.replace('"_error_text"', '"a": 3, "_error_text"'))
    assert rows_of(failed)[0].raw == {"a": 3}


def test_json_lines_that_are_all_broken_are_refused(tmp_path: Path) -> None:
    message = refusal(put(tmp_path, "t.jsonl", "{a\n{b\n"), format="jsonl")
    assert "line 1: It is not valid JSON" in message
    assert "there are no rows" in refusal(put(tmp_path, "t.jsonl", "\n\n"), format="jsonl")
    assert "there are no rows" in refusal(put(tmp_path, "t.jsonl", "{}\n{}"), format="jsonl")


def test_a_cell_beyond_the_limit_is_told(tmp_path: Path) -> None:
    content = '{"a": 1}\n{"a": "' + "x" * 20_000_000 + '"}\n'
    assert "line 2: the line is longer than 16 million" in refusal(
        put(tmp_path, "t.jsonl", content)
    )
    content = '[{"a": 1},\n{"a": "' + "x" * 20_000_000 + '"}]'
    assert "line 2: the JSON is broken at byte" in refusal(put(tmp_path, "t.json", content))
    content = '[{"a": 1},\n{"a": [' + "1," * 9_000_000 + "1]}]"
    assert "longer than 16 million" in refusal(put(tmp_path, "t.json", content))


def test_a_cell_of_10_mb_is_read(tmp_path: Path) -> None:
    for name, form in (("t.json", '[{"a": "%s"}]'), ("t.jsonl", '{"a": "%s"}')):
        (row,) = rows_of(put(tmp_path, name, form % ("x" * 10_000_000)))
        assert len(row.values["a"]) == 10_000_000


def test_gzip_and_utf16_are_read(tmp_path: Path) -> None:
    text = '{"rows": [{"a": "é"}]}'
    for content in (gzip.compress(text.encode()), text.encode("utf-16"), text.encode("utf-8-sig")):
        source, rows = read(put(tmp_path, "t.json", content))
        assert rows[0].values == {"a": "é"}
        assert source.fraction_read() == 1.0


def test_control_characters_in_a_string_are_taken(tmp_path: Path) -> None:
    (row,) = rows_of(put(tmp_path, "t.json", '[{"a": "x\ty\nz"}]'))
    assert row.values == {"a": "x\ty\nz"}


def test_what_json_lacks_is_written_as_text() -> None:
    from datetime import date, datetime, time, timedelta

    from odoo_ingestion.files.json_values import encode

    values = [date(2024, 2, 29), datetime(2024, 2, 29, 1), time(9), timedelta(1), b"\xff", (1, 2)]
    assert encode(values) == (
        '["2024-02-29", "2024-02-29T01:00:00", "09:00:00", "1 day, 0:00:00", "/w==", [1, 2]]'
    )
    assert encode([math.nan, math.inf, -math.inf, 0.1, None, {1: 2}]) == (
        '[NaN, Infinity, -Infinity, 0.1, null, {"1": 2}]'
    )
