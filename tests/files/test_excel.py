from __future__ import annotations

import io
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

import openpyxl
import pytest

from odoo_ingestion.errors import InputFileError, OutputFileError
from odoo_ingestion.files import open_source, open_writer
from odoo_ingestion.records import ERROR_COLUMNS, Category
from tests.files.reading import ERRORS, put, read, rows_of, write_failed

DATA = Path(__file__).parent / "data"


def workbook(tmp_path: Path, rows: list[list[Any]], *others: str) -> Path:
    book = openpyxl.Workbook()
    for row in rows:
        book.worksheets[0].append(row)
    for title in others:
        book.create_sheet(title)
    book.save(tmp_path / "t.xlsx")
    return tmp_path / "t.xlsx"


def altered(path: Path, part: str, change: Callable[[str], str]) -> Path:
    """Change a part of a workbook as another program might have written it."""
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            text = old.read(name)
            new.writestr(name, change(text.decode()).encode() if name == part else text)
    path.write_bytes(content.getvalue())
    return path


SHEET = "xl/worksheets/sheet1.xml"


def sheet_of(tmp_path: Path, cells: str) -> Path:
    """A workbook whose second row is made of this XML."""
    path = workbook(tmp_path, [["a", "b", "c"], ["x"]])
    row = f'<row r="2">{cells}</row>'
    return altered(path, SHEET, lambda xml: xml[: xml.index('<row r="2">')] + row + TAIL)


TAIL = "</sheetData></worksheet>"


def refusal(path: Path) -> str:
    with pytest.raises(InputFileError) as caught:
        read(path)
    assert caught.value.hint
    return caught.value.message


def test_cells_are_what_the_workbook_says(tmp_path: Path) -> None:
    cells = [
        "007",
        94523.0,
        12.5,
        True,
        date(2024, 2, 29),
        datetime(2024, 2, 29, 13, 45),
        time(9, 30),
        timedelta(hours=30),
        None,
        "",
        1e300,
    ]
    source, rows = read(workbook(tmp_path, [list("abcdefghijk"), cells], "Help", "More"))
    values = list(rows[0].values.values())
    assert values == [*cells[:9], None, 1e300]
    assert [type(value) for value in values[:6]] == [str, int, float, bool, date, datetime]
    assert rows[0].line == 2
    assert source.facts.sheet == "Sheet"
    assert source.facts.notes == ("Only the first sheet, 'Sheet', is read, not 'Help', 'More'.",)


def test_the_sheet_may_begin_below_and_end_in_nothing(tmp_path: Path) -> None:
    rows: list[list[Any]] = [[], [], ["a", "b"], [1, 2], [], [None, None], [3], []]
    source, read_rows = read(workbook(tmp_path, rows))
    assert [(row.number, row.line, row.raw) for row in read_rows] == [
        (1, 4, (1, 2)),
        (2, 7, (3, None)),
    ]
    assert source.facts.notes == ("The header is in row 3; the rows above it are empty.",)


