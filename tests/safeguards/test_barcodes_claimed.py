"""Barcodes that rows have claimed are refused just as if the safeguard kept them all itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from odoo_ingestion import first_rows
from odoo_ingestion.external_ids import TEMPLATE
from odoo_ingestion.first_rows import FirstRows
from odoo_ingestion.identity import Candidate, Identity, IdentityResolver, IdentityRules, Key
from odoo_ingestion.records import Action, Draft, Mode, ModelSchema, Record, Row
from odoo_ingestion.safeguards.barcodes import Barcodes, Holders
from odoo_ingestion.safeguards.first_takers import FirstTakers
from tests.safeguards.fake_odoo import FakeOdoo

CHAIN: tuple[Key, ...] = (("default_code",), ("barcode",))
HOLDERS: Holders = {"3": [(7, "Tea (id 7)")]}


class Line(Struct, frozen=True):
    """A row of a file; ``falls_out`` between its identity and the safeguard."""

    code: str
    barcode: str | None
    name: str | None
    database_id: int | None
    held: str
    falls_out: bool


class Case(Struct, frozen=True):
    """A file, in the order and the chunks in which its rows come."""

    lines: Sequence[Line]
    order: Sequence[int]
    cuts: Sequence[int]
    chain: tuple[Key, ...]
    mode: Mode


@st.composite
def cases(draw: st.DrawFn) -> Case:
    line = st.builds(
        Line,
        st.sampled_from(["", "", "", *"ABCDEFGHIJKLMNOPQRSTUVWXYZ"]),
        st.sampled_from([None, "", " 1", *"11112223"]),
        st.sampled_from([None, None, None, None, "my.a", "my.b", "my.c"]),
        st.sampled_from([None] * 16 + list(range(1, 17))),
        st.sampled_from(["", "", *"123"]),
        st.sampled_from([False, False, True]),
    )
    lines = draw(st.lists(line, min_size=3, max_size=16))
    order = list(range(len(lines)))
    return Case(
        lines,
        draw(st.one_of(st.just(order), st.permutations(order))),
        sorted({0, len(lines), *draw(st.lists(st.integers(0, len(lines)), max_size=4))}),
        draw(
            st.sampled_from([CHAIN, CHAIN, CHAIN[::-1], CHAIN[:1], (("default_code", "barcode"),)])
        ),
        draw(st.sampled_from([Mode.UPSERT, Mode.UPSERT, Mode.CREATE, Mode.UPDATE])),
    )


def resolver_of(chain: tuple[Key, ...], mode: Mode = Mode.UPSERT) -> IdentityResolver:
    schema = ModelSchema(TEMPLATE, "19.0", {})
    odoo = FakeOdoo({TEMPLATE: [{"id": number} for number in range(1, 17)]})
    return IdentityResolver(odoo, schema, IdentityRules(chain, mode), None)


def candidate(number: int, line: Line) -> Candidate:
    cells = {"default_code": line.code}
    if line.barcode is not None:
        cells["barcode"] = line.barcode
    row = Row(number, number, {**cells, "line": str(number)})
    return Candidate(Draft(row, cells, {}, line.name, line.database_id), cells)


def record(number: int, barcode: str | None, database_id: int | None = None) -> Record:
    action = Action.UPDATED if database_id else Action.CREATED
    values = {} if barcode is None else {"barcode": barcode}
    return Record(Row(number, None, {}), TEMPLATE, action, None, database_id, values)


def told(case: Case, *, by_claims: bool) -> list[Mapping[int, str]]:
    """Return the problems of each chunk that reaches the safeguard, by place."""
    resolver = resolver_of(case.chain, case.mode)
    barcodes = Barcodes(resolver.first_claims if by_claims else None)
    result: list[Mapping[int, str]] = []
    for start, end in pairwise(case.cuts):
        places = case.order[start:end]
        found = resolver.identify([candidate(at + 1, case.lines[at]) for at in places])
        lines = [(at + 1, case.lines[at]) for at in places]
        reached = [
            (number, line)
            for (number, line), identity in zip(lines, found, strict=True)
            if isinstance(identity, Identity) and not line.falls_out
        ]
        records = [record(number, line.barcode, line.database_id) for number, line in reached]
        held = {line.database_id: line.held for _, line in reached if line.database_id}
        problems = barcodes.problems(
            records, HOLDERS, {i: code for i, code in held.items() if code}
        )
        result.append({at: problem.message for at, problem in problems.items()})
    return result


@settings(max_examples=600, deadline=None)
@given(cases(), st.booleans())
def test_claims_change_nothing_of_what_is_refused(case: Case, few: bool) -> None:
    with pytest.MonkeyPatch.context() as patched:
        if few:  # all marks are put in order at once, as in a long file
            patched.setattr(first_rows.rows, "RECENT", 1)
            patched.setattr(first_rows.rows, "MOVED_AT_ONCE", 1)
        assert told(case, by_claims=True) == told(case, by_claims=False)


def first_takers(lines: Sequence[Line]) -> FirstTakers:
    """Return what asks for the claims of rows that have been given their identity."""
    resolver = resolver_of(CHAIN)
    resolver.identify([candidate(number, line) for number, line in enumerate(lines, start=1)])
    return FirstTakers("barcode", resolver.first_claims)


def line(code: str, barcode: str, name: str | None = None) -> Line:
    return Line(code, barcode, name, None, "", falls_out=False)


def test_a_barcode_that_its_row_has_claimed_is_not_kept_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    takers = first_takers([line(f"P{number}", f"40{number}") for number in range(1, 101)])
    monkeypatch.setattr(FirstRows, "keep_all", None)
    for first in (1, 4, 7, 16, 33, 97):
        rows = range(first, min(first + 20, 101))
        assert takers.keep_all([f"40{row}" for row in rows], list(rows)) == {}
    assert takers.keep_all(["403", "4096"], [3, 96]) == {}


def test_a_row_that_does_not_come_leaves_its_barcode_to_the_next() -> None:
    takers = first_takers([line("A", "400"), line("B", "400"), line("C", "401"), line("D", "400")])
    assert takers.keep_all(["400", "401"], [2, 3]) == {}
    assert takers.keep_all(["400"], [4]) == {0: 2}


def test_rows_that_claim_a_barcode_in_two_ways_are_told_the_one_that_came_first() -> None:
    lines = [line("A", "400"), line("B", "400", "my.b"), line("", "401"), line("C", "401")]
    takers = first_takers(lines)
    assert takers.keep_all(["400", "400"], [2, 1]) == {1: 2}
    assert takers.keep_all(["401", "401"], [4, 3]) == {1: 4}


def test_a_barcode_that_names_its_row_is_remembered_beside_those_that_are_claimed() -> None:
    takers = first_takers([line("", "400"), Line("B", "400", None, 5, "", falls_out=False)])
    assert takers.keep_all(["400"], [1]) == {}
    assert takers.keep_all(["400"], [2]) == {0: 1}


def test_nothing_is_told_of_a_field_that_is_no_key_of_its_own() -> None:
    resolver = resolver_of((("default_code", "barcode"),))
    resolver.identify([candidate(1, line("A", "400"))])
    assert resolver.first_claims("barcode", ["400"]) == []
