from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.data_models import Validator, build_validator, load_catalogue, type_for_model
from odoo_ingestion.mapping import check_columns, map_columns
from odoo_ingestion.records import ModelSchema
from tests.data_models.rows import draft, problems, row, validator

PRODUCT = "product.template"


def without_stock(version: str) -> ModelSchema:
    """Return the schema of a server that lacks the Inventory app."""
    schema = load_catalogue(version, PRODUCT)
    fields = dict(schema.fields)
    fields.pop("is_storable", None)
    for name in ("type", "detailed_type"):
        if name in fields:
            kept = tuple(pair for pair in fields[name].selection if pair[0] != "product")
            fields[name] = replace(fields[name], selection=kept)
    return replace(schema, fields=fields)


@pytest.mark.parametrize("word", ["Storable", "storable product", "STOCKABLE PRODUCT", "product"])
@pytest.mark.parametrize(
    ("version", "values"),
    [
        ("14.0", {"type": "product"}),
        ("17.0", {"detailed_type": "product"}),
        ("18.0", {"type": "consu", "is_storable": "1"}),
        ("19.0", {"type": "consu", "is_storable": "1"}),
    ],
)
def test_storable_is_written_as_each_version_wants_it(
    word: str, version: str, values: dict[str, str]
) -> None:
    checker = validator(PRODUCT, "type", version=version)
    assert draft(checker.validate(row(type=word))).values == values


@pytest.mark.parametrize(
    ("version", "word", "values"),
    [
        ("17.0", "Consumable", {"detailed_type": "consu"}),
        ("17.0", "Goods", {"detailed_type": "consu"}),
        ("17.0", " service ", {"detailed_type": "service"}),
        ("14.0", "Service", {"type": "service"}),
        ("19.0", "Consumable", {"type": "consu", "is_storable": "0"}),
        ("19.0", "Goods", {"type": "consu"}),
        ("19.0", "consu", {"type": "consu"}),
        ("19.0", "Service", {"type": "service"}),
        ("19.0", "Combo", {"type": "combo"}),
    ],
)
def test_the_other_types_are_too(version: str, word: str, values: dict[str, str]) -> None:
    checker = validator(PRODUCT, "type", version=version)
    assert draft(checker.validate(row(type=word))).values == values


def test_type_and_detailed_type_may_stand_side_by_side_in_17() -> None:
    checker = validator(PRODUCT, "type", "detailed_type", version="17.0")
    both = checker.validate(row(type="consu", detailed_type="Consumable"))
    assert draft(both).values == {"detailed_type": "consu"}
    (problem,) = problems(checker.validate(row(type="consu", detailed_type="Storable")))
    assert problem.message == "type says goods, detailed_type says storable"


@pytest.mark.parametrize("tracked", ["0", "1"])
def test_goods_leave_is_storable_as_the_file_says(tracked: str) -> None:
    checker = validator(PRODUCT, "type", "is_storable")
    found = draft(checker.validate(row(type="Goods", is_storable=tracked)))
    assert found.values == {"type": "consu", "is_storable": tracked}


def test_consumables_that_are_tracked_are_honoured() -> None:
    checker = validator(PRODUCT, "type", "is_storable")
    found = draft(checker.validate(row(type="Consumable", is_storable="yes")))
    assert found.values == {"type": "consu", "is_storable": "1"}


@pytest.mark.parametrize(("word", "tracked"), [("Storable", "0"), ("Service", "1"), ("Combo", "1")])
def test_a_type_that_contradicts_is_storable_is_refused(word: str, tracked: str) -> None:
    checker = validator(PRODUCT, "type", "is_storable")
    (problem,) = problems(checker.validate(row(type=word, is_storable=tracked)))
    assert problem.field == "is_storable"
    assert "is_storable says" in problem.message


