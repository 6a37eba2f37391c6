from decimal import Decimal
from typing import Any

import pytest

from odoo_ingestion.data_models.amounts import read_float, read_integer
from odoo_ingestion.data_models.cell_errors import CellError


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("0", "0"),
        ("-0.00", "0"),
        ("18.00", "18.00"),
        ("007", "7"),
        (" 1234.56 ", "1234.56"),
        ("1,234.56", "1234.56"),
        ("-1,234,567", "-1234567"),
        ("1.234,56", "1234.56"),
        ("1.234.567", "1234567"),
        ("1 234,56", "1234.56"),
        ("1\u00a0234\u202f567,8", "1234567.8"),
        ("1'234.50", "1234.50"),
        ("1\u2019234.50", "1234.50"),
        ("\u22125", "-5"),
        ("12,5", "12.5"),
        ("1234,567", "1234.567"),
        ("0,123", "0.123"),
        ("1.234", "1.234"),
        (".5", "0.5"),
        ("5.", "5"),
        ("1e3", "1000"),
        ("1.5E-7", "0.00000015"),
        ("0.1234567890123456789", "0.1234567890123456789"),
        (3, "3"),
        (2.5, "2.5"),
        (1e-07, "0.0000001"),
        (1e22, "10000000000000000000000"),
        (Decimal("3399.9900"), "3399.9900"),
        (Decimal("1E+2"), "100"),
    ],
)
def test_a_number_is_read_with_every_digit_and_no_exponent(cell: Any, number: str) -> None:
    assert read_float(cell) == number
    assert float(number) == pytest.approx(float(Decimal(number)))  # Odoo calls float()


@pytest.mark.parametrize(
    "cell",
    [
        "abc",
        "1,23,456",
        "12.34.56",
        "1_000",
        "$5",
        "5 EUR",
        "20%",
        ",",
        "--5",
        "(5)",
        "٣",
        "0x10",
        "inf",
        "nan",
        "1e400",
        "1e-400",
        "1e99999",
        float("nan"),
        float("inf"),
        Decimal("NaN"),
        Decimal("sNaN"),
        pytest.param(10**5000, id="huge"),
        True,
        [1],
        {"a": 1},
        b"1",
    ],
)
def test_what_is_no_number_is_refused(cell: Any) -> None:
    with pytest.raises(CellError):
        read_float(cell)


def test_a_number_with_two_meanings_is_refused_and_both_are_told() -> None:
    with pytest.raises(CellError, match=r"'1,234' may be 1234 or 1\.234") as caught:
        read_float("1,234")
    assert caught.value.hint == "Write 1234 or 1.234."


@pytest.mark.parametrize("cell", ["N/A", "nan", "None", "-"])
def test_words_for_nothing_get_the_advice_to_leave_the_cell_empty(cell: str) -> None:
    with pytest.raises(CellError) as caught:
        read_float(cell)
    assert caught.value.hint == "Leave the cell empty where there is no value."


@pytest.mark.parametrize(
    ("cell", "number"),
    [
        ("7", "7"),
        ("3.0", "3"),
        (" -12 ", "-12"),
        ("1e3", "1000"),
        (94523.0, "94523"),
        (Decimal(5), "5"),
        ("2147483647", "2147483647"),
        ("-2147483648", "-2147483648"),
    ],
)
def test_a_whole_number_is_read(cell: Any, number: str) -> None:
    assert read_integer(cell) == number


@pytest.mark.parametrize(
    "cell", ["1.5", "2147483648", "-2147483649", "1e99", "x", 2.5, False, 10**30, "1,234"]
)
def test_fractions_and_numbers_beyond_32_bits_are_no_integers(cell: Any) -> None:
    with pytest.raises(CellError):
        read_integer(cell)
