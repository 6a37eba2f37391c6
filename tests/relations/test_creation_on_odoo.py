"""Records that the file names and Odoo does not have, created where the user asks for it."""

from __future__ import annotations

import pytest

from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import Category
from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.creatable import why_not_creatable
from odoo_ingestion.relations.domains import read_domain
from odoo_ingestion.relations.rule import Rule
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
    schema_of,
)

NO_RULE_MET = "the field takes only some records, by a rule that a new one may not meet"


def paths(reader: OdooReader, *domain: object) -> dict[str, int]:
    found = reader.search_read("product.category", list(domain), ["complete_name"])
    return {data["complete_name"]: data["id"] for data in found}


def test_missing_tags_are_created_once_whatever_their_case_and_blanks(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    found = resolver.resolve(
        [
            draft(1, category_id=by_name("Fresh", "New one")),
            draft(2, category_id=by_name("FRESH", "New  One ")),
        ]
    )
    later = resolver.resolve([draft(3, category_id=by_name("fresh", "new one"))])
    tags = {
        data["name"]: data["id"]
        for data in module_database.search_read(
            "res.partner.category", [("name", "in", ["Fresh", "New one"])], ["name"]
        )
    }
    expected = {"category_id/.id": f"{tags['Fresh']},{tags['New one']}"}
    assert [cells_of(r) for r in (*found, *later)] == [expected] * 3
    assert dict(resolver.created_records) == {"res.partner.category": 2}
    ours = {x: i for x, i in module_database.xids("res.partner.category").items() if "fresh" in x}
    assert list(ours.values()) == [tags["Fresh"]]
    data = module_database.search_read(
        "ir.model.data", [("name", "=", next(iter(ours)).partition(".")[2])], ["noupdate"]
    )
    assert [row["noupdate"] for row in data] == [True]


def test_a_record_created_earlier_and_renamed_since_keeps_its_name(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    def import_it() -> str:
        resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
        return cells_of(resolve_one(resolver, category_id="Preferred"))["category_id/.id"]

    first = import_it()
    module_database.call("res.partner.category", "write", [int(first)], {"name": "Favourite"})
    second = import_it()
    assert second != first
    assert import_it() == second
    module_database.call("res.partner.category", "write", [int(second)], {"name": "Favourite 2"})
    assert import_it() not in (first, second)
    (kept,) = module_database.call("res.partner.category", "read", [int(first)], ["name"])
    assert kept["name"] == "Favourite"


def test_whole_category_paths_are_created_parents_first(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    top = record(module_database, "product.category", name="Shop")
    record(module_database, "product.category", name="leaves", parent_id=top)
    resolver = resolver_of(odoo, "product.template", create_missing=["categ_id"])
    texts = [
        "Shop / Leaves / Green / Sencha / First flush / 2026",
        "shop/leaves/green/Bancha",
        "Tools > Pots",
    ]
    found = names_resolved(resolver, "categ_id", texts)
    made = paths(module_database)
    assert [cells_of(r)["categ_id/.id"] for r in found.values()] == [
        str(made["Shop / leaves / Green / Sencha / First flush / 2026"]),
        str(made["Shop / leaves / Green / Bancha"]),
        str(made["Tools / Pots"]),
    ]
    assert "Shop / Leaves" not in made
    assert dict(resolver.created_records) == {"product.category": 7}
    again = resolver_of(odoo, "product.template", create_missing=["categ_id"])
    assert names_resolved(again, "categ_id", texts) == found
    assert again.created_records == {}


def test_a_tag_may_have_a_slash_in_its_name_and_a_path_makes_its_parents(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    found = names_resolved(resolver, "category_id", ["B2B/B2C", "Region / North"])
    shown = module_database.search_read(
        "res.partner.category", [("name", "in", ["B2B/B2C", "North", "Region"])], ["display_name"]
    )
    by_label = {data["display_name"]: str(data["id"]) for data in shown}
    assert set(by_label) == {"B2B/B2C", "Region / North", "Region"}
    assert cells_of(found["B2B/B2C"]) == {"category_id/.id": by_label["B2B/B2C"]}
    assert cells_of(found["Region / North"]) == {"category_id/.id": by_label["Region / North"]}


def test_a_dry_run_creates_nothing_and_counts_the_same(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "product.category", name="Dry")
    chunks = [
        ["Dry / A / B", "dry/a/c", "Wet"],
        ["Dry / A", "DRY / A / B", "B", "wet", "Dry / A / B / D"],
    ]

    def run(*, dry_run: bool) -> tuple[list[str], dict[str, int]]:
        resolver = resolver_of(
            odoo, "product.template", create_missing=["categ_id"], dry_run=dry_run
        )
        cells = [
            cells_of(resolution)["categ_id/.id"]
            for texts in chunks
            for resolution in names_resolved(resolver, "categ_id", texts).values()
        ]
        return cells, dict(resolver.created_records)

    before = paths(module_database)
    odoo.calls.clear()
    dry_cells, dry_count = run(dry_run=True)
    assert paths(module_database) == before
    assert {method for _, method in odoo.calls} <= {
        "fields_get", "search_read", "default_get", "check_access_rights"
    }  # fmt: skip
    real_cells, real_count = run(dry_run=False)
    assert dry_count == real_count == {"product.category": 5}
    assert len(set(dry_cells)) == len(set(real_cells)) == 5
    same = dict(zip(dry_cells, real_cells, strict=True))
    assert [same[cell] for cell in dry_cells] == real_cells
    assert all(cell.startswith("new:product.category:") for cell in dry_cells)


def test_a_child_of_an_archived_or_doubtful_parent_is_not_created(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "res.partner.category", name="Closed", active=False)
    for _ in range(2):
        record(module_database, "res.partner.category", name="Double")
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    found = names_resolved(
        resolver, "category_id", ["Closed / Kid", "Double / Kid", "Double / Kid / Grandkid"]
    )
    archived = problem_of(found["Closed / Kid"], Category.ARCHIVED_RELATION)
    assert "'Closed'" in archived.message
    assert archived.field == "the column"
    for text in ("Double / Kid", "Double / Kid / Grandkid"):
        problem = problem_of(found[text], Category.AMBIGUOUS_RELATION)
        assert "'Double'" in problem.message
    assert resolver.created_records == {}


def test_attribute_values_are_created_in_the_attribute_of_their_row(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    size = record(module_database, "product.attribute", name="Size")
    colour = record(module_database, "product.attribute", name="Colour")
    record(module_database, "product.attribute.value", name="Light", attribute_id=size)
    domain = odoo.call("product.template.attribute.line", "fields_get", ["value_ids"], ["domain"])
    assert "attribute_id" in domain["value_ids"]["domain"]
    for dry_run in (True, False):
        resolver = resolver_of(
            odoo,
            "product.template.attribute.line",
            create_missing=["value_ids"],
            dry_run=dry_run,
        )
        found = resolver.resolve(
            [
                draft(1, attribute_id="Size", value_ids=by_name("Light", "Heavy")),
                draft(2, attribute_id="Colour", value_ids=by_name("Light")),
                draft(3, value_ids=by_name("Bright")),
            ]
        )
        assert dict(resolver.created_records) == {"product.attribute.value": 2}
        problem = problem_of(found[2], Category.MISSING_RELATION)
        assert "without attribute_id" in problem.message
    values = module_database.search_read(
        "product.attribute.value", [("attribute_id", "in", [size, colour])], ["attribute_id"]
    )
    assert sorted(data["attribute_id"][0] for data in values) == sorted([size, size, colour])


def test_a_new_record_meets_the_fields_own_domain(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "product.template", create_missing=["route_ids"])
    cells = cells_of(resolve_one(resolver, route_ids="By balloon"))
    (route,) = module_database.search_read(
        "stock.route", [("name", "=", "By balloon")], ["product_selectable"]
    )
    assert cells == {"route_ids/.id": str(route["id"])}
    assert route["product_selectable"] is True


@pytest.mark.parametrize(
    ("model", "field", "reason"),
    [
        ("res.partner", "country_id", "takes more than a name"),
        ("res.partner", "state_id", "takes more than a name"),
        ("product.template", "taxes_id", "takes more than a name"),
        ("res.partner", "activity_user_id", "takes more than a name"),
        ("product.template.attribute.line", "attribute_id", None),
        ("product.supplierinfo", "product_tmpl_id", "takes more than a name"),
        ("stock.picking", "picking_type_id", "also requires"),
        ("product.category", "removal_strategy_id", "you have no right"),
    ],
)
def test_only_what_a_name_suffices_for_is_created(
    odoo: CountingOdoo, model: str, field: str, reason: str | None
) -> None:
    resolver = resolver_of(odoo, model, create_missing=[field], dry_run=True)
    resolution = resolve_one(resolver, **{field: "Brand new"})
    if reason is None:
        assert cells_of(resolution) == {f"{field}/.id": "new:product.attribute:1"}
        return
    problem = problem_of(resolution, Category.MISSING_RELATION)
    assert problem.hint is not None
    assert "It cannot be created from its name: " in problem.hint
    assert reason in problem.hint
    assert resolver.created_records == {}


@pytest.mark.parametrize(
    ("domain", "fits"),
    [
        (["|", ("company_id", "=", False), ("company_id", "=", 1)], True),
        ([("company_ids", "parent_of", [1]), ("color", "=", 3)], True),
        ([("color", ">", 3)], False),
        (["|", ("color", "=", 3), ("color", "=", 4)], False),
        ([("color", "in", [3, 4])], False),
    ],
)
def test_a_rule_that_a_new_record_may_not_meet_forbids_creating_it(
    odoo: CountingOdoo, domain: list[object], fits: bool
) -> None:
    comodel = Comodel("res.partner.category", "Contact Tag", ("name",))
    conditions = read_domain(domain, known={}, many2ones=()).conditions
    reason = why_not_creatable(odoo, Rule("x_tag_id", comodel, own_conditions=conditions))
    assert reason == (None if fits else NO_RULE_MET)


def test_what_odoo_refuses_to_create_fails_alone(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    model = module_database.call("ir.model", "search", [("model", "=", "res.partner.category")])
    record(
        module_database, "ir.rule", name="No such tag", model_id=model[0],
        domain_force="[('name', '!=', 'Forbidden')]", perm_read=False, perm_write=False,
        perm_unlink=False,
    )  # fmt: skip
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    found = names_resolved(resolver, "category_id", ["Good 1", "Forbidden", "Good 2", "Good 3"])
    problem = problem_of(found.pop("Forbidden"), Category.SERVER)
    assert "Odoo refuses to create 'Forbidden'" in problem.message
    assert problem.field == "the column"
    assert [list(cells_of(r)) for r in found.values()] == [["category_id/.id"]] * 3
    assert dict(resolver.created_records) == {"res.partner.category": 3}


def test_a_text_that_no_call_can_carry_fails_alone(odoo: CountingOdoo) -> None:
    resolver = resolver_of(odoo, "res.partner")
    found = names_resolved(resolver, "country_id", ["NUL\0", "\ud800", "Germany"])
    problem_of(found["NUL\0"], Category.VALIDATION)
    problem_of(found["\ud800"], Category.VALIDATION)
    assert cells_of(found["Germany"])


def test_the_caller_may_make_the_external_ids_of_the_whole_path(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "product.category", name="NAMED")
    texts: list[str] = []

    def make_external_id(model: str, text: str) -> str:
        texts.append(text)
        return f"mine.{model}_{len(texts)}"

    resolver = resolver_of(
        odoo,
        "product.template",
        create_missing=["categ_id"],
        make_external_id=make_external_id,
    )
    cells = cells_of(resolve_one(resolver, categ_id="Named/By  /Caller"))
    assert texts == ["NAMED / By", "NAMED / By / Caller"]
    ids = module_database.xids("product.category")
    assert str(ids["mine.product.category_2"]) == cells["categ_id/.id"]


def test_without_leave_nothing_is_created_and_the_option_is_named(odoo: CountingOdoo) -> None:
    problem = problem_of(
        resolve_one(resolver_of(odoo, "res.partner"), category_id="Unheard of"),
        Category.MISSING_RELATION,
    )
    assert problem.hint is not None
    assert "--create-missing category_id" in problem.hint
    resolver = resolver_of(odoo, "res.partner", create_missing=["category_id"])
    (resolution,) = resolver.resolve([draft(1, category_id="Unheard of")], create=False)
    problem_of(resolution, Category.MISSING_RELATION)
    assert resolver.created_records == {}


@pytest.mark.parametrize("name", ["no_such_field", "name"])
def test_creation_for_a_field_that_is_no_relation_is_refused(odoo: CountingOdoo, name: str) -> None:
    with pytest.raises(UsageError, match=f"--create-missing {name}") as caught:
        resolver_of(odoo, "res.partner", create_missing=[name])
    assert caught.value.hint is not None
    assert "category_id" in caught.value.hint
    assert name not in schema_of(odoo, "res.partner").fields or name == "name"
