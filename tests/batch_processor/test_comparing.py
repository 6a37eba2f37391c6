"""A cell is compared with what Odoo holds in Odoo's own terms."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.batch_processor import comparable, differs
from odoo_ingestion.records import FieldSpec

STATES = (("draft", "Draft"), ("done", "Done deal"))

SAME: list[tuple[FieldSpec, str, Any]] = [
    (FieldSpec("name", "char"), "Tea", "Tea"),
    (FieldSpec("name", "char"), "", False),
    (FieldSpec("name", "text"), "a\r\nb\rc", "a\nb\nc"),
    (FieldSpec("website", "char"), "example.com", "http://example.com"),
    (FieldSpec("website", "char"), "https://example.com", "https://example.com"),
    (FieldSpec("n", "integer"), "7", 7),
    (FieldSpec("n", "integer"), "", 0),
    (FieldSpec("n", "integer"), "-3", -3),
    (FieldSpec("n", "many2one_reference"), "3", 3),
    (FieldSpec("w", "float", digits=(16, 2)), "1.239", 1.24),
    (FieldSpec("w", "float", digits=(16, 2)), "0.125", 0.13),
    (FieldSpec("w", "float", digits=(16, 2)), "", 0.0),
    (FieldSpec("w", "float"), "0.1", 0.1),
    (FieldSpec("w", "float"), "1e2", 100.0),
    (FieldSpec("w", "monetary"), "10", 10.0),
    (FieldSpec("w", "float", digits=(16, 2)), "1e25", 1e25),
    (FieldSpec("b", "boolean"), "1", True),
    (FieldSpec("b", "boolean"), "0", False),
    (FieldSpec("b", "boolean"), "", False),
    (FieldSpec("b", "boolean"), "True", True),
    (FieldSpec("d", "date"), "2024-02-29", "2024-02-29"),
    (FieldSpec("d", "date"), "", False),
    (FieldSpec("s", "selection", selection=STATES), "done", "done"),
    (FieldSpec("s", "selection", selection=STATES), "DONE DEAL", "done"),
    (FieldSpec("s", "selection", selection=STATES), "", False),
    (FieldSpec("r", "reference"), "res.partner,3", "res.partner,3"),
    (FieldSpec("m", "many2one"), "75", 75),
    (FieldSpec("m", "many2one"), "", False),
    (FieldSpec("m", "many2many"), "3,8", [8, 3]),
    (FieldSpec("m", "many2many"), "", []),
    (FieldSpec("h", "html"), "Two  words & more", "<p>Two words &amp; more</p>"),
    (FieldSpec("h", "html"), "<p>a</p><br/>b", '<p style="x">a</p> <br>b'),
    (FieldSpec("h", "html"), "<a href='x'>a</a>", '<p><a href="x" rel="noopener">a</a></p>'),
    (FieldSpec("h", "html"), "Very <b>big</b>", "<span>Very <b>big</b></span>"),
    (FieldSpec("h", "html"), "", False),
]

OTHER: list[tuple[FieldSpec, str, Any]] = [
    (FieldSpec("name", "char"), "Tea", "Tea "),
    (FieldSpec("name", "char"), "Tea", False),
    (FieldSpec("name", "char"), "example.com", "http://example.com"),
    (FieldSpec("website", "char"), "example.com", "http://example.org"),
    (FieldSpec("website", "char"), "", "http://example.org"),
    (FieldSpec("n", "integer"), "7", 8),
    (FieldSpec("n", "integer"), "", 8),
    (FieldSpec("n", "integer"), "seven", 7),
    (FieldSpec("w", "float", digits=(16, 2)), "0.135", 0.13),
    (FieldSpec("w", "float"), "0.1", 0.10001),
    (FieldSpec("w", "float"), "ten", 10.0),
    (FieldSpec("w", "float", digits=(16, 2)), "1e25", 1.0),
    (FieldSpec("b", "boolean"), "1", False),
    (FieldSpec("d", "date"), "2024-02-29", False),
    (FieldSpec("s", "selection", selection=STATES), "draft", "done"),
    (FieldSpec("m", "many2one"), "75", 76),
    (FieldSpec("m", "many2one"), "", 76),
    (FieldSpec("m", "many2one"), "new:3", False),
    (FieldSpec("m", "many2many"), "3,8", [3]),
    (FieldSpec("h", "html"), "Two", "<p>Three</p>"),
    (FieldSpec("h", "html"), "Two", "<p><b>Two</b></p>"),
    (FieldSpec("h", "html"), "<a href='x'>a</a>", '<a href="y">a</a>'),
]


@pytest.mark.parametrize(("spec", "sent", "held"), SAME)
def test_what_odoo_would_store_the_same_does_not_differ(
    spec: FieldSpec, sent: str, held: Any
) -> None:
    assert not differs(spec, sent, held)


@pytest.mark.parametrize(("spec", "sent", "held"), OTHER)
def test_what_odoo_would_store_otherwise_differs(spec: FieldSpec, sent: str, held: Any) -> None:
    assert differs(spec, sent, held)


@pytest.mark.parametrize(
    ("sent", "held", "zone"),
    [
        ("2024-07-01 12:00:00", "2024-07-01 12:00:00", "UTC"),
        ("2024-07-01 12:00:00", "2024-07-01 10:00:00", "Europe/Brussels"),
        ("2024-01-01", "2023-12-31 23:00:00", "Europe/Brussels"),
        ("2024-10-27 02:30:00", "2024-10-27 01:30:00", "Europe/Brussels"),
        ("2024-03-31 02:30:00", "2024-03-31 01:30:00", "Europe/Brussels"),
        ("2024-07-01 12:00:00+02:00", "2024-07-01 10:00:00", "America/New_York"),
        ("", False, "UTC"),
    ],
)
def test_moments_are_sent_in_the_users_zone_and_held_in_utc(
    sent: str, held: Any, zone: str
) -> None:
    assert not differs(FieldSpec("d", "datetime"), sent, held, zone)


@pytest.mark.parametrize(
    ("sent", "held"),
    [
        ("2024-07-01 12:00:00", "2024-07-01 12:00:01"),
        ("2024-07-01 12:00:00", False),
        ("", "2024-07-01 12:00:00"),
        ("tomorrow", "2024-07-01 12:00:00"),
    ],
)
def test_other_moments_differ(sent: str, held: Any) -> None:
    assert differs(FieldSpec("d", "datetime"), sent, held)


@pytest.mark.parametrize(
    ("column", "kind", "expected"),
    [
        ("name", "char", True),
        ("country_id/.id", "many2one", True),
        ("country_id/id", "many2one", False),
        ("country_id", "many2one", False),
        ("tag_ids/.id", "many2many", True),
        ("order_line/name", "one2many", False),
        ("image_1920", "binary", False),
        ("properties.x", "properties", False),
        ("password", "char", False),
    ],
)
def test_only_values_and_database_ids_can_be_compared(
    column: str, kind: str, expected: bool
) -> None:
    assert comparable(column, FieldSpec(column.partition("/")[0], kind)) is expected


def test_a_column_of_no_known_field_cannot_be_compared() -> None:
    assert not comparable("x_gone", None)
