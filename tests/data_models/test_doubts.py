"""Doubts about values are asked for only where rows may give reason for any."""

import pytest

from odoo_ingestion.data_models import record_models
from odoo_ingestion.data_models.base import RecordModel
from odoo_ingestion.data_models.partner import Partner
from odoo_ingestion.data_models.product import ProductTemplate
from odoo_ingestion.data_models.record_models import record_model_for

MODELS = {record_model_for(name) for name in record_models.MODELS}
DOUBTING = sorted((m for m in MODELS if "doubts" in vars(m)), key=lambda m: m.__name__)


def test_there_are_models_with_doubts() -> None:
    assert {Partner, ProductTemplate} < set(DOUBTING)


@pytest.mark.parametrize("model", DOUBTING)
def test_a_model_with_doubts_names_the_fields_that_give_rise_to_them(
    model: type[RecordModel],
) -> None:
    assert model.doubted


def test_prices_give_rise_to_doubts_once_one_may_be_negative() -> None:
    assert not ProductTemplate.may_doubt({"list_price": ["1", "2.50"], "standard_price": []})
    assert ProductTemplate.may_doubt({"list_price": ["1", "-2.50"]})


def test_plain_addresses_and_tax_numbers_give_rise_to_no_doubts() -> None:
    assert not Partner.may_doubt({"email": ["a@b.example"], "vat": ["BE0477472701"]})
    assert Partner.may_doubt({"email": ["a@b.example", "a@b.example, c@d.example"]})
    assert Partner.may_doubt({"vat": ["none"]})
