import pytest

from odoo_ingestion.data_models import IMPORT_TYPES, is_importable, load_catalogue, type_for_model
from odoo_ingestion.mapping import (
    AmbiguousColumn,
    ColumnBinder,
    UnknownColumn,
    UnsupportedColumn,
)
from odoo_ingestion.records import Column, ColumnKind, FieldSpec, ModelSchema

PARTNER, PRODUCT, CATEGORY = "res.partner", "product.template", "product.category"


def binder(model: str, version: str = "19.0") -> ColumnBinder:
    return ColumnBinder(load_catalogue(version, model), type_for_model(model))


def invented(*specs: FieldSpec, **labels: tuple[str, ...]) -> ColumnBinder:
    fields = {spec.name: spec for spec in specs}
    return ColumnBinder(ModelSchema("x_model", "19.0", fields, labels), None)


@pytest.mark.parametrize(
    ("model", "name", "field", "kind"),
    [
        (PARTNER, "name", "name", ColumnKind.VALUE),
        (PARTNER, " NAME* ", "name", ColumnKind.VALUE),
        (PARTNER, "Tax ID", "vat", ColumnKind.VALUE),
        (PARTNER, "is a  company", "is_company", ColumnKind.VALUE),
        (PARTNER, "country_id", "country_id", ColumnKind.NAME),
        (PARTNER, "country_id/id", "country_id", ColumnKind.EXTERNAL_ID),
        (PARTNER, "country_id/.id", "country_id", ColumnKind.DATABASE_ID),
        (PARTNER, "country_id:id", "country_id", ColumnKind.EXTERNAL_ID),
        (PARTNER, "country_id.id", "country_id", ColumnKind.DATABASE_ID),
        (PARTNER, "Country/External ID", "country_id", ColumnKind.EXTERNAL_ID),
        (PARTNER, "Country / Database ID", "country_id", ColumnKind.DATABASE_ID),
        (PARTNER, "parent_id/name", "parent_id", ColumnKind.NAME),
        (PARTNER, "Tags/External ID", "category_id", ColumnKind.EXTERNAL_ID),
        (PARTNER, "id", "id", ColumnKind.EXTERNAL_ID),
        (PARTNER, "External ID", "id", ColumnKind.EXTERNAL_ID),
        (PARTNER, ".id", "id", ColumnKind.DATABASE_ID),
        (PARTNER, "Database ID", "id", ColumnKind.DATABASE_ID),
        (PARTNER, "e-mail", "email", ColumnKind.VALUE),
        (PARTNER, "EmailAddress", "email", ColumnKind.VALUE),
        (PARTNER, "Zip/Postal Code", "zip", ColumnKind.VALUE),
        (PARTNER, "Province", "state_id", ColumnKind.NAME),
        (PARTNER, "vendor no.", "ref", ColumnKind.VALUE),
        (PARTNER, "customer_email", "email", ColumnKind.VALUE),
        (PARTNER, "address.postalCode", "zip", ColumnKind.VALUE),
        (PARTNER, "Phone Number", "phone", ColumnKind.VALUE),
        (PARTNER, "company", "company_id", ColumnKind.NAME),
        (PRODUCT, "SKU", "default_code", ColumnKind.VALUE),
        (PRODUCT, "internalReference", "default_code", ColumnKind.VALUE),
        (PRODUCT, "defaultCode", "default_code", ColumnKind.VALUE),
        (PRODUCT, "price", "list_price", ColumnKind.VALUE),
        (PRODUCT, "GTIN", "barcode", ColumnKind.VALUE),
        (PRODUCT, "detailed_type", "type", ColumnKind.VALUE),
        (PRODUCT, "Unit of Measure", "uom_id", ColumnKind.NAME),
        (PRODUCT, "Category/id", "categ_id", ColumnKind.EXTERNAL_ID),
        (PRODUCT, "product_weight", "weight", ColumnKind.VALUE),
        (CATEGORY, "Complete Name", "complete_name", ColumnKind.VALUE),
        (CATEGORY, "path", "complete_name", ColumnKind.VALUE),
        (CATEGORY, "parent", "parent_id", ColumnKind.NAME),
    ],
)
def test_a_column_is_bound_to_its_field(
    model: str, name: str, field: str, kind: ColumnKind
) -> None:
    assert binder(model).bind(name) == Column(name, field, kind)
    assert binder(model).bind_known(name) == Column(name, field, kind)


def test_a_synonym_beats_the_name_of_a_field_that_is_only_computed() -> None:
    assert "price" in load_catalogue("14.0", PRODUCT).fields
    assert binder(PRODUCT, "14.0").bind("price") == Column("price", "list_price")


def test_a_label_of_one_version_is_understood_in_another() -> None:
    for version in ("14.0", "17.0", "18.0", "19.0"):
        for label, field in {
            "Can be Sold": "sale_ok",
            "Unit of Measure": "uom_id",
            "Customer Taxes": "taxes_id",
        }.items():
            found = binder(PRODUCT, version).bind(label)
            assert isinstance(found, Column)
            assert found.field == field