def test_claimed_rows_cost_little_memory_and_are_no_rows(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    empty = '<row r="{}" ht="12.8" customHeight="true"></row>'
    claimed = "".join(empty.format(number) for number in range(3, 60_000))
    altered(path, SHEET, lambda xml: xml.replace("</sheetData>", claimed + "</sheetData>"))
    import tracemalloc

    tracemalloc.start()
    rows = rows_of(path)
    _, most = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert len(rows) == 1
    assert most < 12_000_000


def test_a_formula_is_its_last_result(tmp_path: Path) -> None:
    cells = '<c r="A2"><f>1+1</f><v>2</v></c><c r="B2" t="str"><f>"x"</f><v>x</v></c>'
    cells += '<c r="C2" t="str"><f>""</f><v></v></c>'
    (row,) = rows_of(sheet_of(tmp_path, cells))
    assert row.problem is None
    assert row.values == {"a": 2, "b": "x", "c": None}


def test_a_formula_without_result_fails_its_row_and_stays_a_formula(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a", "b"], ["x", "=1+1"], ["y", 2]])
    source, rows = read(path)
    problem = rows[0].problem
    assert problem is not None
    assert (problem.category, problem.field) == (Category.FILE, "b")
    assert problem.message == "Cell B2 is a formula without a result: =1+1."
    assert rows[0].values == {"a": "x", "b": None}
    assert rows[1].problem is None
    again = rows_of(write_failed(source, rows, tmp_path))
    assert again[0].problem == problem


def test_a_cell_that_is_an_error_fails_its_row(tmp_path: Path) -> None:
    cells = '<c r="A2"><v>1</v></c><c r="C2" t="e"><f>A1/0</f><v>#DIV/0!</v></c>'
    (row,) = rows_of(sheet_of(tmp_path, cells))
    assert row.problem is not None
    assert row.problem.message == "Cell C2 is the error #DIV/0!."
    assert row.values["c"] is None


@pytest.mark.parametrize(
    "cell",
    [
        '<c r="A2"><v>1e400</v></c>',
        '<c r="A2"><v>NaN</v></c>',
        '<c r="A2"><v>x</v></c>',
        '<c r="A2" t="s"><v>999</v></c>',
        '<c r="A2" t="d"><v>2024-02-30</v></c>',
        '<c r="A2" s="x"><v>1</v></c>',
    ],
)
def test_a_cell_that_means_nothing_fails_its_row(tmp_path: Path, cell: str) -> None:
    (row,) = rows_of(sheet_of(tmp_path, cell))
    assert row.problem is not None
    assert row.problem.message == "Cell A2 is the error #VALUE!."


def test_a_date_beyond_the_calendar_fails_its_row(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [date(2024, 2, 29)]])
    altered(path, SHEET, lambda xml: xml.replace("<v>45351</v>", "<v>99999999</v>"))
    assert rows_of(path)[0].problem is not None
    altered(path, SHEET, lambda xml: xml.replace("<v>99999999</v>", "<v>x</v>"))
    assert rows_of(path)[0].problem is not None


@pytest.mark.parametrize(
    ("cell", "value"),
    [
        ('<c r="A2" t="inlineStr"><is><r><t>two </t></r><r><t>looks</t></r></is></c>', "two looks"),
        ('<c t="inlineStr"><is><t>no place</t></is></c>', "no place"),
        ('<c r="A2" t="d"><v>2024-02-29T13:45:00Z</v></c>', datetime(2024, 2, 29, 13, 45)),
        ('<c r="A2" t="d"><v>2024-02-29</v></c>', date(2024, 2, 29)),
        ('<c r="A2" t="d"><v>13:45:00</v></c>', time(13, 45)),
        ('<c r="A2"><v>0.30000000000000004</v></c>', 0.30000000000000004),
        ('<c r="A2"><v>12345678901234567890</v></c>', 12345678901234567890),
        ('<c r="A2" t="inlineStr"><is><t>x_x000D_y_x005F_x000D_</t></is></c>', "x\ry_x000D_"),
        ('<c r="A2" t="inlineStr"><is><t>_xD800_</t></is></c>', "_xD800_"),
    ],
)
def test_cells_that_other_programs_write(tmp_path: Path, cell: str, value: Any) -> None:
    source, rows = read(sheet_of(tmp_path, cell))
    assert rows[0].values["a"] == value
    assert rows_of(write_failed(source, rows, tmp_path))[0].values["a"] == value


def test_texts_shared_between_cells_have_no_reading_aids(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], ["x"]])
    strings = (
        '<sst xmlns="http://purl.oclc.org/ooxml/spreadsheetml/main"><si><t>name</t></si>'
        "<si><r><t>Tea</t></r><rPh><t>TEE</t></rPh></si></sst>"
    )
    rows = '<row><c t="s"><v>0</v></c></row><row><c t="s"><v>1</v></c></row>'
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("xl/sharedStrings.xml", strings)
    altered(path, SHEET, lambda xml: xml[: xml.index("<row")] + rows + TAIL)
    kind = "http://purl.oclc.org/ooxml/officeDocument/relationships/sharedStrings"
    relation = f'<Relationship Id="rS" Type="{kind}" Target="sharedStrings.xml"/></Relationships>'
    altered(
        path, "xl/_rels/workbook.xml.rels", lambda xml: xml.replace("</Relationships>", relation)
    )
    source, read_rows = read(path)
    assert source.header == ("name",)
    assert [(row.line, row.values) for row in read_rows] == [(2, {"name": "Tea"})]


