"""What lands in a real Odoo 19, read back by an independent reader."""

from __future__ import annotations

from typing import Any

import pytest
from msgspec.structs import replace

from odoo_ingestion.batch_processor import BatchSettings
from odoo_ingestion.connection_manager import OdooConnection
from odoo_ingestion.records import Action, Category, ModelSchema
from tests.batch_processor.real_runs import RealRun, existing, ids_of, partner, product
from tests.batch_processor.scripted_odoo import record
from tests.connections import connection_to
from tests.odoo_reader import OdooReader


def test_of_300_partners_the_295_good_ones_land_and_5_tell_the_servers_reason(
    run: RealRun, module_database: OdooReader
) -> None:
    bad = {0, 77, 150, 151, 299}
    records = [partner("mixed", n, name="" if n in bad else f"Mixed {n}") for n in range(300)]
    assert run.load(records) == {Action.CREATED: 295, Action.FAILED: 5}
    assert set(run.failed) == bad
    for outcome in run.failed.values():
        (problem,) = outcome.problems
        assert problem.message == "Contacts require a name"
        assert problem.category is Category.VALIDATION
    assert len(ids_of(module_database, "res.partner", "mixed")) == 295
    assert module_database.count("res.partner", [("name", "=like", "Mixed %")]) == 295
    landed = {o.external_id: o.database_id for o in run.outcomes if o.action is Action.CREATED}
    assert landed == ids_of(module_database, "res.partner", "mixed")


def test_only_the_second_product_with_a_barcode_fails(
    run: RealRun, module_database: OdooReader
) -> None:
    records = [
        product("code", n, name=f"Code {n}", barcode="4000" if n in {4, 9} else f"41{n:02}")
        for n in range(20)
    ]
    assert run.load(records) == {Action.CREATED: 19, Action.FAILED: 1}
    (outcome,) = run.failed.values()
    assert outcome.row.number == 9
    assert outcome.problems[0].category is Category.DUPLICATE
    assert "4000" in outcome.problems[0].message
    assert module_database.count("product.template", [("barcode", "=", "4000")]) == 1


def test_a_good_row_that_the_server_names_falsely_lands(
    run: RealRun, module_database: OdooReader, odoo: OdooConnection
) -> None:
    """The first row is blamed for the second one; the third refers to the first, rolled back."""
    columns = ["id", "name", "parent_id/id"]
    rows = [
        ["false.p0", "Parent", ""],
        ["false.p1", "", ""],
        ["false.p2", "Child", "false.p0"],
    ]
    answer = odoo.call("res.partner", "load", columns, rows)
    named = [message["rows"]["from"] for message in answer["messages"]]
    assert 2 in named, answer
    cells = [dict(zip(columns[1:], row[1:], strict=True)) for row in rows]
    records = [partner("false", n, **each) for n, each in enumerate(cells)]
    assert run.load(records) == {Action.CREATED: 2, Action.FAILED: 1}
    assert set(run.failed) == {1}
    assert set(ids_of(module_database, "res.partner", "false")) == {"false.p0", "false.p2"}


def test_a_second_run_of_the_same_values_changes_nothing(
    run: RealRun, module_database: OdooReader
) -> None:
    values = {
        "name": "Same",
        "website": "example.com/shop",
        "comment": "<p>Two  words &amp; more</p>",
        "country_id/.id": "75",
        "email": "",
        "partner_latitude": "1.23456789",
        "type": "contact",
        "is_company": "1",
    }
    new = [partner("same", n, **values) for n in range(10)]
    assert run.load(new) == {Action.CREATED: 10}
    assert {outcome.not_kept for outcome in run.outcomes} == {()}
    ids = ids_of(module_database, "res.partner", "same")
    written = write_dates(module_database, ids)
    again = [existing(each, ids[str(each.external_id)]) for each in new]
    assert run.load(again) == {Action.UNCHANGED: 10}
    assert run.plan(again) == {Action.UNCHANGED: 10}
    assert write_dates(module_database, ids) == written
    again[3] = replace(again[3], values={**values, "email": "new@example.com"})
    assert run.plan(again) == {Action.UNCHANGED: 9, Action.UPDATED: 1}
    assert run.load(again) == {Action.UNCHANGED: 9, Action.UPDATED: 1}
    assert module_database.count("res.partner", [("email", "=", "new@example.com")]) == 1


def write_dates(reader: OdooReader, ids: dict[str, int]) -> list[Any]:
    rows = reader.search_read("res.partner", [("id", "in", list(ids.values()))], ["write_date"])
    return [row["write_date"] for row in rows]


def test_a_field_that_odoo_does_not_keep_is_named(
    run: RealRun, module_database: OdooReader
) -> None:
    records = [
        partner("kept", 1, name="Parent", street="Main street 1"),
        product("kept", 2, name="Kept", weight="1.239", list_price="2.345"),
    ]
    assert run.load(records) == {Action.CREATED: 2}
    assert {outcome.not_kept for outcome in run.outcomes} == {()}
    parent = ids_of(module_database, "res.partner", "kept")["kept.p1"]
    child = partner("kept", 3, **{"name": "Child", "street": "Else", "parent_id/.id": str(parent)})
    run.load([child])
    assert run.outcomes[0].not_kept == ("street",)


@pytest.mark.parametrize(
    ("tracking", "of_new", "of_changed"), [(None, 0, 1), (True, 1, 2), (False, 0, 0)]
)
def test_chatter_messages_follow_the_tracking_setting(
    run: RealRun,
    module_database: OdooReader,
    tracking: bool | None,
    of_new: int,
    of_changed: int,
) -> None:
    prefix = f"track{tracking}".lower()
    settings = BatchSettings(tracking=tracking)
    new = product(prefix, 1, name="Tracked", list_price="1.0")
    run.load([new], settings)
    number = ids_of(module_database, "product.template", prefix)[f"{prefix}.p1"]
    messages = [("model", "=", "product.template"), ("res_id", "=", number)]
    assert module_database.count("mail.message", messages) == of_new
    run.load([existing(new, number, list_price="2.0")], settings)
    assert module_database.count("mail.message", messages) == of_changed


