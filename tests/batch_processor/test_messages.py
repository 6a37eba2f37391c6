"""What Odoo says becomes a category, a field and words for people."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.batch_processor.messages import clean, fault_of, is_conflict, problem_of_error
from odoo_ingestion.errors import (
    AccessRefused,
    ModelMissing,
    RecordMissing,
    ServerBug,
    ServerRefused,
    ValidationRefused,
)
from odoo_ingestion.records import Category
from tests.batch_processor.scripted_odoo import SCHEMA, error

NOT_NULL = (
    "Missing required value for the field 'Name' (name).\n"
    "Model: 'Contact' (res.partner)\n"
    "- create/update: a mandatory field is not set\n"
    "- delete: another model requires the record being deleted, you can archive it instead\n"
)


@pytest.mark.parametrize(
    ("message", "category", "field"),
    [
        (error("Contacts require a name", 1), Category.VALIDATION, None),
        (error("Another partner already has this barcode", 1), Category.DUPLICATE, None),
        (error("Units have already been used for this", 1), Category.VALIDATION, None),
        (error("It is already being used in posted entries", 1), Category.VALIDATION, None),
        (error(NOT_NULL, 1), Category.VALIDATION, "name"),
        (
            error("'x' is no number for field 'Credit'", 1, field="email", field_name="Credit"),
            Category.VALIDATION,
            "email",
        ),
        (
            error("Aucun résultat", 1, field="country_id", field_name="Pays"),
            Category.MISSING_RELATION,
            "country_id",
        ),
        (
            error("No matching record found for external id 'a.b'", 1),
            Category.MISSING_RELATION,
            None,
        ),
        (
            error("Barcode(s) already assigned:\n\n- Barcode 1 already assigned", 1),
            Category.DUPLICATE,
            None,
        ),
        (
            error('duplicate key value violates unique constraint "x"', 1),
            Category.DUPLICATE,
            None,
        ),
        (
            error("You are not allowed to create 'Contact' (res.partner) records.", 1),
            Category.PERMISSION,
            None,
        ),
        (
            error("Unknown error during import: <class 'ValueError'>: boom", 1),
            Category.SERVER,
            None,
        ),
        (error("Unknown database identifier '7'", 1, field=".id"), Category.NOT_FOUND, ".id"),
    ],
)
def test_a_message_gets_a_category_a_field_and_advice(
    message: dict[str, Any], category: Category, field: str | None
) -> None:
    fault = fault_of(message, SCHEMA, range(9))
    assert (fault.problem.category, fault.problem.field) == (category, field)
    assert fault.problem.hint
    assert fault.rows == (1,)


@pytest.mark.parametrize(
    ("rows", "expected"),
    [(None, ()), ({"from": 2, "to": 4}, (2, 3, 4)), ({"from": "x"}, ()), ("all", ())],
)
def test_the_rows_that_a_message_names(rows: Any, expected: tuple[int, ...]) -> None:
    assert fault_of({"message": "no", "rows": rows}, SCHEMA, range(9)).rows == expected


@pytest.mark.parametrize(
    ("raw", "text"),
    [
        (NOT_NULL, "Missing required value for the field 'Name' (name)."),
        (
            "Unknown error during import: <class 'ValueError'>: boom",
            "Unknown error during import: ValueError: boom",
        ),
        (
            'Traceback (most recent call last):\n  File "x.py"\nValueError: boom\n',
            "ValueError: boom",
        ),
        (
            "Unknown error during import: <class 'odoo.exceptions.RedirectWarning'>: "
            "('You cannot archive it.\\nArchive the user first.', {'type': 'x'}, 'Go to users')",
            "You cannot archive it.\nArchive the user first.",
        ),
        ("<p>First</p><p>Second &amp; third</p>", "First\nSecond & third"),
        ("a < b and b > c", "a < b and b > c"),
        ("", "Odoo refused the row without a reason."),
    ],
)
def test_messages_are_cleaned_for_people(raw: str, text: str) -> None:
    assert clean(raw) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ERROR: could not serialize access due to concurrent update", True),
        ("Deadlock detected", True),
        ("Contacts require a name", False),
    ],
)
def test_conflicts_are_known_by_their_words(text: str, expected: bool) -> None:
    assert is_conflict(text) is expected


@pytest.mark.parametrize(
    ("refusal", "category"),
    [
        (AccessRefused("no"), Category.PERMISSION),
        (RecordMissing("gone"), Category.NOT_FOUND),
        (ServerBug("boom"), Category.SERVER),
        (ModelMissing("no such model"), Category.SERVER),
        (ValidationRefused("must be unique"), Category.DUPLICATE),
        (ServerRefused("too large"), Category.VALIDATION),
    ],
)
def test_faults_get_a_category_too(refusal: ServerRefused, category: Category) -> None:
    problem = problem_of_error(refusal)
    assert problem.category is category
    assert problem.hint
