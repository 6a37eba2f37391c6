"""The files that Odoo 17, 18 and 19 offer to those who begin to import."""

from __future__ import annotations

import time
from pathlib import Path

import pytest

from odoo_ingestion import OdooImporter
from odoo_ingestion.errors import ColumnError
from tests.odoo_reader import OdooReader
from tests.real_files.conftest import Import
from tests.real_files.files import DATA, counts, csv_rows, problems

TEMPLATES = DATA / "odoo_templates"
EXAMPLES = TEMPLATES / "base_import_csv"


@pytest.mark.parametrize("version", ["17", "18"])
def test_contacts_of_17_and_18_stop_for_the_column_that_19_has_not(
    importing: Import, version: str
) -> None:
    with pytest.raises(ColumnError) as stopped:
        importing(TEMPLATES / version / "res_partner.xlsx", type="partners")
    said = stopped.value.message
    assert "has no field mobile" in said
    assert "bank_ids" not in said
    assert "--ignore-unknown-columns" in (stopped.value.hint or "")


def test_contacts_of_17_and_18_are_the_same_three_and_a_million_claimed_rows_cost_nothing(
    importing: Import, module_database: OdooReader
) -> None:
    banks = [{"name": "Fortis", "bic": "GEBABEBB"}, {"name": "Another", "bic": "BEBABEBB"}]
    module_database.call("res.bank", "create", banks)
    path = TEMPLATES / "17" / "res_partner.xlsx"
    began = time.monotonic()
    first = importing(path, type="partners", ignore=("mobile",))
    assert time.monotonic() - began < 60
    assert counts(first) == {"created": 3}
    read = module_database.search_read(
        "res.partner",
        [("city", "in", ["Pleasant Hill", "Fremont"])],
        ["name", "is_company", "zip", "state_id", "vat", "company_name"],
    )
    found = {p["name"]: (p["is_company"], p["zip"], p["vat"], p["company_name"]) for p in read}
    assert found == {
        "Deco Addict": (True, "94523", "BE0477472701", False),
        "Azure Interior": (True, "94538", False, False),
        "Brandon Freeman": (False, "94538", False, "Azure Interior"),
    }
    assert {p["state_id"][1] for p in read} == {"California (US)"}
    assert any("no key in rows 2, 3" in notice for notice in first.notices)
    accounts = module_database.search_read(
        "res.partner.bank",
        [("acc_number", "in", ["12554641", "321654987"])],
        ["acc_number", "partner_id", "bank_id"],
    )
    assert {a["acc_number"]: (a["partner_id"][1], a["bank_id"][1]) for a in accounts} == {
        "12554641": ("Deco Addict", "Fortis - GEBABEBB"),
        "321654987": ("Azure Interior, Brandon Freeman", "Another - BEBABEBB"),
    }
    path = TEMPLATES / "18" / "res_partner.xlsx"
    second = importing(path, type="partners", ignore=("mobile",))
    assert counts(second) == {"unchanged": 3}


@pytest.mark.parametrize("version", ["17", "18"])
def test_contacts_of_17_and_18_read_whole_for_their_own_version(
    tmp_path: Path, version: str
) -> None:
    result = OdooImporter().import_file(
        TEMPLATES / version / "res_partner.xlsx",
        type="customers",
        dry_run=True,
        offline=True,
        odoo_version=version,
        failed_dir=tmp_path,
    )
    assert counts(result) == {"created": 3}
    assert result.records["res.partner.bank"]["created"] == 2


def test_contacts_of_19_bring_their_tags_when_told(
    importing: Import, module_database: OdooReader
) -> None:
    path = TEMPLATES / "19" / "contacts_import_template.xlsx"
    refused = importing(path, type="partners")
    assert (counts(refused), dict(refused.errors)) == ({"failed": 4}, {"missing_relation": 4})
    assert {problem["field"] for problem in problems(refused).values()} >= {"Tags"}
    told = importing(path, type="partners", create_missing=("category_id",))
    assert counts(told) == {"created": 4}
    read = module_database.search_read(
        "res.partner",
        [("email", "like", "@"), ("city", "in", ["Berlin", "Brussels", "San Francisco"])],
        ["name", "is_company", "parent_id", "phone", "street", "zip", "country_id", "category_id"],
    )
    tags = {
        tag["id"]: tag["name"]
        for tag in module_database.search_read("res.partner.category", [], ["name"])
    }
    assert {p["name"]: {tags[tag] for tag in p["category_id"]} for p in read} == {
        "Timberloom": {"Vendor", "Services"},
        "Modulo Interiors": {"Vendor"},
        "Julian Becker": {"Desk Manufacturers"},
        "Elena Varga": {"Consulting Services"},
    }
    by_name = {p["name"]: p for p in read}
    assert by_name["Timberloom"]["street"] == "Friedrich-Keller-Straße 27"
    assert by_name["Timberloom"]["phone"] == "+49 30 5550 1287"
    assert by_name["Julian Becker"]["parent_id"][1] == "Modulo Interiors"
    assert [by_name[n]["is_company"] for n in ("Modulo Interiors", "Elena Varga")] == [True, False]
    again = importing(path, type="partners", create_missing=("category_id",))
    assert counts(again) == {"unchanged": 4}


