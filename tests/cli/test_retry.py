"""`retry` takes the options from beside the file and minds where the rows came from."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.error_handler import Sidecar, sidecar_path
from odoo_ingestion.records import Mode, SourceFacts
from odoo_ingestion.runs import ImportOptions
from tests.cli.conftest import FakeRuns, Said

Command = Callable[..., Said]


@pytest.fixture
def failed_file(tmp_path: Path) -> str:
    return write_failed()


def write_failed(name: str = "p.failed.csv", **changes: Any) -> str:
    values: dict[str, Any] = {
        "options": ImportOptions(type="products", mode=Mode.UPDATE, key=("barcode",)),
        "source": SourceFacts("p.csv", "csv", "cp1252", ";"),
        "url": "https://odoo.example.com",
        "database": "shop",
        "company": "My Company",
        "lang": "fr_FR",
    }
    path = Path(name)
    path.write_text("name\nx\n")
    sidecar_path(path).write_text(json.dumps(Sidecar(**{**values, **changes}).as_dict()))
    return name


def test_the_options_come_from_beside_the_file(
    command: Command, runs: FakeRuns, failed_file: str
) -> None:
    said = command("retry", failed_file)

    assert said.code == 0
    assert runs.paths == [failed_file]
    assert runs.options == ImportOptions(
        type="products",
        mode=Mode.UPDATE,
        key=("barcode",),
        company="My Company",
        lang="fr_FR",
        failed_dir=Path(),
        image_folder=".",
    )
    assert runs.config.database == "shop"


def test_options_given_go_first(command: Command, runs: FakeRuns, failed_file: str) -> None:
    command("retry", failed_file, "--mode", "upsert", "--key", "default_code", "--dry-run")
    assert runs.options.mode is Mode.UPSERT
    assert runs.options.key == ("default_code",)
    assert runs.options.dry_run


def test_a_dry_run_stays_one_until_told(command: Command, runs: FakeRuns) -> None:
    name = write_failed(options=ImportOptions(type="products", dry_run=True))
    command("retry", name)
    assert runs.options.dry_run
    command("retry", name, "--no-dry-run")
    assert not runs.options.dry_run


@pytest.mark.parametrize(
    "elsewhere", [{"ODOO_DATABASE": "other"}, {"ODOO_URL": "https://other.example.com"}]
)
def test_another_database_is_refused_unless_told(
    command: Command,
    runs: FakeRuns,
    failed_file: str,
    monkeypatch: pytest.MonkeyPatch,
    elsewhere: dict[str, str],
) -> None:
    for name, value in elsewhere.items():
        monkeypatch.setenv(name, value)

    said = command("retry", failed_file, "--json")

    assert said.code == 2
    assert "failed in the database shop on https://odoo.example.com" in said.err
    assert "--database" in said.json["error"]["hint"]
    assert runs.paths == []

    told = command("retry", failed_file, "--database", "other")
    assert told.code == 0
    assert runs.config.database == "other"
    # What the first run found out about its own database is not carried over.
    assert (runs.options.company, runs.options.lang) == (None, None)


@pytest.mark.parametrize(
    "missing", [["ODOO_URL"], ["ODOO_DATABASE"], ["ODOO_URL", "ODOO_DATABASE"]]
)
def test_what_is_not_configured_comes_from_beside_the_file(
    command: Command,
    runs: FakeRuns,
    failed_file: str,
    monkeypatch: pytest.MonkeyPatch,
    missing: list[str],
) -> None:
    for name in missing:
        monkeypatch.delenv(name)
    assert command("retry", failed_file).code == 0
    assert (runs.config.url, runs.config.database) == ("https://odoo.example.com", "shop")


def test_a_key_is_never_beside_the_file(
    command: Command, runs: FakeRuns, failed_file: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODOO_API_KEY")
    said = command("retry", failed_file)
    assert said.code == 2
    assert "ODOO_API_KEY" in said.err


def test_without_a_sidecar_the_type_has_to_be_named(command: Command, runs: FakeRuns) -> None:
    Path("p.failed.csv").write_text("name\nx\n")
    said = command("retry", "p.failed.csv")
    assert said.code == 2
    assert "--type" in said.err
    assert command("retry", "p.failed.csv", "--type", "products").code == 0
    assert runs.options == ImportOptions(type="products", failed_dir=Path())


def test_what_fails_again_goes_beside_what_failed_before(
    command: Command, runs: FakeRuns, tmp_path: Path
) -> None:
    (tmp_path / "bad").mkdir()
    name = write_failed("bad/p.failed.csv")
    command("retry", name)
    assert runs.options.failed_dir == Path("bad")
    command("retry", name, "--failed-dir", "worse")
    assert runs.options.failed_dir == Path("worse")


def test_rows_of_an_offline_dry_run_are_checked_offline_again(
    command: Command, runs: FakeRuns, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ODOO_URL")
    options = ImportOptions(type="products", dry_run=True, offline=True, odoo_version="18.0")
    name = write_failed(options=options, url=None, database=None, company=None, lang=None)
    assert command("retry", name).code == 0
    assert runs.config is None
    assert runs.options.odoo_version == "18.0"


def test_rows_that_no_server_refused_may_go_anywhere(command: Command, runs: FakeRuns) -> None:
    options = ImportOptions(type="products", dry_run=True, offline=True)
    name = write_failed(options=options, url=None, database=None, company=None, lang=None)
    assert command("retry", name, "--no-dry-run").code == 0
    assert runs.config.database == "shop"
    assert not runs.options.offline


@pytest.mark.parametrize(
    ("file", "said"), [("nothing.csv", "There is no file"), ("-", "needs a file")]
)
def test_a_file_that_is_not_there_is_told(
    command: Command, runs: FakeRuns, file: str, said: str
) -> None:
    told = command("retry", file)
    assert told.code == 2
    assert said in told.err
