import subprocess
import sys

import pytest

from odoo_ingestion.data_models import (
    IMPORT_TYPES,
    available_versions,
    build_validator,
    import_type,
    load_catalogue,
    type_for_model,
)
from odoo_ingestion.errors import UsageError
from odoo_ingestion.mapping import check_columns, map_columns
from odoo_ingestion.records import ImportKind
from tests.data_models.rows import draft, row

OF_A_MODEL = (ImportKind.PLAIN, ImportKind.DOCUMENTS)
"""Kinds whose columns are fields of their model; the others have some of their own."""


def test_types_are_listed_by_their_names_and_what_they_require_is_known() -> None:
    assert {"categories", "products", "partners", "customers", "suppliers"} <= set(IMPORT_TYPES)
    assert all(name == kind.name for name, kind in IMPORT_TYPES.items())
    assert all(set(kind.requires) <= set(IMPORT_TYPES) for kind in IMPORT_TYPES.values())


def test_a_type_is_found_by_its_name_in_any_case() -> None:
    assert import_type(" Products ").model == "product.template"


@pytest.mark.parametrize(("name", "meant"), [("product", "products"), ("costumers", "customers")])
def test_an_unknown_type_is_told_the_nearest(name: str, meant: str) -> None:
    with pytest.raises(UsageError) as caught:
        import_type(name)
    assert str(caught.value.hint).startswith(f"Did you mean {meant}")


def test_a_type_like_no_other_is_told_them_all() -> None:
    with pytest.raises(UsageError) as caught:
        import_type("zzz")
    assert str(caught.value.hint).startswith("The types are categories, products")


def test_the_rules_of_a_type_hold_for_its_model_too() -> None:
    assert type_for_model("res.partner") is IMPORT_TYPES["partners"]
    assert type_for_model("product.template") is IMPORT_TYPES["products"]
    assert type_for_model("product.category") is IMPORT_TYPES["categories"]
    assert type_for_model("sale.order") is None


@pytest.mark.parametrize("version", available_versions())
@pytest.mark.parametrize("name", ["categories", "products", "partners", "customers", "suppliers"])
def test_the_example_of_a_type_is_a_good_row_in_every_version(name: str, version: str) -> None:
    kind = IMPORT_TYPES[name]
    schema = load_catalogue(version, kind.model)
    columns = map_columns(list(kind.example), schema, kind)
    assert check_columns(columns, ignore_unknown=False) == ()
    checker = build_validator(columns.columns, schema, kind, required_on_create=["name"])
    found = draft(checker.validate(row(**kind.example)))
    assert found.warnings == ()
    assert checker.missing_required(found) == ()


@pytest.mark.parametrize(
    "name", [kind.name for kind in IMPORT_TYPES.values() if kind.kind in OF_A_MODEL]
)
def test_synonyms_are_lower_case_words_for_fields_of_some_version(name: str) -> None:
    kind = IMPORT_TYPES[name]
    fields = {f for v in available_versions() for f in load_catalogue(v, kind.model).fields}
    assert set(kind.synonyms.values()) <= fields
    assert set(kind.ranks) <= fields
    assert {field for key in kind.keys for field in key} <= fields
    for synonym in kind.synonyms:
        assert synonym == " ".join(synonym.lower().split())


def test_no_heavy_library_is_needed_to_know_the_types() -> None:
    code = (
        "import sys, odoo_ingestion.data_models, odoo_ingestion.mapping; "
        "print([m for m in ('pydantic', 'pandas', 'pyarrow') if m in sys.modules])"
    )
    answer = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True
    )
    assert answer.stdout.strip() == "[]"
