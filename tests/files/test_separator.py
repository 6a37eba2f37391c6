from __future__ import annotations

import pytest

from odoo_ingestion.files.separator import find_separator


@pytest.mark.parametrize(
    ("text", "separator"),
    [
        ("name,price\nTea,1\nMilk,2\n", ","),
        ("name;price\nTea;1,5\nMilk;2,25\n", ";"),
        ("name\tprice\nTea, green\t1,5\n", "\t"),
        ("name|price\nTea|1,5\nMilk|2,5\n", "|"),
        ("name,price;note\nTea;1,5\nMilk;2,5\n", ";"),
        ('name,price\n"Tea; green",1\n"Milk; fat",2\n', ","),
        ('name;note\n"a;b,c,d\ne,f";x\n"g,h;";y\n', ";"),
        ("name,price\n1,2\n1\n1,2,3\n", ","),
        ("a,b,c\n1,2\n", ","),
        ("name,price", ","),
        ("name;price\n", ";"),
        ("name,first;b;c\nx,y;1;2\nz,w;1;2\n", ";"),
        ("name,_error_row\nx;y;z,1\n", ","),
    ],
)
def test_the_separator_is_the_one_that_fits_the_rows(text: str, separator: str) -> None:
    assert find_separator(text, whole=True) == separator


@pytest.mark.parametrize(
    ("text", "unused"),
    [
        ("name\nDoe, John\nRoe, Jane\n", ","),
        ("Name, full\nJohn\nJane\nJoe\n", ","),
        ("name\na;b\nc,d\n", ",;"),
    ],
)
def test_a_file_of_one_column_is_not_cut(text: str, unused: str) -> None:
    assert find_separator(text, whole=True) not in unused


def test_a_row_that_the_sample_cuts_off_does_not_count() -> None:
    assert find_separator("a,b,c\n1,2,3\n1;2;3;4;5", whole=False) == ","
    assert find_separator("", whole=True) == ","


def test_two_hundred_rows_are_enough() -> None:
    assert find_separator("a,b\n" + "1,2\n" * 300 + "1;2\n" * 9999, whole=True) == ","