def test_dates_of_the_macs_calendar(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [date(2024, 2, 29)]])
    mac = "<workbookPr date1904='1' "
    altered(path, "xl/workbook.xml", lambda xml: xml.replace("<workbookPr ", mac))
    assert rows_of(path)[0].values["a"] == date(2028, 3, 1)


def test_a_hidden_first_sheet_is_said(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    altered(path, "xl/workbook.xml", lambda xml: xml.replace('"visible"', '"hidden"', 2))
    source, _ = read(path)
    assert any("is hidden" in note for note in source.facts.notes)


def test_a_value_beyond_the_header_fails_its_row_and_comes_back(tmp_path: Path) -> None:
    source, rows = read(workbook(tmp_path, [["a", "b"], [1, 2, None, 4], [5, 6]]))
    assert source.header == ("a", "b")
    assert rows[0].problem is not None
    assert rows[0].problem.message == "The row has 4 cells, the header has 2."
    failed = write_failed(source, rows, tmp_path)
    assert [row.raw for row in rows_of(failed)] == [(1, 2, None, 4), (5, 6)]


@pytest.mark.parametrize(
    ("rows", "words"),
    [
        ([], "the sheet is empty"),
        ([["a", "b"]], "only the header"),
        ([["a", None, "b"], [1, 2, 3]], "cell B2 has a value ('2') but no name"),
        ([["a", "a"], [1, 2]], "two columns have the same name"),
    ],
)
def test_a_sheet_without_header_or_rows_is_refused(
    tmp_path: Path, rows: list[list[Any]], words: str
) -> None:
    assert words in refusal(workbook(tmp_path, rows))


def test_an_empty_column_without_name_is_left_out(tmp_path: Path) -> None:
    source, rows = read(workbook(tmp_path, [["a", None, "b"], [1, None, 3]]))
    assert source.header == ("a", "b")
    assert rows[0].values == {"a": 1, "b": 3}
    assert source.facts.notes == ("Columns without a name and without values: 2.",)


def test_a_row_of_nothing_but_error_cells_is_no_row(tmp_path: Path) -> None:
    rows: list[list[Any]] = [["a", *ERROR_COLUMNS], [1, "7"], [None, "8"]]
    assert [row.raw for row in rows_of(workbook(tmp_path, rows))] == [(1,)]


def test_only_the_error_cells_of_the_failed_file_are_made_safe(tmp_path: Path) -> None:
    source, rows = read(workbook(tmp_path, [["a", "b"], ["x", 1]]))
    rows[0] = type(rows[0])(1, 2, {"a": "=1+1", "b": 5})
    sheet = openpyxl.load_workbook(write_failed(source, rows, tmp_path)).worksheets[0]
    assert [cell.value for cell in sheet[1]] == ["a", "b", *ERROR_COLUMNS]
    assert [cell.value for cell in sheet[2]][:2] == ["=1+1", 5]
    assert sheet["A2"].data_type == "s"
    assert sheet["G2"].value == "'=SUM(A1)"


def test_a_long_text_is_not_cut(tmp_path: Path) -> None:
    cells = f'<c r="A2" t="inlineStr"><is><t>{"x" * 40_000}</t></is></c>'
    source, rows = read(sheet_of(tmp_path, cells))
    assert len(rows_of(write_failed(source, rows, tmp_path))[0].values["a"]) == 40_000


def test_progress_follows_the_sheet(tmp_path: Path) -> None:
    with open_source(workbook(tmp_path, [["a"], *([number] for number in range(5000))])) as source:
        assert source.fraction_read() == 0.0
        for row in source:
            if row.number == 2500:
                assert source.fraction_read() == pytest.approx(0.5, abs=0.3)
        assert source.fraction_read() == 1.0


def test_until_it_is_closed_the_rows_stand_in_json_lines(tmp_path: Path) -> None:
    source, rows = read(workbook(tmp_path, [["a", "b"], ["007", date(2024, 2, 29)]]))
    path = tmp_path / "failed.xlsx"
    writer = open_writer(path, source.facts, source.header, ERROR_COLUMNS)
    writer.write(rows[0], ERRORS)
    (kept,) = rows_of(tmp_path / "failed.xlsx.partial.jsonl")
    assert kept.values == {"a": "007", "b": "2024-02-29"}
    writer.close()
    writer.close()
    assert not (tmp_path / "failed.xlsx.partial.jsonl").exists()
    assert rows_of(path)[0].values == rows[0].values


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source, rows = read(workbook(tmp_path, [["a"], [1]]))
    writer = open_writer(tmp_path / "f.xlsx", source.facts, source.header, ERROR_COLUMNS)
    writer.write(rows[0], ERRORS)

    def full(*_: Any, **__: Any) -> Any:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("pickle.dump", full)
    with pytest.raises(OutputFileError, match="No space left"):
        writer.write(rows[0], ERRORS)
    monkeypatch.setattr("openpyxl.Workbook.save", full)
    with pytest.raises(OutputFileError, match="No space left") as caught:
        writer.close()
    assert caught.value.hint is not None
    assert "f.xlsx.partial.jsonl" in caught.value.hint
    assert writer.path == tmp_path / "f.xlsx.partial.jsonl"
    assert len(rows_of(writer.path)) == 2


# --- what is no sound workbook -----------------------------------------------------------------


def test_a_workbook_that_is_cut_off_or_damaged_is_told(tmp_path: Path) -> None:
    content = workbook(tmp_path, [["a"], [1]]).read_bytes()
    for cut in (len(content) // 2, len(content) - 10, 40):
        assert "is not a whole Excel workbook" in refusal(put(tmp_path, "t.xlsx", content[:cut]))


def test_text_that_is_forced_to_be_a_workbook_is_told(tmp_path: Path) -> None:
    path = put(tmp_path, "t.csv", "a,b\n1,2\n")
    with pytest.raises(InputFileError, match="is not an Excel workbook"):
        open_source(path, format="xlsx")


@pytest.mark.parametrize(
    ("part", "old", "new", "words"),
    [
        (SHEET, "</sheetData>", "", "is not a sound Excel workbook"),
        (SHEET, 'r="A2"', 'r="ABCDEFG2"', "is not a sound Excel workbook"),
        ("xl/workbook.xml", "sheet1.xml", "x", "no sheet with cells"),
        ("xl/_rels/workbook.xml.rels", "sheet1.xml", "sheet9.xml", "sheet9.xml is missing"),
        ("xl/workbook.xml", "<workbook", "<!DOCTYPE x [<!ENTITY a 'b'>]><workbook", "entities"),
        (SHEET, "<worksheet", "<!DOCTYPE x [<!ENTITY a 'b'>]><worksheet", "entities"),
    ],
)
def test_parts_that_are_wrong_are_told(
    tmp_path: Path, part: str, old: str, new: str, words: str
) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    if words == "no sheet with cells":
        altered(path, part, lambda xml: xml.replace("<sheet ", "<other "))
    else:
        altered(path, part, lambda xml: xml.replace(old, new, 1))
    assert words in refusal(path)


def test_a_workbook_needs_neither_styles_nor_root_relations(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    content = io.BytesIO()
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(content, "w") as new:
        for name in old.namelist():
            if name not in ("xl/styles.xml", "_rels/.rels"):
                new.writestr(name, old.read(name))
    assert rows_of(put(tmp_path, "t.xlsx", content.getvalue()))[0].values == {"a": 1}


def test_a_password_is_told(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    content = bytearray(path.read_bytes())
    # The flag that says «encrypted», in the directory and before each part.
    for magic, place in ((b"PK\x01\x02", 8), (b"PK\x03\x04", 6)):
        at = content.find(magic)
        while at >= 0:
            content[at + place] |= 1
            at = content.find(magic, at + 4)
    assert "protected by a password" in refusal(put(tmp_path, "t.xlsx", bytes(content)))


def test_bombs_are_refused_before_they_go_off(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = workbook(tmp_path, [["a"], ["x"]])
    monkeypatch.setattr("odoo_ingestion.files.excel_package.MOST_UNPACKED", 1000)
    assert "unpacks to more than" in refusal(path)
    monkeypatch.undo()
    monkeypatch.setattr("odoo_ingestion.files.excel_package.MOST_IN_MEMORY", 100)
    assert "too large for the memory" in refusal(path)
    monkeypatch.undo()
    monkeypatch.setattr("odoo_ingestion.files.excel_package._SHORT", 100)
    assert "is too large" in refusal(path)


def test_two_gigabytes_of_nothing_are_refused_at_once(tmp_path: Path) -> None:
    path = workbook(tmp_path, [["a"], [1]])
    with zipfile.ZipFile(path, "a", zipfile.ZIP_DEFLATED) as archive:
        info = zipfile.ZipInfo("xl/media/image.png")
        info.compress_type = zipfile.ZIP_DEFLATED
        archive.writestr(info, b"0" * 1000)
    content = bytearray(path.read_bytes())
    at = content.rfind(b"xl/media/image.png") - 46
    assert content[at : at + 4] == b"PK\x01\x02"
    content[at + 24 : at + 28] = (2**31 + 1).to_bytes(4, "little")
    assert "unpacks to more than 2 GiB" in refusal(put(tmp_path, "t.xlsx", bytes(content)))


# --- the old format ----------------------------------------------------------------------------


def test_an_old_workbook_is_read_and_written_as_a_new_one(tmp_path: Path) -> None:
    source, rows = read(DATA / "prices.xls")
    assert source.facts.format == "xls"
    assert [row.line for row in rows] == [3, 5, 6]
    assert rows[0].values == {
        "code": "007",
        "price": 12.5,
        "since": date(2024, 2, 29),
        "changed": datetime(2024, 2, 29, 13, 45),
        "opens": time(9, 30),
        "active": True,
        "total": 100,
    }
    assert rows[1].problem is not None
    assert rows[1].problem.message == "Cell G5 is the error #REF!."
    failed = write_failed(source, rows, tmp_path)
    assert failed.name == "failed.xlsx"
    assert [row.values for row in rows_of(failed)] == [row.values for row in rows]
    assert source.fraction_read() == 1.0


def test_a_damaged_old_workbook_is_told(tmp_path: Path) -> None:
    content = (DATA / "prices.xls").read_bytes()
    for damaged in (content[:600], content[:3000], content[:28] + b"xx" + content[30:]):
        message = refusal(put(tmp_path, "t.xls", damaged))
        assert "Excel workbook" in message


def test_an_old_workbook_whose_blocks_run_in_a_circle_is_told(tmp_path: Path) -> None:
    from odoo_ingestion.files.excel_old_sheet import _check_chain

    with pytest.raises(Exception, match="circle"):
        _check_chain([1, 2, 0])
    _check_chain([1, 2, -2, -1, 2])


def test_a_workbook_protected_in_the_old_way_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import xlrd
    from xlrd.biffh import XLRDError

    def refuse(**_: Any) -> Any:
        raise XLRDError("Workbook is encrypted")

    monkeypatch.setattr(xlrd, "open_workbook", refuse)
    assert "protected by a password" in refusal(DATA / "prices.xls")


def test_an_old_workbook_beyond_all_bounds_is_told(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odoo_ingestion.files.excel_old_sheet._MOST_BYTES", 100)
    with pytest.raises(InputFileError, match="too large"):
        open_source(DATA / "prices.xls")
