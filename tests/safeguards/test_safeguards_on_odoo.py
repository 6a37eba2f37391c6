"""What Odoo would do behind the user's back is refused before it is sent."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import count

import pytest

from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.records import Action, Category, FieldSpec, ModelSchema, Problem, Record, Row
from odoo_ingestion.safeguards import NoSafeguard, Verdict, safeguard_for
from tests.connections import connection_to
from tests.odoo_reader import OdooReader

KINDS = {
    "active": "boolean",
    "barcode": "char",
    "name": "char",
    "parent_id": "many2one",
    "type": "selection",
    "is_company": "boolean",
    "vat": "char",
    "street": "char",
    "street2": "char",
    "zip": "char",
    "city": "char",
    "state_id": "many2one",
    "country_id": "many2one",
    "customer_rank": "integer",
    "supplier_rank": "integer",
}
PARTNER = ModelSchema("res.partner", "19.0", {n: FieldSpec(n, k) for n, k in KINDS.items()})
TEMPLATE = ModelSchema("product.template", "19.0", {"name": FieldSpec("name", "char")})

rows = count(1)


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> Iterator[OdooConnection]:
    with connection_to(module_database) as connection:
        yield connection


def record(
    values: Mapping[str, str], database_id: int | None = None, model: str = "res.partner"
) -> Record:
    action = Action.CREATED if database_id is None else Action.UPDATED
    number = next(rows)
    return Record(Row(number, number, {}), model, action, f"t.r{number}", database_id, values)


def verdict(
    odoo: OdooConnection,
    checked: Record,
    schema: ModelSchema = PARTNER,
    planned: Mapping[str, Mapping[str, str]] | None = None,
) -> Verdict:
    [found] = safeguard_for(odoo, schema, lambda token: (planned or {}).get(token, {})).check(
        [checked]
    )
    return found


def fields(found: Verdict) -> set[str]:
    assert isinstance(found, tuple), found
    assert all(isinstance(problem, Problem) for problem in found)
    return {problem.field or "" for problem in found}


@pytest.fixture(scope="module")
def parent(module_database: OdooReader) -> int:
    values = {"name": "Parent", "is_company": True, "street": "Main 1", "city": "Gent"}
    made: int = module_database.call("res.partner", "create", [values])[0]
    return made


@pytest.fixture(scope="module")
def bare_parent(module_database: OdooReader) -> int:
    made: int = module_database.call(
        "res.partner", "create", [{"name": "Bare", "is_company": True}]
    )[0]
    return made


def test_a_contact_with_another_address_than_its_parents_is_refused(
    odoo: OdooConnection, parent: int
) -> None:
    cells = {"name": "C", "parent_id/.id": str(parent), "street": "Other 2", "city": "Gent"}
    assert fields(verdict(odoo, record(cells))) == {"street"}


def test_a_contact_with_its_parents_address_or_none_passes(
    odoo: OdooConnection, parent: int
) -> None:
    for extra in ({}, {"street": "Main 1"}):
        checked = record({"name": "C", "parent_id/.id": str(parent), **extra})
        assert verdict(odoo, checked) == checked


def test_an_address_below_a_parent_without_one_would_move_up_and_is_refused(
    odoo: OdooConnection, bare_parent: int
) -> None:
    cells = {"name": "C", "parent_id/.id": str(bare_parent), "city": "Gent"}
    assert fields(verdict(odoo, record(cells))) == {"city"}


def test_an_existing_address_would_move_up_with_the_new_parent_and_is_refused(
    odoo: OdooConnection, module_database: OdooReader, bare_parent: int
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "Own", "city": "Brugge"}])[0]
    found = verdict(odoo, record({"parent_id/.id": str(bare_parent)}, made))
    assert fields(found) == {"city"}


def test_an_invoice_address_may_differ(odoo: OdooConnection, parent: int) -> None:
    cells = {"name": "C", "parent_id/.id": str(parent), "street": "X 9", "type": "invoice"}
    checked = record(cells)
    assert verdict(odoo, checked) == checked


def test_a_vat_number_below_a_company_is_refused_whatever_the_type(
    odoo: OdooConnection, parent: int
) -> None:
    cells = {"name": "C", "parent_id/.id": str(parent), "vat": "BE0477472701", "type": "invoice"}
    assert fields(verdict(odoo, record(cells))) == {"vat"}
    company = record({**cells, "is_company": "1"})
    assert verdict(odoo, company) == company


def test_the_address_of_an_existing_contact_is_refused_although_no_column_names_the_parent(
    odoo: OdooConnection, module_database: OdooReader, parent: int
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "K", "parent_id": parent}])[0]
    assert fields(verdict(odoo, record({"street": "Elsewhere 5"}, made))) == {"street"}
    renamed = record({"name": "K2"}, made)
    assert verdict(odoo, renamed) == renamed


def test_clearing_a_contacts_address_is_refused(
    odoo: OdooConnection, module_database: OdooReader, parent: int
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "K", "parent_id": parent}])[0]
    assert fields(verdict(odoo, record({"city": ""}, made))) == {"city"}


def test_a_parent_that_a_dry_run_would_create_or_change_counts_as_written(
    odoo: OdooConnection, parent: int
) -> None:
    planned = {"new:1": {"city": "Namur"}, str(parent): {"city": "Namur"}}
    for token in planned:
        good = record({"name": "C", "parent_id/.id": token, "city": "Namur"})
        bad = record({"name": "C", "parent_id/.id": token, "city": "Gent"})
        assert verdict(odoo, good, planned=planned) == good
        assert fields(verdict(odoo, bad, planned=planned)) == {"city"}


def test_a_rank_that_is_set_already_is_left_alone(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    counted = {"name": "R", "customer_rank": 7, "supplier_rank": 0}
    made = module_database.call("res.partner", "create", [counted])[0]
    found = verdict(odoo, record({"customer_rank": "1", "supplier_rank": "1"}, made))
    assert isinstance(found, Record)
    assert found.values == {"supplier_rank": "1"}


def test_what_odoo_does_with_a_contacts_address_is_still_what_is_guarded_against(
    module_database: OdooReader,
) -> None:
    call = module_database.call
    company = call("res.partner", "create", [{"name": "S", "is_company": True, "city": "Gent"}])[0]
    contact = call("res.partner", "create", [{"name": "SC", "parent_id": company}])[0]
    call("res.partner", "load", [".id", "city"], [[str(contact), "Ieper"]])
    [read] = module_database.search_read("res.partner", [("id", "=", company)], ["city"])
    assert read["city"] == "Ieper"


def test_a_barcode_of_another_product_or_row_is_refused(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call(
        "product.template", "create", [{"name": "Has", "barcode": "0001", "active": False}]
    )[0]
    guard = safeguard_for(odoo, TEMPLATE, lambda _: {})
    checked = [
        record({"name": "A", "barcode": "0001"}, model="product.template"),
        record({"barcode": "0001"}, made, "product.template"),
        record({"name": "B", "barcode": "0002"}, model="product.template"),
        record({"name": "C", "barcode": "0002"}, model="product.template"),
    ]
    found = guard.check(checked)
    assert [isinstance(item, tuple) for item in found] == [True, True, False, True]
    first, second, _, fourth = found
    assert isinstance(first, tuple)
    assert first[0].category is Category.DUPLICATE
    assert "Has" in first[0].message
    assert isinstance(second, tuple)
    assert "row" in second[0].message  # the file names the barcode twice, whoever holds it
    assert isinstance(fourth, tuple)


def test_a_barcode_of_another_active_partner_or_row_is_refused(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    holder, gone = module_database.call(
        "res.partner",
        "create",
        [
            {"name": "Has", "barcode": "P-1"},
            {"name": "Had", "barcode": "P-2", "active": False},
        ],
    )
    checked = [
        record({"name": "A", "barcode": "P-1"}),
        record({"name": "B", "barcode": "P-2"}),
        record({"name": "C", "barcode": "P-3"}),
        record({"name": "D", "barcode": "P-3"}),
        record({"name": "E", "barcode": "P-3", "active": "0"}),
        record({"barcode": "P-4"}, holder),
        record({"name": "Had", "barcode": "P-2"}, gone),
    ]
    found = safeguard_for(odoo, PARTNER, lambda _: {}).check(checked)
    refused = [isinstance(item, tuple) for item in found]
    assert refused == [True, False, False, True, False, False, False]
    assert fields(found[0]) == fields(found[3]) == {"barcode"}


def test_a_barcode_that_an_earlier_row_gives_up_stays_taken_in_this_file(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call(
        "product.template", "create", [{"name": "Gives", "barcode": "GIVE-1"}]
    )[0]
    guard = safeguard_for(odoo, TEMPLATE, lambda _: {})
    gives = record({"barcode": "GIVE-2"}, made, "product.template")
    assert not isinstance(guard.check([gives])[0], tuple)
    module_database.call("product.template", "write", made, {"barcode": "GIVE-2"})
    [wants] = guard.check([record({"name": "W", "barcode": "GIVE-1"}, model="product.template")])
    assert fields(wants) == {"barcode"}


def test_the_barcode_of_a_packaging_is_refused(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    call = module_database.call
    template = call("product.template", "create", [{"name": "Packed"}])[0]
    [variant] = module_database.search_read(
        "product.product", [("product_tmpl_id", "=", template)], ["uom_id"]
    )
    values = {"product_id": variant["id"], "uom_id": variant["uom_id"][0], "barcode": "PK-1"}
    call("product.uom", "create", [values])
    found = verdict(
        odoo, record({"name": "N", "barcode": "PK-1"}, model="product.template"), TEMPLATE
    )
    assert fields(found) == {"barcode"}


def test_variant_fields_of_a_template_with_several_variants_are_refused(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    call = module_database.call
    attribute = call("product.attribute", "create", [{"name": "Hue"}])[0]
    names = [{"name": n, "attribute_id": attribute} for n in ("Red", "Blue")]
    values = call("product.attribute.value", "create", names)
    line = {"attribute_id": attribute, "value_ids": [(6, 0, values)]}
    template = call(
        "product.template", "create", [{"name": "Hat", "attribute_line_ids": [(0, 0, line)]}]
    )[0]
    cells = {"name": "Hat", "standard_price": "3", "list_price": "9"}
    found = verdict(odoo, record(cells, template, "product.template"), TEMPLATE)
    assert fields(found) == {"standard_price"}
    assert isinstance(found, tuple)
    assert "--type variants" in str(found[0].hint)
    harmless = record({"list_price": "9"}, template, "product.template")
    assert verdict(odoo, harmless, TEMPLATE) == harmless


def test_other_models_pass_as_they_are(odoo: OdooConnection) -> None:
    schema = ModelSchema("res.country", "19.0", {})
    guard = safeguard_for(odoo, schema, lambda _: {})
    assert isinstance(guard, NoSafeguard)
    checked = record({"name": "X"}, model="res.country")
    assert guard.check([checked]) == [checked]
