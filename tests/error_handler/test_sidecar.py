"""What a retry needs is told beside the failed rows, and read again as it was."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec.structs import replace

from odoo_ingestion.error_handler import Sidecar, read_sidecar, sidecar_path
from odoo_ingestion.errors import InputFileError
from odoo_ingestion.records import Mode, SourceFacts
from odoo_ingestion.runs import DateFormat, ImportOptions

OPTIONS = ImportOptions(
    model="res.partner",
    mode=Mode.UPDATE,
    key=("ref", "email"),
    company="My Company",
    clear_empty=("phone",),
    set_values={"lang": "fr_FR"},
    context={"active_test": False},
    create_missing=("category_id",),
    tracking=False,
    batch_size=50,
    date_format=DateFormat.DMY,
)
SIDECAR = Sidecar(
    OPTIONS,
    SourceFacts("in/p.csv", "csv", "cp1252", ";", notes=("two sheets",)),
    url="https://odoo.example.com",
    database="shop",
    company="My Company",
    lang="fr_FR",
    created="2026-11-20T12:00:05",
)


def write(path: Path, sidecar: Sidecar) -> Path:
    path.with_name(path.name + ".meta.json").write_text(json.dumps(sidecar.as_dict()))
    return path


def test_it_comes_back_as_it_was(tmp_path: Path) -> None:
    assert read_sidecar(write(tmp_path / "p.failed.csv", SIDECAR)) == SIDECAR


def test_what_only_describes_the_input_file_is_left_out(tmp_path: Path) -> None:
    options = replace(OPTIONS, format="csv", encoding="cp1252", separator=";", failed_dir=tmp_path)
    told = read_sidecar(write(tmp_path / "p.csv", replace(SIDECAR, options=options)))
    assert told is not None
    assert told.options == OPTIONS


def test_no_sidecar_is_none(tmp_path: Path) -> None:
    assert read_sidecar(tmp_path / "p.failed.csv") is None


def test_options_of_a_later_version_do_no_harm(tmp_path: Path) -> None:
    values = SIDECAR.as_dict()
    values["options"]["colour"] = "red"
    values["weather"] = "fine"
    path = tmp_path / "p.failed.csv"
    sidecar_path(path).write_text(json.dumps(values))
    assert read_sidecar(path) == SIDECAR


def test_the_spool_of_a_killed_run_finds_the_sidecar_of_its_file(tmp_path: Path) -> None:
    write(tmp_path / "p.failed.parquet", SIDECAR)
    assert read_sidecar(tmp_path / "p.failed.parquet.partial.jsonl") == SIDECAR


@pytest.mark.parametrize(
    "text",
    [
        *("", "{", "[]", "{}", "null", "\xff", "[" * 5000, '{"options": 3}'),
        *('{"options": {}, "source": {}}', '{"options": {"mode": "x"}}'),
        '{"options": {"type": 7}, "source": {"path": "a", "format": "csv"}}',
        '{"options": {"key": "ref"}, "source": {"path": "a", "format": "csv"}}',
    ],
)
def test_a_damaged_sidecar_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / "p.failed.csv"
    sidecar_path(path).write_text(text, "latin-1")
    with pytest.raises(InputFileError, match="is damaged") as told:
        read_sidecar(path)
    assert "--type" in str(told.value.hint)


def test_an_unreadable_sidecar_is_told(tmp_path: Path) -> None:
    path = tmp_path / "p.failed.csv"
    sidecar_path(path).mkdir()
    with pytest.raises(InputFileError, match="cannot be read"):
        read_sidecar(path)