def test_labels_of_other_languages_are_understood() -> None:
    known = invented(FieldSpec("weight", "float", "Weight"), Poids=("weight",))
    assert known.bind("poids") == Column("poids", "weight")


def test_a_label_of_two_fields_means_the_one_that_can_be_written() -> None:
    plain = FieldSpec("a", "char", "Same")
    for other in (
        FieldSpec("b", "char", "Same", readonly=True),
        FieldSpec("b", "char", "Same", store=False),
        FieldSpec("b", "char", "Same", computed=True),
    ):
        assert invented(plain, other).bind("same") == Column("same", "a")
    unstored = FieldSpec("a", "char", "Same", store=False)
    read_only = FieldSpec("b", "char", "Same", readonly=True)
    assert invented(unstored, read_only).bind("same") == Column("same", "a")


def test_a_label_of_two_equal_fields_is_ambiguous() -> None:
    found = invented(FieldSpec("a", "char", "Same"), FieldSpec("b", "char", "Same")).bind("Same")
    assert found == AmbiguousColumn("Same", ("a", "b"))


@pytest.mark.parametrize("name", ["ID", "Id"])
def test_an_id_in_capitals_is_ambiguous(name: str) -> None:
    assert isinstance(binder(PARTNER).bind(name), AmbiguousColumn)
    assert isinstance(binder(PARTNER).bind(f"country_id/{name}"), AmbiguousColumn)
    assert binder(PARTNER).bind_known(name) is None


@pytest.mark.parametrize(
    ("model", "name", "reason"),
    [
        (PARTNER, "bank_ids/acc_number", "--model res.partner.bank and a column partner_id"),
        (PARTNER, "child_ids", "--model res.partner and a column parent_id"),
        (PRODUCT, "Vendors/Price", "--model product.supplierinfo"),
        (PARTNER, "channel_member_ids", "holds lines"),
        (PARTNER, "display_name", "computed or read-only"),
        (PARTNER, "create_date", "written by Odoo itself"),
        (CATEGORY, "parent_path", "written by Odoo itself"),
        (PARTNER, "properties", "of type properties"),
        (PARTNER, "Country/Currency", "country_id/id (external id)"),
        (PARTNER, "name/id", "no relation"),
    ],
)
def test_a_field_that_cannot_be_imported_is_refused_with_the_reason(
    model: str, name: str, reason: str
) -> None:
    found = binder(model).bind(name)
    assert isinstance(found, UnsupportedColumn)
    assert reason in found.reason


def test_lines_of_an_unknown_model_are_refused_too() -> None:
    found = invented(FieldSpec("x_ids", "one2many", "Lines")).bind("x_ids")
    assert isinstance(found, UnsupportedColumn)
    assert "lines of another model" in found.reason


@pytest.mark.parametrize(
    ("model", "name", "nearest"),
    [
        (PARTNER, "nmae", "name"),
        (PARTNER, "Emial", "email"),
        (PARTNER, "contry", "country_id"),
        (PARTNER, "FirstName", "name"),
        (PRODUCT, "default_cod", "default_code"),
        (PRODUCT, "Sale Pirce", "list_price"),
        (PRODUCT, "weight in kg", "weight"),
        (PARTNER, "contry/id", "country_id"),
    ],
)
def test_an_unknown_column_is_told_the_nearest_field(model: str, name: str, nearest: str) -> None:
    found = binder(model).bind(name)
    assert isinstance(found, UnknownColumn)
    assert found.suggestions[0] == nearest
    assert len(found.suggestions) <= 3


@pytest.mark.parametrize(
    ("model", "version", "name", "said"),
    [
        (PARTNER, "19.0", "mobile", "Odoo 19.0 has no field mobile, which Odoo 14, 17 and 18 have"),
        (PARTNER, "19.0", "Cell Phone", "rename the column to phone"),
        (
            PARTNER,
            "20.0",
            "mobile",
            "no field mobile is known in Odoo 20.0; Odoo 14, 17 and 18 have",
        ),
        (PARTNER, "19.0", "title", "it keeps no titles of people"),
        (PARTNER, "19.0", "customer_mobile", "rename the column to phone"),
        (PRODUCT, "19.0", "Purchase Unit of Measure", "said with each vendor's price"),
        (PRODUCT, "14.0", "product_tag_ids", "which Odoo 17, 18 and 19 have"),
        (PRODUCT, "14.0", "is_favorite", "which Odoo 18 and 19 have"),
        ("stock.quant", "14.0", "accounting_date", "which Odoo 17, 18 and 19 have"),
        ("product.supplierinfo", "17.0", "product_uom_id", "the purchase unit of the product"),
    ],
)
def test_a_field_of_another_version_is_refused_with_the_versions_that_have_it(
    model: str, version: str, name: str, said: str
) -> None:
    found = binder(model, version).bind(name)
    assert isinstance(found, UnsupportedColumn)
    assert said in found.reason


