"""What this room promises of load(), asked of a real Odoo."""

from datetime import UTC, datetime
from typing import Any

import pytest

from odoo_ingestion.data_models import (
    FIELD_ATTRIBUTES,
    Notation,
    build_validator,
    load_catalogue,
    required_without_default,
    schema_from_fields_get,
    type_for_model,
)
from odoo_ingestion.mapping import check_columns, map_columns
from odoo_ingestion.records import ModelSchema
from tests.data_models.rows import draft, row
from tests.odoo_reader import OdooReader


def schema_of(odoo: OdooReader, model: str) -> ModelSchema:
    answer = odoo.call(model, "fields_get", [], list(FIELD_ATTRIBUTES))
    return schema_from_fields_get(model, "19.0", answer)


def load(odoo: OdooReader, model: str, cells: dict[str, Any], tz: str = "UTC") -> int:
    """Validate one row, load what the draft holds, and return the record's id."""
    schema = schema_of(odoo, model)
    kind = type_for_model(model)
    columns = map_columns(list(cells), schema, kind)
    check_columns(columns, ignore_unknown=False)
    checker = build_validator(columns.columns, schema, kind, notation=Notation(tz))
    found = draft(checker.validate(row(**cells)))
    values = dict(found.values) | {name: ref.texts[0] for name, ref in found.references.items()}
    answer = odoo.call(model, "load", list(values), [list(values.values())])
    assert answer["messages"] == []
    record_id: int = answer["ids"][0]
    return record_id


def read(odoo: OdooReader, model: str, record_id: int, *names: str) -> list[Any]:
    (data,) = odoo.search_read(model, [("id", "=", record_id)], names)
    return [data[name] for name in names]


@pytest.mark.parametrize(
    ("cells", "held"),
    [
        ({"list_price": "1.234,56"}, {"list_price": 1234.56}),
        ({"list_price": "1.5e-3"}, {"list_price": 0.0015}),
        ({"list_price": 1e-7}, {"list_price": 1e-7}),
        ({"sale_ok": "N", "purchase_ok": True}, {"sale_ok": False, "purchase_ok": True}),
        ({"sequence": "7.0"}, {"sequence": 7}),
        ({"sku": "  A-1 "}, {"default_code": "A-1"}),
        ({"default_code": 94523.0}, {"default_code": "94523"}),
        ({"description_sale": " two\r\nlines "}, {"description_sale": " two\nlines "}),
        ({"type": "Storable"}, {"type": "consu", "is_storable": True}),
        ({"type": "Service"}, {"type": "service", "is_storable": False}),
        ({"Product Type": "Consumable"}, {"type": "consu", "is_storable": False}),
        ({"Product Type": "Goods", "Track Inventory": 1}, {"type": "consu", "is_storable": True}),
        ({"tracking": "by lots", "type": "Storable"}, {"tracking": "lot"}),
    ],
    ids=str,
)
def test_a_product_holds_what_its_row_says(
    module_database: OdooReader, cells: dict[str, Any], held: dict[str, Any]
) -> None:
    product = load(module_database, "product.template", {"name": "A product", **cells})
    assert read(module_database, "product.template", product, *held) == list(held.values())


@pytest.mark.parametrize(
    ("cells", "held"),
    [
        ({"name": " Ana "}, {"name": " Ana "}),
        ({"name": "Ana\r\nTrujillo\tx"}, {"name": "Ana\nTrujillo\tx"}),
        (
            {"name": "N/A", "city": "\u65e5\u672c \U0001f600"},
            {"name": "N/A", "city": "\u65e5\u672c \U0001f600"},
        ),
        (
            {"name": "A", "Company Type*": "Company"},
            {"is_company": True, "company_type": "company"},
        ),
        ({"name": "A", "company_type": "person"}, {"is_company": False}),
        ({"type": "Invoice Address"}, {"name": False, "type": "invoice"}),
        ({"name": "A", "email": " a@b.example "}, {"email": "a@b.example"}),
        ({"name": "A", "color": 2147483647}, {"color": 2147483647}),
        ({"name": "A", "lang": "english (us)"}, {"lang": "en_US"}),
    ],
    ids=str,
)
def test_a_partner_holds_what_its_row_says(
    module_database: OdooReader, cells: dict[str, Any], held: dict[str, Any]
) -> None:
    partner = load(module_database, "res.partner", cells)
    assert read(module_database, "res.partner", partner, *held) == list(held.values())


def test_a_category_stands_where_its_path_says(module_database: OdooReader) -> None:
    load(module_database, "product.category", {"name": "Drinks"})
    tea = load(module_database, "product.category", {"path": "Drinks > Tea"})
    assert read(module_database, "product.category", tea, "complete_name") == ["Drinks / Tea"]


@pytest.mark.parametrize("tz", ["UTC", "Asia/Tokyo", "America/New_York"])
@pytest.mark.parametrize(
    ("cell", "stored"),
    [
        ("2024-07-01T12:00:00Z", "2024-07-01 12:00:00"),
        ("2024-01-01 01:30:00.5+02:00", "2023-12-31 23:30:00"),
        (datetime(2024, 11, 3, 6, 30, tzinfo=UTC), "2024-11-03 06:30:00"),
    ],
)
def test_a_moment_with_an_offset_is_stored_as_that_moment(
    module_database: OdooReader, tz: str, cell: Any, stored: str
) -> None:
    module_database.call("res.users", "write", [module_database.uid], {"tz": tz})
    item = {"fixed_price": "1", "date_start": cell, "compute_price": "Fixed Price"}
    record = load(module_database, "product.pricelist.item", item, tz)
    assert read(module_database, "product.pricelist.item", record, "date_start") == [stored]


@pytest.mark.parametrize(("name", "accepted"), [("a.b", True), ("a b", False), ("a\u00e9,b", True)])
def test_odoo_refuses_a_space_in_an_external_id(
    module_database: OdooReader, name: str, accepted: bool
) -> None:
    answer = module_database.call("res.partner", "load", ["id", "name"], [[name, "Ana"]])
    assert bool(answer["ids"]) is accepted


def test_a_contact_without_a_name_is_refused_by_the_database_alone(
    module_database: OdooReader,
) -> None:
    assert not schema_of(module_database, "res.partner").fields["name"].required
    answer = module_database.call("res.partner", "load", ["ref"], [["x"]])
    assert answer["ids"] is False


@pytest.mark.parametrize("model", ["res.partner", "product.template", "product.category"])
def test_the_catalogue_says_what_the_server_says(module_database: OdooReader, model: str) -> None:
    live, shipped = schema_of(module_database, model), load_catalogue("19.0", model)
    assert set(live.fields) == set(shipped.fields)
    for name, spec in live.fields.items():
        other = shipped.fields[name]
        assert (spec.type, spec.label, spec.required, spec.readonly, spec.relation) == (
            other.type,
            other.label,
            other.required,
            other.readonly,
            other.relation,
        )


@pytest.mark.parametrize(
    ("model", "required"),
    [("res.partner", set()), ("product.template", {"name"}), ("product.category", {"name"})],
)
def test_what_a_new_record_needs_is_what_the_server_has_no_default_for(
    module_database: OdooReader, model: str, required: set[str]
) -> None:
    schema = schema_of(module_database, model)
    asked = [name for name, spec in schema.fields.items() if spec.required]
    defaults = module_database.call(model, "default_get", asked)
    assert required_without_default(schema, defaults) == required
