"""Records of earlier rows of a run, beside Odoo's own: pure, without a server."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pytest

from odoo_ingestion.records import Category, ColumnKind, Reference
from odoo_ingestion.relations.comodels import Comodel
from odoo_ingestion.relations.domains import Scope
from odoo_ingestion.relations.earlier_rows import EarlierRows, NoEarlierRows, label_of
from odoo_ingestion.relations.rule import Rule
from odoo_ingestion.runs import RunRecord

PARTNER = Comodel("res.partner", "Contact", ("ref", "vat", "email", "name"))
CATEGORY = Comodel(
    "product.category", "Category", ("complete_name", "name"), is_path=True, has_parent=True
)
REFERENCE = Reference("Customer", ColumnKind.NAME, ("Ann",))


@dataclass(frozen=True)
class Records:
    """A few records, all of which answer to any key of their model."""

    all: tuple[RunRecord, ...]

    def named(self, model: str, keys: Collection[str]) -> Sequence[RunRecord]:
        return [record for record in self.all if record.model == model and keys]

    def by_external_id(self, name: str) -> RunRecord | None:
        return next((record for record in self.all if record.external_id == name), None)

    def changed(self, model: str, record_id: int) -> RunRecord | None:
        found = (r for r in self.all if (r.model, r.token) == (model, str(record_id)))
        return next(found, None)


def partner(place: str = "new:c.csv:1", *, failed: str = "", **cells: str) -> RunRecord:
    return RunRecord("res.partner", {"name": "Ann", **cells}, place, None, failed)


def rows(*records: RunRecord) -> EarlierRows:
    return EarlierRows(Records(records))


def planned(
    earlier: EarlierRows, rule: Rule, text: str = "Ann", *, exact: bool = True
) -> list[Mapping[str, Any]]:
    return list(earlier.planned(rule, [text], exact=exact))


def test_a_record_that_would_be_made_reads_like_one_of_odoo() -> None:
    [read] = planned(rows(partner(ref="C1")), Rule("partner_id", PARTNER))
    assert read["id"] == "new:c.csv:1"
    assert (read["name"], read["ref"], read["email"]) == ("Ann", "C1", "")
    assert read["active"]
    assert read["commercial_partner_id"] == read["id"]


def test_case_counts_until_nothing_else_is_found() -> None:
    earlier = rows(partner())
    assert planned(earlier, Rule("partner_id", PARTNER), "ann") == []
    assert len(planned(earlier, Rule("partner_id", PARTNER), "ann", exact=False)) == 1


@pytest.mark.parametrize(
    ("cells", "own"),
    [
        ({"parent_id/.id": "4"}, False),
        ({"parent_id": "Azure"}, False),
        ({"parent_id/.id": "4", "is_company": "1"}, True),
        ({}, True),
    ],
)
def test_a_contact_has_the_vat_of_its_company(cells: dict[str, str], own: bool) -> None:
    [read] = planned(rows(partner(**cells)), Rule("partner_id", PARTNER))
    assert (read["commercial_partner_id"] == read["id"]) is own


def test_a_record_that_would_be_archived_is_read_so() -> None:
    [read] = planned(rows(partner(active="0")), Rule("partner_id", PARTNER))
    assert not read["active"]


def test_what_the_row_restricts_the_look_up_to_is_read_too() -> None:
    rule = Rule("partner_id", PARTNER, scopes=(Scope("country_id", "country_id"),))
    [read] = planned(rows(partner(**{"country_id/.id": "75"})), rule)
    assert read["country_id"] == "75"


@pytest.mark.parametrize(
    ("cells", "conditions", "taken"),
    [
        ({"is_company": "0"}, ((("is_company", "=", True),),), False),
        ({"is_company": "1"}, ((("is_company", "=", True),),), True),
        ({}, ((("is_company", "=", True),),), True),
        ({"is_company": "1"}, ((("is_company", "=", False),),), False),
        ({"type": "x"}, ((("type", "=", "sale"),),), True),
        ({"is_company": "0"}, (("|", ("is_company", "=", True), ("a", "=", 1)),), True),
    ],
)
def test_the_field_s_own_domain_keeps_out_what_the_row_rules_out(
    cells: dict[str, str], conditions: tuple[tuple[Any, ...], ...], taken: bool
) -> None:
    rule = Rule("partner_id", PARTNER, own_conditions=conditions)
    assert bool(planned(rows(partner(**cells)), rule)) is taken


def test_records_that_exist_are_read_from_odoo_and_shown_with_their_new_names() -> None:
    earlier = rows(partner("7", name="Ann New", ref="C9"))
    rule = Rule("partner_id", PARTNER)
    assert planned(earlier, rule, "Ann New") == []
    assert earlier.renamed(rule, ["Ann New"], exact=True) == [7]
    held = {"id": 7, "name": "Ann", "ref": "C9", "display_name": "Azure, Ann", "active": False}
    other = {"id": 8, "name": "Ann", "display_name": "Ann"}
    assert list(earlier.overlaid(rule, [held, other])) == [
        {**held, "name": "Ann New", "complete_name": "", "display_name": "Azure, Ann New"},
        other,
    ]


def test_a_record_whose_names_stay_is_left_as_odoo_tells_it() -> None:
    held = {"id": 7, "name": "Ann", "ref": "C9", "display_name": "Azure, Ann"}
    earlier = rows(partner("7", name="Ann"))
    assert list(earlier.overlaid(Rule("partner_id", PARTNER), [held])) == [held]


def test_a_row_that_failed_is_told_by_its_place() -> None:
    earlier = rows(partner(), partner("", failed="row 12 of customers.csv"))
    rule = Rule("partner_id", PARTNER)
    problem = earlier.failed(rule, REFERENCE, "ann")
    assert problem is not None
    assert problem.category is Category.MISSING_RELATION
    assert (problem.field, problem.message) == (
        "Customer",
        "'ann' is row 12 of customers.csv, which failed",
    )
    assert earlier.failed(rule, REFERENCE, "Bob") is None
    assert len(planned(earlier, rule)) == 1


def test_a_path_that_failed_is_known_by_its_path() -> None:
    failed = RunRecord(
        "product.category", {"complete_name": "All / Tea"}, failed="row 2 of categories.csv"
    )
    earlier = rows(failed)
    assert earlier.failed(Rule("categ_id", CATEGORY), REFERENCE, "all/tea") is not None
    assert earlier.failed(Rule("categ_id", CATEGORY), REFERENCE, "all/coffee") is None


@pytest.mark.parametrize(
    ("record", "label"),
    [
        (RunRecord("product.product", {"default_code": "TEA", "name": "Tea"}), "[TEA] Tea"),
        (RunRecord("product.category", {"complete_name": "A / B", "name": "B"}), "A / B"),
        (RunRecord("res.partner", {"ref": "C1"}, "new:c.csv:1"), "new:c.csv:1"),
    ],
)
def test_labels_are_those_of_odoo(record: RunRecord, label: str) -> None:
    assert label_of(record) == label


def test_without_other_files_nothing_is_known() -> None:
    nothing = NoEarlierRows()
    assert nothing.by_external_id("a.b") is None
    assert nothing.changed("res.partner", 1) is None
    assert planned(EarlierRows(nothing), Rule("partner_id", PARTNER)) == []
