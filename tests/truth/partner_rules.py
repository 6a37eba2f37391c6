"""Rules for files of partners, companies and contacts: good rows and bad ones."""

from __future__ import annotations

from typing import Any

from odoo_ingestion.records import Category
from tests.truth.rows import CREATED, UPDATED, Cells, Draw, Made, Rules, Verdict

PARTNERS = Rules()
rule = PARTNERS.rule

COLUMNS = (
    *("id", ".id", "ref", "name", "company_type", "type", "parent_id", "email", "phone"),
    *("street", "street2", "zip", "city", "state_id", "country_id", "vat", "lang", "website"),
    *("function", "comment", "category_id", "user_id", "industry_id", "color", "active"),
    *("property_payment_term_id", "partner_latitude", "barcode", "customer_rank"),
    *("x_born", "x_seen", "x_grade", "x_short", "x_amount"),
)


def good(draw: Draw, cells: Cells | None = None, **holds: Any) -> list[Made]:
    """Return a row of a new partner with these further cells."""
    return [row(draw, CREATED, cells, **holds)]


def bad(draw: Draw, category: Category, cells: Cells) -> list[Made]:
    """Return a row of a new partner that these cells spoil."""
    return [row(draw, category, cells)]


def row(draw: Draw, verdict: Verdict, cells: Cells | None = None, **holds: Any) -> Made:
    """Return a row with a reference and a name of its own."""
    name = draw.text()
    all_cells = {"ref": f"R-{draw.tag}", "name": name, **(cells or {})}
    marker = str(all_cells["name"])
    return Made(all_cells, verdict, {"name": marker, **holds}, marker)


# --- values ---------------------------------------------------------------------------------


@rule()
def plain(draw: Draw) -> list[Made]:
    street = draw.text()
    cells = {"street": street, "zip": "007", "city": "Ñuñoa", "phone": "+56 2 2345", "color": "7"}
    return good(draw, cells, **{**cells, "color": 7, "ref": f"R-{draw.tag}"})


@rule()
def company_or_person(draw: Draw) -> list[Made]:
    said, held = draw.one(
        ("company", True), ("Company", True), ("person", False), ("Organisation", True)
    )
    return good(draw, {"company_type": said}, is_company=held)


@rule()
def words_for_nothing(draw: Draw) -> list[Made]:
    nothing = draw.one("", "   ", "NULL", "\\N")
    cells = {"city": nothing, "country_id": nothing, "color": nothing, "x_born": nothing}
    return good(draw, cells, city=False, country_id=False, color=0, x_born=False)


@rule()
def text_that_looks_like_nothing(draw: Draw) -> list[Made]:
    said = draw.one("N/A", "nan", "None", "-", "0", "False")
    return good(draw, {"function": said}, function=said)


@rule()
def spaces_around(draw: Draw) -> list[Made]:
    cells = {"ref": f"  R-{draw.tag} ", "email": f" {draw.tag}@x.example ", "city": "  Gent "}
    held = {"ref": f"R-{draw.tag}", "email": f"{draw.tag}@x.example", "city": "  Gent "}
    return good(draw, cells, **held)


@rule()
def very_long_text(draw: Draw) -> list[Made]:
    text = draw.one("x", "日本", "a\n") * 20_000
    return good(draw, {"street2": text}, street2=text)


@rule()
def control_character(draw: Draw) -> list[Made]:
    cells = {"city": f"a{draw.one(chr(1), chr(8), chr(11), chr(31))}b"}
    return bad(draw, Category.VALIDATION, cells)


@rule()
def number(draw: Draw) -> list[Made]:
    said, held = draw.one(("12,5", 12.5), ("1.234,5", 1234.5), ("1 234.25", 1234.25), ("-3", -3))
    return good(draw, {"x_amount": said, "color": "3.0"}, x_amount=held, color=3)


@rule()
def no_number(draw: Draw) -> list[Made]:
    field = draw.one("x_amount", "color", "customer_rank")
    said = draw.one("many", "1,234", "1e400", "12 EUR", "N/A", "0x10", "--1", "1.2.3")
    return bad(draw, Category.VALIDATION, {field: said})


@rule()
def integer_beyond(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"color": draw.one("2147483648", "-2147483649", "1.5")})


@rule()
def date(draw: Draw) -> list[Made]:
    said, held = draw.one(("2024-02-29", "2024-02-29"), ("1970/1/2", "1970-01-02"))
    return good(draw, {"x_born": said}, x_born=held)


