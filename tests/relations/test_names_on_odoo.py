"""Names and codes of each kind of record, asked of a real Odoo."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.records import Category, FieldSpec, ModelSchema
from odoo_ingestion.relations import Kind, RelationResolver, lookup_names
from tests.odoo_reader import OdooReader
from tests.relations.desk import (
    CountingOdoo,
    by_name,
    cells_of,
    draft,
    names_resolved,
    problem_of,
    record,
    resolve_one,
    resolver_of,
)


def id_of(reader: OdooReader, model: str, *domain: Any) -> str:
    (found,) = reader.call(model, "search", list(domain), context={"active_test": False})
    return str(found)


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("DE", "DE"),
        ("de", "DE"),
        ("Germany", "DE"),
        ("GERMANY", "DE"),
        (" germany ", "DE"),
        ("United  Kingdom", "GB"),
        ("UK", "GB"),
        ("U.K.", "GB"),
        ("USA", "US"),
        ("Turkey", "TR"),
        ("Türkiye", "TR"),
    ],
)
def test_a_country_is_known_by_code_name_and_common_names(
    odoo: CountingOdoo, module_database: OdooReader, text: str, code: str
) -> None:
    cells = cells_of(resolve_one(resolver_of(odoo, "res.partner"), country_id=text))
    assert cells == {"country_id/.id": id_of(module_database, "res.country", ("code", "=", code))}


def test_every_common_name_of_a_country_is_one_that_odoo_does_not_know_otherwise(
    odoo: CountingOdoo,
) -> None:
    from odoo_ingestion.relations.texts import COUNTRY_CODES

    found = lookup_names(odoo, "res.country", list(COUNTRY_CODES))
    assert {text: finding.kind for text, finding in found.items()} == dict.fromkeys(
        COUNTRY_CODES, Kind.FOUND
    )
    names = odoo.call("res.country", "search_read", [], ["name"])
    assert not {data["name"].lower() for data in names} & set(COUNTRY_CODES)


def test_a_misspelt_country_is_missing_and_the_nearest_is_named(odoo: CountingOdoo) -> None:
    resolution = resolve_one(resolver_of(odoo, "res.partner"), country_id="Germny")
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.message == "Odoo has no 'Germny' (Country)"
    assert problem.field == "the column"
    assert problem.hint is not None
    assert "Germany" in problem.hint
    assert "--create-missing" not in problem.hint


def test_a_state_is_looked_for_in_the_country_of_its_row(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "res.partner")
    drafts = [
        draft(1, state_id="CA", country_id="US"),
        draft(2, state_id="CA", country_id="Italy"),
        draft(3, state_id="california", country_id="usa"),
        draft(4, state_id="California (US)", country_id="US"),
        draft(5, state_id="Cagliari"),
    ]
    states = [cells_of(r)["state_id/.id"] for r in resolver.resolve(drafts)]
    us = id_of(
        module_database, "res.country.state", ("code", "=", "CA"), ("country_id.code", "=", "US")
    )
    italy = id_of(
        module_database, "res.country.state", ("code", "=", "CA"), ("country_id.code", "=", "IT")
    )
    assert states == [us, italy, us, us, italy]


def test_a_state_without_a_country_is_ambiguous_where_several_countries_have_it(
    odoo: CountingOdoo,
) -> None:
    resolution = resolve_one(resolver_of(odoo, "res.partner"), state_id="CA")
    problem = problem_of(resolution, Category.AMBIGUOUS_RELATION)
    assert "California (US)" in problem.message
    assert "Cagliari (IT)" in problem.message


def test_a_state_of_another_country_is_refused(odoo: CountingOdoo) -> None:
    resolution = resolve_one(
        resolver_of(odoo, "res.partner"), state_id="California", country_id="Germany"
    )
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert "'California' (Country state) for Germany, only California (US)" in problem.message


def test_a_state_belongs_to_its_country_even_where_no_domain_says_so(odoo: CountingOdoo) -> None:
    fields = {
        "country_id": FieldSpec("country_id", "many2one", relation="res.country"),
        "state_id": FieldSpec("state_id", "many2one", relation="res.country.state"),
    }
    resolver = RelationResolver(odoo, ModelSchema("x.address", "19.0", fields))
    assert cells_of(resolve_one(resolver, state_id="CA", country_id="US"))
    refused = resolve_one(resolver, state_id="California", country_id="DE")
    problem_of(refused, Category.MISSING_RELATION)


def test_a_name_without_its_accents_is_suggested_and_not_taken(odoo: CountingOdoo) -> None:
    resolution = resolve_one(
        resolver_of(odoo, "res.partner"), state_id="Québec", country_id="Canada"
    )
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.hint is not None
    assert "Near: Quebec (CA)" in problem.hint


def test_a_state_is_not_judged_when_its_country_is_wrong(odoo: CountingOdoo) -> None:
    resolution = resolve_one(
        resolver_of(odoo, "res.partner"), state_id="California", country_id="Nowhere"
    )
    assert "Nowhere" in problem_of(resolution, Category.MISSING_RELATION).message


def test_a_category_is_known_by_its_path_and_then_by_its_name(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    top = record(module_database, "product.category", name="All")
    drinks = record(module_database, "product.category", name="Drinks", parent_id=top)
    tea = record(module_database, "product.category", name="Tea", parent_id=drinks)
    other = record(module_database, "product.category", name="Tea", parent_id=top)
    slash = record(module_database, "product.category", name="Food/Feed", parent_id=top)
    found = names_resolved(
        resolver_of(odoo, "product.template"),
        "categ_id",
        ["All / Drinks / Tea", "All/Drinks/Tea", "all > DRINKS>tea", "All / Tea", "Drinks", "Tea",
         "Food/Feed"],
    )  # fmt: skip
    ambiguous = found.pop("Tea")
    assert [cells_of(r)["categ_id/.id"] for r in found.values()] == [
        str(tea), str(tea), str(tea), str(other), str(drinks), str(slash)
    ]  # fmt: skip
    problem = problem_of(ambiguous, Category.AMBIGUOUS_RELATION)
    assert f"All / Drinks / Tea (id {tea})" in problem.message
    assert f"All / Tea (id {other})" in problem.message
    assert problem.hint is not None
    assert "categ_id/.id" in problem.hint


def test_a_unit_is_known_by_name(odoo: CountingOdoo, module_database: OdooReader) -> None:
    cells = cells_of(resolve_one(resolver_of(odoo, "product.template"), uom_id="KG"))
    assert cells == {"uom_id/.id": id_of(module_database, "uom.uom", ("name", "=", "kg"))}


def test_a_partner_is_known_by_reference_vat_email_and_name(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    azure = record(
        module_database, "res.partner",
        name="Azure Interior", ref="AZ-1", vat="BE0477472701", email="Info@azure.example",
        is_company=True,
    )  # fmt: skip
    ann = record(module_database, "res.partner", name="Ann Lee", parent_id=azure)
    texts = ["AZ-1", "az-1", "BE0477472701", "info@azure.example", "AZURE  interior"]
    found = names_resolved(resolver_of(odoo, "res.partner"), "parent_id", texts)
    assert [cells_of(r)["parent_id/.id"] for r in found.values()] == [str(azure)] * 5
    contact = resolve_one(resolver_of(odoo, "res.partner"), parent_id="Azure Interior, Ann Lee")
    assert cells_of(contact) == {"parent_id/.id": str(ann)}


def test_a_reference_decides_before_a_name(odoo: CountingOdoo, module_database: OdooReader) -> None:
    by_ref = record(module_database, "res.partner", name="First of them", ref="Twofold")
    record(module_database, "res.partner", name="Twofold")
    cells = cells_of(resolve_one(resolver_of(odoo, "res.partner"), parent_id="Twofold"))
    assert cells == {"parent_id/.id": str(by_ref)}


def test_the_exact_name_decides_before_one_in_another_case(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    exact = record(module_database, "res.partner", name="MixedCase")
    record(module_database, "res.partner", name="mixedcase")
    resolver = resolver_of(odoo, "res.partner")
    assert cells_of(resolve_one(resolver, parent_id="MixedCase")) == {"parent_id/.id": str(exact)}
    problem_of(resolve_one(resolver, parent_id="MIXEDCASE"), Category.AMBIGUOUS_RELATION)


def test_part_of_a_name_is_no_name(odoo: CountingOdoo, module_database: OdooReader) -> None:
    record(module_database, "res.partner", name="Wholly Named Ltd")
    resolver = resolver_of(odoo, "res.partner")
    problem_of(resolve_one(resolver, parent_id="Wholly Named"), Category.MISSING_RELATION)
    problem_of(resolve_one(resolver, parent_id="Wholly%"), Category.MISSING_RELATION)
    problem_of(resolve_one(resolver, parent_id="Wholly_Named_Ltd"), Category.MISSING_RELATION)


@pytest.mark.parametrize("name", ["50% off", "a_b", "back\\slash", 'quote\'s "x"', "Ünïcode", "("])
def test_any_text_can_be_a_name(odoo: CountingOdoo, module_database: OdooReader, name: str) -> None:
    tag = record(module_database, "res.partner.category", name=name)
    resolver = resolver_of(odoo, "res.partner")
    assert cells_of(resolve_one(resolver, category_id=name)) == {"category_id/.id": str(tag)}
    swapped = resolve_one(resolver, category_id=name.swapcase())
    assert cells_of(swapped) == {"category_id/.id": str(tag)}


def test_partners_of_one_name_are_ambiguous_and_five_of_them_are_listed(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    ids = [record(module_database, "res.partner", name="Jane Twin") for _ in range(7)]
    resolution = resolve_one(resolver_of(odoo, "res.partner"), parent_id="Jane Twin")
    problem = problem_of(resolution, Category.AMBIGUOUS_RELATION)
    listed = [number for number in ids if f"(id {number})" in problem.message]
    assert len(listed) == 5
    assert problem.message.endswith("and 2 more")


def test_several_tags_become_one_cell_without_doubles(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    gold = record(module_database, "res.partner.category", name="Gold")
    kid = record(module_database, "res.partner.category", name="Kid", parent_id=gold)
    resolver = resolver_of(odoo, "res.partner")
    tags = by_name("Gold / Kid", "Gold", "gold", "Kid", " ")
    assert cells_of(resolve_one(resolver, category_id=tags)) == {"category_id/.id": f"{kid},{gold}"}


def test_each_bad_tag_of_a_row_is_told(odoo: CountingOdoo) -> None:
    resolution = resolve_one(
        resolver_of(odoo, "res.partner"), category_id=by_name("Nil", "Nought"), country_id="Nix"
    )
    assert isinstance(resolution, tuple)
    assert [problem.message.split("'")[1] for problem in resolution] == ["Nil", "Nought", "Nix"]


def test_a_product_is_known_by_code_barcode_name_and_label(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    template = record(
        module_database, "product.template",
        name="Green tea", default_code="TEA-1", barcode="4006381333931",
    )  # fmt: skip
    variant = id_of(module_database, "product.product", ("product_tmpl_id", "=", template))
    texts = ["TEA-1", "tea-1", "4006381333931", "Green tea", "GREEN TEA", "[TEA-1] Green tea"]
    for model, expected in (("product.template", str(template)), ("product.product", variant)):
        found = lookup_names(odoo, model, texts, company_id=1)
        cells = {text: [match.cell for match in f.matches] for text, f in found.items()}
        assert cells == {text: [expected] for text in texts}


def test_a_label_whose_name_is_another_is_no_match(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "product.template", name="Black tea", default_code="TEA-2")
    found = lookup_names(odoo, "product.product", ["[TEA-2] Red tea"])
    assert found["[TEA-2] Red tea"].kind is Kind.MISSING


@pytest.mark.parametrize(
    ("model", "text", "domain"),
    [
        ("res.users", "admin", ("login", "=", "admin")),
        ("res.users", "Administrator", ("login", "=", "admin")),
        ("res.company", "My Company", ("id", "=", 1)),
        ("res.currency", "usd", ("name", "=", "USD")),
        ("res.currency", "EUR", ("name", "=", "EUR")),
        ("res.lang", "en_US", ("code", "=", "en_US")),
        ("res.lang", "English (US)", ("code", "=", "en_US")),
        ("stock.location", "WH/Stock", ("complete_name", "=", "WH/Stock")),
        ("stock.location", "wh / stock", ("complete_name", "=", "WH/Stock")),
        ("stock.warehouse", "WH", ("code", "=", "WH")),
        ("account.account", "400000", ("code", "=", "400000")),
        ("account.account", "Product Sales", ("code", "=", "400000")),
        ("account.payment.term", "30 days", ("name", "=", "30 Days")),
        ("res.partner.industry", "Mining", ("name", "=", "Mining")),
    ],
)
def test_other_models_are_known_by_their_own_fields(
    odoo: CountingOdoo, module_database: OdooReader, model: str, text: str, domain: Any
) -> None:
    finding = lookup_names(odoo, model, [text], company_id=1)[text]
    assert finding.kind is Kind.FOUND, finding
    assert finding.matches[0].cell == id_of(module_database, model, domain)


def test_an_account_is_known_by_code_and_name_together(odoo: CountingOdoo) -> None:
    finding = lookup_names(odoo, "account.account", ["400000 Product Sales"])
    (account,) = finding["400000 Product Sales"].matches
    assert account.label.endswith("Product Sales")


def test_a_model_without_a_name_field_is_known_by_its_display_name(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    partner = record(module_database, "res.partner", name="Bank Customer")
    bank = record(
        module_database, "res.partner.bank", acc_number="BE71 0961 2345 6769", partner_id=partner
    )
    label = module_database.call("res.partner.bank", "read", [bank], ["display_name"])
    found = lookup_names(odoo, "res.partner.bank", [label[0]["display_name"], "nothing"])
    assert [finding.kind for finding in found.values()] == [Kind.FOUND, Kind.MISSING]


def test_only_the_fields_asked_for_are_resolved(odoo: CountingOdoo) -> None:
    resolver = resolver_of(odoo, "res.partner")
    asked = draft(1, parent_id="Nobody at all", country_id="DE")
    (country,) = resolver.resolve([asked], fields={"country_id"})
    assert list(cells_of(country)) == ["country_id/.id"]
    (parent,) = resolver.resolve([asked], fields={"parent_id"})
    problem_of(parent, Category.MISSING_RELATION)


def test_rows_without_relations_cost_no_call(odoo: CountingOdoo) -> None:
    resolver = resolver_of(odoo, "res.partner")
    odoo.calls.clear()
    assert resolver.resolve([draft(1), draft(2)]) == [{}, {}]
    assert odoo.calls == []


def test_the_whole_paths_of_records_can_be_read(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "product.category")
    goods = int(id_of(module_database, "product.category", ("complete_name", "=", "Goods")))
    assert resolver.parent_paths([goods, 10**6]) == {goods: "Goods"}
    assert resolver_of(odoo, "res.partner.category").parent_paths([10**6]) == {}
