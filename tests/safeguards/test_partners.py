"""Partners are looked at in bulk: only those that have a parent, a barcode or a rank cost more."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

import pytest

from odoo_ingestion import prefetch
from odoo_ingestion.records import Action, FieldSpec, ModelSchema, Record, Row
from odoo_ingestion.safeguards import Verdict
from odoo_ingestion.safeguards.partners import PartnerSafeguard
from tests.safeguards.fake_odoo import FakeOdoo

MODEL = "res.partner"
EMPTY: Mapping[str, Any] = {
    "parent_id": False,
    "type": "contact",
    "is_company": False,
    "vat": False,
    "active": True,
    "barcode": False,
    "street": False,
    "street2": False,
    "zip": False,
    "city": False,
    "state_id": False,
    "country_id": False,
    "customer_rank": 0,
    "supplier_rank": 0,
}
KINDS = {"parent_id": "many2one", "state_id": "many2one", "country_id": "many2one"}
SCHEMA = ModelSchema(
    MODEL, "19.0", {name: FieldSpec(name, KINDS.get(name, "char")) for name in EMPTY}
)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a file be long from its second chunk on."""
    monkeypatch.setattr(prefetch, "FEWEST_ASKED", 10)


def partner(number: int, **held: Any) -> dict[str, Any]:
    return {**EMPTY, "id": number, "display_name": f"Partner {number}", **held}


def odoo_with(*partners: dict[str, Any]) -> FakeOdoo:
    return FakeOdoo({MODEL: list(partners)})


def guard_of(odoo: FakeOdoo, *, may_prefetch: bool = False) -> PartnerSafeguard:
    return PartnerSafeguard(odoo, SCHEMA, lambda _: {}, may_prefetch=may_prefetch)


def record(number: int, record_id: int | None = None, **cells: str) -> Record:
    action = Action.CREATED if record_id is None else Action.UPDATED
    values = {name.replace("__id", "/.id"): cell for name, cell in cells.items()}
    return Record(Row(number, None, {}), MODEL, action, f"t.r{number}", record_id, values)


def told(verdicts: Sequence[Verdict]) -> list[object]:
    """Return what is sent of each record, or what is wrong with it."""
    return [dict(v.values) if isinstance(v, Record) else list(v) for v in verdicts]


def existing(start: int, end: int, **cells: str) -> list[Record]:
    return [record(number, number, **cells) for number in range(start, end)]


def test_new_partners_without_parent_and_barcode_cost_no_call() -> None:
    odoo = odoo_with()
    rows = [record(number, name="N", city="Gent") for number in range(20)]
    assert guard_of(odoo).check(rows) == rows
    assert odoo.asked == []


def test_partners_whose_address_is_not_touched_are_not_asked_for() -> None:
    odoo = odoo_with(*(partner(number, parent_id=(99, "P")) for number in range(1, 20)))
    rows = existing(1, 20, name="N", email="a@b.example")
    assert guard_of(odoo).check(rows) == rows
    assert odoo.asked == []


def test_where_few_partners_have_a_parent_they_are_read_once() -> None:
    company = partner(99, city="Gent", is_company=True)
    odoo = odoo_with(company, *(partner(number) for number in range(1, 90)))
    guard = guard_of(odoo, may_prefetch=True)
    for start in range(1, 81, 20):
        rows = existing(start, start + 20, city="Brugge")
        assert guard.check(rows) == rows
    assert [method for _, method, _ in odoo.asked] == ["search", "search"]  # whether many, and all


def test_a_contact_is_compared_with_its_parent_also_when_few_are_read_at_once() -> None:
    company = partner(99, city="Gent", is_company=True)
    contacts = [partner(number, parent_id=(99, "Partner 99")) for number in (5, 25)]
    for may_prefetch in (True, False):
        odoo = odoo_with(company, *contacts, *(partner(n) for n in range(30, 40)))
        guard = guard_of(odoo, may_prefetch=may_prefetch)
        for chunk in (existing(1, 20, city="Brugge"), existing(20, 40, city="Brugge")):
            refused = [
                r.row.number for r, v in zip(chunk, guard.check(chunk), strict=True) if r != v
            ]
            assert refused == [
                n for n in (5, 25) if chunk[0].row.number <= n < chunk[-1].row.number
            ]


def test_ranks_are_asked_for_without_reading_the_partners() -> None:
    odoo = odoo_with(
        partner(1, customer_rank=7), partner(2), partner(3, supplier_rank=1, parent_id=(1, "P"))
    )
    rows = existing(1, 4, name="N", customer_rank="1", supplier_rank="1")
    assert told(guard_of(odoo).check(rows)) == [
        {"name": "N", "supplier_rank": "1"},
        {"name": "N", "customer_rank": "1", "supplier_rank": "1"},
        {"name": "N", "customer_rank": "1"},
    ]
    assert odoo.about(MODEL) == 0


def test_ranks_of_partners_that_are_read_anyway_cost_no_call() -> None:
    odoo = odoo_with(partner(1, customer_rank=7), partner(2))
    rows = existing(1, 3, customer_rank="1", parent_id__id="")
    assert told(guard_of(odoo).check(rows)) == [
        {"parent_id/.id": ""},
        {"customer_rank": "1", "parent_id/.id": ""},
    ]
    assert len(odoo.asked) == 1


def any_row(random: Random, number: int, record_id: int | None) -> Record:
    choices: dict[str, list[str]] = {
        "parent_id__id": ["", "90", "91", "new:5"],
        "type": ["contact", "invoice"],
        "city": ["Gent", "Brugge", ""],
        "country_id__id": ["20", "21"],
        "vat": ["BE1", "BE2", ""],
        "is_company": ["1", "0"],
        "active": ["1", "0"],
        "barcode": ["", *(f"4{n}" for n in range(12))],
        "customer_rank": ["1"],
        "supplier_rank": ["1"],
    }
    cells = {name: random.choice(some) for name, some in choices.items() if random.random() < 0.3}
    return record(number, record_id, name="N", **cells)


def any_partner(random: Random, number: int) -> dict[str, Any]:
    return partner(
        number,
        parent_id=random.choice([False, False, (90, "Partner 90"), (91, "Partner 91")]),
        type=random.choice(["contact", "invoice"]),
        city=random.choice([False, "Gent"]),
        active=random.random() < 0.8,
        barcode=random.choice([False, f"4{number % 12}"]),
        customer_rank=random.choice([0, 3]),
        supplier_rank=random.choice([0, 1]),
    )


def test_however_it_is_asked_partners_come_to_the_same() -> None:
    random = Random(11)
    for _ in range(40):
        parents = [partner(90, city="Gent", country_id=(20, "BE")), partner(91, is_company=True)]
        partners = [*(any_partner(random, number) for number in range(1, 30)), *parents]
        ids: list[int | None] = [None] * 20 + list(range(1, 30))
        random.shuffle(ids)
        rows = [any_row(random, number, record_id) for number, record_id in enumerate(ids, 1)]
        chunks = [rows[:12], rows[12:30], rows[30:]]
        plain, at_once, alone = (
            guard_of(odoo_with(*partners), may_prefetch=prefetched)
            for prefetched in (False, True, False)
        )
        expected = [verdict for chunk in chunks for verdict in told(plain.check(chunk))]
        assert [verdict for chunk in chunks for verdict in told(at_once.check(chunk))] == expected
        assert [told(alone.check([row]))[0] for row in rows] == expected