@rule()
def no_date(draw: Draw) -> list[Made]:
    said = draw.one("2024-02-30", "31/12/2024", "yesterday", "2024-01-01 12:00", "20240101")
    return bad(draw, Category.VALIDATION, {"x_born": said})


@rule()
def moment(draw: Draw) -> list[Made]:
    said, held = draw.one(
        ("2024-02-28 13:00:00", "2024-02-28 13:00:00"),
        ("2024-02-28T13:00:00+02:00", "2024-02-28 11:00:00"),
    )
    return good(draw, {"x_seen": said}, x_seen=held)


@rule()
def no_moment(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"x_seen": draw.one("2024-01-01 25:00", "noon")})


@rule()
def selection(draw: Draw) -> list[Made]:
    said, held = draw.one(("a", "a"), ("Good", "a"), (" bad ", "b"), ("B", "b"))
    return good(draw, {"x_grade": said, "lang": "en_US"}, x_grade=held, lang="en_US")


@rule()
def no_selection(draw: Draw) -> list[Made]:
    cells = draw.one({"x_grade": "fair"}, {"lang": "fr_FR"}, {"type": "boss"}, {"active": "maybe"})
    return bad(draw, Category.VALIDATION, cells)


@rule()
def too_long(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"x_short": "ninechars"})


@rule()
def long_enough(draw: Draw) -> list[Made]:
    return good(draw, {"x_short": "eight ch"}, x_short="eight ch")


@rule()
def no_name(draw: Draw) -> list[Made]:
    return [Made({"ref": f"R-{draw.tag}", "city": "Gent"}, Category.VALIDATION)]


@rule()
def doubtful(draw: Draw) -> list[Made]:
    cells = {"email": f"{draw.tag} at home", "vat": f"?{draw.tag}?"}
    return good(draw, cells, **cells)


# --- relations ------------------------------------------------------------------------------


@rule()
def country_and_state(draw: Draw) -> list[Made]:
    country = draw.one("US", "us", "USA", "United States", "united states")
    held = {"country_id": draw.ids["US"], "state_id": draw.ids["US-TX"]}
    state = draw.one("TX", "Texas", "texas", "Texas (US)")
    return good(draw, {"country_id": country, "state_id": state}, **held)


@rule()
def state_of_another_country(draw: Draw) -> list[Made]:
    return bad(draw, Category.MISSING_RELATION, {"country_id": "BE", "state_id": "Texas"})


@rule()
def no_such_relation(draw: Draw) -> list[Made]:
    cells = draw.one(
        {"country_id": "Atlantis"},
        {"category_id": f"Gold,No tag {draw.tag}"},
        {"user_id": "nobody"},
        {"parent_id": "Nobody At All"},
        {"industry_id": "Time travel"},
        {"property_payment_term_id": "Terms of the second"},
    )
    return bad(draw, Category.MISSING_RELATION, cells)


@rule()
def tags(draw: Draw) -> list[Made]:
    said = draw.one("Gold,Silver", "silver, gold", '"Gold",Silver', "Gold,Gold,Silver")
    held = sorted([draw.ids["Gold"], draw.ids["Silver"]])
    return good(draw, {"category_id": said}, category_id=held)


@rule()
def several_meant(draw: Draw) -> list[Made]:
    cells = draw.one({"category_id": "Twin tag"}, {"parent_id": "Twin Company"})
    return bad(draw, Category.AMBIGUOUS_RELATION, cells)


@rule()
def archived_meant(draw: Draw) -> list[Made]:
    cells = draw.one({"category_id": "Old tag"}, {"parent_id": "Sleepy Company"})
    return bad(draw, Category.ARCHIVED_RELATION, cells)


@rule()
def salesperson(draw: Draw) -> list[Made]:
    said = draw.one("admin", "Administrator")
    return good(draw, {"user_id": said}, user_id=draw.ids["admin"])


@rule()
def several_faults(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"color": "red", "country_id": "Atlantis"})


# --- hand-made records ----------------------------------------------------------------------


@rule(once=True)
def made_by_hand(draw: Draw) -> list[Made]:
    return [row(draw, UPDATED, {"ref": "HAND"}, id=draw.ids["hand"], city="Kept")]


@rule(once=True)
def made_by_hand_by_vat(draw: Draw) -> list[Made]:
    cells = {"ref": "", "vat": "BE0477472701", "company_type": "company"}
    return [row(draw, UPDATED, cells, id=draw.ids["hand by vat"])]


