from __future__ import annotations

import gzip
from pathlib import Path

import pytest

from odoo_ingestion.errors import InputFileError, UsageError
from odoo_ingestion.files import open_source
from odoo_ingestion.records import ERROR_COLUMNS, Category
from tests.files.reading import ERRORS, put, read, rows_of, write_failed


def refusal(path: Path, **options: str) -> InputFileError:
    with pytest.raises(InputFileError) as caught:
        read(path, **options)
    assert caught.value.hint
    return caught.value


def test_every_cell_stays_the_text_that_it_was(tmp_path: Path) -> None:
    cells = ("007", " padded ", "NULL", "N/A", "", "1e400", "TRUE", "2024-02-30")
    path = put(tmp_path, "t.csv", "a,b,c,d,e,f,g,h\n" + ",".join(cells) + "\n")
    (row,) = rows_of(path)
    assert tuple(row.values.values()) == cells
    assert row.raw == cells
    assert row.problem is None


def test_rows_are_numbered_and_know_the_line_where_they_begin(tmp_path: Path) -> None:
    text = 'name,note\r\nA,"two\r\nlines"\r\n\r\n   \r\nB,"three\r\n\r\nlines"\r\nC,one\r\n'
    rows = rows_of(put(tmp_path, "t.csv", text))
    assert [(row.number, row.line) for row in rows] == [(1, 2), (2, 6), (3, 9)]
    assert rows[1].values == {"name": "B", "note": "three\r\n\r\nlines"}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_lines_may_end_in_any_of_the_three_ways(tmp_path: Path, end: str) -> None:
    path = put(tmp_path, "t.csv", end.join(["name,price", "Tea,1", "Tee,2"]))
    rows = rows_of(path)
    assert [row.values["name"] for row in rows] == ["Tea", "Tee"]
    assert [row.line for row in rows] == [2, 3]


def test_quotes_hold_separators_line_breaks_and_doubled_quotes(tmp_path: Path) -> None:
    (row,) = rows_of(put(tmp_path, "t.csv", 'a,b\n"x, ""y""\nz",5" pipe\n'))
    assert row.values == {"a": 'x, "y"\nz', "b": '5" pipe'}


def test_the_first_line_may_say_the_separator_as_excel_does(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", "sep=;\nname;price\nTea, green;1,5\n"))
    assert source.facts.separator == ";"
    assert source.header == ("name", "price")
    assert (rows[0].line, rows[0].values["price"]) == (3, "1,5")


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("1,2", "The row has 2 cells, the header has 3."),
        ("1", "The row has 1 cells, the header has 3."),
        ("1,2,3,4", "The row has 4 cells, the header has 3."),
        ("1,2,3,,5", "The row has 5 cells, the header has 3."),
    ],
)
def test_a_row_of_the_wrong_length_has_a_problem_and_keeps_its_cells(
    tmp_path: Path, line: str, message: str
) -> None:
    (row, good) = rows_of(put(tmp_path, "t.csv", f"a,b,c\n{line}\n7,8,9\n"), separator=",")
    assert row.problem is not None
    assert (row.problem.category, row.problem.message) == (Category.FILE, message)
    assert row.problem.hint
    assert row.raw == tuple(line.split(","))
    assert set(row.values) <= {"a", "b", "c"}
    assert good.problem is None


def test_separators_at_the_end_of_a_row_do_no_harm(tmp_path: Path) -> None:
    (row,) = rows_of(put(tmp_path, "t.csv", "a,b\n1,2,,\n"), separator=",")
    assert row.problem is None
    assert row.values == {"a": "1", "b": "2"}
    assert row.raw == ("1", "2", "", "")


def test_a_row_of_empty_cells_is_a_row(tmp_path: Path) -> None:
    rows = rows_of(put(tmp_path, "t.csv", 'a,b\n,\n"",""\n""\n1,2\n'))
    assert [row.raw for row in rows] == [("", ""), ("", ""), ("",), ("1", "2")]
    rows = rows_of(put(tmp_path, "t.csv", "a\tb\n\t\n1\t2\n"))
    assert [row.raw for row in rows] == [("", ""), ("1", "2")]


def test_a_column_alone_may_hold_spaces(tmp_path: Path) -> None:
    rows = rows_of(put(tmp_path, "t.csv", 'note\n  \n\n""\nx, y\n'))
    assert [row.values for row in rows] == [{"note": "  "}, {"note": ""}, {"note": "x, y"}]


