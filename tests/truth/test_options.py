"""Dry run and real run agree under every option that decides about rows, and across chunks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest

from odoo_ingestion.orchestrator.plain import chunks
from odoo_ingestion.records import Mode
from tests.odoo_reader import OdooReader
from tests.truth.runs import Cells, run, write_file
from tests.truth.worlds import find, make, partner, product

Verdicts = Callable[..., list[str]]


@pytest.fixture
def verdicts(module_database: OdooReader, tmp_path: Path) -> Verdicts:
    """Run rows dry and for real; return what both say of each row."""

    def agree(rows: Sequence[Cells], **options: Any) -> list[str]:
        path = tmp_path / "rows.csv"
        write_file(path, list(dict.fromkeys(column for row in rows for column in row)), rows)
        said = [
            run(module_database, path, **options, **kind)
            for kind in ({"dry_run": True}, {"dry_run": False})
        ]
        first = said[0].verdicts
        assert said[1].verdicts == first, [one.failures() for one in said]
        assert said[0].result.records == said[1].result.records
        return [str(category or action) for action, category in first.values()]

    return agree


def test_modes(verdicts: Verdicts, module_database: OdooReader) -> None:
    partner(module_database, ref="MODE", name="Before")
    rows = [{"ref": "MODE", "name": "After"}, {"ref": "NO MODE", "name": "New"}]
    assert verdicts(rows, type="partners", mode=Mode.UPDATE) == ["updated", "not_found"]
    assert verdicts(rows, type="partners", mode=Mode.CREATE) == ["exists", "created"]


def test_a_key_of_the_users_own(verdicts: Verdicts, module_database: OdooReader) -> None:
    for name, email in (("One", "one@key.example"), ("Two", "info@key.example"), ("Three", "")):
        partner(module_database, name=name, email=email or "info@key.example")
    rows = [
        {"email": "one@key.example", "name": "One more"},
        {"email": "info@key.example", "name": "Whose"},
        {"email": "new@key.example", "name": "New"},
        {"email": "new@key.example", "name": "New again"},
    ]
    expected = ["updated", "ambiguous_record", "created", "duplicate"]
    assert verdicts(rows, type="partners", key=("email",)) == expected


def test_a_key_of_two_fields_and_a_relation(
    verdicts: Verdicts, module_database: OdooReader
) -> None:
    belgium = find(module_database, "res.country", ("code", "=", "BE"))
    partner(module_database, name="Twin", country_id=belgium)
    rows = [
        {"name": "Twin", "country_id": "BE", "city": "Gent"},
        {"name": "Twin", "country_id": "FR", "city": "Lille"},
        {"name": "Twin", "country_id": "Belgium", "city": "Gent"},
    ]
    expected = ["updated", "created", "duplicate"]
    assert verdicts(rows, type="partners", key=("name", "country_id")) == expected


def test_empty_cells_that_clear_and_values_for_all(
    verdicts: Verdicts, module_database: OdooReader
) -> None:
    partner(module_database, ref="CLEAR", name="Clear", city="Gent", phone="1")
    rows = [{"ref": "CLEAR", "name": "Clear", "city": ""}, {"ref": "FILL", "name": "F", "city": ""}]
    options: dict[str, Any] = {"clear_empty": ("city",), "set_values": {"country_id": "BE"}}
    assert verdicts(rows, type="partners", **options) == ["updated", "created"]
    [read] = module_database.search_read(
        "res.partner", [("ref", "=", "CLEAR")], ["city", "phone", "country_id"]
    )
    assert (read["city"], read["phone"], read["country_id"][1]) == (False, "1", "Belgium")
    assert verdicts(rows, type="partners", **options) == ["unchanged", "unchanged"]


def test_what_is_missing_is_created_once(verdicts: Verdicts, module_database: OdooReader) -> None:
    rows = [
        {"default_code": "CM1", "name": "A", "categ_id": "Made / Deep", "product_tag_ids": "x,y"},
        {"default_code": "CM2", "name": "B", "categ_id": "made/deep", "product_tag_ids": "Y"},
        {"default_code": "CM3", "name": "C", "categ_id": "Made", "product_tag_ids": "x"},
        {"default_code": "CM4", "name": "D", "categ_id": "Made", "uom_id": "parsec"},
    ]
    missing = ("categ_id", "product_tag_ids")
    expected = ["created", "created", "created", "missing_relation"]
    assert verdicts(rows, type="products", create_missing=missing) == expected
    assert module_database.count("product.category", [("name", "in", ["Made", "Deep"])]) == 2
    assert module_database.count("product.tag", [("name", "in", ["x", "y"])]) == 2


def test_relations_by_external_and_database_id(
    verdicts: Verdicts, module_database: OdooReader
) -> None:
    state = find(module_database, "res.country.state", ("code", "=", "TX"), ("name", "=", "Texas"))
    known = {"country_id/id": "base.us", "state_id/.id": str(state)}
    rows = [
        {"id": "truth.child", "name": "Child", "parent_id/id": "truth.parent"},
        {"id": "truth.parent", "name": "Parent", "company_type": "company", **known},
        {"id": "truth.lost", "name": "Lost", "parent_id/id": "truth.nobody"},
        {"id": "truth.wrong", "name": "Wrong", "country_id/id": "base.main_company"},
        {"id": "truth.state", "name": "State", "country_id/id": "base.be", "state_id/.id": "1"},
        {"id": "truth.far", "name": "Far", "country_id/id": "base.us", "state_id/.id": "999999"},
    ]
    expected = ["created", "created", "missing_relation", "validation", *["missing_relation"] * 2]
    assert verdicts(rows, type="partners") == expected


def test_contacts_exported_with_their_companys_tax_number(verdicts: Verdicts) -> None:
    company = {"id": "truth.exported", "name": "Exported", "company_type": "company", "vat": "BE9"}
    contact = {"id": "truth.contact", "name": "Contact", "parent_id/id": "truth.exported"}
    rows = [{**contact, "company_type": "person", "vat": "BE9"}, company]
    assert verdicts(rows, type="partners") == ["created", "created"]
    assert verdicts(rows, type="partners") == ["unchanged", "unchanged"]


def test_a_tax_number_that_says_none_is_no_key(verdicts: Verdicts) -> None:
    rows = [{"name": f"No number {n}", "vat": vat} for n, vat in enumerate(("/", "/", "NA"))]
    assert verdicts(rows, type="partners") == ["created", "created", "created"]


def test_a_file_of_several_chunks_is_judged_like_one_of_a_single_chunk(
    verdicts: Verdicts, module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What a row comes to does not depend on whether earlier rows have landed by then."""
    monkeypatch.setattr(chunks, "FIRST_ROWS", 1)
    monkeypatch.setattr(chunks, "MOST_ROWS", 1)
    old = partner(module_database, name="Free", vat="BE7", is_company=True)
    holder = partner(module_database, name="Holder", barcode="GIVEN UP", ref="HOLDER")
    company = {"company_type": "company"}
    rows: list[dict[str, str]] = [
        {"id": "truth.k1", "ref": "K1", "name": "With id"},
        {"ref": "K1", "name": "Without id"},
        {"id": "truth.k2", "ref": "K1", "name": "Another id"},
        {"ref": "K3", "name": "Adopts", "vat": "BE7", **company},
        {"ref": "K4", "name": "Same number", "vat": "BE7", **company},
        {"name": "Number alone", "vat": "BE7", **company},
        {"name": "Bare", "vat": "BE8", **company},
        {"ref": "K5", "name": "Same number later", "vat": "BE8", **company},
        {"ref": "HOLDER", "name": "Holder", "barcode": "TAKES"},
        {"ref": "K6", "name": "Wants", "barcode": "GIVEN UP"},
        {"ref": "K7", "name": "Wants too", "barcode": "TAKES"},
    ]
    expected = [
        *("created", "duplicate", "created"),
        *("updated", "created", "duplicate"),
        *("created", "duplicate"),
        *("updated", "duplicate", "duplicate"),
    ]
    # A batch of one row is sent at once, so that each row has landed before the next is looked at.
    assert verdicts(rows, type="partners", batch_size=1) == expected
    read = module_database.call("res.partner", "read", [old, holder], ["name", "ref", "barcode"])
    assert [(r["name"], r["ref"]) for r in read] == [("Adopts", "K3"), ("Holder", "HOLDER")]


