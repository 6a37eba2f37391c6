"""Bad rows among good ones: the good ones land, each bad one is told of, none is lost."""

from __future__ import annotations

import io
import json
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.hostile.bad_files import FORMATS, WRITERS, as_csv, as_parquet, sheet
from tests.hostile.conftest import Command, Said
from tests.odoo_reader import OdooReader

HUGE = 50_000_000
"""Characters of a cell: three times of what a row may hold."""


def imported(command: Command, name: str, content: bytes, kind: str, *options: str) -> Said:
    Path(name).write_bytes(content)
    which = "--model" if "." in kind else "--type"
    said = command("import", name, which, kind, "--json", *options)
    for file in said.json["failed_files"]:
        assert Path(file).stat().st_size
    return said


def landed(
    odoo: OdooReader, prefix: str, model: str = "res.partner", field: str = "ref"
) -> set[str]:
    found = odoo.search_read(model, [(field, "=like", f"{prefix}%")], [field])
    assert len({row[field] for row in found}) == len(found)
    return {row[field] for row in found}


@pytest.mark.parametrize("kind", FORMATS)
def test_numbers_that_no_database_holds(kind: str, command: Command, odoo: OdooReader) -> None:
    cells = ["1e400", "-1e400", "NaN", "inf", "0x10", "1e", "12 apples", "12.5"]
    rows = [
        {"ref": f"NU-{kind}-{n}", "name": "A", "partner_latitude": cell}
        for n, cell in enumerate(cells)
    ]
    said = imported(command, f"a.{kind}", WRITERS[kind](rows), "partners")
    assert said.counts == {"created": 1, "failed": len(rows) - 1}
    assert said.json["errors"] == {"validation": len(rows) - 1}
    assert landed(odoo, f"NU-{kind}-") == {f"NU-{kind}-{len(rows) - 1}"}


def test_numbers_as_json_has_them(command: Command, odoo: OdooReader) -> None:
    rows = [("1e400", 0), ("-1E+400", 1), ("123456789012345678901234567890", 2), ("12.50", 3)]
    text = ",".join(f'{{"sku":"NJ-{n}","name":"A","list_price":{cell}}}' for cell, n in rows)
    said = imported(command, "a.json", f"[{text}]".encode(), "products")
    assert said.json["errors"] == {"validation": 2}
    assert landed(odoo, "NJ-", "product.template", "default_code") == {"NJ-2", "NJ-3"}


@pytest.mark.parametrize("kind", FORMATS)
def test_days_that_no_calendar_has(kind: str, command: Command, odoo: OdooReader) -> None:
    days = ["2024-02-30", "2024-13-01", "0000-00-00", "yesterday", "31/12/2024", "99999-01-01"]
    always = {"partner_id/id": "base.main_partner", "client_order_ref": f"DA-{kind}"}
    rows = [always | {"validity_date": day} for day in [*days, "2024-02-29"]]
    said = imported(command, f"a.{kind}", WRITERS[kind](rows), "sale.order")
    assert said.counts == {"created": 1, "failed": len(days)}
    assert said.json["errors"] == {"validation": len(days)}
    [found] = odoo.search_read(
        "sale.order", [("client_order_ref", "=", f"DA-{kind}")], ["validity_date"]
    )
    assert found["validity_date"] == "2024-02-29"


SPOILED: dict[str, Callable[[str], str]] = {
    "a NUL byte": lambda name: f"{name}\0",
    "a control character": lambda name: f"{name}\x01",
    "no character": lambda name: f"{name}\uffff",
}


@pytest.mark.parametrize("kind", ["csv", "json", "jsonl", "parquet"])
def test_characters_that_xml_cannot_carry(kind: str, command: Command, odoo: OdooReader) -> None:
    mark = f"CH-{kind}"
    bad = [
        row
        for n, spoil in enumerate(SPOILED.values())
        for row in (
            {"ref": f"{mark}-{n}", "name": spoil("Bad")},
            {"ref": spoil(f"{mark}-{n}"), "name": "Bad"},
        )
    ]
    good = [{"ref": f"{mark}-{name}", "name": "Good"} for name in ("first", "last")]
    said = imported(command, f"a.{kind}", WRITERS[kind]([good[0], *bad, good[1]]), "partners")
    assert said.counts == {"created": 2, "failed": len(bad)}
    assert landed(odoo, f"{mark}-") == {f"{mark}-first", f"{mark}-last"}


def test_half_a_character(command: Command, odoo: OdooReader) -> None:
    rows = '[{"ref":"HC-1","name":"\\ud83d"},{"ref":"HC-2","name":"\\ud83d\\ude00"}]'
    said = imported(command, "a.json", rows.encode(), "partners")
    assert said.counts == {"created": 1, "failed": 1}
    assert landed(odoo, "HC-") == {"HC-2"}


