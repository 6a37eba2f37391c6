"""How many calls a chunk costs, and that many names are found as surely as one."""

from __future__ import annotations

from collections import Counter

import pytest

from odoo_ingestion.records import Category
from odoo_ingestion.relations import folding
from tests.odoo_reader import OdooReader
from tests.relations.desk import (
    CountingOdoo,
    cells_of,
    draft,
    names_resolved,
    problem_of,
    record,
    resolve_one,
    resolver_of,
)

MANY = 2_000


@pytest.fixture(scope="module")
def customers(module_database: OdooReader) -> list[str]:
    """The names of many partners."""
    names = [f"Customer {number:04d} Ltd" for number in range(MANY)]
    module_database.call("res.partner", "load", ["name"], [[name] for name in names])
    return names


def look_ups(odoo: CountingOdoo) -> Counter[tuple[str, str]]:
    return Counter(
        call for call in odoo.calls if call[1] not in ("fields_get", "check_access_rights")
    )


def test_two_thousand_names_cost_one_look_up(odoo: CountingOdoo, customers: list[str]) -> None:
    resolver = resolver_of(odoo, "res.partner")
    odoo.calls.clear()
    found = names_resolved(resolver, "parent_id", customers)
    assert len({cells_of(r)["parent_id/.id"] for r in found.values()}) == MANY
    assert look_ups(odoo) == {("ir.model", "search_read"): 1, ("res.partner", "search_read"): 1}
    assert len(odoo.calls) == 3


def test_two_thousand_names_in_another_case_cost_a_handful(
    odoo: CountingOdoo, customers: list[str]
) -> None:
    resolver = resolver_of(odoo, "res.partner")
    odoo.calls.clear()
    found = names_resolved(resolver, "parent_id", [name.upper() for name in customers])
    assert len({cells_of(r)["parent_id/.id"] for r in found.values()}) == MANY
    assert len(odoo.calls) <= 6


def test_two_thousand_names_that_nobody_has_cost_a_handful(
    odoo: CountingOdoo, customers: list[str]
) -> None:
    resolver = resolver_of(odoo, "res.partner")
    odoo.calls.clear()
    found = names_resolved(resolver, "parent_id", [f"{name} & Sons" for name in customers])
    for resolution in found.values():
        problem_of(resolution, Category.MISSING_RELATION)
    assert len(odoo.calls) <= 8


def test_names_that_nobody_has_are_read_once_in_a_dry_run(
    odoo: CountingOdoo, module_database: OdooReader, customers: list[str]
) -> None:
    kept, changing = (resolver_of(odoo, "res.partner", dry_run=dry) for dry in (True, False))
    nobody = [f"{name} of none" for name in customers[:100]]
    costs = {}
    for name, resolver in (("kept", kept), ("changing", changing)):
        names_resolved(resolver, "parent_id", nobody[:50])
        odoo.calls.clear()
        names_resolved(resolver, "parent_id", nobody[50:])
        costs[name] = len(odoo.calls)
        found = names_resolved(resolver, "parent_id", [customers[0].upper(), *nobody])
        assert cells_of(found[customers[0].upper()])
    assert costs == {"kept": 3, "changing": 4}


def test_few_and_many_texts_are_compared_alike(
    odoo: CountingOdoo, module_database: OdooReader, monkeypatch: pytest.MonkeyPatch
) -> None:
    names = ["Ärzte  & Co", "100% Bio", "under_score", "Ödön/Kft", "back\\slash", "dotted.name"]
    ids = [str(record(module_database, "res.partner", name=name)) for name in names]
    texts = [name.swapcase() for name in names] + ["ärzte & co", "100x Bio", "underxscore"]

    def resolve() -> list[object]:
        found = names_resolved(resolver_of(odoo, "res.partner"), "parent_id", texts)
        return list(found.values())

    by_patterns = resolve()
    monkeypatch.setattr(folding, "_PATTERNS_PER_CALL", 0)
    monkeypatch.setattr(folding, "_PAGE", 700)
    by_pages = resolve()
    expected = [{"parent_id/.id": number} for number in [*ids, ids[0]]]
    assert by_patterns[:7] == by_pages[:7] == expected
    for resolution in by_patterns[7:] + by_pages[7:]:
        assert isinstance(resolution, tuple)


def test_what_was_found_is_remembered_and_what_was_missing_is_asked_again(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    resolver = resolver_of(odoo, "res.partner")
    found = resolve_one(resolver, country_id="Germany")
    problem_of(resolve_one(resolver, category_id="Comes later"), Category.MISSING_RELATION)
    tag = record(module_database, "res.partner.category", name="Comes later")
    odoo.calls.clear()
    assert resolve_one(resolver, country_id="Germany") == found
    assert odoo.calls == []
    assert resolve_one(resolver, category_id="Comes later") == {"category_id/.id": str(tag)}


def test_records_of_the_imported_model_are_never_remembered(
    odoo: CountingOdoo, module_database: OdooReader
) -> None:
    record(module_database, "res.partner", name="Only one yet")
    resolver = resolver_of(odoo, "res.partner")
    cells_of(resolve_one(resolver, parent_id="Only one yet"))
    record(module_database, "res.partner", name="Only one yet")
    problem_of(resolve_one(resolver, parent_id="Only one yet"), Category.AMBIGUOUS_RELATION)


def test_memory_is_bounded(odoo: CountingOdoo) -> None:
    resolver = resolver_of(odoo, "res.partner", cache_size=2)
    drafts = [draft(1, country_id="DE"), draft(2, country_id="FR"), draft(3, country_id="IT")]
    first = resolver.resolve(drafts)
    odoo.calls.clear()
    assert resolver.resolve(drafts[1:]) == first[1:]
    assert odoo.calls == []
    assert resolver.resolve(drafts[:1]) == first[:1]
    assert len(odoo.calls) == 1
