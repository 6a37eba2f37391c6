import pytest

from odoo_ingestion.data_models import build_validator, load_catalogue
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import (
    Category,
    Column,
    ColumnKind,
    FieldSpec,
    ModelSchema,
    Problem,
    Reference,
    Row,
)
from tests.data_models.rows import draft, problems, row, validator

PARTNER = "res.partner"


def test_a_good_row_becomes_a_draft() -> None:
    checker = validator(PARTNER, "name", "country_id", "category_id", "color", "credit_limit")
    given = row(name="Ana", country_id="Mexico", category_id="a,b", color="3", credit_limit="1,5")
    found = draft(checker.validate(given))
    assert found.row is given
    assert found.values == {"name": "Ana", "color": "3", "credit_limit": "1.5"}
    assert found.references == {
        "country_id": Reference("country_id", ColumnKind.NAME, ("Mexico",)),
        "category_id": Reference("category_id", ColumnKind.NAME, ("a", "b")),
    }
    assert (found.external_id, found.database_id, found.warnings) == (None, None, ())


def test_empty_cells_are_absent() -> None:
    checker = validator(PARTNER, "name", "phone", "country_id")
    found = draft(checker.validate(row(name="Ana", phone="", country_id="NULL")))
    assert (found.values, found.references) == ({"name": "Ana"}, {})


def test_empty_cells_clear_where_that_is_wished() -> None:
    schema = load_catalogue("19.0", PARTNER)
    columns = [
        Column("Tel", "phone"),
        Column("Land", "country_id", ColumnKind.NAME),
        Column("city", "city"),
    ]
    checker = build_validator(columns, schema, None, clear_empty=["phone", "Land"])
    found = draft(checker.validate(row(Tel=" ", Land=None, city="")))
    assert found.values == {"phone": "", "country_id": ""}
    assert draft(checker.validate(row(Tel="5"))).values == {"phone": "5"}


@pytest.mark.parametrize(
    ("name", "hint"),
    [
        ("phon", "Did you mean phone?"),
        ("unheard", "Name a field or a column"),
        ("name", "Leave it out"),
        ("autopost_bills", "Leave it out"),
        ("id", "Leave it out"),
        (".id", "Leave it out"),
    ],
)
def test_clearing_what_cannot_be_empty_or_is_not_there_is_refused(name: str, hint: str) -> None:
    schema = load_catalogue("19.0", PARTNER)
    columns = [
        *(Column(n, n) for n in ("name", "phone", "autopost_bills")),
        Column("id", "id", ColumnKind.EXTERNAL_ID),
        Column(".id", "id", ColumnKind.DATABASE_ID),
    ]
    with pytest.raises(UsageError) as caught:
        build_validator(columns, schema, None, clear_empty=[name])
    assert hint in str(caught.value.hint)


def test_a_record_may_be_named_by_both_its_ids() -> None:
    columns = [
        Column("External ID", "id", ColumnKind.EXTERNAL_ID),
        Column("Database ID", "id", ColumnKind.DATABASE_ID),
    ]
    checker = build_validator(columns, load_catalogue("19.0", PARTNER), None)
    found = draft(checker.validate(row(**{"External ID": " a.b ", "Database ID": "42"})))
    assert (found.external_id, found.database_id, found.values) == ("a.b", 42, {})
    assert checker.column_names == {"id": "External ID", ".id": "Database ID"}
    (problem,) = problems(checker.validate(row(**{"Database ID": "x"})))
    assert problem.field == "Database ID"


def test_every_problem_of_a_row_is_told_at_once_in_the_files_order() -> None:
    columns = [
        Column("Farbe", "color"),
        Column("Firma?", "is_company"),
        Column("Typ", "company_type"),
        Column("Limit", "credit_limit"),
        Column("Name", "name"),
    ]
    checker = build_validator(columns, load_catalogue("19.0", PARTNER), None)
    found = problems(
        checker.validate(
            row(Farbe="red", **{"Firma?": "1"}, Typ="Person", Limit="x" * 99, Name="Ana")
        )
    )
    assert [problem.field for problem in found] == ["Farbe", "Typ", "Limit"]
    assert {problem.category for problem in found} == {Category.VALIDATION}
    assert found[0].message == "'red' is not a number"
    assert len(found[2].message) < 90
    assert all(problem.hint for problem in found)


def test_a_row_of_the_wrong_shape_keeps_its_own_problem() -> None:
    shape = Problem(Category.FILE, "3 cells in place of 2")
    checker = validator(PARTNER, "name")
    assert checker.validate(Row(1, 2, {"name": "x"}, problem=shape)) == (shape,)


def test_what_can_be_read_of_a_failed_row_is_known() -> None:
    checker = validator(PARTNER, "name", "ref", "parent_id", "color")
    failed = row(name="Ana", ref=" C1 ", parent_id="Deco Addict", color="red")
    assert problems(checker.validate(failed))
    assert checker.names_of(failed) == {"name": "Ana", "ref": "C1", "parent_id": "Deco Addict"}


def test_characters_that_were_lost_before_are_warned_of() -> None:
    found = draft(validator(PARTNER, "city").validate(row(city="M\ufffdxico")))
    assert found.warnings == ("city: 'M\ufffdxico' has characters that were lost before",)


# --- required ---------------------------------------------------------------------------------


def test_a_new_record_is_told_what_it_lacks() -> None:
    checker = validator("product.template", "default_code", required_on_create=["name", "uom_id"])
    missing = checker.missing_required(draft(checker.validate(row(default_code="A"))))
    assert [problem.field for problem in missing] == ["name", "uom_id"]
    assert missing[0].message == "a new record needs a value for Name (name), and this row has none"


