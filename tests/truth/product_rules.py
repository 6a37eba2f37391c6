"""Rules for files of products (product templates): good rows and bad ones."""

from __future__ import annotations

from typing import Any

from odoo_ingestion.records import Category
from tests.truth.rows import CREATED, UPDATED, Cells, Draw, Made, Rules, Verdict

PRODUCTS = Rules()
rule = PRODUCTS.rule

COLUMNS = (
    *("id", ".id", "default_code", "name", "type", "is_storable", "list_price", "standard_price"),
    *("barcode", "categ_id", "uom_id", "taxes_id", "supplier_taxes_id", "product_tag_ids"),
    *("weight", "sale_ok", "description_sale", "sequence", "active"),
)


def good(draw: Draw, cells: Cells | None = None, **holds: Any) -> list[Made]:
    """Return a row of a new product with these further cells."""
    return [row(draw, CREATED, cells, **holds)]


def bad(draw: Draw, category: Category, cells: Cells) -> list[Made]:
    """Return a row of a new product that these cells spoil."""
    return [row(draw, category, cells)]


def row(draw: Draw, verdict: Verdict, cells: Cells | None = None, **holds: Any) -> Made:
    """Return a row with a code and a name of its own."""
    name = draw.text()
    all_cells = {"default_code": f"P-{draw.tag}", "name": name, **(cells or {})}
    marker = str(all_cells["name"])
    return Made(all_cells, verdict, {"name": marker, **holds}, marker)


@rule()
def plain(draw: Draw) -> list[Made]:
    text = draw.text()
    cells = {"list_price": "4.90", "standard_price": "2.1", "description_sale": text}
    held = {"list_price": 4.9, "standard_price": 2.1, "description_sale": text}
    return good(draw, {**cells, "sale_ok": "no", "sequence": "3"}, **held, sale_ok=False)


@rule()
def kind(draw: Draw) -> list[Made]:
    said, *held = draw.one(
        ("storable", "consu", True),
        ("Consumable", "consu", False),
        ("Service", "service", False),
        ("goods", "consu", False),
        ("product", "consu", True),
    )
    return good(draw, {"type": said}, type=held[0], is_storable=held[1])


@rule()
def no_kind(draw: Draw) -> list[Made]:
    cells = draw.one({"type": "thing"}, {"type": "service", "is_storable": "1"})
    return bad(draw, Category.VALIDATION, cells)


@rule()
def no_name(draw: Draw) -> list[Made]:
    cells = {"default_code": f"P-{draw.tag}", "name": draw.one("", "NULL", "  ")}
    return [Made(cells, Category.VALIDATION)]


@rule()
def prices(draw: Draw) -> list[Made]:
    said, held = draw.one(("1.234,50", 1234.5), ("0", 0.0), ("-5", -5.0), ("1e3", 1000.0))
    return good(draw, {"list_price": said}, list_price=held)


@rule()
def no_price(draw: Draw) -> list[Made]:
    field = draw.one("list_price", "standard_price", "weight", "sequence")
    return bad(draw, Category.VALIDATION, {field: draw.one("cheap", "1,234", "$ 5", "1e999")})


@rule()
def no_boolean(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"sale_ok": draw.one("perhaps", "2", "oui")})


@rule()
def weight_with_more_digits(draw: Draw) -> list[Made]:
    return good(draw, {"weight": "0.126"}, weight=0.13)


@rule()
def control_character(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"description_sale": "form\ffeed"})


@rule()
def very_long_text(draw: Draw) -> list[Made]:
    text = "long description " * 5_000
    return good(draw, {"description_sale": text}, description_sale=text)


@rule()
def category(draw: Draw) -> list[Made]:
    said = draw.one("Shop / Tea", "shop/tea", "Shop > Tea", "shop / TEA")
    return good(draw, {"categ_id": said}, categ_id=draw.ids["Shop / Tea"])


@rule()
def unit_and_taxes(draw: Draw) -> list[Made]:
    cells = {"uom_id": "kg", "taxes_id": "Truth 10%", "supplier_taxes_id": "Truth 10%"}
    held = {"taxes_id": [draw.ids["sale tax"]], "supplier_taxes_id": [draw.ids["purchase tax"]]}
    return good(draw, cells, uom_id=draw.ids["kg"], **held)


