"""A second run finds every row in place, or the first has named the field that was not kept."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.odoo_reader import OdooReader
from tests.truth.runs import run, write_file

KEPT: dict[str, tuple[str, dict[str, str]]] = {
    "website without a scheme": ("partners", {"website": "www.example.com"}),
    "website with a path": ("partners", {"website": "example.com/shop?a=1"}),
    "website with a scheme": ("partners", {"website": "https://example.com"}),
    "html": ("partners", {"comment": "<p>Bold &amp; <b>brave</b></p>"}),
    "text in an html field": ("partners", {"comment": "just text & more\nlines"}),
    "spaces": ("partners", {"city": "  Gent  ", "street": "a  b"}),
    "line ends": ("partners", {"street": "one\r\ntwo\rthree"}),
    "latitude with more digits": ("partners", {"partner_latitude": "50.12345678"}),
    "credit limit": ("partners", {"credit_limit": "1234.56789"}),
    "tags in another order": ("partners", {"category_id": "second,first"}),
    "phone": ("partners", {"phone": " 0032 (2) 555-01.02"}),
    "tax number": ("partners", {"vat": "be 0477.472.701"}),
    "e-mail": ("partners", {"email": "Some One <Some.One@EXAMPLE.com>"}),
    "rounded weight": ("products", {"weight": "0.125", "volume": "1.005"}),
    "price with many digits": ("products", {"list_price": "1.23456789", "standard_price": "0.1"}),
    "storable": ("products", {"type": "storable"}),
    "text with html": ("products", {"description_sale": "<b>no html</b> & such"}),
    "description": ("products", {"description": "<div>a<br>b</div>"}),
    "category by path": ("products", {"categ_id": "goods"}),
}
"""Values that Odoo keeps, in its own spelling: a second run changes nothing."""

NOT_KEPT: dict[str, tuple[str, dict[str, str], str]] = {
    "script in html": ("partners", {"comment": "<script>x()</script>Text"}, "comment"),
    "latitude beyond its digits": ("partners", {"partner_latitude": "100000000000"}, "latitude"),
    "script in a description": ("products", {"description": "<script>x()</script>T"}, "descr"),
}
"""Values that Odoo changes: the first run names the field (the last entry is part of its name)."""


def _cells(type_: str, key: str, cells: dict[str, str]) -> dict[str, str]:
    code = {"partners": "ref", "products": "default_code"}[type_]
    return {code: key, "name": key, **cells}


@pytest.mark.parametrize("type_", ["partners", "products"])
def test_what_odoo_keeps_in_its_own_spelling_is_unchanged_the_second_time(
    module_database: OdooReader, tmp_path: Path, type_: str
) -> None:
    cases = {name: cells for name, (of, cells) in KEPT.items() if of == type_}
    rows = [_cells(type_, name, cells) for name, cells in cases.items()]
    path = tmp_path / "rows.csv"
    write_file(path, list(dict.fromkeys(column for row in rows for column in row)), rows)
    first = run(module_database, path, type=type_, create_missing=_missing(type_))
    again = run(module_database, path, type=type_)
    for number, name in enumerate(cases, 1):
        assert str(first.outcomes[number].action) == "created", (name, first.failures())
        assert first.outcomes[number].not_kept == (), name
        assert str(again.outcomes[number].action) == "unchanged", name


def _missing(type_: str) -> tuple[str, ...]:
    return ("category_id",) if type_ == "partners" else ()


@pytest.mark.parametrize("type_", ["partners", "products"])
def test_what_odoo_does_not_keep_is_named(
    module_database: OdooReader, tmp_path: Path, type_: str
) -> None:
    cases = {name: case[1:] for name, case in NOT_KEPT.items() if case[0] == type_}
    rows = [_cells(type_, name, cells) for name, (cells, _) in cases.items()]
    path = tmp_path / "rows.csv"
    write_file(path, list(dict.fromkeys(column for row in rows for column in row)), rows)
    for expected in ("created", "updated"):
        said = run(module_database, path, type=type_)
        for number, (name, (_, field)) in enumerate(cases.items(), 1):
            outcome = said.outcomes[number]
            assert str(outcome.action) == expected, name
            assert [n for n in outcome.not_kept if field in n], (name, outcome.not_kept)
            assert any("not kept" in n and field in n for n in said.result.notices), name