def test_a_zero_byte_fails_its_row_only(tmp_path: Path) -> None:
    text = "name,price\n" + "Tea,1\n" * 50 + "a\0b,2\nCoffee,3\n"
    rows = rows_of(put(tmp_path, "t.csv", text))
    bad = [row for row in rows if row.problem]
    assert [(row.line, row.raw) for row in bad] == [(52, ("a\0b", "2"))]
    assert bad[0].problem is not None
    assert bad[0].problem.field == "name"
    assert rows[-1].values["name"] == "Coffee"


def test_a_line_with_wrong_quotes_fails_alone(tmp_path: Path) -> None:
    text = 'name,price\nTea,1\n"Screen 17" wide",2\nCoffee,3\n"Milk",4\n'
    rows = rows_of(put(tmp_path, "t.csv", text))
    assert [row.line for row in rows] == [2, 3, 4, 5]
    assert [bool(row.problem) for row in rows] == [False, True, False, False]
    assert rows[1].raw == '"Screen 17" wide",2'
    assert rows[2].values == {"name": "Coffee", "price": "3"}


def test_a_quote_left_open_costs_its_own_line_when_a_later_one_shows_it(tmp_path: Path) -> None:
    text = 'name,price\nTea,"1\nCoffee,2\nMilk,"3"\nCocoa,4\n'
    rows = rows_of(put(tmp_path, "t.csv", text))
    assert [(row.line, bool(row.problem)) for row in rows] == [
        (2, True),
        (3, False),
        (4, False),
        (5, False),
    ]


def test_a_quote_that_is_never_closed_is_told_with_its_line_and_column(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", 'name,note\nTea,fine\nCoffee,"strong\nMilk,x\n')
    error = refusal(path)
    assert "line 3: a quote is opened in column 2 (note)" in error.message


def test_wrong_quotes_in_the_header_stop_the_run(tmp_path: Path) -> None:
    assert "line 1" in refusal(put(tmp_path, "t.csv", '"na"me,price\nTea,1\n')).message


def test_a_cell_of_50_mb_is_told_with_line_and_column(tmp_path: Path) -> None:
    text = "name,picture\nTea,x\nCoffee," + "x" * 50_000_000 + "\nMilk,y\n"
    error = refusal(put(tmp_path, "t.csv", text))
    assert "line 3: the row is longer than 16 million characters, in column 2 (picture)" in (
        error.message
    )


def test_a_quoted_cell_of_many_lines_and_50_mb_is_told_too(tmp_path: Path) -> None:
    text = 'name,note\nTea,"' + ("x" * 999 + "\n") * 50_000 + '"\n'
    assert "line 2: the row is longer" in refusal(put(tmp_path, "t.csv", text)).message


def test_a_quoted_cell_just_beyond_the_limit_is_told_too(tmp_path: Path) -> None:
    text = 'name,note\nTea,"' + ("x" * 999 + "\n") * 16_778 + '"\nMilk,y\n'
    assert "line 2: the row is longer" in refusal(put(tmp_path, "t.csv", text)).message


def test_a_header_of_50_mb_is_told_too(tmp_path: Path) -> None:
    assert "line 1: the row is longer" in refusal(put(tmp_path, "t.csv", "x" * 50_000_000)).message


def test_a_cell_of_10_mb_is_read(tmp_path: Path) -> None:
    text = "name,picture\nTea," + "x" * 10_000_000 + "\n"
    (row,) = rows_of(put(tmp_path, "t.csv", text))
    assert len(row.values["picture"]) == 10_000_000


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "is empty"),
        ("\ufeff", "is empty"),
        ("\n\n  \n", "is empty"),
        ("name,price", "only the header line"),
        ("name,price\n\n\n", "only the header line"),
        (",,\n1,2,3\n", "has no column names"),
        ("name,name\nTea,1\n", "two columns have the same name 'name' (columns 1 and 2)"),
        ("name,,price\nTea,x,1\n", "column 2 has a value ('x') but no name"),
        ("name,price,\nTea,1,x\n", "column 3 has a value ('x') but no name"),
        ("1,Adjustable Race,0,1000.00\n2,Ball,0,5\n", "seems to be data"),
        (
            "SO1,2019-07-01,christy@example.com\nSO2,2019-07-02,x@y.com\n",
            "seems to be data",
        ),
        ("1,Bikes,CFBDA25C-DF71-47A7-B81B-64EE161AA37C\n2,x,y\n", "seems to be data"),
        ("1,Hat,2019-04-30 00:00:00.000\n2,x,y\n", "seems to be data"),
    ],
)
def test_a_file_without_header_or_rows_is_refused(tmp_path: Path, text: str, words: str) -> None:
    assert words in refusal(put(tmp_path, "t.csv", text), separator=",").message