def test_a_reference_fills_a_required_field() -> None:
    checker = validator("product.template", "name", "uom_id", required_on_create=["name", "uom_id"])
    assert checker.missing_required(draft(checker.validate(row(name="A", uom_id="Units")))) == ()


def test_what_no_file_can_give_is_not_asked_for() -> None:
    lines = validator(
        "product.template", "name", required_on_create=["product_variant_ids", "gone"]
    )
    assert lines.missing_required(draft(lines.validate(row(name="A")))) == ()
    accounts = ["property_account_payable_id"]
    kept = validator(PARTNER, "name", version="14.0", required_on_create=accounts)
    schema = load_catalogue("14.0", PARTNER)
    assert schema.fields[accounts[0]].company_dependent
    assert kept.missing_required(draft(kept.validate(row(name="A")))) == ()


# --- constants --------------------------------------------------------------------------------


def test_a_value_for_all_rows_is_checked_once_and_given_to_each() -> None:
    checker = validator(
        PARTNER, "name", set_values={"lang": "English (US)", "country_id/id": "base.us"}
    )
    found = draft(checker.validate(row(name="Ana")))
    assert found.values == {"name": "Ana", "lang": "en_US"}
    assert found.references["country_id"].kind is ColumnKind.EXTERNAL_ID
    by_id = validator(PARTNER, "name", set_values={"country_id/.id": "5", "user_id": "Mitchell"})
    kinds = {k: r.kind for k, r in draft(by_id.validate(row(name="A"))).references.items()}
    assert kinds == {"country_id": ColumnKind.DATABASE_ID, "user_id": ColumnKind.NAME}


@pytest.mark.parametrize(
    ("name", "value", "message"),
    [
        ("color", "red", "--set color: 'red' is not a number"),
        ("color", " ", "--set color has no value"),
        ("phone", "5", "--set phone and the column phone fill the same field"),
        ("nmae", "5", "has no field nmae"),
        ("zzzz", "5", "has no field zzzz"),
        ("id", "5", "has no field id"),
        ("display_name", "5", "cannot be set"),
        ("child_ids", "5", "cannot be set"),
        ("color/id", "5", "cannot be set"),
        ("country_id/code", "US", "is named as country_id, country_id/id or country_id/.id"),
    ],
)
def test_a_value_for_all_rows_that_cannot_be_is_refused(
    name: str, value: str, message: str
) -> None:
    with pytest.raises(UsageError, match=message):
        validator(PARTNER, "phone", set_values={name: value})


def test_one_field_is_set_once() -> None:
    with pytest.raises(UsageError, match="--set country_id/id and the column --set country_id"):
        validator(PARTNER, set_values={"country_id": "US", "country_id/id": "base.us"})


def test_values_for_all_rows_that_contradict_each_other_are_refused() -> None:
    with pytest.raises(UsageError, match="company_type says person"):
        validator(PARTNER, set_values={"company_type": "Person", "is_company": "1"})


# --- columns that only later rows have --------------------------------------------------------


def bind(name: str) -> Column | None:
    fields = {"Telephone": "phone", "Phone 2": "phone", "Town": "city"}
    return Column(name, fields[name]) if name in fields else None


def test_an_unknown_late_column_fails_the_rows_that_have_it() -> None:
    checker = validator(PARTNER, "name")
    (problem,) = problems(checker.validate(row(7, name="Ana", Fax="5")))
    assert problem.message == "column 'Fax' appears first in row 7 and is not known"
    assert problems(checker.validate(row(8, name="Eva", Fax="6"))) == (problem,)
    assert draft(checker.validate(row(9, name="Bo", Fax=None)))


def test_a_known_late_column_is_taken_in() -> None:
    checker = validator(PARTNER, "name", bind_late=bind)
    found = draft(checker.validate(row(7, name="Ana", Telephone="5", Town="Berlin")))
    assert found.values == {"name": "Ana", "phone": "5", "city": "Berlin"}
    assert draft(checker.validate(row(8, Telephone="6"))).values == {"phone": "6"}
    assert checker.column_names["phone"] == "Telephone"


def test_a_late_column_for_a_field_that_is_taken_fails() -> None:
    checker = validator(PARTNER, "phone", bind_late=bind, ignore_unknown=True)
    (problem,) = problems(checker.validate(row(7, **{"Phone 2": "5"})))
    assert problem.message.endswith("is for phone, which column 'phone' fills already")


def test_late_columns_are_left_out_where_that_is_wished_and_told() -> None:
    checker = validator(PARTNER, "name", ignored=["Notes"], ignore_unknown=True)
    for number in (7, 8):
        assert draft(checker.validate(row(number, name="Ana", Notes="x", Fax="5")))
    assert checker.notices == ("column 'Fax', first seen in row 7, is not known and left out",)


# --- fields with difficult names --------------------------------------------------------------


def test_fields_called_like_parts_of_pydantic_are_fields_like_others() -> None:
    names = ("copy", "json", "model_config", "model_fields", "schema", "self", "warn", "words")
    specs = {name: FieldSpec(name, "char") for name in names}
    schema = ModelSchema("x_model", "19.0", specs)
    checker = build_validator([Column(name, name) for name in names], schema, None)
    given = {name: f"value of {name}" for name in names}
    assert draft(checker.validate(Row(1, 2, given))).values == given
    assert {
        p.field for p in problems(checker.validate(Row(1, 2, dict.fromkeys(names, "\x00"))))
    } == {*names}