@rule()
def tags(draw: Draw) -> list[Made]:
    held = sorted([draw.ids["Hot"], draw.ids["Cold"]])
    return good(draw, {"product_tag_ids": "Hot,cold"}, product_tag_ids=held)


@rule()
def no_such_relation(draw: Draw) -> list[Made]:
    cells = draw.one(
        {"categ_id": "Shop / Coffee"},
        {"uom_id": "parsec"},
        {"taxes_id": "Only purchase"},
        {"product_tag_ids": "Hot,Lukewarm"},
    )
    return bad(draw, Category.MISSING_RELATION, cells)


@rule()
def several_meant(draw: Draw) -> list[Made]:
    return bad(draw, Category.AMBIGUOUS_RELATION, {"categ_id": "Tea"})


@rule()
def archived_meant(draw: Draw) -> list[Made]:
    return bad(draw, Category.ARCHIVED_RELATION, {"uom_id": "Old unit"})


@rule(once=True)
def made_by_hand(draw: Draw) -> list[Made]:
    held = {"id": draw.ids["hand"], "list_price": 7.0}
    return [row(draw, UPDATED, {"default_code": "HAND"}, **held)]


@rule(once=True)
def made_by_hand_by_barcode(draw: Draw) -> list[Made]:
    cells = {"default_code": "", "barcode": "HAND-BAR"}
    return [row(draw, UPDATED, cells, id=draw.ids["hand by barcode"])]


@rule(once=True)
def archived(draw: Draw) -> list[Made]:
    cells = {"default_code": "ARCHIVED"}
    return [row(draw, UPDATED, cells, id=draw.ids["archived"], active=False)]


@rule(once=True)
def two_products_with_the_code(draw: Draw) -> list[Made]:
    return bad(draw, Category.AMBIGUOUS_RECORD, {"default_code": "TWICE"})


@rule(once=True)
def code_of_one_of_several_variants(draw: Draw) -> list[Made]:
    return bad(draw, Category.PROTECTED, {"default_code": "VARIANT-1"})


@rule(once=True)
def variant_fields_of_a_template_with_several(draw: Draw) -> list[Made]:
    cells = {"id": "truth.shirt_one", "default_code": "", "standard_price": "5"}
    priced = {"id": "truth.shirt_two", "default_code": "", "list_price": "19"}
    held = {"id": draw.ids["shirt two"], "list_price": 19.0}
    return [row(draw, Category.PROTECTED, cells), row(draw, UPDATED, priced, **held)]


@rule(once=True)
def known_external_id(draw: Draw) -> list[Made]:
    return [row(draw, UPDATED, {"id": "truth.known_product"}, id=draw.ids["known"])]


@rule()
def external_id_of_another_model(draw: Draw) -> list[Made]:
    return bad(draw, Category.DUPLICATE, {"id": "uom.product_uom_kgm"})


@rule()
def no_such_database_id(draw: Draw) -> list[Made]:
    return bad(draw, Category.NOT_FOUND, {".id": "99999999"})


@rule()
def twice_in_the_file(draw: Draw) -> list[Made]:
    first = row(draw, CREATED, {"barcode": f"{draw.number:013d}"})
    again = {"default_code": first.cells["default_code"], "name": f"{draw.tag} again"}
    bare = {"name": f"{draw.tag} bare", "barcode": f"{draw.number:013d}"}
    other = {"default_code": f"Q-{draw.tag}", **bare}
    return [first, *(Made(cells, Category.DUPLICATE) for cells in (again, bare, other))]


@rule()
def taken_barcode(draw: Draw) -> list[Made]:
    return bad(draw, Category.DUPLICATE, {"barcode": draw.one("TAKEN", "OF A PACKAGING")})


@rule()
def barcode_that_looks_like_a_number(draw: Draw) -> list[Made]:
    barcode = f"00{draw.number:05d}00"
    return good(draw, {"barcode": barcode, "default_code": f"00{draw.number}"}, barcode=barcode)


@rule()
def equal_rows_without_key(draw: Draw) -> list[Made]:
    cells = {"name": f"{draw.tag} keyless", "list_price": "1"}
    return [Made(cells, CREATED), Made(cells, CREATED)]
