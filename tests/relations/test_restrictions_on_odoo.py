"""What keeps a look-up to the right records: domain, company, language, archive, rights."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_ingestion.records import Category, FieldSpec, ModelSchema
from odoo_ingestion.relations import Kind, RelationResolver, lookup_names
from odoo_ingestion.relations.rules import Rules
from tests.connections import connection_to
from tests.odoo_reader import OdooReader
from tests.relations.desk import (
    CountingOdoo,
    by_database_id,
    by_external_id,
    by_name,
    cells_of,
    draft,
    problem_of,
    record,
    resolve_one,
    resolver_of,
    schema_of,
)


@pytest.fixture(scope="module")
def taxes(module_database: OdooReader) -> dict[str, int]:
    """A sale tax and a purchase tax of the same name, and one of each alone."""
    return {
        f"{use} {name}": record(
            module_database, "account.tax", name=name, type_tax_use=use, amount=19.0
        )
        for use, name in [("sale", "VAT 19%"), ("purchase", "VAT 19%"), ("sale", "Sales only")]
    }


@pytest.fixture(scope="module")
def second_company(module_database: OdooReader) -> int:
    company = record(module_database, "res.company", name="Second Company")
    module_database.call("res.users", "write", [2], {"company_ids": [(4, company)]})
    return company


@pytest.fixture
def reader_of_little(module_database: OdooReader) -> Iterator[CountingOdoo]:
    """The connection of a user who may see contacts, and no external ids."""
    group = module_database.xids("res.groups")["base.group_user"]
    manager = module_database.xids("res.groups")["base.group_partner_manager"]
    login = "little"
    if not module_database.count("res.users", [("login", "=", login)]):
        record(
            module_database, "res.users",
            name="Little Rights", login=login, password=login, group_ids=[(6, 0, [group, manager])],
        )  # fmt: skip
    with (
        OdooReader(module_database.url, module_database.database, login, login) as reader,
        connection_to(reader) as connection,
    ):
        yield CountingOdoo(connection)


# --- the field's own domain -----------------------------------------------------------------


def test_a_sale_tax_is_not_the_purchase_tax_of_the_same_name(
    odoo: CountingOdoo, taxes: dict[str, int]
) -> None:
    resolver = resolver_of(odoo, "product.template")
    cells = cells_of(resolve_one(resolver, taxes_id="VAT 19%", supplier_taxes_id="vat 19%"))
    assert cells == {
        "taxes_id/.id": str(taxes["sale VAT 19%"]),
        "supplier_taxes_id/.id": str(taxes["purchase VAT 19%"]),
    }


def test_a_sale_tax_is_no_purchase_tax_and_the_row_is_told_so(
    odoo: CountingOdoo, taxes: dict[str, int]
) -> None:
    resolution = resolve_one(resolver_of(odoo, "product.template"), supplier_taxes_id="Sales only")
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.message == "'Sales only' exists (Tax), but this field does not take it"
    assert problem.hint is not None
    assert "the field takes only: type_tax_use = purchase" in problem.hint


@pytest.mark.parametrize("model", ["res.partner", "product.template", "sale.order"])
def test_every_domain_of_a_model_can_be_sent_to_odoo(odoo: CountingOdoo, model: str) -> None:
    schema = schema_of(odoo, model)
    rules = Rules(odoo, schema, 1)
    with_domain = [
        name
        for name, spec in schema.fields.items()
        if spec.type in ("many2one", "many2many") and spec.domain not in ([], "[]")
    ]
    for name in with_domain:
        rule = rules.of(name)
        assert odoo.call(rule.comodel.name, "search_count", list(rule.domain)) >= 0
    assert len(with_domain) > 5


# --- the company ----------------------------------------------------------------------------


def test_records_of_another_company_are_left_out(
    odoo: CountingOdoo, module_database: OdooReader, second_company: int
) -> None:
    ours = record(module_database, "res.partner", name="Split Name", company_id=1)
    theirs = record(module_database, "res.partner", name="Split Name", company_id=second_company)
    shared = record(module_database, "res.partner", name="Shared Name")
    both = odoo.with_context(allowed_company_ids=[1, second_company])
    for company, expected in ((1, ours), (second_company, theirs)):
        resolver = resolver_of(both, "res.partner", company_id=company)
        cells = cells_of(resolve_one(resolver, parent_id="Split Name"))
        assert cells == {"parent_id/.id": str(expected)}
        cells = cells_of(resolve_one(resolver, parent_id="Shared Name"))
        assert cells == {"parent_id/.id": str(shared)}
    without = resolver_of(both, "res.partner", company_id=None)
    problem_of(resolve_one(without, parent_id="Split Name"), Category.AMBIGUOUS_RELATION)


def test_a_tax_of_another_company_is_left_out_and_the_row_is_told_so(
    odoo: CountingOdoo, module_database: OdooReader, second_company: int
) -> None:
    country = module_database.call("res.country", "search", [("code", "=", "US")])[0]
    module_database.call("res.company", "write", [second_company], {"country_id": country})
    group = record(
        module_database, "account.tax.group", name="Theirs", company_id=second_company,
        country_id=country,
    )  # fmt: skip
    record(
        module_database, "account.tax", name="Foreign tax", type_tax_use="sale", amount=1.0,
        company_id=second_company, tax_group_id=group, country_id=country,
    )  # fmt: skip
    both = odoo.with_context(allowed_company_ids=[1, second_company])
    resolution = resolve_one(resolver_of(both, "product.template"), taxes_id="Foreign tax")
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert "does not take it" in problem.message


def test_records_of_the_company_above_are_found(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    branch = record(module_database, "res.company", name="Branch", parent_id=1)
    module_database.call("res.users", "write", [2], {"company_ids": [(4, branch)]})
    tax = record(module_database, "account.tax", name="Above", type_tax_use="sale", amount=2.0)
    resolver = resolver_of(
        odoo.with_context(allowed_company_ids=[branch, 1]), "product.template", company_id=branch
    )
    assert cells_of(resolve_one(resolver, taxes_id="Above")) == {"taxes_id/.id": str(tax)}


# --- the language ---------------------------------------------------------------------------


def test_names_are_looked_up_in_the_users_language_and_then_in_english(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    lang = module_database.call(
        "res.lang", "search", [("code", "=", "fr_FR")], context={"active_test": False}
    )
    module_database.call("res.lang", "write", lang, {"active": True})
    french = {"context": {"lang": "fr_FR"}}
    germany = module_database.call("res.country", "search", [("code", "=", "DE")])
    module_database.call("res.country", "write", germany, {"name": "Allemagne"}, **french)
    tag = record(module_database, "res.partner.category", name="Supplier")
    module_database.call("res.partner.category", "write", [tag], {"name": "Fournisseur"}, **french)

    in_french = resolver_of(odoo.with_context(lang="fr_FR"), "res.partner")
    for country, name in [("Allemagne", "Fournisseur"), ("germany", "supplier")]:
        cells = cells_of(resolve_one(in_french, country_id=country, category_id=name))
        assert cells == {"country_id/.id": str(germany[0]), "category_id/.id": str(tag)}
    in_english = resolver_of(odoo, "res.partner")
    problem_of(resolve_one(in_english, country_id="Allemagne"), Category.MISSING_RELATION)


# --- archived records -----------------------------------------------------------------------


def test_an_archived_tag_is_refused_with_advice(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    tag = record(module_database, "res.partner.category", name="Old customers", active=False)
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    for reference in (by_name("Old customers"), by_name("old CUSTOMERS"), by_database_id(str(tag))):
        problem = problem_of(
            resolve_one(resolver, category_id=reference), Category.ARCHIVED_RELATION
        )
        assert f"Old customers (id {tag})" in problem.message
        assert problem.hint is not None
        assert "Unarchive" in problem.hint
    assert resolver.created_records == {}


def test_an_active_record_comes_before_archived_ones(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "res.partner.category", name="Loyal", active=False)
    active = record(module_database, "res.partner.category", name="LOYAL")
    cells = cells_of(resolve_one(resolver_of(odoo, "res.partner"), category_id="Loyal"))
    assert cells == {"category_id/.id": str(active)}


def test_an_archived_currency_is_accepted_and_load_takes_it(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    (euro,) = module_database.search_read(
        "res.currency", [("name", "=", "EUR")], ["active"], context={"active_test": False}
    )
    assert not euro["active"]
    finding = lookup_names(odoo, "res.currency", ["eur"])["eur"]
    assert finding.kind is Kind.FOUND
    cells = cells_of(resolve_one(resolver_of(odoo, "res.company"), currency_id="EUR"))
    answer = module_database.call(
        "product.pricelist", "load", ["name", *cells], [["In euro", *cells.values()]]
    )
    assert answer["messages"] == []


# --- ids ------------------------------------------------------------------------------------


def test_an_external_id_names_its_record(odoo: CountingOdoo, module_database: OdooReader) -> None:
    module_database.call("res.partner.category", "load", ["id", "name"], [["own_tag", "Own tag"]])
    tag = module_database.xids("res.partner.category")["__import__.own_tag"]
    germany = module_database.xids("res.country")["base.de"]
    resolver = resolver_of(odoo, "res.partner")
    references = {
        "country_id": by_external_id("base.de"),
        "category_id": by_external_id("own_tag", "__import__.own_tag"),
    }
    assert cells_of(resolve_one(resolver, **references)) == {
        "country_id/.id": str(germany),
        "category_id/.id": str(tag),
    }


def test_an_external_id_of_another_model_nothing_or_a_deleted_record_is_refused(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    module_database.call("res.partner.category", "load", ["id", "name"], [["gone_tag", "Gone"]])
    gone = module_database.xids("res.partner.category")["__import__.gone_tag"]
    module_database.call("res.partner.category", "unlink", [gone])
    resolver = resolver_of(odoo, "res.partner")
    wrong = resolve_one(resolver, country_id=by_external_id("base.USD"))
    assert "res.currency" in problem_of(wrong, Category.VALIDATION).message
    for text in ("base.nowhere", "gone_tag"):
        missing = resolve_one(resolver, country_id=by_external_id(text))
        problem = problem_of(missing, Category.MISSING_RELATION)
        assert problem.message == f"nothing in Odoo has the external id {text!r}"


@pytest.mark.parametrize("text", ["999999", "0", "-1", "1.5", "abc", "99999999999999999999", "²"])
def test_a_database_id_that_is_none_is_refused(odoo: CountingOdoo, text: str) -> None:
    resolution = resolve_one(resolver_of(odoo, "res.partner"), country_id=by_database_id(text))
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.message == f"no record of Country has the database id {text!r}"


def test_a_database_id_names_its_record(odoo: CountingOdoo, module_database: OdooReader) -> None:
    germany = str(module_database.xids("res.country")["base.de"])
    resolver = resolver_of(odoo, "res.partner")
    cells = cells_of(resolve_one(resolver, country_id=by_database_id(f" {germany} ")))
    assert cells == {"country_id/.id": germany}


def test_a_state_given_by_id_must_be_of_the_rows_country_too(odoo: CountingOdoo) -> None:
    resolver = resolver_of(odoo, "res.partner")
    california = by_external_id("base.state_us_5")
    assert cells_of(resolve_one(resolver, state_id=california, country_id="US"))
    refused = resolve_one(resolver, state_id=california, country_id="DE")
    assert "California (US)" in problem_of(refused, Category.MISSING_RELATION).message


# --- rights ---------------------------------------------------------------------------------


def test_a_user_without_rights_on_external_ids_can_use_them(
    reader_of_little: CountingOdoo, module_database: OdooReader
) -> None:
    germany = module_database.xids("res.country")["base.de"]
    resolver = resolver_of(reader_of_little, "res.partner")
    drafts = [draft(n, country_id=by_external_id("base.de")) for n in range(1, 51)]
    drafts.append(draft(51, country_id=by_external_id("base.nowhere")))
    reader_of_little.calls.clear()
    *found, missing = resolver.resolve(drafts)
    assert [cells_of(r) for r in found] == [{"country_id/.id": str(germany)}] * 50
    problem_of(missing, Category.MISSING_RELATION)
    asked = [call for call in reader_of_little.calls if call[1] == "check_object_reference"]
    assert len(asked) == 2


def test_a_relation_that_the_user_may_not_see_is_a_problem_of_its_rows(
    reader_of_little: CountingOdoo,
) -> None:
    fields = {
        "x_model_id": FieldSpec("x_model_id", "many2one", relation="ir.model"),
        "country_id": FieldSpec("country_id", "many2one", relation="res.country"),
    }
    resolver = RelationResolver(reader_of_little, ModelSchema("res.partner", "19.0", fields))
    hidden, plain = resolver.resolve([draft(1, x_model_id="Contact"), draft(2, country_id="DE")])
    problem = problem_of(hidden, Category.PERMISSION)
    assert "ir.model could not be looked up" in problem.message
    assert list(cells_of(plain)) == ["country_id/.id"]


def test_a_user_without_rights_is_told_the_models_name_too(reader_of_little: CountingOdoo) -> None:
    resolution = resolve_one(resolver_of(reader_of_little, "res.partner"), country_id="Atlantis")
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.message == "Odoo has no 'Atlantis' (Country)"


def test_what_the_user_may_not_create_is_refused(reader_of_little: CountingOdoo) -> None:
    for dry_run in (True, False):
        resolver = resolver_of(
            reader_of_little, "res.partner", create_missing=["industry_id"], dry_run=dry_run
        )
        resolution = resolve_one(resolver, industry_id="Space travel")
        problem = problem_of(resolution, Category.MISSING_RELATION)
        assert problem.hint is not None
        assert "you have no right to create" in problem.hint
        assert resolver.created_records == {}
