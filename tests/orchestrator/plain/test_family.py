from __future__ import annotations

from odoo_ingestion.orchestrator.plain.family import Family, Fate, Spool, joined, normal_path
from odoo_ingestion.records import ColumnKind, Draft, Reference, Row


def by_name(text: str) -> Reference:
    return Reference("Parent", ColumnKind.NAME, (text,))


def categories() -> Family:
    return Family("parent_id", ("name",), by_path=True)


def test_a_path_has_one_spelling() -> None:
    assert normal_path(" All/Drinks >  Tea ") == "All / Drinks / Tea"


def test_a_category_is_found_by_its_path_before_its_name() -> None:
    family = categories()
    family.add(1, {"name": "Tea"}, None, "All / Drinks")
    family.add(2, {"name": "Tea"}, None, "All / Gifts")
    assert [m.row for m in family.find(by_name("All/Gifts/Tea"))] == [2]
    assert [m.row for m in family.find(by_name("Tea"))] == [1, 2]


def test_a_row_is_found_by_its_external_id_however_it_is_completed() -> None:
    family = categories()
    family.add(1, {"name": "Tea"}, "tea", "")
    found = family.find(Reference("P", ColumnKind.EXTERNAL_ID, ("__import__.tea",)))
    assert [m.row for m in found] == [1]


def test_case_counts_only_where_two_names_differ_in_nothing_else() -> None:
    family = categories()
    family.add(1, {"name": "Tea"}, None, "All")
    family.add(2, {"name": "TEA"}, None, "All")
    family.add(3, {"name": "Coffee"}, None, "All")
    assert [m.row for m in family.find(by_name("TEA"))] == [2]
    assert [m.row for m in family.find(by_name("all /  coffee"))] == [3]


def test_a_database_id_never_means_a_row_of_the_file() -> None:
    family = categories()
    family.add(1, {"name": "7"}, None, "")
    assert family.find(Reference("P", ColumnKind.DATABASE_ID, ("7",))) == []


def test_partners_are_found_by_reference_before_name() -> None:
    family = Family("parent_id", ("ref", "vat", "email", "name"), by_path=False)
    family.add(1, {"name": "ACME", "ref": "C1"}, None, "")
    family.add(2, {"name": "C1"}, None, "")
    assert [m.row for m in family.find(by_name("C1"))] == [1]


def test_a_landed_row_gives_its_children_a_token_and_a_path() -> None:
    family = categories()
    family.add(1, {"name": "Drinks"}, None, "")
    family.place(1, "All / Drinks", {"name": "Drinks"})
    family.land(1, "77")
    assert family.path_of("77") == "All / Drinks"
    assert family.planned("77") == {"name": "Drinks"}
    assert [m.fate for m in family.find(by_name("All / Drinks"))] == [Fate.LANDED]


def test_a_slash_in_a_name_stays_in_its_path() -> None:
    family = categories()
    family.add(1, {"name": "Grains/Cereals"}, None, "")
    family.place(1, joined("Food", "Grains/Cereals"), None)
    family.land(1, "5")
    assert family.path_of("5") == "Food / Grains/Cereals"
    assert [m.row for m in family.find(by_name("Food / Grains/Cereals"))] == [1]


def test_a_failed_row_is_known_to_have_failed() -> None:
    family = categories()
    family.add(1, {"name": "Drinks"}, None, "")
    family.fail(1)
    assert family.find(by_name("Drinks"))[0].fate is Fate.FAILED


def test_the_spool_gives_back_every_draft_in_order_also_from_disk() -> None:
    text = "x" * 100_000
    drafts = [Draft(Row(n, n, {"name": text}), {"name": text}) for n in range(400)]
    with Spool() as spool, Spool() as other:
        for draft in drafts:
            spool.add(draft)
        assert list(spool) == drafts
        assert list(spool) == drafts
        other.refill(spool)
        assert list(other) == drafts
        assert list(spool) == []
