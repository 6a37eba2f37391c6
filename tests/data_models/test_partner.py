import pytest

from odoo_ingestion.data_models import import_type
from tests.data_models.rows import draft, problems, row, validator

PARTNER = "res.partner"


@pytest.mark.parametrize(
    ("cell", "is_company"),
    [
        ("Company", "1"),
        ("company", "1"),
        ("Organisation", "1"),
        ("Person", "0"),
        ("Individual", "0"),
    ],
)
def test_the_company_type_is_written_as_is_company(cell: str, is_company: str) -> None:
    checker = validator(PARTNER, "company_type")
    assert draft(checker.validate(row(company_type=cell))).values == {"is_company": is_company}
    assert checker.column_names["is_company"] == "company_type"


def test_a_company_type_that_contradicts_is_company_is_refused() -> None:
    checker = validator(PARTNER, "company_type", "is_company")
    assert draft(checker.validate(row(company_type="Person", is_company="0"))).values
    (problem,) = problems(checker.validate(row(company_type="Person", is_company="1")))
    assert problem.message == "company_type says person, is_company says 1"


@pytest.mark.parametrize("version", ["14.0", "17.0", "19.0"])
@pytest.mark.parametrize(
    ("cell", "key"),
    [("Invoice Address", "invoice"), ("invoice", "invoice"), ("Shipping address", "delivery")],
)
def test_address_types_are_read_in_the_words_of_any_version(
    version: str, cell: str, key: str
) -> None:
    checker = validator(PARTNER, "type", version=version)
    assert draft(checker.validate(row(type=cell))).values == {"type": key}


@pytest.mark.parametrize(
    ("values", "lacks"),
    [
        ({"ref": "x"}, True),
        ({"ref": "x", "type": "contact"}, True),
        ({"ref": "x", "name": "Ana"}, False),
        ({"ref": "x", "type": "invoice"}, False),
        ({"ref": "x", "type": "other", "name": "Ana"}, False),
    ],
)
def test_only_a_contact_needs_a_name_to_be_created(values: dict[str, str], lacks: bool) -> None:
    checker = validator(PARTNER, "ref", "name", "type")
    missing = checker.missing_required(draft(checker.validate(row(**values))))
    assert [problem.field for problem in missing] == (["name"] if lacks else [])


@pytest.mark.parametrize(
    "email",
    ["a@b.example", "a@b.example, c@d.example", "Ana T. <a@b.example>", "a+tag@sub.b.example"],
)
def test_a_good_e_mail_address_raises_no_doubt(email: str) -> None:
    assert draft(validator(PARTNER, "email").validate(row(email=email))).warnings == ()


@pytest.mark.parametrize(
    "email", ["nobody", "a@b", "a b@c.example", "a@b.example;oops", "a@@b.example"]
)
def test_a_doubtful_e_mail_address_passes_with_a_warning(email: str) -> None:
    found = draft(validator(PARTNER, "email").validate(row(email=email)))
    assert found.values == {"email": email}
    assert found.warnings == (f"'{email}' does not look like an e-mail address",)


@pytest.mark.parametrize(
    "vat", ["BE0477472701", "ATU12345675", "12-3456789", "/", "FR 23 334175221"]
)
def test_a_good_tax_number_raises_no_doubt(vat: str) -> None:
    assert draft(validator(PARTNER, "vat").validate(row(vat=vat))).warnings == ()


@pytest.mark.parametrize("vat", ["unknown", "12", "see invoice 12 of last year's list", "#VAT1234"])
def test_a_doubtful_tax_number_passes_with_a_warning(vat: str) -> None:
    found = draft(validator(PARTNER, "vat").validate(row(vat=vat)))
    assert found.values == {"vat": vat}
    assert "does not look like a tax number" in found.warnings[0]


@pytest.mark.parametrize(
    ("kind", "rank"), [("customers", "customer_rank"), ("suppliers", "supplier_rank")]
)
def test_customers_and_suppliers_wish_for_their_rank(kind: str, rank: str) -> None:
    checker = validator(PARTNER, "name", "customer_rank", kind=import_type(kind))
    assert draft(checker.validate(row(name="Ana"))).values == {"name": "Ana", rank: "1"}
    given = draft(checker.validate(row(name="Ana", customer_rank="5"))).values
    assert given["customer_rank"] == "5"


def test_no_rank_is_wished_for_where_the_server_has_none() -> None:
    checker = validator("res.country", "name", kind=import_type("customers"))
    assert draft(checker.validate(row(name="Ana"))).values == {"name": "Ana"}
