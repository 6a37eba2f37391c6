"""An import into one company neither matches nor changes what belongs to another."""

from __future__ import annotations

import itertools
from typing import Any

import pytest

from odoo_ingestion.runs import RunResult
from tests.multi_company.conftest import FIRST, SECOND, Companies, Import

_NUMBERS = itertools.count(1)


def new_code(kind: str) -> str:
    return f"{kind}-{next(_NUMBERS):03d}"


def counts(result: RunResult) -> dict[str, int]:
    told = {name: result.count(name) for name in ("created", "updated", "unchanged", "failed")}
    return {name: number for name, number in told.items() if number}


def both_ways(import_rows: Import, lines: list[str], company: str, **options: Any) -> RunResult:
    """Import for real after a dry run that has to tell the same."""
    dry = import_rows(lines, company, dry_run=True, **options)
    real = import_rows(lines, company, **options)
    assert counts(dry) == counts(real), (dry.examples, real.examples)
    assert dry.errors == real.errors
    return real


# --- who a row speaks of --------------------------------------------------------------------


@pytest.mark.parametrize(
    ("kind", "model", "key"),
    [("partners", "res.partner", "ref"), ("products", "product.template", "default_code")],
)
def test_a_record_of_another_company_with_the_same_key_is_somebody_else(
    companies: Companies, import_rows: Import, kind: str, model: str, key: str
) -> None:
    code = new_code("K")
    theirs = companies.create(model, companies.first, name="Theirs", **{key: code})

    lines = [f"{key},name,company_id", f"{code},Ours,{SECOND}"]
    first = both_ways(import_rows, lines, SECOND, type=kind)
    second = import_rows(lines, SECOND, type=kind)

    assert counts(first) == {"created": 1}
    assert counts(second) == {"unchanged": 1}
    everywhere = companies.reader.search_read(model, [(key, "=", code)], ["name", "company_id"])
    in_first = companies.read(companies.first, model, [(key, "=", code)], ["name"])
    in_second = companies.read(companies.second, model, [(key, "=", code)], ["name"])
    assert in_first == [{"id": theirs, "name": "Theirs"}]
    assert [record["name"] for record in in_second] == ["Ours"]
    assert {record["id"] for record in everywhere} <= {theirs, in_second[0]["id"]}


@pytest.mark.parametrize(
    ("kind", "model", "key"),
    [("partners", "res.partner", "ref"), ("products", "product.template", "default_code")],
)
def test_a_shared_record_is_found_from_every_company(
    companies: Companies, import_rows: Import, kind: str, model: str, key: str
) -> None:
    code = new_code("S")
    shared = companies.reader.call(model, "create", {"name": "Shared", key: code})

    lines = [f"{key},name", f"{code},Renamed"]
    first = both_ways(import_rows, lines, SECOND, type=kind)
    other = import_rows(lines, FIRST, type=kind)

    assert counts(first) == {"updated": 1}
    assert counts(other) == {"unchanged": 1}
    found = companies.reader.search_read(model, [(key, "=", code)], ["name"])
    assert found == [{"id": shared, "name": "Renamed"}]


def test_derived_external_ids_are_of_one_company(companies: Companies, import_rows: Import) -> None:
    code = new_code("X")
    for company in (FIRST, SECOND):
        lines = ["ref,name,company_id", f"{code},{company},{company}"]
        assert counts(import_rows(lines, company, type="partners")) == {"created": 1}

    names = [
        name
        for name in companies.reader.xids("res.partner")
        if code.lower().replace("-", "_") in name
    ]
    assert len(names) == 2
    for company in (FIRST, SECOND):
        lines = ["ref,name,company_id", f"{code},{company},{company}"]
        assert counts(import_rows(lines, company, type="partners")) == {"unchanged": 1}


