"""What options mean together: pure."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.cli.choices import check_standard_input, import_options, input_paths
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Mode
from odoo_ingestion.runs import DateFormat, ImportOptions


def test_nothing_but_a_type_gives_the_defaults() -> None:
    assert import_options({"type": "products"}) == ImportOptions(type="products")


def test_without_a_type_it_is_left_to_be_found() -> None:
    assert import_options({}) == ImportOptions()


def test_every_option_is_understood() -> None:
    given = {
        "model": "crm.lead",
        "dry_run": True,
        "offline": True,
        "odoo_version": "18.0",
        "mode": Mode.CREATE,
        "key": "ref, email,",
        "company": " My Company ",
        "format": "csv",
        "encoding": "cp1252",
        "separator": "tab",
        "clear_empty": "phone",
        "batch_size": "50",
        "workers": "3",
        "max_errors": 7,
        "set_values": ["lang=fr_FR", "comment=a=b", "x="],
        "date_format": DateFormat.DMY,
        "lang": "fr_FR",
        "context": ["active_test=false", "n=3", "who=Ann", "ids=[1, 2]"],
        "create_missing": "category_id,tag_ids,category_id",
        "no_tracking": True,
        "ignore_unknown_columns": True,
        "failed_dir": Path("bad"),
        "url": "https://not.ours",
    }
    assert import_options(given) == ImportOptions(
        model="crm.lead",
        dry_run=True,
        offline=True,
        odoo_version="18.0",
        mode=Mode.CREATE,
        key=("ref", "email"),
        company="My Company",
        format="csv",
        encoding="cp1252",
        separator="\t",
        clear_empty=("phone",),
        batch_size=50,
        workers=3,
        max_errors=7,
        set_values={"lang": "fr_FR", "comment": "a=b", "x": ""},
        date_format=DateFormat.DMY,
        lang="fr_FR",
        context={"active_test": False, "n": 3, "who": "Ann", "ids": [1, 2]},
        create_missing=("category_id", "tag_ids"),
        tracking=False,
        ignore_unknown_columns=True,
        failed_dir=Path("bad"),
    )


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({"type": "products", "model": "res.partner"}, "--type and --model"),
        ({"type": " "}, "--type is empty"),
        ({"type": "products", "offline": True}, "without a server"),
        ({"type": "products", "odoo_version": "18.0"}, "--odoo-version is for --offline"),
        (
            {"type": "products", "dry_run": True, "offline": True, "dry_run_server": True},
            "--offline and --dry-run-server",
        ),
        ({"type": "products", "with_tracking": True, "no_tracking": True}, "--no-tracking"),
        ({"type": "products", "batch_size": "0"}, "--batch-size must be auto or a number"),
        ({"type": "products", "batch_size": "many"}, "not 'many'"),
        ({"type": "products", "workers": "33"}, "from 1 to 32"),
        ({"type": "products", "separator": ";;"}, "one character"),
        ({"type": "products", "key": " , "}, "--key names no field"),
        ({"type": "products", "clear_empty": ","}, "--clear-empty names no field"),
        ({"type": "products", "set_values": ["lang"]}, "NAME=VALUE"),
        ({"type": "products", "set_values": ["=3"]}, "--set must look like"),
        ({"type": "products", "context": ["a=1", "a=2"]}, "--context names a twice"),
    ],
)
def test_what_does_not_go_together_is_told(given: dict[str, Any], said: str) -> None:
    with pytest.raises(UsageError, match=said):
        import_options(given)


@pytest.mark.parametrize("name", ["batch_size", "workers"])
def test_auto_is_the_default(name: str) -> None:
    assert import_options({"type": "products", name: "Auto"}) == ImportOptions(type="products")


def test_tracking_can_be_kept() -> None:
    assert import_options({"type": "products", "with_tracking": True}).tracking is True


BASE = ImportOptions(
    type="partners",
    key=("ref",),
    set_values={"a": "1"},
    context={"b": 2},
    dry_run=True,
    offline=True,
)


def test_a_retry_keeps_the_options_of_the_first_import() -> None:
    assert import_options({}, BASE) == BASE


def test_options_given_to_a_retry_go_first() -> None:
    options = import_options(
        {"model": "res.users", "key": "email", "set_values": ["c=3"], "context": ["b=4"]}, BASE
    )
    assert (options.type, options.model) == (None, "res.users")
    assert options.key == ("email",)
    assert options.set_values == {"a": "1", "c": "3"}
    assert options.context == {"b": 4}
    assert import_options({"type": "products"}, ImportOptions(model="x.y")).model is None


def test_a_retry_of_a_dry_run_can_be_for_real() -> None:
    options = import_options({"dry_run": False}, BASE)
    assert (options.dry_run, options.offline, options.odoo_version) == (False, False, None)


def test_files_are_taken_in_both_forms_in_order() -> None:
    assert input_paths(["a.csv", "b.csv"], ["c.csv"]) == ["a.csv", "b.csv", "c.csv"]
    assert input_paths(None, ["c.csv"]) == ["c.csv"]


def test_no_file_is_told() -> None:
    with pytest.raises(UsageError, match="No file was named"):
        input_paths([], None)


def test_standard_input_is_read_once_and_needs_a_format() -> None:
    with pytest.raises(UsageError, match="once"):
        input_paths(["-", "-"], None)
    with pytest.raises(UsageError, match="format of standard input"):
        check_standard_input(["a.csv", "-"], ImportOptions())
    check_standard_input(["-"], ImportOptions(format="csv"))
    check_standard_input(["a.csv"], ImportOptions())
