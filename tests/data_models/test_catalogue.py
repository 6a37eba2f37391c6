import pytest

from odoo_ingestion.data_models import (
    available_models,
    available_versions,
    catalogue_notice,
    load_catalogue,
)
from odoo_ingestion.errors import UsageError


def test_four_versions_are_shipped() -> None:
    assert available_versions() == ("14.0", "17.0", "18.0", "19.0")


@pytest.mark.parametrize("version", ["14.0", "17.0", "18.0", "19.0"])
def test_every_model_of_every_version_can_be_loaded(version: str) -> None:
    models = available_models(version)
    assert {"res.partner", "product.template", "product.category", "sale.order"} <= set(models)
    for model in models:
        schema = load_catalogue(version, model)
        assert (schema.model, schema.version) == (model, version)
        assert schema.fields["id"].type == "integer"


def test_the_series_may_be_said_in_short() -> None:
    assert load_catalogue("19", "res.partner").version == "19.0"


@pytest.mark.parametrize("version", ["13.0", "master", "9"])
def test_an_unknown_version_is_told_which_there_are(version: str) -> None:
    for ask in (available_models, catalogue_notice):
        with pytest.raises(UsageError) as caught:
            ask(version)
        assert "14.0 or later" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("version", "series", "nearest"),
    [
        ("15", "15.0", "17.0"),
        ("16.0", "16.0", "17.0"),
        ("saas~18.2", "18.2", "19.0"),
        ("21.0", "21.0", "19.0"),
    ],
)
def test_a_version_without_a_list_borrows_the_nearest_and_says_so(
    version: str, series: str, nearest: str
) -> None:
    schema = load_catalogue(version, "res.partner")
    assert schema.version == series
    assert schema.fields.keys() == load_catalogue(nearest, "res.partner").fields.keys()
    assert available_models(version) == available_models(nearest)
    said = catalogue_notice(version)
    assert said is not None
    assert f"no list of the fields of Odoo {series}" in said
    assert f"that of Odoo {nearest} is taken" in said


@pytest.mark.parametrize("version", ["14.0", "17.0+e", "19"])
def test_a_version_with_a_list_needs_no_notice(version: str) -> None:
    assert catalogue_notice(version) is None


@pytest.mark.parametrize(
    ("version", "name"),
    [
        ("14.0", "stock.production.lot"),
        ("15.0", "stock.production.lot"),
        ("16.0", "stock.lot"),
        ("19.0", "stock.lot"),
    ],
)
def test_a_model_is_found_by_its_older_and_its_newer_name(version: str, name: str) -> None:
    for asked in ("stock.lot", "stock.production.lot"):
        assert load_catalogue(version, asked).model == name


def test_a_borrowed_list_has_the_names_that_are_known_to_differ() -> None:
    fields = load_catalogue("15.0", "product.supplierinfo").fields
    assert fields["name"].relation == "res.partner"
    assert fields["name"].name == "name"
    assert "partner_id" not in fields
    assert "partner_id" in load_catalogue("16.0", "product.supplierinfo").fields


@pytest.mark.parametrize(("model", "near"), [("res.partners", "res.partner"), ("x", "account.tax")])
def test_an_unknown_model_is_told_which_are_near(model: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_catalogue("19.0", model)
    assert near in str(caught.value.hint)