@pytest.mark.parametrize(
    ("kind", "model", "column"),
    [
        ("partners", "res.partner", "id"),
        ("partners", "res.partner", ".id"),
        ("products", "product.template", "id"),
    ],
)
def test_an_id_of_another_company_s_record_is_refused_and_changes_nothing(
    companies: Companies, import_rows: Import, kind: str, model: str, column: str
) -> None:
    name = new_code("theirs").replace("-", "_")
    record = companies.create(model, companies.first, name="Theirs")
    values = {"module": "shop", "name": name, "model": model, "res_id": record}
    companies.reader.call("ir.model.data", "create", values)
    told = f"shop.{name}" if column == "id" else str(record)

    result = both_ways(import_rows, [f"{column},name", f"{told},Changed"], SECOND, type=kind)

    assert counts(result) == {"failed": 1}
    assert result.errors == {"permission": 1}
    assert f"belongs to a record of the company {FIRST}" in result.examples["permission"]
    seen = companies.read(companies.first, model, [("id", "=", record)], ["name"])
    assert seen == [{"id": record, "name": "Theirs"}]


# --- what a row refers to -------------------------------------------------------------------


def test_a_name_that_both_companies_have_is_that_of_the_company_imported_into(
    companies: Companies, import_rows: Import
) -> None:
    code = new_code("T")

    lines = ["default_code,name,taxes_id,company_id", f"{code},Taxed,15%,{SECOND}"]
    result = both_ways(import_rows, lines, SECOND, type="products")

    assert counts(result) == {"created": 1}, result.examples
    (product,) = companies.read(
        companies.second, "product.template", [("default_code", "=", code)], ["taxes_id"]
    )
    (tax,) = companies.read(
        companies.second,
        "account.tax",
        [("id", "in", product["taxes_id"])],
        ["name", "company_id", "type_tax_use"],
    )
    assert (tax["name"], tax["company_id"][1], tax["type_tax_use"]) == ("15%", SECOND, "sale")


def test_a_partner_of_another_company_is_no_parent(
    companies: Companies, import_rows: Import
) -> None:
    code = new_code("P")
    companies.create("res.partner", companies.first, name=f"Parent {code}", is_company=True)

    lines = ["ref,name,parent_id", f"{code},Child,Parent {code}"]
    result = both_ways(import_rows, lines, SECOND, type="partners")

    assert counts(result) == {"failed": 1}
    assert result.errors == {"missing_relation": 1}


def test_a_parent_that_both_companies_have_is_not_ambiguous(
    companies: Companies, import_rows: Import
) -> None:
    code = new_code("P")
    for company in (companies.first, companies.second):
        companies.create("res.partner", company, name=f"Parent {code}", is_company=True)

    lines = ["ref,name,parent_id,company_id", f"{code},Child,Parent {code},{SECOND}"]
    result = both_ways(import_rows, lines, SECOND, type="partners")

    assert counts(result) == {"created": 1}, result.examples
    (child,) = companies.read(companies.second, "res.partner", [("ref", "=", code)], ["parent_id"])
    (parent,) = companies.read(
        companies.second, "res.partner", [("id", "=", child["parent_id"][0])], ["company_id"]
    )
    assert parent["company_id"][1] == SECOND


def test_a_barcode_of_another_company_is_free(companies: Companies, import_rows: Import) -> None:
    code = new_code("B")
    companies.create("product.template", companies.first, name="Theirs", barcode=code)

    lines = ["default_code,name,barcode,company_id", f"{code},Ours,{code},{SECOND}"]
    result = both_ways(import_rows, lines, SECOND, type="products")

    assert counts(result) == {"created": 1}, result.examples


def test_a_warehouse_code_that_both_have_is_that_of_the_company(
    companies: Companies, import_rows: Import
) -> None:
    product = companies.reader.call("product.product", "create", {"name": "Kept", "type": "consu"})
    lines = ["product_id/.id,warehouse_id,product_min_qty,product_max_qty", f"{product},WH,5,9"]
    result = import_rows(lines, SECOND, model="stock.warehouse.orderpoint")

    assert counts(result) == {"created": 1}, result.examples
    (rule,) = companies.read(
        companies.second,
        "stock.warehouse.orderpoint",
        [("product_id", "=", product)],
        ["company_id", "warehouse_id"],
    )
    assert rule["company_id"][1] == SECOND
    assert rule["warehouse_id"][1] == SECOND


