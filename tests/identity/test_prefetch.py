"""What exists is read at once only where that pays, and never tells anything else than asking."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest

from odoo_ingestion import prefetch
from odoo_ingestion.external_ids import Target
from odoo_ingestion.identity.keys import KeyFinder
from odoo_ingestion.identity.prefetch import ExternalIds
from odoo_ingestion.prefetch import Prefetch
from odoo_ingestion.records import FieldSpec, ModelSchema

PARTNER = ModelSchema(
    "res.partner", "19.0", {"ref": FieldSpec("ref", "char"), "vat": FieldSpec("vat", "char")}
)


class FakeOdoo:
    """Answers search and search_read of what it holds, as far as look-ups ask, and notes calls."""

    version = "19.0"
    uid = 2

    def __init__(self, records: Sequence[dict[str, Any]]) -> None:
        self.records = [{"id": number, **record} for number, record in enumerate(records, 1)]
        self.asked: list[list[Any]] = []
        self.context: dict[str, Any] = {}

    def with_context(self, **context: Any) -> FakeOdoo:
        return self

    def call(self, model: str, method: str, *args: Any, **options: Any) -> Any:
        domain, *_ = args
        self.asked.append(domain)
        found = [record for record in self.records if all(fits(record, term) for term in domain)]
        found = found[options.get("offset", 0) :][: options.get("limit")]
        return [record["id"] for record in found] if method == "search" else found


def fits(record: dict[str, Any], term: tuple[str, str, Any]) -> bool:
    field, operator, wanted = term
    held = record[field]
    match operator:
        case "in":
            return held in wanted
        case ">":
            return bool(held > wanted)
        case "=like":
            return str(held).startswith(wanted.removesuffix("%"))
        case _:
            return bool(held == wanted)


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def ids_of(count: int, module: str = "odoo_ingestion") -> list[dict[str, Any]]:
    return [
        {"module": module, "name": f"res_partner_ref_{n}", "model": "res.partner", "res_id": n}
        for n in range(count)
    ]


def names(start: int, end: int, module: str = "odoo_ingestion") -> list[str]:
    return [f"{module}.res_partner_ref_{n}" for n in range(start, end)]


def by_name(odoo: FakeOdoo) -> int:
    """How many names Odoo was asked for one by one."""
    return sum(len(term[2]) for terms in odoo.asked for term in terms if term[:2] == ("name", "in"))


def external_ids(odoo: FakeOdoo) -> ExternalIds:
    return ExternalIds(odoo, "res.partner", may_read=True, may_prefetch=True)


def test_a_small_file_asks_for_its_own_rows_only() -> None:
    odoo = FakeOdoo(ids_of(100))

    found = external_ids(odoo).find(names(0, 20))

    assert len(found) == 20
    assert len(odoo.asked) == 1


def test_a_large_file_reads_few_ids_at_once_and_asks_no_more() -> None:
    odoo = FakeOdoo(ids_of(1_000))
    known = external_ids(odoo)

    first = known.find(names(0, 1_000))
    later = known.find([*names(900, 1_100), "odoo_ingestion.res_partner_gone"])

    assert first["odoo_ingestion.res_partner_ref_7"] == Target("res.partner", 7)
    assert sorted(later) == sorted(names(900, 1_000))
    assert by_name(odoo) == 0


def test_pages_are_put_together(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(prefetch, "PAGE", 7)
    odoo = FakeOdoo(ids_of(1_001))

    assert len(external_ids(odoo).find(names(0, 1_001))) == 1_001
    assert by_name(odoo) == 0


def test_many_ids_are_asked_for_by_name_until_as_much_was_spent() -> None:
    odoo = FakeOdoo(ids_of(6_000))
    known = external_ids(odoo)

    known.find(names(0, 1_000))
    assert by_name(odoo) == 1_000
    known.find(names(1_000, 2_000))
    assert by_name(odoo) == 1_000


def test_ids_of_other_modules_and_models_are_told_as_well() -> None:
    odoo = FakeOdoo(
        [
            *ids_of(1_000),
            {"module": "shop", "name": "a", "model": "res.users", "res_id": 5},
            {"module": "odoo_ingestion", "name": "mine", "model": "res.bank", "res_id": 6},
        ]
    )

    found = external_ids(odoo).find([*names(0, 1_000), "shop.a", "odoo_ingestion.mine"])

    assert found["shop.a"] == Target("res.users", 5)
    assert found["odoo_ingestion.mine"] == Target("res.bank", 6)


def test_what_was_read_is_read_again_after_a_while() -> None:
    clock = Clock()
    held = Prefetch(lambda _: False, lambda: clock.now, clock)

    assert held.get(1_000) == 0.0
    clock.now = prefetch.SECONDS - 1
    assert held.get(1_000) == 0.0
    clock.now = prefetch.SECONDS + 1
    assert held.get(1_000) == clock.now


def test_too_many_are_counted_only_now_and_then() -> None:
    counted: list[int] = []

    def too_many(number: int) -> bool:
        counted.append(number)
        return True

    held = Prefetch(too_many, lambda: 1, Clock())

    for _ in range(30):
        assert held.get(1_000) is None

    assert counted[-1] == prefetch.MOST_PREFETCHED
    assert counted.count(prefetch.MOST_PREFETCHED) == 1


def test_keys_that_no_record_has_are_not_asked_for() -> None:
    odoo = FakeOdoo(
        [
            {"ref": f"R{n}", "vat": False, "active": True, "display_name": f"Partner {n}"}
            for n in range(10)
        ]
    )
    finder = KeyFinder(odoo, PARTNER, (("ref",), ("vat",)), None, may_prefetch=True)

    found = finder.find(("ref",), [(f"R{n}",) for n in range(8, 1_008)])

    assert {value: match[0].label for value, match in found.items()} == {
        ("R8",): "Partner 8",
        ("R9",): "Partner 9",
    }
    assert [("ref", "in", ["R8", "R9"])] in odoo.asked
    asked = len(odoo.asked)
    assert finder.find(("vat",), [(f"V{n}",) for n in range(1_000)]) == {}
    assert len(odoo.asked) == asked


def test_keys_that_odoo_computes_are_asked_for() -> None:
    computed = FieldSpec("ref", "char", store=False)
    schema = ModelSchema("res.partner", "19.0", {"ref": computed})
    odoo = FakeOdoo([{"ref": "R1", "active": True, "display_name": "One"}])
    finder = KeyFinder(odoo, schema, (("ref",),), None, may_prefetch=True)

    assert list(finder.find(("ref",), [(f"R{n}",) for n in range(2_000)])) == [("R1",)]
    assert len(odoo.asked) == 1
