"""Doubts about values are asked for only where rows may give reason for any."""

import pytest

from odoo_ingestion.data_models import record_models
from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.partner import Partner
from odoo_ingestion.data_models.product import ProductTemplate

DOUBTING = [
    model
    for model in vars(record_models).values()
    if isinstance(model, type) and issubclass(model, RecordModel) and "doubts" in vars(model)
]


def test_there_are_models_with_doubts() -> None:
    assert {Partner, ProductTemplate} < set(DOUBTING)


@pytest.mark.parametrize("model", DOUBTING)
def test_a_model_with_doubts_names_the_fields_that_give_rise_to_them(
    model: type[RecordModel],
) -> None:
    assert model is RecordModel or model.doubted


def test_prices_give_rise_to_doubts_once_one_may_be_negative() -> None:
    assert not ProductTemplate.may_doubt({"list_price": ["1", "2.50"], "standard_price": []})
    assert ProductTemplate.may_doubt({"list_price": ["1", "-2.50"]})


def test_plain_addresses_and_tax_numbers_give_rise_to_no_doubts() -> None:
    assert not Partner.may_doubt({"email": ["a@b.example"], "vat": ["BE0477472701"]})
    assert Partner.may_doubt({"email": ["a@b.example", "a@b.example, c@d.example"]})
    assert Partner.may_doubt({"vat": ["none"]})
