import pytest

from odoo_ingestion.data_models import available_models, available_versions, load_catalogue
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


def test_an_unknown_version_is_told_which_there_are() -> None:
    with pytest.raises(UsageError) as caught:
        load_catalogue("16.0", "res.partner")
    assert "14.0, 17.0, 18.0, 19.0" in str(caught.value.hint)


@pytest.mark.parametrize(("model", "near"), [("res.partners", "res.partner"), ("x", "account.tax")])
def test_an_unknown_model_is_told_which_are_near(model: str, near: str) -> None:
    with pytest.raises(UsageError) as caught:
        load_catalogue("19.0", model)
    assert near in str(caught.value.hint)
