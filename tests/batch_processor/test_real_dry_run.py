"""A dry run on a real Odoo 19 finds what it refuses and leaves nothing there."""

from __future__ import annotations

from odoo_ingestion.records import Action, Category
from tests.batch_processor.real_runs import RealRun, ids_of, partner, product
from tests.batch_processor.scripted_odoo import record
from tests.odoo_reader import OdooReader


def test_a_dry_run_on_the_server_names_the_bad_rows_and_leaves_nothing(
    run: RealRun, module_database: OdooReader
) -> None:
    tables = ("res.partner", "product.template", "product.product", "ir.model.data", "mail.message")
    partners = [partner("dry", n, name="" if n in {0, 60} else f"Dry {n}") for n in range(120)]
    products = [
        product("dryp", n, name=f"Dry {n}", barcode="5000" if n in {2, 3} else f"51{n:02}")
        for n in range(10)
    ]
    made = module_database.call("res.partner", "create", {"name": "Dry base", "city": "Old"})
    updates = [
        record(500, Action.UPDATED, external_id=None, database_id=made, city="New"),
        record(501, Action.UPDATED, external_id=None, database_id=made, name=""),
    ]
    before = {model: module_database.count(model) for model in tables}
    outcomes = run.plan([*partners, *products, *updates], on_server=True)
    assert {model: module_database.count(model) for model in tables} == before
    assert not ids_of(module_database, "res.partner", "dry")
    (row,) = module_database.search_read("res.partner", [("id", "=", made)], ["name", "city"])
    assert (row["name"], row["city"]) == ("Dry base", "Old")
    assert outcomes[Action.FAILED] == 4
    failed = [(o.row.number, o.problems[0].message) for o in run.failed.values()]
    assert (0, "Contacts require a name") in failed
    assert (60, "Contacts require a name") in failed
    assert (501, "Contacts require a name") in failed
    assert run.failed[3].problems[0].category is Category.DUPLICATE


def test_a_dry_run_on_the_server_finds_what_an_accepted_row_stands_for(run: RealRun) -> None:
    """The child names an external id of the same batch, which a bad row keeps from landing."""
    records = [
        partner("dryc", 0, **{"name": "Parent", "parent_id/id": ""}),
        partner("dryc", 1, **{"name": "", "parent_id/id": ""}),
        partner("dryc", 2, **{"name": "Child", "parent_id/id": "dryc.p0"}),
    ]
    assert run.plan(records, on_server=True) == {Action.CREATED: 2, Action.FAILED: 1}
    assert set(run.failed) == {1}