def test_ragged_rows(command: Command, odoo: OdooReader) -> None:
    text = b"ref,name,city\nRA-1,a,Gent\nRA-2,b\nRA-3,c,Gent,more\n\nRA-4,d,Gent,\nRA-5,,\n"
    said = imported(command, "a.csv", text, "partners")
    assert said.counts == {"created": 2, "failed": 3}
    assert said.json["errors"] == {"file": 2, "validation": 1}
    assert landed(odoo, "RA-") == {"RA-1", "RA-4"}


def test_rows_of_the_wrong_shape_in_an_array(command: Command, odoo: OdooReader) -> None:
    items = [{"ref": "SH-1", "name": "a"}, 3, ["x"], None, "text", {}, {"ref": "SH-2", "name": "b"}]
    said = imported(command, "a.json", json.dumps(items).encode(), "partners")
    assert landed(odoo, "SH-") == {"SH-1", "SH-2"}
    assert said.counts == {"created": 2, "failed": 5}
    lines = "".join(f"{json.dumps(item)}\n" for item in items) + '{"ref": "SH-3", "na\n'
    said = imported(command, "a.jsonl", lines.encode(), "partners")
    assert said.counts == {"unchanged": 2, "failed": 6}


def test_a_key_twice_in_an_object(command: Command, odoo: OdooReader) -> None:
    text = b'{"ref":"KT-1","name":"a","name":"b"}\n{"ref":"KT-2","name":"c"}\n'
    said = imported(command, "a.jsonl", text, "partners")
    assert said.counts == {"created": 1, "failed": 1}
    assert landed(odoo, "KT-") == {"KT-2"}


def test_nested_values_where_a_text_belongs(command: Command, odoo: OdooReader) -> None:
    rows = [{"ref": "NE-1", "name": ["a", "b"]}, {"ref": "NE-2", "name": "b"}, {"ref": ["NE-3"]}]
    for name, content in (
        ("a.json", json.dumps(rows).encode()),
        ("a.parquet", as_parquet([{"ref": "NE-4", "name": ["a", "b"]}])),
    ):
        said = imported(command, name, content, "partners")
        assert said.json["failed"] in (1, 2)
    assert landed(odoo, "NE-") == {"NE-2"}


def test_formulas_without_a_stored_value_and_error_cells(
    command: Command, odoo: OdooReader
) -> None:
    lines = [["ref", "name"], ["FO-1", "=1+1"], ["FO-2", "good"], ["FO-3", "#REF!"]]
    said = imported(command, "a.xlsx", sheet(lines), "partners")
    assert landed(odoo, "FO-") >= {"FO-2"}
    assert said.json["failed"] >= 1
    assert "FO-1" not in landed(odoo, "FO-")


@pytest.mark.parametrize("kind", FORMATS)
def test_a_cell_of_fifty_million_characters(kind: str, command: Command, odoo: OdooReader) -> None:
    rows = [{"ref": f"BIG-{kind}", "name": "HUGE" if kind == "xlsx" else "x" * HUGE}]
    rows.append({"ref": f"SMALL-{kind}", "name": "good"})
    content = WRITERS[kind](rows)
    if kind == "xlsx":
        content = stuffed(content, b"HUGE", b"x" * HUGE)
    said = imported(command, f"a.{kind}", content, "partners")
    assert said.code in (1, 2)
    if said.code == 2:
        assert "longer than 16 million characters" in said.err
    else:
        assert said.counts == {"created": 1, "failed": 1}
    assert not landed(odoo, "BIG-")


def stuffed(book: bytes, text: bytes, other: bytes) -> bytes:
    """Return a workbook with another text in a cell, longer than any spreadsheet would write."""
    content = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(book)) as old,
        zipfile.ZipFile(content, "w", zipfile.ZIP_DEFLATED) as new,
    ):
        for name in old.namelist():
            new.writestr(name, old.read(name).replace(text, other))
    return content.getvalue()


def test_rows_that_each_are_a_little_mad(command: Command, odoo: OdooReader) -> None:
    names = ["'; DROP TABLE res_partner; --", "=cmd|'/c calc'!A0", "%s%s%n", "{0}", "\u202eabc"]
    names += ["a" * 100_000, "👩‍👩‍👧", "\t", " ", "../../etc/passwd", "<script>alert(1)</script>"]
    rows = [{"ref": f"MAD-{n}", "name": name} for n, name in enumerate(names)]
    said = imported(command, "a.json", json.dumps(rows).encode(), "partners")
    found = odoo.search_read("res.partner", [("ref", "=like", "MAD-%")], ["ref", "name"])
    assert {row["ref"]: row["name"] for row in found} == {
        row["ref"]: row["name"] for row in rows if row["name"].strip()
    }
    assert said.counts == {"created": len(names) - 2, "failed": 2}
    assert imported(command, "a.csv", as_csv(rows[:1]), "partners").counts == {"unchanged": 1}
