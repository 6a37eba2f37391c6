from typing import Any

from odoo_ingestion.data_models import (
    FIELD_ATTRIBUTES,
    is_importable,
    load_catalogue,
    required_without_default,
    schema_from_fields_get,
)
from odoo_ingestion.records import FieldSpec

ANSWER: dict[str, dict[str, Any]] = {
    "weight": {"type": "float", "string": "Weight", "digits": [16, 2], "depends": ["x"]},
    "list_price": {"type": "float", "string": "Price", "digits": False, "required": True},
    "type": {
        "type": "selection",
        "string": "Type",
        "selection": [["consu", "Goods"], ["service", "Service"]],
    },
    "taxes_id": {
        "type": "many2many",
        "string": "Taxes",
        "relation": "account.tax",
        "domain": [["type_tax_use", "=", "sale"]],
        "help": False,
    },
    "code": {"type": "char", "string": "Code", "size": 2, "readonly": True, "store": False},
}


def test_an_answer_of_fields_get_becomes_a_schema() -> None:
    schema = schema_from_fields_get("x", "19.0", ANSWER)
    assert schema.fields["weight"] == FieldSpec(
        "weight", "float", "Weight", digits=(16, 2), computed=True
    )
    assert schema.fields["list_price"].digits is None
    assert schema.fields["type"].selection == (("consu", "Goods"), ("service", "Service"))
    assert schema.fields["taxes_id"].domain == [["type_tax_use", "=", "sale"]]
    code = schema.fields["code"]
    assert (code.size, code.readonly, code.store) == (2, True, False)


def test_labels_and_values_of_other_languages_are_known_beside_the_first() -> None:
    french: dict[str, dict[str, Any]] = {
        "type": {
            "string": "Sorte",
            "selection": [["consu", "Marchandises"], ["service", "Service"]],
        },
        "weight": {"string": "Poids"},
        "list_price": {"string": "Poids"},
        "gone": {"string": "Parti"},
        "code": {"string": ""},
    }
    schema = schema_from_fields_get(
        "x", "19.0", ANSWER, labels={"Rate": "taxes_id"}, others=[french]
    )
    assert schema.labels == {
        "Rate": ("taxes_id",),
        "Sorte": ("type",),
        "Poids": ("weight", "list_price"),
    }
    assert schema.fields["type"].selection == (
        ("consu", "Goods"),
        ("service", "Service"),
        ("consu", "Marchandises"),
    )


def test_what_a_new_record_must_be_given_is_what_has_no_default() -> None:
    schema = load_catalogue("14.0", "product.template")
    defaults = {"categ_id", "uom_id", "uom_po_id", "type", "tracking"}
    defaults |= {"purchase_line_warn", "sale_line_warn"}
    assert required_without_default(schema, defaults) == {"name"}
    partner = load_catalogue("14.0", "res.partner")
    assert required_without_default(partner, ()) == set()  # accounts are company-dependent


def test_lines_and_read_only_fields_cannot_be_imported() -> None:
    schema = load_catalogue("19.0", "res.partner")
    assert is_importable(schema.fields["name"])
    assert not is_importable(schema.fields["child_ids"])
    assert not is_importable(schema.fields["display_name"])


def test_everything_that_a_schema_holds_is_asked_for() -> None:
    assert {"string", "type", "selection", "depends", "domain"} <= set(FIELD_ATTRIBUTES)