def test_a_barcode_given_up_by_a_product_is_free_for_the_next_run(
    verdicts: Verdicts, module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(chunks, "FIRST_ROWS", 1)
    monkeypatch.setattr(chunks, "MOST_ROWS", 1)
    product(module_database, default_code="GIVER", barcode="SWAP-1")
    rows = [
        {"default_code": "GIVER", "name": "Giver", "barcode": "SWAP-2"},
        {"default_code": "TAKER", "name": "Taker", "barcode": "SWAP-1"},
    ]
    assert verdicts(rows, type="products", batch_size=1) == ["updated", "duplicate"]
    assert verdicts(rows, type="products", batch_size=1) == ["unchanged", "created"]


def test_a_user_without_rights_on_the_model_learns_it_in_the_dry_run(
    module_database: OdooReader, tmp_path: Path
) -> None:
    group = find(
        module_database, "ir.model.data", ("module", "=", "base"), ("name", "=", "group_user")
    )
    [read] = module_database.search_read("ir.model.data", [("id", "=", group)], ["res_id"])
    groups = [(6, 0, [read["res_id"]])]
    make(module_database, "res.users", name="R", login="r", password="reader-r", group_ids=groups)
    path = tmp_path / "rows.csv"
    write_file(path, ["ref", "name"], [{"ref": "RIGHTS", "name": "No right"}])
    user = (module_database.url, module_database.database, "r", "reader-r")
    with OdooReader(*user) as limited:
        said = [run(limited, path, type="partners", dry_run=dry).verdicts for dry in (True, False)]
    assert said[0] == said[1]
    assert str(said[0][1][1]) == "permission"
