import pytest

from odoo_ingestion.data_models import IMPORT_TYPES, load_catalogue
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import ColumnMap, check_columns, map_columns


def mapped(kind: str, *header: str, version: str = "19.0") -> ColumnMap:
    chosen = IMPORT_TYPES[kind]
    return map_columns(header, load_catalogue(version, chosen.model), chosen)


def fields(column_map: ColumnMap) -> dict[str, str]:
    return {column.name: column.field for column in column_map.columns}


def test_a_good_header_passes_without_a_word() -> None:
    assert check_columns(mapped("partners", "name", "Email"), ignore_unknown=False) == ()


def test_every_column_with_a_problem_is_told_at_once() -> None:
    found = mapped("partners", "nmae", "e-mail", "Email", "ID", "bank_ids/bank", "fax")
    with pytest.raises(ColumnError) as caught:
        check_columns(found, ignore_unknown=False)
    assert caught.value.message.splitlines() == [
        "columns 'e-mail' and 'Email' are for the same field email: keep one",
        "column 'ID' may mean id (external id) or .id (database id): rename it to one of them",
        "column 'nmae' is not known; did you mean name?",
        "column 'fax' is not a field of res.partner",
        "column 'bank_ids/bank': bank_ids holds lines of their own: import them with "
        "--model res.partner.bank and a column partner_id",
    ]
    assert "--ignore-unknown-columns" in str(caught.value.hint)
    assert "odoo-ingestion fields res.partner" in str(caught.value.hint)


def test_unknown_columns_are_left_out_where_that_is_wished_and_told() -> None:
    found = mapped("partners", "name", "nmae", "display_name")
    assert found.left_out == ("nmae", "display_name")
    assert check_columns(found, ignore_unknown=True) == (
        "left out: column 'nmae' is not known; did you mean name?",
        "left out: column 'display_name': display_name is computed or read-only in Odoo",
    )


@pytest.mark.parametrize("header", [("name", "ID"), ("phone", "Telephone"), ("sku", "zzz")])
def test_what_is_ambiguous_doubled_or_nothing_at_all_is_never_ignored(
    header: tuple[str, ...],
) -> None:
    with pytest.raises(ColumnError) as caught:
        check_columns(mapped("partners", *header), ignore_unknown=True)
    assert "--ignore-unknown-columns" not in str(caught.value.hint)


def test_one_relation_in_two_notations_is_doubled() -> None:
    with pytest.raises(ColumnError, match="'country_id' and 'Country/External ID'"):
        check_columns(mapped("partners", "country_id", "Country/External ID"), ignore_unknown=True)


def test_a_read_only_column_names_its_relation_only_where_nothing_else_does() -> None:
    assert fields(mapped("partners", "Country Code")) == {"Country Code": "country_id"}
    both = mapped("partners", "name", "Country", "Country Code", "Parent name", "Related Company")
    assert set(both.left_out) == {"Country Code", "Parent name"}
    by_label = mapped("products", "Unit of Measure", "uom_id", version="17.0")
    with pytest.raises(ColumnError, match="are for the same field uom_id"):
        check_columns(by_label, ignore_unknown=True)


def test_a_record_may_have_both_its_ids() -> None:
    assert check_columns(mapped("partners", "id", ".id", "name"), ignore_unknown=False) == ()


@pytest.mark.parametrize("name", ["companyName", "Company Name", "company_name"])
def test_the_company_name_is_the_name_where_the_file_has_no_other(name: str) -> None:
    found = mapped("customers", name, "City")
    assert fields(found) == {name: "name", "City": "city"}
    assert check_columns(found, ignore_unknown=False) == (
        f"column '{name}' is taken as the name: the file has no other",
    )


def test_the_company_name_is_the_employer_of_somebody_with_a_name() -> None:
    found = mapped("customers", "name", "company_name")
    assert fields(found)["company_name"] == "company_name"
    assert found.notices == ()


def test_a_generic_model_is_mapped_without_any_type() -> None:
    found = map_columns(["Name", "Code"], load_catalogue("19.0", "res.country"), None)
    assert fields(found) == {"Name": "name", "Code": "code"}