@rule(once=True)
def archived(draw: Draw) -> list[Made]:
    return [row(draw, UPDATED, {"ref": "ARCHIVED"}, id=draw.ids["archived"], active=False)]


@rule(once=True)
def two_records_with_the_reference(draw: Draw) -> list[Made]:
    return bad(draw, Category.AMBIGUOUS_RECORD, {"ref": "TWICE"})


@rule(once=True)
def partner_of_user_or_company(draw: Draw) -> list[Made]:
    return [row(draw, Category.PROTECTED, {"ref": ref}) for ref in ("OF USER", "OF COMPANY")]


@rule(once=True)
def known_external_id(draw: Draw) -> list[Made]:
    cells = {"id": "truth.known", "ref": f"new ref {draw.tag}"}
    return [row(draw, UPDATED, cells, id=draw.ids["known"], ref=f"new ref {draw.tag}")]


@rule(once=True)
def external_id_of_a_deleted_record(draw: Draw) -> list[Made]:
    return good(draw, {"id": "truth.gone"})


@rule(once=True)
def database_id(draw: Draw) -> list[Made]:
    return [row(draw, UPDATED, {".id": str(draw.ids["by id"])}, id=draw.ids["by id"])]


@rule()
def no_such_database_id(draw: Draw) -> list[Made]:
    return bad(draw, Category.NOT_FOUND, {".id": "99999999"})


@rule()
def no_database_id(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {".id": draw.one("7 of 9", "-1", "99999999999")})


@rule()
def external_id_of_another_model(draw: Draw) -> list[Made]:
    return bad(draw, Category.DUPLICATE, {"id": draw.one("base.be", "base.main_company")})


@rule()
def own_external_id(draw: Draw) -> list[Made]:
    name = draw.one("a", "with-dash", "comma,inside", "Ünï", "two.dots", "x" * 200, "sl/ash")
    return good(draw, {"id": f"{draw.one('truth.', '')}{name}_{draw.tag}"})


@rule()
def external_id_with_a_space(draw: Draw) -> list[Made]:
    return bad(draw, Category.VALIDATION, {"id": f"truth.a b {draw.tag}"})


# --- rows of one file -----------------------------------------------------------------------


@rule()
def twice_in_the_file(draw: Draw) -> list[Made]:
    first = row(draw, CREATED)
    return [first, Made({**first.cells, "name": f"{draw.tag} again"}, Category.DUPLICATE)]


@rule()
def same_external_id_in_the_file(draw: Draw) -> list[Made]:
    same = {"id": f"truth.same_{draw.tag}"}
    first = row(draw, CREATED, same)
    cells = {"name": f"{draw.tag} again", **same}
    return [first, Made(cells, Category.DUPLICATE)]


@rule()
def same_reference_with_and_without_external_id(draw: Draw) -> list[Made]:
    first = row(draw, CREATED, {"id": f"truth.with_{draw.tag}"})
    cells = {"ref": first.cells["ref"], "name": f"{draw.tag} without"}
    return [first, Made(cells, Category.DUPLICATE)]


@rule()
def same_vat_and_other_references(draw: Draw) -> list[Made]:
    vat = f"BE{draw.number:010d}"
    first = row(draw, CREATED, {"vat": vat, "company_type": "company"})
    name = f"{draw.tag} branch"
    other = {"ref": f"O-{draw.tag}", "name": name, "vat": vat, "company_type": "company"}
    bare = {"name": f"{draw.tag} bare", "vat": vat, "company_type": "company"}
    return [first, Made(other, CREATED, {"vat": vat}, name), Made(bare, Category.DUPLICATE)]


@rule()
def equal_rows_without_key(draw: Draw) -> list[Made]:
    cells = {"name": f"{draw.tag} keyless", "city": "Gent"}
    return [Made(cells, CREATED), Made(cells, CREATED)]


@rule()
def taken_barcode(draw: Draw) -> list[Made]:
    first = row(draw, CREATED, {"barcode": f"B-{draw.tag}"}, barcode=f"B-{draw.tag}")
    cells = {"name": f"{draw.tag} again", "barcode": f"B-{draw.tag}"}
    return [
        first,
        Made(cells, Category.DUPLICATE),
        Made({"name": f"{draw.tag} hand", "barcode": "TAKEN"}, Category.DUPLICATE),
    ]
