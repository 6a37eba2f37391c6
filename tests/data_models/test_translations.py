from odoo_ingestion.data_models import build_validator, load_catalogue, type_for_model
from odoo_ingestion.mapping import map_columns
from tests.data_models.rows import draft, problems, row

PRODUCT = "product.template"
HEADER = ("sku", "name", "name:fr_FR", "Sales Description:fr_FR", "name:nl_BE")

schema = load_catalogue("19.0", PRODUCT)
kind = type_for_model(PRODUCT)
columns = map_columns(HEADER, schema, kind, translations=True).columns
checker = build_validator(columns, schema, kind)


def test_the_texts_of_a_row_are_kept_by_language() -> None:
    found = draft(
        checker.validate(
            row(
                sku="T",
                name="Tea",
                **{"name:fr_FR": "Thé", "Sales Description:fr_FR": "Bon", "name:nl_BE": "Thee"},
            )
        )
    )
    assert found.values == {"default_code": "T", "name": "Tea"}
    assert found.translations == {
        "fr_FR": {"name": "Thé", "description_sale": "Bon"},
        "nl_BE": {"name": "Thee"},
    }


def test_an_empty_cell_says_nothing_about_a_translation() -> None:
    found = draft(checker.validate(row(sku="T", **{"name:fr_FR": " ", "name:nl_BE": "Thee"})))
    assert found.translations == {"nl_BE": {"name": "Thee"}}
    assert draft(checker.validate(row(sku="T"))).translations == {}


def test_a_bad_translation_is_a_problem_of_its_own_column() -> None:
    (problem,) = problems(checker.validate(row(sku="T", **{"name:fr_FR": "a\x00b"})))
    assert problem.field == "name:fr_FR"
    assert "control character" in problem.message
