"""Which record a row means, asked of a real Odoo."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

import pytest

from odoo_ingestion import external_ids
from odoo_ingestion.config import Config
from odoo_ingestion.connection_manager import OdooConnection, connect
from odoo_ingestion.identity import (
    Candidate,
    Identity,
    IdentityResolver,
    IdentityRules,
    Key,
    KeyFinder,
)
from odoo_ingestion.records import Category, Draft, FieldSpec, Mode, ModelSchema, Problem, Row
from tests.odoo_reader import OdooReader

PARTNER = ModelSchema(
    "res.partner",
    "19.0",
    {
        name: FieldSpec(name, kind)
        for name, kind in {
            "ref": "char",
            "vat": "char",
            "email": "char",
            "name": "char",
            "active": "boolean",
            "company_id": "many2one",
        }.items()
    },
)
TEMPLATE = ModelSchema(
    "product.template",
    "19.0",
    {
        name: FieldSpec(name, kind)
        for name, kind in {
            "default_code": "char",
            "barcode": "char",
            "name": "char",
            "active": "boolean",
            "company_id": "many2one",
        }.items()
    },
)
CATEGORY = ModelSchema(
    "product.category",
    "19.0",
    {"name": FieldSpec("name", "char"), "parent_id": FieldSpec("parent_id", "many2one")},
)
PARTNER_KEYS: tuple[Key, ...] = (("ref",), ("vat",))
PRODUCT_KEYS: tuple[Key, ...] = (("default_code",), ("barcode",))


@pytest.fixture(scope="module")
def odoo(module_database: OdooReader) -> Iterator[OdooConnection]:
    reader = module_database
    config = Config(
        url=reader.url, database=reader.database, username=reader.username, api_key=reader.password
    )
    with connect(config) as connection:
        yield connection.with_context(lang="en_US", allowed_company_ids=[1])


def resolver(
    odoo: OdooConnection | None,
    schema: ModelSchema = PARTNER,
    keys: tuple[Key, ...] = PARTNER_KEYS,
    *,
    mode: Mode = Mode.UPSERT,
    explicit: bool = False,
    may_read_ids: bool = True,
    may_create_ids: bool = True,
) -> IdentityResolver:
    rules = IdentityRules(
        keys,
        mode,
        explicit=explicit,
        company_id=1,
        may_read_ids=may_read_ids,
        may_create_ids=may_create_ids,
    )
    finder = KeyFinder(odoo, schema, keys, 1) if odoo is not None else None
    return IdentityResolver(odoo, schema, rules, finder)


def candidate(
    number: int,
    cells: Mapping[str, str],
    external_id: str | None = None,
    database_id: int | None = None,
) -> Candidate:
    row = Row(number, number + 1, dict(cells))
    return Candidate(
        Draft(row, dict(cells), external_id=external_id, database_id=database_id), dict(cells)
    )


def one(found: list[Identity | tuple[Problem, ...]]) -> Identity:
    assert len(found) == 1
    assert isinstance(found[0], Identity), found[0]
    return found[0]


def problem(found: list[Identity | tuple[Problem, ...]]) -> Problem:
    assert isinstance(found[-1], tuple), found[-1]
    return found[-1][0]


def test_a_row_that_nothing_matches_is_new_and_gets_a_derived_id(odoo: OdooConnection) -> None:
    found = one(resolver(odoo).identify([candidate(1, {"ref": "NEW-1", "name": "New"})]))
    assert found.database_id is None
    assert (found.external_id or "").startswith("odoo_ingestion.res_partner_ref_new_1_")


def test_a_record_made_by_hand_is_adopted_by_its_reference(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "Hand", "ref": "HAND-1"}])[0]
    found = one(resolver(odoo).identify([candidate(1, {"ref": "HAND-1"})]))
    assert (found.database_id, found.adopt) == (made, True)


def test_a_record_with_our_external_id_is_found_although_its_key_changed(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    name = external_ids.derive("res.partner", ("ref",), ("MOVED-1",), 1)
    made = module_database.call(
        "res.partner", "load", ["id", "name", "ref"], [[name, "Moved", "OTHER"]]
    )["ids"][0]
    found = one(resolver(odoo).identify([candidate(1, {"ref": "MOVED-1"})]))
    assert (found.database_id, found.adopt, found.external_id) == (made, False, name)


def test_two_records_with_one_key_are_ambiguous_and_listed(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    module_database.call(
        "res.partner", "create", [{"name": "One", "ref": "TWICE"}, {"name": "Two", "ref": "TWICE"}]
    )
    found = problem(resolver(odoo).identify([candidate(1, {"ref": "TWICE"})]))
    assert found.category is Category.AMBIGUOUS_RECORD
    assert "One" in found.message
    assert "Two" in found.message


def test_an_archived_match_is_taken_and_said_to_be_archived(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call(
        "res.partner", "create", [{"name": "Old", "ref": "ARCH-1", "active": False}]
    )[0]
    found = one(resolver(odoo).identify([candidate(1, {"ref": "ARCH-1"})]))
    assert (found.database_id, found.archived) == (made, True)


def test_vat_finds_the_company_and_not_its_contacts(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    company = module_database.call(
        "res.partner", "create", [{"name": "VAT Co", "is_company": True, "vat": "BE0477472701"}]
    )[0]
    module_database.call("res.partner", "create", [{"name": "Contact", "parent_id": company}])
    found = one(resolver(odoo).identify([candidate(1, {"vat": "BE0477472701"})]))
    assert found.database_id == company


def test_another_reference_means_another_partner_whatever_the_vat(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    module_database.call(
        "res.partner",
        "create",
        [{"name": "V", "is_company": True, "vat": "FR23334175221", "ref": "V-1"}],
    )
    found = one(resolver(odoo).identify([candidate(1, {"ref": "V-2", "vat": "FR23334175221"})]))
    assert found.database_id is None


def test_the_partner_of_a_user_or_company_is_protected_unless_the_key_is_explicit(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    [company] = module_database.search_read("res.company", [("id", "=", 1)], ["partner_id"])
    partner = company["partner_id"][0]
    module_database.call("res.partner", "write", [partner], {"ref": "OURSELVES"})
    row = candidate(1, {"ref": "OURSELVES"})
    assert problem(resolver(odoo).identify([row])).category is Category.PROTECTED
    assert one(resolver(odoo, explicit=True).identify([row])).database_id == partner
    by_id = candidate(1, {"ref": "OURSELVES"}, external_id="base.main_partner")
    assert one(resolver(odoo).identify([by_id])).database_id == partner


def test_an_external_id_of_another_model_is_refused(odoo: OdooConnection) -> None:
    row = candidate(1, {"name": "X"}, external_id="base.be")
    found = problem(resolver(odoo).identify([row]))
    assert found.category is Category.DUPLICATE
    assert "res.country" in found.message


def test_the_second_row_of_one_record_fails_and_names_the_first(odoo: OdooConnection) -> None:
    rows = [candidate(4, {"ref": "DUP-1"}), candidate(9, {"ref": "DUP-1"})]
    found = problem(resolver(odoo).identify(rows))
    assert found.category is Category.DUPLICATE
    assert "row 4" in found.message


def test_two_external_ids_with_the_key_of_one_record_are_a_duplicate(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    module_database.call("res.partner", "create", [{"name": "Shared", "ref": "SHARED-1"}])
    rows = [
        candidate(1, {"ref": "SHARED-1"}, external_id="shop.a"),
        candidate(2, {"ref": "SHARED-1"}, external_id="shop.b"),
    ]
    assert problem(resolver(odoo).identify(rows)).category is Category.DUPLICATE


def test_a_database_id_is_taken_also_of_an_archived_record_and_refused_when_gone(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "A", "active": False}])[0]
    found = one(resolver(odoo).identify([candidate(1, {"name": "A"}, database_id=made)]))
    assert (found.database_id, found.adopt, found.archived) == (made, True, True)
    gone = problem(resolver(odoo).identify([candidate(1, {"name": "A"}, database_id=99_999_999)]))
    assert gone.category is Category.NOT_FOUND


def test_a_row_clashes_with_an_earlier_one_whether_or_not_that_one_has_landed(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    number = {"vat": "TWIN-7", "is_company": "1"}
    module_database.call("res.partner", "create", [{**number, "name": "Free", "is_company": True}])
    identities = resolver(odoo)
    one(identities.identify([candidate(1, {"ref": "TWIN-A", **number})]))
    one(identities.identify([candidate(2, {"ref": "TWIN-B", **number})]))
    module_database.call("res.partner", "create", [{"name": "B", "ref": "TWIN-B", "vat": "TWIN-7"}])
    found = problem(identities.identify([candidate(3, number)]))
    assert (found.category, found.message.split(" of ")[0]) == (Category.DUPLICATE, "row 1")


def test_an_external_id_and_a_database_id_that_disagree_are_ambiguous(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "B"}])[0]
    row = candidate(1, {"name": "B"}, external_id="base.main_partner", database_id=made)
    assert problem(resolver(odoo).identify([row])).category is Category.AMBIGUOUS_RECORD


def test_a_deleted_record_whose_external_id_is_left_is_new_again(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    module_database.call(
        "ir.model.data",
        "create",
        [{"module": "t", "name": "gone", "model": "res.partner", "res_id": 99_999_998}],
    )
    found = one(resolver(odoo).identify([candidate(1, {"name": "G"}, external_id="t.gone")]))
    assert found.database_id is None


def test_rows_without_key_are_told_apart_by_content_and_ordinal(odoo: OdooConnection) -> None:
    rows = [candidate(1, {"name": "Twin"}), candidate(2, {"name": "Twin"})]
    first = resolver(odoo).identify(rows)
    again = resolver(odoo).identify(rows)
    names = [found.external_id for found in first if isinstance(found, Identity)]
    assert len(set(names)) == 2
    assert names == [found.external_id for found in again if isinstance(found, Identity)]
    assert all(isinstance(found, Identity) and found.keyless for found in first)


def test_modes_refuse_what_exists_or_does_not(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    module_database.call("res.partner", "create", [{"name": "M", "ref": "MODE-1"}])
    there, new = candidate(1, {"ref": "MODE-1"}), candidate(2, {"ref": "MODE-NEW"})
    create, update = resolver(odoo, mode=Mode.CREATE), resolver(odoo, mode=Mode.UPDATE)
    assert problem(create.identify([there])).category is Category.EXISTS
    assert one(create.identify([new])).database_id is None
    assert problem(update.identify([new])).category is Category.NOT_FOUND
    assert one(update.identify([there])).database_id is not None


def test_a_user_without_rights_on_external_ids_updates_by_database_id(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call("res.partner", "create", [{"name": "L", "ref": "LIM-1"}])[0]
    archived = {"name": "LA", "ref": "LIM-2", "active": False}
    module_database.call("res.partner", "create", [archived])
    found = one(
        resolver(odoo, may_read_ids=False, may_create_ids=False).identify(
            [candidate(1, {"ref": "LIM-1"})]
        )
    )
    assert (found.external_id, found.database_id, found.adopt) == (None, made, False)
    refused = problem(
        resolver(odoo, may_read_ids=False, may_create_ids=False).identify(
            [candidate(1, {"ref": "LIM-2"})]
        )
    )
    assert refused.category is Category.PERMISSION
    by_id = candidate(1, {"name": "x"}, external_id="base.main_partner")
    assert (
        one(resolver(odoo, may_read_ids=False, may_create_ids=False).identify([by_id])).database_id
        is not None
    )


def test_a_product_is_found_by_its_variants_code_archived_too(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call(
        "product.template", "create", [{"name": "P", "default_code": "P-1", "active": False}]
    )[0]
    found = one(
        resolver(odoo, TEMPLATE, PRODUCT_KEYS).identify([candidate(1, {"default_code": "P-1"})])
    )
    assert (found.database_id, found.archived) == (made, True)


def test_a_product_without_code_is_found_by_its_barcode(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    made = module_database.call(
        "product.template", "create", [{"name": "P", "barcode": "4006381333931"}]
    )[0]
    row = candidate(1, {"default_code": "P-NEW", "barcode": "4006381333931"})
    found = one(resolver(odoo, TEMPLATE, PRODUCT_KEYS).identify([row]))
    assert (found.database_id, found.adopt) == (made, True)


def test_the_code_of_one_of_several_variants_is_refused_with_advice(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    call = module_database.call
    attribute = call("product.attribute", "create", [{"name": "Size"}])[0]
    values = call(
        "product.attribute.value",
        "create",
        [{"name": n, "attribute_id": attribute} for n in ("S", "M")],
    )
    line = {"attribute_id": attribute, "value_ids": [(6, 0, values)]}
    template = call(
        "product.template", "create", [{"name": "Shirt", "attribute_line_ids": [(0, 0, line)]}]
    )[0]
    variant = module_database.search_read(
        "product.product", [("product_tmpl_id", "=", template)], ["id"]
    )[0]["id"]
    call("product.product", "write", [variant], {"default_code": "SHIRT-S"})
    row = candidate(1, {"default_code": "SHIRT-S"})
    found = problem(resolver(odoo, TEMPLATE, PRODUCT_KEYS).identify([row]))
    assert found.category is Category.PROTECTED
    assert "--type variants" in (found.hint or "")


def test_a_category_is_its_name_below_its_parent(
    odoo: OdooConnection, module_database: OdooReader
) -> None:
    call = module_database.call
    top = call("product.category", "create", [{"name": "Top"}])[0]
    below = call("product.category", "create", [{"name": "Tea", "parent_id": top}])[0]
    alone = call("product.category", "create", [{"name": "Tea"}])[0]
    keys: tuple[Key, ...] = (("parent_id", "name"),)
    rows = [
        candidate(1, {"name": "Tea", "parent_id/.id": str(top)}),
        candidate(2, {"name": "Tea"}),
        candidate(3, {"name": "Tea", "parent_id/.id": "new:7"}),
    ]
    found = resolver(odoo, CATEGORY, keys).identify(rows)
    ids = [f.database_id for f in found if isinstance(f, Identity)]
    assert ids == [below, alone, None]


def test_offline_every_row_is_new_and_duplicates_are_still_found() -> None:
    found = resolver(None).identify([candidate(1, {"ref": "A"}), candidate(2, {"ref": "A"})])
    assert isinstance(found[0], Identity)
    assert problem(found).category is Category.DUPLICATE


def test_the_key_of_a_row_with_an_external_id_is_taken_for_rows_without(
    odoo: OdooConnection,
) -> None:
    rows = [
        candidate(1, {"ref": "SAME-KEY"}, external_id="shop.k1"),
        candidate(2, {"ref": "SAME-KEY"}),
        candidate(3, {"ref": "SAME-KEY"}, external_id="shop.k2"),
    ]
    first, second, third = resolver(odoo).identify(rows)
    assert isinstance(first, Identity)
    assert problem([second]).category is Category.DUPLICATE
    assert one([third]).database_id is None


def test_a_tax_number_is_shared_unless_a_row_has_nothing_else(odoo: OdooConnection) -> None:
    rows = [
        candidate(1, {"ref": "BRANCH-1", "vat": "BE0999"}),
        candidate(2, {"ref": "BRANCH-2", "vat": "BE0999"}),
        candidate(3, {"vat": "BE0999"}),
    ]
    found = resolver(odoo).identify(rows)
    assert [isinstance(identity, Identity) for identity in found] == [True, True, False]
    assert problem(found).category is Category.DUPLICATE


def test_the_tax_number_of_a_contact_and_signs_for_none_are_no_keys(odoo: OdooConnection) -> None:
    rows = [
        candidate(1, {"vat": "BE0888"}),
        candidate(2, {"vat": "BE0888", "parent_id/.id": "1"}),
        candidate(3, {"vat": "/"}),
        candidate(4, {"vat": "na"}),
    ]
    found = [one([identity]) for identity in resolver(odoo).identify(rows)]
    assert [identity.keyless for identity in found] == [False, True, True, True]
