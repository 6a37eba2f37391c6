"""Rows that name the same records are looked at once, and come to what each would by itself."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from random import Random
from typing import Any

from odoo_ingestion.errors import AccessRefused
from odoo_ingestion.records import Category, Draft, FieldSpec, ModelSchema, Reference
from odoo_ingestion.relations import RelationResolver
from odoo_ingestion.relations.answers import Answers
from odoo_ingestion.relations.matching import Ask, Match
from tests.relations.desk import by_database_id, by_name, cells_of, draft, problem_of

PARTNER = ModelSchema(
    "res.partner",
    "19.0",
    {
        "country_id": FieldSpec("country_id", "many2one", relation="res.country"),
        "state_id": FieldSpec("state_id", "many2one", relation="res.country.state"),
        "category_id": FieldSpec("category_id", "many2many", relation="res.partner.category"),
        "parent_id": FieldSpec("parent_id", "many2one", relation="res.partner"),
    },
)
COUNTRIES = [{"id": 1, "name": "Spain", "code": "ES"}, {"id": 2, "name": "Chile", "code": "CL"}]
STATES = [
    {"id": 11, "name": "Santiago", "code": "S", "country_id": (1, "Spain")},
    {"id": 12, "name": "Santiago", "code": "RM", "country_id": (2, "Chile")},
    {"id": 13, "name": "Burgos", "code": "BU", "country_id": (1, "Spain")},
]
TAGS = [{"id": 21, "name": "Retail"}, {"id": 22, "name": "Gold"}]


class FakeOdoo:
    """Answers look-ups by name and by id from three small tables, and notes them."""

    version = "19.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def __init__(self) -> None:
        self.tables: dict[str, list[dict[str, Any]]] = {
            "res.country": list(COUNTRIES),
            "res.country.state": list(STATES),
            "res.partner.category": list(TAGS),
            "res.partner": [{"id": 31, "name": "Azure"}],
        }
        self.searched: list[str] = []

    def with_context(self, **context: Any) -> FakeOdoo:
        return self

    def call(self, model: str, method: str, *args: Any, **_: Any) -> Any:
        if model == "ir.model":
            return [{"name": model}]
        records = self.tables[model]
        if method == "fields_get":
            columns = set().union(*records) - {"id"}
            return {
                name: {"type": "many2one" if name == "country_id" else "char"} for name in columns
            }
        self.searched.append(model)
        texts = {
            text
            for term in args[0]
            if isinstance(term, list | tuple) and term[1] == "in"
            for text in term[2]
        }
        found = [r for r in records if texts & {r["id"], r["name"], r.get("code")}]
        return [{**record, "display_name": record["name"]} for record in found]


def resolver_of(odoo: FakeOdoo) -> RelationResolver:
    return RelationResolver(odoo, PARTNER, may_read_ids=True)


def any_draft(random: Random, number: int) -> Draft:
    """Return a row that names some of what there is, and something that nobody has now and then."""
    choices: Mapping[str, Sequence[Reference | str]] = {
        "country_id": ["Spain", "Chile", "Atlantis", by_name(" CL ", column="land"), ""],
        "state_id": ["Santiago", "Burgos", by_name("Nowhere"), by_database_id("12")],
        "category_id": [by_name("Gold", "Retail"), by_name("Gold"), by_name("Gold", "Tin", "Tin")],
        "parent_id": ["Azure", "Nobody"],
    }
    named = {field: random.choice(some) for field, some in choices.items() if random.random() < 0.7}
    return draft(number, **named)


def test_many_rows_come_to_what_each_comes_to_by_itself() -> None:
    random = Random(19)
    for _ in range(20):
        drafts = [any_draft(random, number) for number in range(1, 60)]
        alone = [resolver_of(FakeOdoo()).resolve([one])[0] for one in drafts]
        assert resolver_of(FakeOdoo()).resolve(drafts) == alone


def test_rows_that_name_the_same_are_looked_at_once(monkeypatch: Any) -> None:
    asked: list[list[Ask]] = []
    answer = Answers.answer

    def noting(self: Answers, rule: Any, reference: Any, asks: Any, **options: Any) -> Any:
        asked.append(list(asks))
        return answer(self, rule, reference, asks, **options)

    monkeypatch.setattr(Answers, "answer", noting)
    rows = [draft(n, country_id=("Spain", "Chile")[n % 2]) for n in range(100)]

    found = resolver_of(FakeOdoo()).resolve(rows)

    assert asked == [[Ask("Spain"), Ask("Chile")]]
    assert [cells_of(one)["country_id/.id"] for one in found] == ["1", "2"] * 50


def test_the_same_state_is_another_in_another_country() -> None:
    rows = [
        draft(1, country_id="Spain", state_id="Santiago"),
        draft(2, country_id="Chile", state_id="Santiago"),
        draft(3, country_id="Spain", state_id="Santiago"),
        draft(4, country_id="Chile", state_id="Burgos"),
    ]
    found = resolver_of(FakeOdoo()).resolve(rows)
    assert [cells_of(one)["state_id/.id"] for one in found[:3]] == ["11", "12", "11"]
    assert "for Chile, only Burgos" in problem_of(found[3], Category.MISSING_RELATION).message


def test_what_one_row_names_wrongly_is_no_fault_of_the_others() -> None:
    rows = [
        draft(1, country_id="Spain", category_id="Gold"),
        draft(2, country_id="Spain", category_id="Tin"),
        draft(3, country_id="Spain"),
        draft(4),
    ]
    first, second, third, last = resolver_of(FakeOdoo()).resolve(rows)
    assert first == {"country_id/.id": "1", "category_id/.id": "22"}
    problem_of(second, Category.MISSING_RELATION)
    assert third == {"country_id/.id": "1"}
    assert last == {}


def test_the_same_text_in_two_columns_is_told_of_its_own_column() -> None:
    rows = [draft(n, country_id=by_name("Atlantis", column=c)) for n, c in enumerate(("a", "b"))]
    found = resolver_of(FakeOdoo()).resolve(rows)
    problems = [problem_of(one, Category.MISSING_RELATION) for one in found]
    assert [problem.field for problem in problems] == ["a", "b"]


def test_what_was_missing_is_asked_again_in_the_next_chunk() -> None:
    odoo = FakeOdoo()
    resolver = resolver_of(odoo)
    rows = [draft(n, category_id="Tin", country_id="Spain") for n in (1, 2)]
    for one in resolver.resolve(rows):
        problem_of(one, Category.MISSING_RELATION)
    odoo.tables["res.partner.category"].append({"id": 23, "name": "Tin"})
    odoo.searched.clear()

    found = resolver.resolve(rows)

    assert found == [{"country_id/.id": "1", "category_id/.id": "23"}] * 2
    assert set(odoo.searched) == {"res.partner.category"}


def test_partners_that_partners_name_are_looked_up_in_each_chunk() -> None:
    odoo = FakeOdoo()
    resolver = resolver_of(odoo)
    rows = [draft(n, parent_id="Azure") for n in (1, 2)]
    assert resolver.resolve(rows) == [{"parent_id/.id": "31"}] * 2
    odoo.tables["res.partner"].append({"id": 32, "name": "Azure"})
    for one in resolver.resolve(rows):
        problem_of(one, Category.AMBIGUOUS_RELATION)


def test_every_row_is_told_what_may_not_be_looked_up(monkeypatch: Any) -> None:
    def refuse(*_: Any, **__: Any) -> Mapping[Ask, Match]:
        raise AccessRefused("not for you")

    monkeypatch.setattr(Answers, "answer", refuse)
    rows = [draft(1, country_id="Spain"), draft(2), draft(3, country_id="Spain")]
    first, second, third = resolver_of(FakeOdoo()).resolve(rows)
    assert "not for you" in problem_of(first, Category.PERMISSION).message
    assert second == {}
    assert third == first
