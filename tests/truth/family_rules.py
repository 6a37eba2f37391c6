"""Rules for contacts and their parents, in whatever order they stand in the file."""

from __future__ import annotations

from odoo_ingestion.records import Category
from tests.truth.partner_rules import PARTNERS, bad, good
from tests.truth.rows import CREATED, Draw, Made

rule = PARTNERS.rule


@rule()
def generations(draw: Draw) -> list[Made]:
    """A company, its contact and that one's contact; parents by name, reference or external id."""
    company = {"id": f"truth.co_{draw.tag}", "ref": f"C-{draw.tag}", "name": f"{draw.tag} Co"}
    company |= {"company_type": "company"}
    child = {"name": f"{draw.tag} child", "type": "other", "street": "Own street"}
    child["parent_id"] = draw.one(str(company["name"]), str(company["ref"]))
    grandchild = {"name": f"{draw.tag} grandchild", "parent_id": child["name"]}
    made = [
        Made(company, CREATED, {"is_company": True, "parent_id": False}, str(company["name"])),
        Made(child, CREATED, {"street": "Own street"}, child["name"]),
        Made(grandchild, CREATED, {}, grandchild["name"]),
    ]
    draw.chance.shuffle(made)
    return made


@rule()
def failing_parent(draw: Draw) -> list[Made]:
    parent = {"ref": f"F-{draw.tag}", "name": f"{draw.tag} bad", "country_id": "Atlantis"}
    child = {"name": f"{draw.tag} child", "parent_id": f"F-{draw.tag}"}
    grandchild = {"name": f"{draw.tag} grandchild", "parent_id": child["name"]}
    made = [Made(cells, Category.MISSING_RELATION) for cells in (parent, child, grandchild)]
    draw.chance.shuffle(made)
    return made


@rule()
def invalid_parent(draw: Draw) -> list[Made]:
    parent = {"ref": f"I-{draw.tag}", "name": f"{draw.tag} bad", "color": "red"}
    child = {"name": f"{draw.tag} child", "parent_id": f"I-{draw.tag}"}
    made = [Made(parent, Category.VALIDATION), Made(child, Category.MISSING_RELATION)]
    draw.chance.shuffle(made)
    return made


@rule()
def loop(draw: Draw) -> list[Made]:
    one = {"ref": f"L1-{draw.tag}", "name": f"{draw.tag} a", "parent_id": f"L2-{draw.tag}"}
    two = {"ref": f"L2-{draw.tag}", "name": f"{draw.tag} b", "parent_id": f"L1-{draw.tag}"}
    own = {"ref": f"L3-{draw.tag}", "name": f"{draw.tag} c", "parent_id": f"L3-{draw.tag}"}
    return [Made(cells, Category.VALIDATION) for cells in (one, two, own)]


@rule()
def two_parents_meant(draw: Draw) -> list[Made]:
    name = f"{draw.tag} same name"
    companies = [
        Made({"ref": f"T{n}-{draw.tag}", "name": name, "company_type": "company"}, CREATED)
        for n in (1, 2)
    ]
    child = {"name": f"{draw.tag} child", "parent_id": name}
    return [*companies, Made(child, Category.AMBIGUOUS_RELATION)]


@rule()
def parent_in_odoo(draw: Draw) -> list[Made]:
    said = draw.one("PARENT", "Parent Company", "parent@company.example")
    return good(draw, {"parent_id": said}, parent_id=draw.ids["parent"], city="Antwerpen")


@rule()
def contact_with_the_parents_address(draw: Draw) -> list[Made]:
    cells = {"parent_id": "PARENT", "street": "Main street 1", "city": "Antwerpen"}
    return good(draw, cells, street="Main street 1")


@rule()
def contact_with_another_address(draw: Draw) -> list[Made]:
    cells = {"parent_id": "PARENT", "street": f"{draw.tag} elsewhere"}
    return bad(draw, Category.VALIDATION, cells)


@rule()
def delivery_address(draw: Draw) -> list[Made]:
    kind = draw.one("delivery", "invoice", "other", "Delivery Address", "billing")
    cells = {"parent_id": "PARENT", "street": f"{draw.tag} dock", "type": kind}
    return good(draw, cells, street=f"{draw.tag} dock")


@rule()
def contact_with_an_address_below_a_new_company_with_another(draw: Draw) -> list[Made]:
    company = {"ref": f"A-{draw.tag}", "name": f"{draw.tag} Co", "company_type": "company"}
    company["street"] = "Here"
    same = {"name": f"{draw.tag} same", "parent_id": f"A-{draw.tag}", "street": "Here"}
    other = {"name": f"{draw.tag} other", "parent_id": f"A-{draw.tag}", "street": "There"}
    made = [
        Made(company, CREATED, {"street": "Here"}, company["name"]),
        Made(same, CREATED, {"street": "Here"}, same["name"]),
        Made(other, Category.VALIDATION),
    ]
    draw.chance.shuffle(made)
    return made


@rule()
def contact_with_the_vat_of_its_company(draw: Draw) -> list[Made]:
    vat = f"BE1{draw.number:09d}"
    company = {"ref": f"V-{draw.tag}", "name": f"{draw.tag} Co", "company_type": "company"}
    company["vat"] = vat
    contact = {"name": f"{draw.tag} contact", "parent_id": f"V-{draw.tag}", "vat": vat}
    stranger = {"name": f"{draw.tag} stranger", "parent_id": f"V-{draw.tag}", "vat": "BE2"}
    made = [
        Made(company, CREATED, {"vat": vat}, company["name"]),
        Made(contact, CREATED, {"vat": vat}, contact["name"]),
        Made(stranger, Category.VALIDATION),
    ]
    draw.chance.shuffle(made)
    return made


@rule()
def nameless_address(draw: Draw) -> list[Made]:
    cells = {"ref": f"N-{draw.tag}", "type": "invoice", "parent_id": "PARENT"}
    return [Made({**cells, "street": f"{draw.tag} street"}, CREATED)]
