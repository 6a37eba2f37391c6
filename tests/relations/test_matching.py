"""Which record a text means, decided without any server."""

from __future__ import annotations

import sys
from typing import Any

import pytest

from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.matching import Kind, Match, Names, Rank, decide
from odoo_ingestion.relations.texts import fold, is_sendable, pattern, segments, sort_of

TAG = Comodel("res.partner.category", "Tag", ("name",), is_path=True, has_parent=True)
PARTNER = Comodel("res.partner", "Contact", ("ref", "vat", "email", "name"))


def match(cell: str, *, active: bool = True, candidate: int = 0, within: Any = ()) -> Match:
    return Match(cell, f"record {cell}", active, Rank(0, False, candidate), within)


def test_nothing_is_missing() -> None:
    assert decide("res.partner", []).kind is Kind.MISSING


def test_the_first_field_that_has_a_match_decides() -> None:
    finding = decide("res.partner", [match("1", candidate=1), match("2"), match("2")])
    assert (finding.kind, [m.cell for m in finding.matches]) == (Kind.FOUND, ["2"])


def test_several_records_by_one_field_are_ambiguous() -> None:
    finding = decide("res.partner", [match("1"), match("2"), match("3", candidate=1)])
    assert (finding.kind, [m.cell for m in finding.matches]) == (Kind.AMBIGUOUS, ["1", "2"])


def test_active_records_come_first_and_archived_ones_are_said_to_be() -> None:
    archived = match("1", active=False)
    assert decide("res.partner", [archived, match("2", candidate=5)]).matches[0].cell == "2"
    assert decide("res.partner", [archived]).kind is Kind.ARCHIVED
    assert decide("res.currency", [archived]).kind is Kind.FOUND
    assert decide("res.currency", [archived, match("2")]).matches[0].cell == "2"


def test_a_restriction_keeps_others_out() -> None:
    here, there = match("1", within=("10",)), match("2", within=("20",))
    assert decide("res.country.state", [here, there], ("20",)).matches == (there,)
    assert decide("res.country.state", [here, there], (None,)).kind is Kind.AMBIGUOUS
    elsewhere = decide("res.country.state", [here], ("20",))
    assert (elsewhere.kind, elsewhere.matches) == (Kind.ELSEWHERE, (here,))


def test_the_vat_number_of_a_contact_is_its_companys() -> None:
    names = Names(PARTNER)
    names.add(
        [
            {"id": 1, "vat": "BE1", "display_name": "Azure", "commercial_partner_id": [1, "Azure"]},
            {"id": 2, "vat": "BE1", "display_name": "Ann", "commercial_partner_id": [1, "Azure"]},
        ]
    )
    assert [m.cell for m in names.matches("BE1", 0)] == ["1"]


def test_a_whole_path_says_more_than_a_name() -> None:
    names = Names(TAG)
    names.add(
        [
            {"id": 1, "name": "Gold", "display_name": "Gold"},
            {"id": 2, "name": "Gold", "display_name": "Metal / Gold"},
        ]
    )
    assert decide(TAG.name, names.matches("Gold", 0)).matches[0].cell == "1"
    assert decide(TAG.name, names.matches("metal/gold", 0)).matches[0].cell == "2"


def test_a_record_without_a_label_is_named_by_its_id() -> None:
    names = Names(TAG)
    names.add([{"id": 7, "name": "Gold", "display_name": False}])
    assert [m.label for m in names.matches("Gold", 0)] == ["id 7"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("A / B", ["A", "B"]),
        ("A/B > C", ["A", "B", "C"]),
        (" / A // B / ", ["A", "B"]),
        ("", []),
    ],
)
def test_a_path_has_segments(text: str, expected: list[str]) -> None:
    assert segments(text) == expected


def test_texts_of_one_sort_differ_in_case_and_blanks_only() -> None:
    assert sort_of("Ünï \t Code", is_path=False) == sort_of("üNÏ code", is_path=False)
    assert sort_of("a/b", is_path=False) != sort_of("a / b", is_path=False)
    assert sort_of("A/b", is_path=True) == sort_of("a / B", is_path=True)


def test_a_pattern_has_no_wildcard_of_the_texts_own() -> None:
    assert pattern("50% a_b c\\d") == "50\\%%a\\_b%c\\\\d"
    assert pattern("A/B") == "A%/%B"


@pytest.mark.parametrize(
    ("text", "sendable"),
    [("plain\t\n\r ü 漢 😀", True), ("\0", False), ("\x1b", False), ("\ud83d", False)],
)
def test_some_characters_cannot_be_sent(text: str, sendable: bool) -> None:
    assert is_sendable(text) is sendable


def test_blanks_of_every_kind_count_as_one() -> None:
    blanks = [chr(code) for code in range(sys.maxunicode + 1) if chr(code).isspace()]
    assert {fold(f"Green{blank}Tea") for blank in blanks} == {"green tea"}
    assert {fold(f"Green {blank}\t Tea") for blank in blanks} == {"green tea"}
    assert fold(" \N{CHECK MARK} Tea ") == " \N{CHECK MARK} tea "
