import pytest

from odoo_ingestion.data_models import available_models, available_versions, load_catalogue
from odoo_ingestion.versions import (
    advice_without,
    canonical_model,
    field_name,
    is_converted,
    model_name,
    present_name,
    series_number,
    series_of,
)


@pytest.mark.parametrize(
    ("version", "number", "series"),
    [
        ("19", (19, 0), "19.0"),
        ("19.0", (19, 0), "19.0"),
        ("19.0+e", (19, 0), "19.0"),
        ("saas~18.2", (18, 2), "18.2"),
        ("saas-18.2+e", (18, 2), "18.2"),
        ("17.0-20240709", (17, 0), "17.0"),
        (" 14.0 ", (14, 0), "14.0"),
    ],
)
def test_a_series_is_read_however_it_is_written(
    version: str, number: tuple[int, int], series: str
) -> None:
    assert series_number(version) == number
    assert series_of(version) == series


@pytest.mark.parametrize("text", ["", "master", "v19"])
def test_what_is_no_series_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no Odoo series"):
        series_of(text)


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("14.0", "stock.production.lot"),
        ("15.0", "stock.production.lot"),
        ("16.0", "stock.lot"),
        ("saas~16.3", "stock.lot"),
        ("19.0", "stock.lot"),
    ],
)
def test_lots_have_another_name_up_to_15(version: str, name: str) -> None:
    assert model_name("stock.lot", version) == name
    assert canonical_model(name) == "stock.lot"


def test_a_model_that_never_changed_keeps_its_name() -> None:
    assert model_name("res.partner", "14.0") == canonical_model("res.partner") == "res.partner"


def test_a_field_is_called_as_the_series_calls_it() -> None:
    assert field_name("sale.order.line", "tax_ids", "18.0") == "tax_id"
    assert field_name("sale.order.line", "tax_ids", "19.0") == "tax_ids"
    assert field_name("product.supplierinfo", "partner_id", "15.0") == "name"
    assert field_name("product.supplierinfo", "partner_id", "16.0") == "partner_id"


def test_a_server_between_two_series_is_asked_which_name_it_has() -> None:
    assert present_name("sale.order.line", "tax_ids", {"tax_id"}) == "tax_id"
    assert present_name("sale.order.line", "tax_id", {"tax_ids"}) == "tax_ids"
    assert present_name("sale.order.line", "tax_ids", {"tax_ids", "tax_id"}) == "tax_ids"
    assert present_name("sale.order.line", "name", {"tax_ids"}) == "name"
    assert present_name("purchase.order.line", "tax_id", {"tax_ids"}) == "tax_id"


@pytest.mark.parametrize("version", available_versions())
def test_every_renaming_fits_the_field_lists(version: str) -> None:
    for model, field in [
        ("sale.order.line", "tax_ids"),
        ("sale.order.line", "product_uom_id"),
        ("sale.order.line", "route_ids"),
        ("purchase.order.line", "tax_ids"),
        ("purchase.order.line", "product_uom_id"),
        ("product.supplierinfo", "partner_id"),
        ("product.supplierinfo", "product_uom_id"),
        ("purchase.order", "note"),
        ("res.users", "group_ids"),
    ]:
        fields = load_catalogue(version, model).fields
        assert field_name(model, field, version) in fields
        assert present_name(model, field, fields) == field_name(model, field, version)
    assert model_name("stock.lot", version) in available_models(version)


def test_advice_holds_for_variants_as_for_products() -> None:
    assert advice_without("product.product", "uom_po_id") == advice_without(
        "product.template", "uom_po_id"
    )
    assert advice_without("res.partner", "name") is None


def test_what_is_storable_is_converted_only_where_the_field_is_missing() -> None:
    assert is_converted("product.template", "is_storable", {"type"})
    assert is_converted("product.product", "is_storable", {"detailed_type"})
    assert not is_converted("product.template", "is_storable", {"type", "is_storable"})
    assert not is_converted("product.template", "is_storable", {"name"})
    assert not is_converted("res.partner", "is_storable", {"type"})