@pytest.mark.parametrize("version", ["14.0", "17.0", "19.0"])
def test_storable_without_the_inventory_app_is_refused_with_advice(version: str) -> None:
    checker = validator(PRODUCT, "type", schema=without_stock(version))
    (problem,) = problems(checker.validate(row(type="Storable")))
    assert "Inventory app" in str(problem.hint)
    assert draft(checker.validate(row(type="Goods"))).values


def test_a_type_that_this_version_lacks_is_refused() -> None:
    schema = load_catalogue("14.0", PRODUCT)
    spec = replace(schema.fields["type"], selection=(("consu", "Consumable"),))
    fields = {**schema.fields, "type": spec}
    checker = validator(PRODUCT, "type", schema=replace(schema, fields=fields))
    (problem,) = problems(checker.validate(row(type="Service")))
    assert problem.hint == "Allowed: Consumable."


def test_a_type_of_no_kind_is_told_the_allowed_ones() -> None:
    (problem,) = problems(validator(PRODUCT, "type").validate(row(type="Swimwear")))
    assert problem.message == "'Swimwear' is not one of the values of this field"
    assert problem.hint == (
        "Allowed: Goods, Service, Combo. Or write Storable, Consumable or Service."
    )
    assert problems(validator(PRODUCT, "type").validate(row(type=5)))


def test_negative_prices_pass_with_a_warning() -> None:
    checker = validator(PRODUCT, "list_price", "standard_price")
    found = draft(checker.validate(row(list_price="-5", standard_price=3)))
    assert found.values == {"list_price": "-5", "standard_price": "3"}
    assert found.warnings == ("list_price is negative: -5",)


def test_variants_follow_the_same_rules() -> None:
    checker = validator("product.product", "type")
    assert draft(checker.validate(row(type="Storable"))).values["is_storable"] == "1"


@pytest.mark.parametrize(("version", "field"), [("14.0", "type"), ("17.0", "detailed_type")])
@pytest.mark.parametrize(
    ("values", "key"),
    [
        ({"is_storable": "1"}, "product"),
        ({"is_storable": "yes", "type": "Goods"}, "product"),
        ({"is_storable": True, "type": "Storable"}, "product"),
        ({"is_storable": "0", "type": "Consumable"}, "consu"),
        ({"is_storable": "no", "type": "Service"}, "service"),
    ],
)
def test_what_is_storable_is_written_as_the_type_up_to_17(
    version: str, field: str, values: dict[str, Any], key: str
) -> None:
    checker = by_header(version, "type", "is_storable")
    assert draft(checker.validate(row(**values))).values == {field: key}


@pytest.mark.parametrize(
    ("values", "said"),
    [
        ({"is_storable": "1", "type": "Service"}, "the type says service, is_storable says 1"),
        ({"is_storable": "0", "type": "Storable"}, "the type says storable, is_storable says 0"),
        ({"is_storable": "0"}, "whether this is a consumable or a service is not said"),
        ({"is_storable": "perhaps"}, "'perhaps' is not yes or no"),
    ],
)
def test_what_the_type_cannot_say_is_refused_up_to_17(values: dict[str, Any], said: str) -> None:
    (problem,) = problems(by_header("17.0", "type", "is_storable").validate(row(**values)))
    assert said in problem.message
    assert problem.field == "is_storable"


def test_without_the_inventory_app_nothing_is_storable_and_nothing_has_to_be_said() -> None:
    checker = by_header("19.0", "is_storable", schema=without_stock("19.0"))
    assert draft(checker.validate(row(is_storable="0"))).values == {}
    (problem,) = problems(checker.validate(row(is_storable="1")))
    assert "Inventory app" in str(problem.hint)


def by_header(version: str, *header: str, schema: ModelSchema | None = None) -> Validator:
    described = schema or load_catalogue(version, PRODUCT)
    bound = map_columns(header, described, type_for_model(PRODUCT))
    check_columns(bound, ignore_unknown=False)
    return build_validator(bound.columns, described, type_for_model(PRODUCT))
