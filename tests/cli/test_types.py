"""`types` and `template`: what a file may hold, and a file to begin with, for every type."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Callable

import pytest

from odoo_ingestion.data_models import IMPORT_TYPES, available_versions
from tests.cli.conftest import Said

Command = Callable[..., Said]


def test_every_type_is_listed_with_its_model_and_key(command: Command) -> None:
    said = command("types")
    assert said.code == 0
    lines = {line.split()[0]: line for line in said.out.splitlines() if line.split()}
    for kind in IMPORT_TYPES.values():
        assert kind.model in lines[kind.name]
    assert "default_code, then barcode" in lines["products"]
    assert "its lines (sale.order.line)" in lines["orders"]
    assert "14 to 19" in lines["partners"]


def test_scripts_get_the_types_as_json(command: Command) -> None:
    told = {one["type"]: one for one in json.loads(command("types", "--json").out)["types"]}
    assert list(told) == list(IMPORT_TYPES)
    products = told["products"]
    assert products["keys"] == [["default_code"], ["barcode"]]
    assert products["goes_in_after"] == list(IMPORT_TYPES["products"].requires)
    assert products["versions"] == list(available_versions())
    assert all(one["versions"] for one in told.values())


def test_a_narrow_terminal_gets_the_columns_that_count(
    command: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("odoo_ingestion.cli.plain_console.PIPE_WIDTH", 80)
    said = command("types")
    assert "What it is" not in said.out
    assert "purchase.order" in said.out


@pytest.mark.parametrize("name", list(IMPORT_TYPES))
def test_every_type_has_a_file_to_begin_with(command: Command, name: str) -> None:
    said = command("template", "--type", name)
    assert said.code == 0
    header, row = csv.reader(io.StringIO(said.out))
    assert dict(zip(header, row, strict=True)) == dict(IMPORT_TYPES[name].example)


@pytest.mark.parametrize(
    "name", [name for name, kind in IMPORT_TYPES.items() if kind.lines is not None]
)
def test_a_document_s_file_to_begin_with_has_columns_of_its_lines(
    command: Command, name: str
) -> None:
    lines = IMPORT_TYPES[name].lines
    assert lines is not None
    header = command("template", "--type", name).out.splitlines()[0].split(",")
    assert any(column.startswith(f"{lines.one2many}/") for column in header)


def test_an_unknown_type_is_answered_with_those_there_are(command: Command) -> None:
    said = command("template", "--type", "prodcts")
    assert said.code == 2
    assert "Did you mean products" in said.err
    assert "purchase-orders" in said.err
