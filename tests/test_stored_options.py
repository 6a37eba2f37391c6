"""The options of a run that broke off are taken up as its journal holds them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from msgspec import ValidationError, to_builtins

from odoo_ingestion.records import Mode
from odoo_ingestion.runs import DateFormat, ImportOptions, stored_options


def test_stored_options_are_those_that_the_user_gave() -> None:
    options = ImportOptions(
        "orders",
        mode=Mode.CREATE,
        key=("name",),
        batch_size=5,
        set_values={"note": "x"},
        context={"tracking_disable": True},
        date_format=DateFormat.DMY,
        failed_dir=Path("some/where"),
    )
    stored = json.loads(json.dumps(to_builtins(options, enc_hook=str)))
    assert stored_options(stored) == options


def test_a_stored_value_of_another_kind_is_refused() -> None:
    with pytest.raises(ValidationError, match="batch_size"):
        stored_options({"batch_size": "many"})