def test_a_field_of_an_app_that_is_missing_is_told_as_that() -> None:
    fields = {"name": FieldSpec("name", "char", "Name"), "type": FieldSpec("type", "selection")}
    bare_server = ColumnBinder(ModelSchema(PRODUCT, "19.0", fields, {}), None)
    found = bare_server.bind("tracking")
    assert isinstance(found, UnsupportedColumn)
    assert "the app that brings it is not installed" in found.reason


@pytest.mark.parametrize(
    ("model", "version", "name", "field"),
    [
        ("sale.order.line", "17.0", "tax_ids", "tax_id"),
        ("sale.order.line", "19.0", "tax_id", "tax_ids"),
        ("sale.order.line", "18.0", "product_uom_id/id", "product_uom"),
        ("purchase.order.line", "14.0", "Tax_IDs", "taxes_id"),
        ("purchase.order", "19.0", "notes", "note"),
        ("res.users", "18.0", "group_ids", "groups_id"),
        ("product.supplierinfo", "14.0", "partner_id", "name"),
    ],
)
def test_the_name_of_a_field_in_another_version_is_understood(
    model: str, version: str, name: str, field: str
) -> None:
    known = binder(model, version)
    found = known.bind(name)
    assert isinstance(found, Column)
    assert found.field == field
    assert known.is_renamed(found)
    own = known.bind(field)
    assert isinstance(own, Column)
    assert not known.is_renamed(own)


def test_what_is_storable_is_a_column_where_the_type_says_it() -> None:
    assert binder(PRODUCT, "17.0").bind("Track Inventory") == Column(
        "Track Inventory", "is_storable"
    )
    assert binder(PRODUCT, "14.0").bind("is_storable") == Column("is_storable", "is_storable")


def in_languages(model: str) -> ColumnBinder:
    return ColumnBinder(load_catalogue("19.0", model), type_for_model(model), translations=True)


@pytest.mark.parametrize(
    ("name", "field", "lang"),
    [
        ("name:fr_FR", "name", "fr_FR"),
        ("Product Name : es_419", "name", "es_419"),
        ("Sales Description:sr@latin", "description_sale", "sr@latin"),
        ("name", "name", None),
    ],
)
def test_a_column_of_translations_has_its_language(name: str, field: str, lang: str | None) -> None:
    assert in_languages(PRODUCT).bind(name) == Column(name, field, lang=lang)


def test_only_translated_fields_have_columns_of_translations() -> None:
    found = in_languages(PRODUCT).bind("default_code:fr_FR")
    assert found == UnsupportedColumn(
        "default_code:fr_FR", "default_code is the same in every language of Odoo"
    )
    unknown = in_languages(PRODUCT).bind("nmae:fr_FR")
    assert isinstance(unknown, UnknownColumn)
    assert unknown.suggestions[0] == "name"
    assert isinstance(in_languages(PARTNER).bind("ID:fr_FR"), AmbiguousColumn)
    gone = in_languages(PARTNER).bind("mobile:fr_FR")
    assert isinstance(gone, UnsupportedColumn)
    assert gone.name == "mobile:fr_FR"


def test_translations_are_refused_where_the_type_has_no_place_for_them() -> None:
    found = binder(PRODUCT).bind("name:fr_FR")
    assert isinstance(found, UnsupportedColumn)
    assert "translations cannot stand" in found.reason
    assert in_languages(PRODUCT).bind_known("name:fr_FR") is None


@pytest.mark.parametrize("name", ["", "/", "***", "Kundennummer", "日本", "properties.abc"])
def test_a_name_like_no_other_is_unknown(name: str) -> None:
    assert binder(PARTNER).bind(name) == UnknownColumn(name, ())


@pytest.mark.parametrize("name", ["productID", "category_id", "supplierID"])
def test_the_number_of_another_thing_is_not_taken_for_its_name(name: str) -> None:
    found = binder(PRODUCT).bind_known(name)
    assert (found.field if found else None) == ("default_code" if "product" in name else None)


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
@pytest.mark.parametrize("name", ["categories", "products", "partners"])
def test_every_writable_field_is_found_by_its_own_name_and_label(version: str, name: str) -> None:
    schema = load_catalogue(version, IMPORT_TYPES[name].model)
    known = ColumnBinder(schema, IMPORT_TYPES[name])
    good = [s for s in schema.fields.values() if s.store and is_importable(s)]
    written = [s for s in good if s.name != "parent_path"]
    assert len(written) >= 4
    for spec in written:
        for spelled in (spec.name, spec.label, spec.name.upper()):
            found = known.bind(spelled)
            assert isinstance(found, Column)
            assert found.field == spec.name
