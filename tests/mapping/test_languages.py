import pytest

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import ColumnMap, check_languages, languages_of, with_own_language
from odoo_ingestion.records import Column

COLUMNS = ColumnMap(
    "product.template",
    (
        Column("name", "name"),
        Column("name:fr_FR", "name", lang="fr_FR"),
        Column("text:nl_BE", "description_sale", lang="nl_BE"),
        Column("text:fr_FR", "description_sale", lang="fr_FR"),
    ),
)


def test_each_language_is_named_once_in_the_order_of_the_file() -> None:
    assert languages_of(COLUMNS.columns) == ("fr_FR", "nl_BE")


def test_a_language_that_is_not_installed_is_refused_with_those_that_are() -> None:
    check_languages(COLUMNS, ["en_US", "fr_FR", "nl_BE"])
    with pytest.raises(ColumnError) as caught:
        check_languages(COLUMNS, ["en_US", "fr_FR"])
    assert caught.value.message == (
        "column 'text:nl_BE': the language nl_BE is not installed in this database"
    )
    assert "Installed: en_US, fr_FR." in str(caught.value.hint)


def test_the_run_s_own_language_needs_no_pass_of_its_own() -> None:
    found = with_own_language(COLUMNS, "nl_BE").columns
    assert found[2] == Column("text:nl_BE", "description_sale")
    assert languages_of(found) == ("fr_FR",)
