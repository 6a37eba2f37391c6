"""The secret is in nothing that is written, and who may do little is told so."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.hostile.conftest import Command, Said, login_of
from tests.odoo_reader import OdooReader

SECRET = "Zq7-distinctive/s3cret+&<é"


def make_user(odoo: OdooReader, login: str, *groups: str) -> OdooReader:
    """Make a user with a password that is found wherever it is written."""
    ids = [
        odoo.call("ir.model.data", "check_object_reference", *group.split("."))[1]
        for group in groups
    ]
    values = {"name": login, "login": login, "password": SECRET, "group_ids": [(6, 0, ids)]}
    if not odoo.count("res.users", [("login", "=", login)]):
        odoo.call("res.users", "create", [values])
    return OdooReader(odoo.url, odoo.database, login, SECRET)


def log_in(monkeypatch: pytest.MonkeyPatch, user: OdooReader, **changes: str) -> None:
    for name, value in {**login_of(user), **changes}.items():
        monkeypatch.setenv(name, value)


def everything(said: Said, folder: Path) -> bytes:
    files = (path.read_bytes() for path in folder.rglob("*") if path.is_file())
    return b"\n".join([said.out.encode(), said.err.encode(), *files])


FORMS = (SECRET, json.dumps(SECRET)[1:-1], SECRET.replace("&", "&amp;").replace("<", "&lt;"))
"""As it is, as JSON and as XML write it."""


def clean(said: Said, folder: Path) -> bool:
    written = everything(said, folder)
    return not any(form.encode() in written for form in FORMS)


COMMANDS: dict[str, tuple[str, ...]] = {
    "a run": ("import", "a.csv", "--type", "partners", "--verbose"),
    "a run as JSON": ("import", "a.csv", "--type", "partners", "--json"),
    "a dry run": ("import", "a.csv", "--type", "partners", "--dry-run", "--verbose"),
    "a check": ("check", "--verbose"),
    "a check as JSON": ("check", "--json"),
    "fields": ("fields", "res.partner", "--json", "--verbose"),
    "a model that is none": ("import", "a.csv", "--model", "no.such.model", "--verbose"),
    "a context that fails": ("import", "a.csv", "--type", "partners", "--context", "lang=1"),
}


WRONG: dict[str, dict[str, str]] = {
    "wrong database": {"ODOO_DATABASE": "nowhere"},
    "wrong login": {"ODOO_USERNAME": "nobody"},
    "wrong port": {"ODOO_URL": "http://127.0.0.1:9", "ODOO_TRIES": "1"},
}
CASES = [("right", what) for what in COMMANDS]
CASES += [(how, what) for how in WRONG for what in ("a run", "a check as JSON")]


@pytest.mark.parametrize(("how", "what"), CASES)
def test_the_secret_is_written_nowhere(
    what: str,
    how: str,
    command: Command,
    odoo: OdooReader,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    user = make_user(odoo, "keeper", "base.group_user", "base.group_partner_manager")
    log_in(monkeypatch, user, ODOO_LOG_DIR="logs", **WRONG.get(how, {}))
    Path("a.csv").write_text("ref,name,country_id\nSEC-1,a,BE\nSEC-2,,\nSEC-3,a,Nowhere\n")
    said = command(*COMMANDS[what])
    assert clean(said, folder)
    if how != "right" or "check" not in what:  # which tells what this user may not do
        assert (said.code == 3) == (how != "right")
    assert "odoo-ingestion.log" in {path.name for path in folder.rglob("*")}
    if how != "right":
        assert len(said.err + said.out) > 60


def test_a_secret_in_the_address_is_refused_without_being_said(
    command: Command, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ODOO_API_KEY", SECRET)
    Path("a.csv").write_text("ref,name\nSEC-1,a\n")
    url = f"https://admin:{SECRET}@odoo.example.com"
    words = ("--url", url, "--database", "d", "--username", "u")
    said = command("import", "a.csv", "--type", "partners", "--json", *words)
    assert said.code == 2
    assert clean(said, folder)


@pytest.mark.parametrize(
    ("variable", "value", "words"),
    [
        ("ODOO_URL", "http://127.0.0.1:9", "refuses"),
        ("ODOO_URL", "http://odoo.invalid", "odoo.invalid"),
        ("ODOO_URL", "https://127.0.0.1:{port}", "TLS|https|http://"),
        ("ODOO_DATABASE", "no-such-database", "no-such-database"),
        ("ODOO_USERNAME", "nobody@example.com", "nobody@example.com"),
        ("ODOO_API_KEY", "wrong", "key|password"),
    ],
)
def test_a_wrong_connection_is_told_with_advice(
    variable: str,
    value: str,
    words: str,
    command: Command,
    odoo: OdooReader,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("ODOO_TRIES", "1")
    monkeypatch.setenv(variable, value.format(port=odoo.url.rpartition(":")[2]))
    Path("a.csv").write_text("ref,name\nWC-1,a\n")
    said = command("import", "a.csv", "--type", "partners", "--json")
    assert said.code == 3
    assert said.json["error"]["hint"]
    told = said.json["error"]["message"] + said.json["error"]["hint"]
    assert any(word in told for word in words.split("|")), told
    checked = command("check", "--json")
    assert checked.code == 3
    assert not checked.json["ok"]
    wrong = [finding for finding in checked.json["findings"] if finding["ok"] is False]
    assert wrong and all(finding["hint"] for finding in wrong)
    if variable == "ODOO_API_KEY":
        assert command("check").code == 3
        assert command("fields", "res.partner", "--json").code == 3


def test_settings_that_are_missing_are_named(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    Path("a.csv").write_text("ref,name\nWC-1,a\n")
    for words in (("import", "a.csv", "--type", "partners"), ("check",), ("fields", "res.partner")):
        said = command(*words)
        assert said.code == 2
        for name in ("ODOO_URL", "ODOO_DATABASE", "ODOO_USERNAME", "ODOO_API_KEY"):
            assert name in said.err


def said_to(user: OdooReader, mark: str, command: Command, monkeypatch: pytest.MonkeyPatch) -> Said:
    log_in(monkeypatch, user)
    Path("a.csv").write_text(f"ref,name\n{mark}-1,a\n{mark}-2,b\n")
    return command("import", "a.csv", "--type", "partners", "--json")


def test_a_user_who_may_not_write_is_told_for_each_row(
    command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader = make_user(odoo, "reader", "base.group_user")
    said = said_to(reader, "LIM", command, monkeypatch)
    assert said.code == 1
    assert said.counts == {"failed": 2}
    assert said.json["errors"] == {"permission": 2}
    assert odoo.count("res.partner", [("ref", "=like", "LIM-%")]) == 0
    told = command("check").out
    assert "res.partner" in told


def test_a_user_of_the_portal_sees_no_model(
    command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    portal = make_user(odoo, "portal-user", "base.group_portal")
    said = said_to(portal, "LIM", command, monkeypatch)
    assert said.code in (1, 2, 3)
    assert odoo.count("res.partner", [("ref", "=like", "LIM-%")]) == 0
    assert command("check", "--json").code in (0, 3)


def test_a_user_without_rights_on_external_ids_imports_all_the_same(
    command: Command, odoo: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    clerk = make_user(odoo, "clerk", "base.group_user", "base.group_partner_manager")
    odoo.call("res.partner", "create", [{"name": "By hand", "ref": "CLK-1"}])
    assert said_to(clerk, "CLK", command, monkeypatch).counts == {"created": 1, "updated": 1}
    assert said_to(clerk, "CLK", command, monkeypatch).counts == {"unchanged": 2}
    assert odoo.count("res.partner", [("ref", "=like", "CLK-%")]) == 2
