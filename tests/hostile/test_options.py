"""Every option of `import` does what it says, in a real Odoo."""

from __future__ import annotations

import io
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.hostile.bad_files import WRITERS
from tests.hostile.conftest import Command, Import
from tests.odoo_reader import OdooReader

NAMED_IN_THE_CONTRACT = [
    "--type",
    "--model",
    "--dry-run",
    "--dry-run-server",
    "--offline",
    "--odoo-version",
    "--mode",
    "--key",
    "--company",
    "--format",
    "--encoding",
    "--separator",
    "--clear-empty",
    "--batch-size",
    "--workers",
    "--max-errors",
    "--set",
    "--lang",
    "--context",
    "--create-missing",
    "--with-tracking",
    "--no-tracking",
    "--ignore-unknown-columns",
    "--failed-dir",
    "--json",
    "--quiet",
    "--verbose",
    "--file",
    "--url",
    "--database",
    "--username",
]


@pytest.mark.parametrize("what", ["import", "retry"])
def test_every_option_of_the_contract_is_there(what: str, command: Command) -> None:
    known = command(what, "--help").out
    missing = [option for option in NAMED_IN_THE_CONTRACT if option not in known]
    assert missing == ([] if what == "import" else ["--file"])


def partner(odoo: OdooReader, ref: str, *fields: str, **more: Any) -> dict[str, Any]:
    [found] = odoo.search_read("res.partner", [("ref", "=", ref)], fields or ["name"], **more)
    return found


def test_modes(imported: Import, odoo: OdooReader) -> None:
    imported("ref,name\nOM-1,a\n")
    both = "ref,name\nOM-1,b\nOM-2,b\n"
    create = imported(both, "--mode", "create", "--dry-run")
    assert (create.counts, create.json["errors"]) == ({"created": 1, "failed": 1}, {"exists": 1})
    update = imported(both, "--mode", "update")
    assert (update.counts, update.json["errors"]) == ({"updated": 1, "failed": 1}, {"not_found": 1})
    assert imported(both, "--mode", "upsert").counts == {"created": 1, "unchanged": 1}


def test_keys(imported: Import, odoo: OdooReader) -> None:
    values = {"email": "key@opt.example", "city": "Gent"}
    odoo.call("res.partner", "create", [values | {"name": "K"}])
    text = "email,city,name\nkey@opt.example,Gent,New\n"
    assert imported(text, "--key", "email,city").counts == {"updated": 1}
    assert odoo.count("res.partner", [("email", "=", "key@opt.example")]) == 1
    assert imported(text, "--key", "emial").code == 2


def test_company(imported: Import, odoo: OdooReader) -> None:
    other = odoo.call("res.company", "create", [{"name": "Second"}])[0]
    admin = odoo.call("res.users", "write", [odoo.uid], {"company_ids": [(4, other)]})
    assert admin
    product = "sku,name,cost\nOC-1,P,{}\n"
    kind = ("--type", "products")
    assert imported(product.format(5), *kind).json["company"] == "My Company"
    told = imported(product.format(7), *kind, "--company", "Second")
    assert (told.json["company"], told.counts) == ("Second", {"updated": 1})
    assert imported(product.format(7), *kind, "--company", str(other)).counts == {"unchanged": 1}
    cost = {}
    for company in (1, other):
        [read] = odoo.search_read(
            "product.template",
            [("default_code", "=", "OC-1")],
            ["standard_price"],
            context={"allowed_company_ids": [company]},
        )
        cost[company] = read["standard_price"]
    assert cost == {1: 5, other: 7}
    assert imported(product.format(7), *kind, "--company", "Third").code == 2


@pytest.mark.parametrize("kind", ["json", "parquet", "xlsx"])
def test_the_format_is_forced_and_read_from_standard_input(
    kind: str, command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = WRITERS[kind]([{"ref": f"OF-{kind}", "name": "F"}])
    Path("no_ending").write_bytes(content)
    words = ("--type", "partners", "--json", "--format", kind)
    monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(content)))
    assert command("import", "-", *words).counts == {"created": 1}
    assert command("import", "--file", "no_ending", *words).counts == {"unchanged": 1}
    assert partner(odoo, f"OF-{kind}")["name"] == "F"
    wrong = "parquet" if kind != "parquet" else "xlsx"
    assert command("import", "no_ending", *words[:-1], wrong).code == 2


def test_encoding_and_separator(command: Command, odoo: OdooReader) -> None:
    Path("a.csv").write_bytes("ref^name\nOE-1^Łódź, x; y\n".encode("cp1250"))
    words = ("--type", "partners", "--json", "--encoding", "cp1250", "--separator", "^")
    assert command("import", "a.csv", *words).counts == {"created": 1}
    assert partner(odoo, "OE-1")["name"] == "Łódź, x; y"
    assert command("import", "a.csv", *words[:-1], "^^").code == 2


def test_clear_empty(imported: Import, odoo: OdooReader) -> None:
    imported("ref,name,city,street\nOL-1,a,Gent,Here 1\n")
    imported("ref,name,city,street\nOL-1,a,,\n", "--clear-empty", "city")
    assert partner(odoo, "OL-1", "city", "street") | {"id": 0} == {
        "id": 0,
        "city": False,
        "street": "Here 1",
    }


