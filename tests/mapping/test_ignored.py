import pytest

from odoo_ingestion.errors import UsageError
from odoo_ingestion.mapping import check_ignored, columns_without, ignored_columns

HEADER = ("SKU", "Name", " Notes ")


def test_ignored_columns_are_taken_out_whatever_their_case() -> None:
    assert columns_without(HEADER, ["sku", "notes"]) == ("Name",)
    assert ignored_columns(HEADER, ["sku", "notes"]) == ("SKU", " Notes ")


def test_nothing_is_taken_out_unasked() -> None:
    assert columns_without(HEADER, []) == HEADER
    assert ignored_columns(HEADER, []) == ()


def test_a_column_that_only_a_later_row_may_have_stays_ignored() -> None:
    assert ignored_columns(HEADER, ["later"]) == ("later",)


def test_a_name_that_no_file_has_is_refused_with_the_nearest() -> None:
    files = [("csv", HEADER), ("xlsx", ("id", "price"))]
    check_ignored(["Name", "PRICE"], files)
    with pytest.raises(UsageError) as caught:
        check_ignored(["Nmae"], files)
    assert caught.value.message == "--ignore Nmae: no file has such a column"
    assert str(caught.value.hint).startswith("Did you mean Name?")


def test_a_name_like_no_column_is_refused_without_a_guess() -> None:
    with pytest.raises(UsageError) as caught:
        check_ignored(["zzz"], [("csv", HEADER)])
    assert "Did you mean" not in str(caught.value.hint)


@pytest.mark.parametrize("kind", ["json", "jsonl"])
def test_rows_of_json_may_bring_a_column_later(kind: str) -> None:
    check_ignored(["later"], [("csv", HEADER), (kind, ("a",))])