@pytest.mark.parametrize("header", ["name,2019", "Name*,E-mail 2", "id,x_3,.id", "prix €,n°"])
def test_unusual_headers_are_accepted_as_they_are(tmp_path: Path, header: str) -> None:
    line = ",".join("v" * len(header.split(",")))
    source, _ = read(put(tmp_path, "t.csv", f"{header}\n{line}\n"))
    assert source.header == tuple(header.split(","))


def test_empty_columns_without_a_name_are_left_out_and_said(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", "name,,price,\nTea,,1,\nMilk,,2,\n"))
    assert source.header == ("name", "price")
    assert rows[1].values == {"name": "Milk", "price": "2"}
    assert any("Columns without a name" in note for note in source.facts.notes)


def test_a_value_without_a_column_name_stops_the_run_where_it_appears(tmp_path: Path) -> None:
    text = "name,,price\n" + "Tea,,1\n" * 2000 + "Milk,x,1\n"
    with open_source(put(tmp_path, "t.csv", text)) as source:
        rows = iter(source)
        for _ in range(2000):
            next(rows)
        with pytest.raises(InputFileError, match="line 2002: column 2"):
            next(rows)


def test_the_error_columns_of_a_failed_file_are_not_read_again(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", "name,price\nTea,x\n"))
    failed = write_failed(source, rows, tmp_path)
    again, same = read(failed)
    assert again.header == ("name", "price")
    assert same[0].raw == ("Tea", "x")
    assert any("_error_*" in note for note in again.facts.notes)
    header = failed.read_text("utf-8-sig").splitlines()[0]
    assert header == ",".join(["name", "price", *ERROR_COLUMNS])


def test_error_columns_may_have_been_moved_by_a_spreadsheet(tmp_path: Path) -> None:
    text = "_error_row;name;_error_message;price\n1;Tea;bad;x\n2;Milk\n"
    source, rows = read(put(tmp_path, "t.csv", text))
    assert source.header == ("name", "price")
    assert rows[0].raw == ("Tea", "x")
    assert rows[1].problem is not None


def test_the_failed_file_is_utf8_with_a_mark_and_the_separator_of_the_input(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", "name;prix\nThé;1,5\n".encode("cp1252"))
    source, rows = read(path)
    failed = write_failed(source, rows, tmp_path)
    content = failed.read_bytes()
    assert content.startswith(b"\xef\xbb\xbfname;prix;_error_row;")
    assert "\r\nThé;1,5;7;validation;".encode() in content


def test_a_tab_separated_input_gives_a_tsv_file(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.txt", "a\tb\n1\t2\n"))
    assert write_failed(source, rows, tmp_path).name == "failed.tsv"


def test_only_the_error_cells_are_made_safe_for_spreadsheets(tmp_path: Path) -> None:
    source, rows = read(put(tmp_path, "t.csv", "name,price\n=HYPERLINK(1),-5\n"))
    text = write_failed(source, rows, tmp_path).read_text("utf-8-sig")
    assert "=HYPERLINK(1),-5," in text
    assert f"'{ERRORS['_error_hint']}" in text


def failed_line(tmp_path: Path, line: str) -> tuple[Path, str]:
    source, rows = read(put(tmp_path, "t.csv", f"a,b,c\n{line}\n"), separator=",")
    failed = write_failed(source, rows, tmp_path)
    return failed, failed.read_bytes().decode("utf-8-sig")


def test_a_short_row_can_be_completed_in_the_failed_file(tmp_path: Path) -> None:
    failed, text = failed_line(tmp_path, "1,2")
    assert "\r\n1,2,,7,validation," in text
    assert text.endswith(",_error_cells=2\r\n")
    assert rows_of(failed)[0].problem is not None
    failed.write_bytes(text.replace("1,2,,7", "1,2,3,7").encode())
    (row,) = rows_of(failed)
    assert row.problem is None
    assert row.raw == ("1", "2", "3")


def test_a_long_row_can_be_shortened_in_the_failed_file(tmp_path: Path) -> None:
    failed, text = failed_line(tmp_path, "1,2,3,4")
    assert rows_of(failed)[0].raw == ("1", "2", "3", "4")
    assert text.endswith(",4\r\n")
    failed.write_bytes((text.removesuffix(",4\r\n") + "\r\n").encode())
    assert rows_of(failed)[0].problem is None


def test_a_line_with_wrong_quotes_can_be_repaired_in_the_failed_file(tmp_path: Path) -> None:
    failed, text = failed_line(tmp_path, '1,"two" 2,3')
    assert rows_of(failed)[0].raw == '1,"two" 2,3'
    repaired = text.replace('"1,""two"" 2,3"', '"1,""two 2"",3"')
    assert repaired != text
    failed.write_bytes(repaired.encode())
    (row,) = rows_of(failed)
    assert row.problem is None
    assert row.raw == ("1", "two 2", "3")
    filled = text.replace('"1,""two"" 2,3",,', "1,two 2,3")
    failed.write_bytes(filled.encode())
    assert rows_of(failed)[0].raw == ("1", "two 2", "3")


def test_a_failed_file_that_a_spreadsheet_made_rectangular_is_read_the_same(tmp_path: Path) -> None:
    errors = ",".join(ERROR_COLUMNS)
    why = "7,file,,m,h"
    text = f"a,b,{errors},,\n1,2,{why},,\n1,2,{why},3,\n1,,{why},_error_cells=1,\n"
    rows = rows_of(put(tmp_path, "t.csv", text))
    assert [bool(row.problem) for row in rows] == [False, True, True]
    assert rows[1].raw[:3] == ("1", "2", "3")
    assert rows[2].raw == ("1",)


def test_rows_without_raw_cells_are_written_by_their_values(tmp_path: Path) -> None:
    from msgspec.structs import replace

    source, rows = read(put(tmp_path, "t.csv", "a,b\n1,2\n"))
    bare = replace(rows[0], raw=None, values={"b": 5, "a": None})
    assert rows_of(write_failed(source, [bare], tmp_path))[0].raw == ("", "5")


def test_progress_goes_from_nothing_to_all(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", "name,price\n" + "A thing of some length,1\n" * 40_000)
    with open_source(path) as source:
        seen = []
        for row in source:
            if row.number % 1000 == 0:
                fraction = source.fraction_read()
                assert fraction is not None
                seen.append(fraction)
                assert fraction == pytest.approx(row.number / 40_000, abs=0.03)
        assert seen == sorted(seen)
        assert source.fraction_read() == 1.0


def test_progress_of_a_small_file_follows_its_rows(tmp_path: Path) -> None:
    with open_source(put(tmp_path, "t.csv", "a\n1\n2\n3\n4\n")) as source:
        rows = iter(source)
        assert source.fraction_read() == 0.0
        next(rows)
        next(rows)
        assert source.fraction_read() == pytest.approx(0.5)


def test_progress_of_gzip_is_that_of_the_packed_bytes(tmp_path: Path) -> None:
    lines = "".join(f"Name {number * 7919 % 100_003},{number}\n" for number in range(60_000))
    path = put(tmp_path, "t.csv.gz", gzip.compress(("name,price\n" + lines).encode()))
    with open_source(path) as source:
        for row in source:
            if row.number == 30_000:
                assert source.fraction_read() == pytest.approx(0.5, abs=0.1)


def test_rows_are_read_once(tmp_path: Path) -> None:
    source = open_source(put(tmp_path, "t.csv", "a\n1\n"))
    assert len(list(source)) == 1
    with pytest.raises(RuntimeError, match="only once"):
        iter(source)
    source.close()


@pytest.mark.parametrize("separator", ["ab", "", "x", '"', "\n", " "])
def test_a_separator_that_cannot_be_one_is_refused(tmp_path: Path, separator: str) -> None:
    with pytest.raises(UsageError, match="cannot separate"):
        read(put(tmp_path, "t.csv", "a\n1\n"), separator=separator)


@pytest.mark.parametrize(("named", "meant"), [("tab", "\t"), ("\\t", "\t"), ("Semicolon", ";")])
def test_a_separator_may_be_named(tmp_path: Path, named: str, meant: str) -> None:
    source, _ = read(put(tmp_path, "t.csv", f"a{meant}b\n1{meant}2\n"), separator=named)
    assert source.facts.separator == meant
    assert source.header == ("a", "b")