@pytest.mark.parametrize("options", [("--batch-size", "1"), ("--workers", "1"), ("--workers", "4")])
def test_sizes_and_workers_change_no_outcome(
    options: tuple[str, ...], imported: Import, odoo: OdooReader
) -> None:
    mark = f"OB{options[0][2]}{options[1]}"
    rows = [f"{mark}-{n},{'' if n % 5 == 0 else 'P'}\n" for n in range(25)]
    said = imported("ref,name\n" + "".join(rows), *options)
    assert said.counts == {"created": 20, "failed": 5}
    assert odoo.count("res.partner", [("ref", "=like", f"{mark}-%")]) == 20


@pytest.mark.parametrize("wrong", ["0", "-1", "x", "1.5", "99999", ""])
@pytest.mark.parametrize("option", ["--batch-size", "--workers", "--max-errors"])
def test_numbers_that_are_none(option: str, wrong: str, command: Command) -> None:
    if (option, wrong) == ("--max-errors", "99999"):
        return
    Path("a.csv").write_text("ref,name\nx,y\n")
    words = ("--type", "partners", "--dry-run", "--offline", "--json", option, wrong)
    assert command("import", "a.csv", *words).code == 2


def test_max_errors(imported: Import, odoo: OdooReader) -> None:
    text = "ref,name\n" + "".join(f"OX-{n},\n" for n in range(1200))
    said = imported(text, "--max-errors", "3")
    assert (said.code, said.json["error"]["code"]) == (1, "max_errors")
    assert 3 <= said.json["failed"] <= said.json["read"] < 1200


def test_set(imported: Import, odoo: OdooReader) -> None:
    imported("ref,name\nOS-1,a\n", "--set", "city=Gent", "--set", "country_id=BE")
    found = partner(odoo, "OS-1", "city", "country_id")
    assert (found["city"], found["country_id"][1]) == ("Gent", "Belgium")
    assert imported("ref,name\nOS-1,a\n", "--set", "nonsense").code == 2


def test_lang(imported: Import, odoo: OdooReader) -> None:
    french = odoo.search_read(
        "res.lang", [("code", "=", "fr_FR")], ["id"], context={"active_test": False}
    )
    odoo.call("res.lang", "write", [french[0]["id"]], {"active": True})
    kind = ("--model", "res.partner.category")
    imported("id,name\nopt.tag,Chair\n", *kind)
    said = imported("id,name\nopt.tag,Chaise\n", *kind, "--lang", "fr_FR")
    assert (said.json["lang"], said.counts) == ("fr_FR", {"updated": 1})
    tag = odoo.xids("res.partner.category")["opt.tag"]
    for lang, name in (("en_US", "Chair"), ("fr_FR", "Chaise")):
        [read] = odoo.call("res.partner.category", "read", [tag], ["name"], context={"lang": lang})
        assert read["name"] == name
    assert imported("id,name\nopt.tag,Stuhl\n", *kind, "--lang", "de_DE").code == 2


def test_context(imported: Import, odoo: OdooReader) -> None:
    imported("ref,name\nOT-1,a\n", "--context", "default_city=Gent", "--context", "default_color=4")
    found = partner(odoo, "OT-1", "city", "color")
    assert (found["city"], found["color"]) == ("Gent", 4)
    for wrong in ("lang=1", "lang", "allowed_company_ids=[99]", "x=99999999999", "x=\x01", "x=NaN"):
        said = imported("ref,name\nOT-2,a\n", "--context", wrong, "--dry-run")
        assert said.code in (0, 1, 2), wrong


def test_create_missing(imported: Import, odoo: OdooReader) -> None:
    text = "ref,name,category_id\nON-1,a,Fresh\n"
    assert imported(text).json["errors"] == {"missing_relation": 1}
    said = imported(text, "--create-missing", "category_id")
    assert said.counts == {"created": 1}
    assert said.json["records"]["res.partner.category"] == {"created": 1, "updated": 0}
    assert odoo.count("res.partner.category", [("name", "=", "Fresh")]) == 1


def messages(odoo: OdooReader, ref: str) -> int:
    ids = [partner(odoo, ref, "id")["id"]]
    return odoo.count("mail.message", [("model", "=", "res.partner"), ("res_id", "in", ids)])


def test_tracking(imported: Import, odoo: OdooReader) -> None:
    row = "ref,name,email\n{0},a,{1}@x.example\n"
    imported(row.format("TR-off", "a"))
    imported(row.format("TR-on", "a"), "--with-tracking")
    assert messages(odoo, "TR-off") == 0 < messages(odoo, "TR-on")
    before = messages(odoo, "TR-on")
    imported(row.format("TR-on", "b"), "--no-tracking")
    assert messages(odoo, "TR-on") == before
    imported(row.format("TR-on", "c"))
    assert messages(odoo, "TR-on") == before + 1
    assert imported(row.format("TR-on", "c"), "--with-tracking", "--no-tracking").code == 2