def test_products_of_all_three_are_the_same_goods_and_services(
    importing: Import, module_database: OdooReader
) -> None:
    for version, outcome in (("17", "created"), ("18", "unchanged"), ("19", "unchanged")):
        result = importing(TEMPLATES / version / "product_template.xls", type="products")
        assert counts(result) == {outcome: 25}
    xids = module_database.xids("product.template")
    ids = {xids[f"__import__.product_template_{n}"]: n for n in range(1, 26)}
    fields = ["name", "type", "is_storable", "default_code", "list_price", "standard_price"]
    read = {
        ids[p["id"]]: p
        for p in module_database.search_read("product.template", [("id", "in", list(ids))], fields)
    }
    assert (read[1]["name"], read[1]["list_price"]) == ("Apple In-Ear Headphones", 79)
    assert (read[4]["default_code"], read[4]["standard_price"]) == ("E-COM09", 1299)
    # The same code twice under two external ids: two products, as the file says.
    assert [read[n]["default_code"] for n in (11, 20)] == ["M-Wir", "M-Wir"]
    # 17 says Consumable where 18 and 19 say Goods.
    assert {n for n in read if read[n]["type"] == "service"} == {21, 22, 23, 24, 25}
    assert not any(p["is_storable"] for p in read.values())


def test_categories_by_external_id_wait_for_the_parent_that_odoo_19_has_not(
    importing: Import, module_database: OdooReader, tmp_path: Path
) -> None:
    path = EXAMPLES / "External_id_3rd_party_application_product_categories.csv"
    refused = importing(path, type="categories")
    assert counts(refused) == {"failed": 5}
    found = problems(refused)
    for row in (1, 2, 3):
        assert "'product.product_category_all'" in found[row]["message"]
    assert "row 1 of this file, failed" in found[4]["message"]
    assert "row 2 of this file, failed" in found[5]["message"]

    corrected = tmp_path / "categories.csv"
    text = path.read_text(encoding="utf-8").replace("product.product_category_all", "")
    corrected.write_text(text, encoding="utf-8")
    # Odoo 19 has a category Expenses of its own, which is adopted.
    assert counts(importing(corrected, type="categories")) == {"created": 4, "unchanged": 1}

    products = EXAMPLES / "External_id_3rd_party_application_products.csv"
    with pytest.raises(ColumnError, match="Can be Expensed"):
        importing(products, type="products")
    done = importing(products, type="products", ignore_unknown_columns=True)
    assert counts(done) == {"created": 5}
    xids = module_database.xids("product.template")
    read = module_database.search_read(
        "product.template",
        [("id", "in", [xids[f"__import__.a{n}"] for n in range(6, 11)])],
        ["default_code", "categ_id", "list_price", "type", "is_storable", "sale_ok", "purchase_ok"],
    )
    assert {
        p["default_code"]: (p["categ_id"][1], p["type"], p["is_storable"], p["sale_ok"])
        for p in read
    } == {
        "ALS": ("Other Products / Seating furniture", "consu", True, True),
        "CHR": ("Other Products / Seating furniture", "consu", True, True),
        "TBL": ("Expenses / Tables", "consu", True, True),
        "SBT": ("Other Products", "consu", False, False),
        "FL": ("Expenses", "service", False, False),
    }
    # The same goods without external ids are known by their codes.
    by_code = importing(
        EXAMPLES / "Name_products.csv", type="products", ignore_unknown_columns=True
    )
    assert counts(by_code) == {"unchanged": 5}


def test_tags_separated_by_commas_are_several(
    importing: Import, module_database: OdooReader
) -> None:
    path = EXAMPLES / "m2m_customers_tags.csv"
    options = {"ignore_unknown_columns": True, "create_missing": ("category_id",)}
    assert counts(importing(path, type="customers", **options)) == {"created": 5}
    read = module_database.search_read(
        "res.partner",
        [("ref", "in", ["3", "5", "6", "8", "18"])],
        ["ref", "name", "category_id", "country_id", "customer_rank"],
    )
    tags = {
        tag["id"]: tag["name"]
        for tag in module_database.search_read("res.partner.category", [], ["name"])
    }
    rows = csv_rows("odoo_templates/base_import_csv/m2m_customers_tags.csv")
    assert {p["ref"]: {tags[tag] for tag in p["category_id"]} for p in read} == {
        row["Reference"]: set(row["Tags"].split(",")) for row in rows
    }
    assert {p["ref"]: p["country_id"][1] for p in read} == {
        row["Reference"]: row["Country"] for row in rows
    }
    assert {p["customer_rank"] for p in read} == {1}
    assert counts(importing(path, type="customers", **options)) == {"unchanged": 5}


def test_contacts_under_their_companies_keep_to_what_odoo_would_do(
    importing: Import, module_database: OdooReader
) -> None:
    path = EXAMPLES / "o2m_customers_contacts.csv"
    result = importing(path, type="partners")
    assert counts(result) == {"created": 5, "failed": 3}
    found = problems(result)
    assert (found[7]["field"], found[7]["category"]) == ("State", "missing_relation")
    assert "row 7 of this file, failed" in found[8]["message"]
    # A contact of the same company with another postcode would change the company's.
    assert (found[4]["field"], found[4]["category"]) == ("ZIP", "validation")
    read = module_database.search_read(
        "res.partner",
        [("email", "=", False), ("city", "in", ["San José", "Redwood", "San Francisco"])],
        ["name", "type", "parent_id", "zip"],
    )
    by_name = {p["name"]: (p["type"], p["parent_id"] and p["parent_id"][1], p["zip"]) for p in read}
    assert by_name == {
        "Aurora Shelves": ("contact", False, "95101"),
        "Roger Martins": ("invoice", "Aurora Shelves", "95102"),
        "House Sales Direct": ("contact", False, "94059"),
        "Jack Unsworth": ("invoice", "House Sales Direct", "94061"),
        "Michael Mason": ("contact", False, "94104"),
    }