@pytest.mark.parametrize("column", ["parent_id/id", "parent_id/.id"])
def test_an_id_of_another_company_s_record_is_no_relation(
    companies: Companies, import_rows: Import, column: str
) -> None:
    code = new_code("Q")
    parent = companies.create("res.partner", companies.first, name=code, is_company=True)
    name = code.lower().replace("-", "_")
    values = {"module": "shop", "name": name, "model": "res.partner", "res_id": parent}
    companies.reader.call("ir.model.data", "create", values)
    told = f"shop.{name}" if column == "parent_id/id" else str(parent)

    lines = [f"ref,name,{column}", f"{code},Child,{told}"]
    result = both_ways(import_rows, lines, SECOND, type="partners")

    assert counts(result) == {"failed": 1}
    assert result.errors == {"missing_relation": 1}


@pytest.mark.parametrize(
    ("column", "text"),
    [("company_id", FIRST), ("company_id/id", "base.main_company"), ("company_id/.id", "1")],
)
def test_a_row_for_another_company_than_that_of_the_run_is_refused(
    companies: Companies, import_rows: Import, column: str, text: str
) -> None:
    code = new_code("W")

    lines = [f"ref,name,{column}", f"{code},Elsewhere,{text}"]
    result = both_ways(import_rows, lines, SECOND, type="partners")

    assert counts(result) == {"failed": 1}
    assert "is not the company that is imported into" in result.examples["missing_relation"]
    assert companies.reader.count("res.partner", [("ref", "=", code)]) == 0


def test_a_record_of_a_company_above_is_seen_from_a_branch(
    companies: Companies, import_rows: Import
) -> None:
    companies.reader.call(
        "res.company", "create", {"name": "Branch", "parent_id": companies.second}
    )
    code = new_code("V")
    companies.create("res.partner", companies.second, name=f"Parent {code}", is_company=True)

    lines = ["ref,name,parent_id,company_id", f"{code},Child,Parent {code},{SECOND}"]
    result = both_ways(import_rows, lines, "Branch", type="partners")

    assert counts(result) == {"created": 1}, result.examples


# --- values that each company has of its own ------------------------------------------------


def test_the_cost_of_a_shared_product_is_written_for_the_company_only(
    companies: Companies, import_rows: Import
) -> None:
    code = new_code("C")

    def lines(cost: str) -> list[str]:
        return ["default_code,name,standard_price", f"{code},Shared,{cost}"]

    assert counts(both_ways(import_rows, lines("10"), FIRST, type="products")) == {"created": 1}
    assert counts(both_ways(import_rows, lines("20"), SECOND, type="products")) == {"updated": 1}
    assert counts(import_rows(lines("10"), FIRST, type="products")) == {"unchanged": 1}
    assert counts(import_rows(lines("20"), SECOND, type="products")) == {"unchanged": 1}

    cost = {
        company: companies.read(
            company, "product.template", [("default_code", "=", code)], ["standard_price"]
        )[0]["standard_price"]
        for company in (companies.first, companies.second)
    }
    assert cost == {companies.first: 10.0, companies.second: 20.0}


def test_properties_of_a_shared_partner_are_written_for_the_company_only(
    companies: Companies, import_rows: Import
) -> None:
    code = new_code("R")
    columns = "ref,name,property_payment_term_id,property_account_receivable_id"
    account = companies.read(
        companies.second, "account.account", [("account_type", "=", "asset_receivable")], ["code"]
    )[0]
    lines = [columns, f"{code},Shared,30 Days,{account['code']}"]

    result = both_ways(import_rows, lines, SECOND, type="partners")

    assert counts(result) == {"created": 1}, result.examples
    assert counts(import_rows(lines, SECOND, type="partners")) == {"unchanged": 1}
    fields = ["property_payment_term_id", "property_account_receivable_id"]
    domain = [("ref", "=", code)]
    (theirs,) = companies.read(companies.first, "res.partner", domain, fields)
    (ours,) = companies.read(companies.second, "res.partner", domain, fields)
    assert theirs["property_payment_term_id"] is False
    assert theirs["property_account_receivable_id"][0] != account["id"]
    assert ours["property_payment_term_id"][1] == "30 Days"
    assert ours["property_account_receivable_id"][0] == account["id"]