def test_a_record_made_by_hand_is_adopted_and_not_doubled(
    run: RealRun, module_database: OdooReader
) -> None:
    made = [
        module_database.call("res.partner", "create", {"name": f"Hand {n}", "phone": "1"})
        for n in range(3)
    ]
    records = [
        replace(existing(partner("hand", n, name=f"Hand {n}", phone=phone), made[n]), adopt=True)
        for n, phone in enumerate(("1", "2", "3"))
    ]
    assert run.plan(records) == {Action.UNCHANGED: 1, Action.UPDATED: 2}
    assert run.plan(records, on_server=True) == {Action.UNCHANGED: 1, Action.UPDATED: 2}
    assert not ids_of(module_database, "res.partner", "hand")
    assert run.load(records) == {Action.UNCHANGED: 1, Action.UPDATED: 2}
    assert sorted(ids_of(module_database, "res.partner", "hand").values()) == sorted(made)
    phones = module_database.search_read(
        "res.partner", [("name", "=like", "Hand %")], ["phone"], order="name"
    )
    assert [row["phone"] for row in phones] == ["1", "2", "3"]
    assert run.load(records) == {Action.UNCHANGED: 3}


def test_an_external_id_of_another_record_is_not_taken(
    run: RealRun, module_database: OdooReader
) -> None:
    run.load([partner("owner", 1)])
    hand = module_database.call("res.partner", "create", {"name": "Owner other"})
    wanted = replace(existing(partner("owner", 1, name="Changed"), hand), adopt=True)
    assert run.load([wanted]) == {Action.FAILED: 1}
    assert "already belongs to another record" in run.outcomes[0].problems[0].message


def test_records_without_external_id_are_updated_by_database_id_archived_ones_too(
    run: RealRun, module_database: OdooReader
) -> None:
    made = [
        module_database.call("res.partner", "create", {"name": f"Plain {n}", "active": n > 0})
        for n in range(3)
    ]
    records = [
        record(n, Action.UPDATED, external_id=None, database_id=made[n], city=f"City {n}")
        for n in range(3)
    ]
    assert run.plan(records, on_server=True) == {Action.UPDATED: 3}
    assert run.load(records) == {Action.UPDATED: 3}
    rows = module_database.search_read(
        "res.partner",
        [("name", "=like", "Plain %")],
        ["city", "active"],
        order="name",
        context={"active_test": False},
    )
    assert [(row["city"], row["active"]) for row in rows] == [
        ("City 0", False),
        ("City 1", True),
        ("City 2", True),
    ]


def test_a_record_deleted_meanwhile_fails_instead_of_being_made_anew(
    run: RealRun, module_database: OdooReader
) -> None:
    gone = module_database.call("res.partner", "create", {"name": "Gone"})
    module_database.call("res.partner", "unlink", [gone])
    assert run.load([existing(partner("gone", 1), gone)]) == {Action.FAILED: 1}
    assert run.outcomes[0].problems[0].category is Category.NOT_FOUND


def test_a_user_who_may_not_create_gets_one_refusal_for_all_rows(
    module_database: OdooReader, schemas: dict[str, ModelSchema]
) -> None:
    group = module_database.search_read(
        "ir.model.data", [("module", "=", "base"), ("name", "=", "group_user")], ["res_id"]
    )
    module_database.call(
        "res.users",
        "create",
        {
            "name": "Reader",
            "login": "reader",
            "password": "reader-secret",
            "group_ids": [(6, 0, [group[0]["res_id"]])],
        },
    )
    reader = OdooReader(module_database.url, module_database.database, "reader", "reader-secret")
    with connection_to(reader) as odoo:
        run = RealRun(odoo, schemas)
        records = [partner("denied", n) for n in range(150)]
        assert run.load(records) == {Action.FAILED: 150}
    assert {o.problems[0].category for o in run.outcomes} == {Category.PERMISSION}
    assert "Contact" in run.outcomes[0].problems[0].message


def test_two_clients_with_the_same_new_records_double_nothing(
    odoo: OdooConnection, schemas: dict[str, ModelSchema], module_database: OdooReader
) -> None:
    run = RealRun(odoo, schemas)
    records = [partner("twice", n % 40, name=f"Twice {n % 40}") for n in range(80)]
    assert run.load(records, BatchSettings(batch_size=40, workers=2)) == {Action.CREATED: 80}
    assert module_database.count("res.partner", [("name", "=like", "Twice %")]) == 40
    assert len(ids_of(module_database, "res.partner", "twice")) == 40


def test_categories_are_added_to_those_that_a_partner_has_where_that_is_asked(
    run: RealRun, module_database: OdooReader
) -> None:
    tags = module_database.call(
        "res.partner.category", "create", [{"name": f"Added {n}"} for n in range(2)]
    )
    old, new = (str(number) for number in tags)
    made = partner("added", 1, **{"name": "Added", "category_id/.id": old})
    run.load([made])
    number = ids_of(module_database, "res.partner", "added")["added.p1"]
    named = existing(made, number, **{"name": "Added", "category_id/.id": new})
    add = BatchSettings(m2m_add=True)
    assert run.plan([named], add) == run.load([named], add) == {Action.UPDATED: 1}
    (held,) = module_database.call("res.partner", "read", [number], ["category_id"])
    assert sorted(held["category_id"]) == sorted(tags)
    assert run.load([named], add) == {Action.UNCHANGED: 1}
