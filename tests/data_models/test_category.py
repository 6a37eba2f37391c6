from typing import Any

import pytest

from odoo_ingestion.data_models import build_validator, load_catalogue
from odoo_ingestion.records import Column, ColumnKind, Reference
from tests.data_models.rows import draft, problems, row, validator

CATEGORY = "product.category"
PARENT = Reference("complete_name", ColumnKind.NAME, ("All / Drinks",))


@pytest.mark.parametrize(
    "path",
    [
        "All / Drinks / Tea",
        "All > Drinks > Tea",
        " All  /  Drinks / Tea ",
        ["All", "Drinks", "Tea"],
    ],
)
def test_a_path_is_split_into_parent_and_name(path: Any) -> None:
    found = draft(validator(CATEGORY, "complete_name").validate(row(complete_name=path)))
    assert found.values == {"name": "Tea"}
    assert found.references == {"parent_id": PARENT}


def test_a_path_of_one_name_has_no_parent() -> None:
    found = draft(validator(CATEGORY, "complete_name").validate(row(complete_name="TV/Video")))
    assert (found.values, found.references) == ({"name": "TV/Video"}, {})


@pytest.mark.parametrize("path", ["All / ", ["All", ""], [{"id": 1}], "a\x00"])
def test_a_broken_path_is_refused(path: Any) -> None:
    (problem,) = problems(validator(CATEGORY, "complete_name").validate(row(complete_name=path)))
    assert problem.field == "complete_name"


def test_a_name_loses_the_spaces_around_it() -> None:
    assert draft(validator(CATEGORY, "name").validate(row(name=" Tea "))).values == {"name": "Tea"}


def test_a_name_beside_the_path_has_to_be_its_last_part() -> None:
    checker = validator(CATEGORY, "complete_name", "name")
    assert draft(checker.validate(row(complete_name="All / Tea", name="Tea"))).values
    (problem,) = problems(checker.validate(row(complete_name="All / Tea", name="Coffee")))
    assert problem.message == "the path ends in 'Tea', the name is 'Coffee'"


def test_messages_stay_short_whatever_the_names() -> None:
    checker = validator(CATEGORY, "complete_name", "name", "parent_id")
    for cells in ({"name": "n" * 900}, {"name": "p" * 900, "parent_id": "x" * 900}):
        found = problems(
            checker.validate(row(complete_name="a" * 900 + " / " + "p" * 900, **cells))
        )
        assert all(len(problem.message) < 300 for problem in found)


@pytest.mark.parametrize(
    ("path", "parent"), [("All / CPUs / Processors", "All"), ("CPUs / Processors", None)]
)
def test_a_name_with_a_separator_in_it_is_told_from_its_parents_by_the_name_column(
    path: str, parent: str | None
) -> None:
    checker = validator(CATEGORY, "complete_name", "name")
    found = draft(checker.validate(row(complete_name=path, name="CPUs / Processors")))
    assert found.values == {"name": "CPUs / Processors"}
    above = found.references.get("parent_id")
    assert (above.texts[0] if above else None) == parent


@pytest.mark.parametrize("parent", ["All / Drinks", "Drinks"])
def test_a_parent_beside_the_path_has_to_be_the_same(parent: str) -> None:
    checker = validator(CATEGORY, "complete_name", "parent_id")
    found = draft(checker.validate(row(complete_name="All / Drinks / Tea", parent_id=parent)))
    assert found.references["parent_id"].texts == ("All / Drinks",)
    (problem,) = problems(checker.validate(row(complete_name="All / Tea", parent_id=parent)))
    assert problem.hint == "Give the parent once."


def test_a_parent_completes_a_path_that_is_only_a_name() -> None:
    checker = validator(CATEGORY, "complete_name", "parent_id")
    found = draft(checker.validate(row(complete_name="Tea", parent_id="All / Drinks")))
    assert found.values == {"name": "Tea"}
    assert found.references["parent_id"].texts == ("All / Drinks",)


def test_a_parent_by_external_id_cannot_be_compared_with_a_path() -> None:
    columns = [
        Column("Path", "complete_name"),
        Column("Parent/External ID", "parent_id", ColumnKind.EXTERNAL_ID),
    ]
    checker = build_validator(columns, load_catalogue("19.0", CATEGORY), None)
    values = {"Path": "All / Tea", "Parent/External ID": "a.b"}
    (problem,) = problems(checker.validate(row(**values)))
    assert "Parent/External ID says 'a.b'" in problem.message


def test_the_path_is_the_column_of_name_and_parent_in_messages() -> None:
    checker = validator(CATEGORY, "complete_name", required_on_create={"name"})
    assert checker.column_names["name"] == "complete_name"
    assert [p.field for p in checker.missing_required(draft(checker.validate(row())))] == [
        "complete_name"
    ]
