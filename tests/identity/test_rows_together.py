"""Rows that are given their identity together get what each would get by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from msgspec import Struct

from odoo_ingestion import first_rows
from odoo_ingestion.external_ids import TEMPLATE, VARIANT, derive
from odoo_ingestion.identity import (
    Candidate,
    Identity,
    IdentityResolver,
    IdentityRules,
    Key,
    KeyFinder,
    clear,
)
from odoo_ingestion.records import Draft, FieldSpec, Mode, ModelSchema, Problem, Row

FIELDS = {"active": "boolean", "company_id": "many2one", "name": "char", "parent_id": "many2one"}
CHAINS: dict[str, tuple[Key, ...]] = {
    "res.partner": (("ref",), ("vat",)),
    TEMPLATE: (("default_code",), ("barcode",)),
    "res.bank": (("name", "bic"), ("bic",)),
}


class Case(Struct, frozen=True):
    """A file, what Odoo holds, and how the file is imported."""

    model: str
    rows: Sequence[tuple[str, str, str | None, int | None, tuple[str, ...] | None]]
    held: list[tuple[int, str, str, bool, str | None]]
    mode: Mode
    explicit: bool
    online: bool
    cuts: list[int]


def own_id(model: str, text: str) -> str:
    return derive(model, CHAINS[model][0], (text,) * len(CHAINS[model][0]), 1)


@st.composite
def cases(draw: st.DrawFn) -> Case:
    model = draw(st.sampled_from(sorted(CHAINS)))
    first, second = st.sampled_from(["", "A", "B", "C", " C"]), st.sampled_from(["", "1", "2", "/"])
    ids = ["shop.x", *(own_id(model, text) for text in "ABC")]
    variants = [name.removesuffix("_product_template") for name in ids]
    names = st.sampled_from([None] * 8 + ids)
    numbers = st.sampled_from([None] * 12 + [1, 2, 99])
    texts = st.sampled_from([None] * 9 + [("A",), ("other",)])
    held_names = st.sampled_from([None, *ids, *variants])
    size = st.lists(st.tuples(first, second, names, numbers, texts), max_size=14)
    held = st.tuples(st.integers(1, 4), first, second, st.booleans(), held_names)
    rows = draw(size)
    return Case(
        model,
        rows,
        draw(st.lists(held, max_size=4, unique_by=lambda record: record[0])),
        draw(st.sampled_from([Mode.UPSERT, Mode.UPSERT, Mode.CREATE, Mode.UPDATE])),
        draw(st.booleans()),
        draw(st.booleans()),
        sorted({0, len(rows), *draw(st.lists(st.integers(0, len(rows)), max_size=2))}),
    )


class HeldOdoo:
    """Answers look-ups of what it holds."""

    version = "19.0"
    uid = 2
    context: Mapping[str, Any] = {}

    def __init__(self, case: Case) -> None:
        first, second = {
            "res.bank": ("name", "bic"),
            "res.partner": ("ref", "vat"),
            TEMPLATE: ("default_code", "barcode"),
        }[case.model]
        self.records: dict[str, list[dict[str, Any]]] = {"ir.model.data": [], VARIANT: []}
        own = self.records[case.model] = []
        for number, one, two, active, name in case.held:
            record: dict[str, Any] = {first: one or False, second: two or False, "active": active}
            record |= {"id": number, "display_name": f"Record {number}", "company_id": False}
            record |= {"is_company": True, "parent_id": False}
            own.append(record)
            self.records[VARIANT].append(
                {**record, "id": number + 10, "product_tmpl_id": (number, f"Record {number}")}
            )
            if name is not None:
                self._give_name(case.model, name, number)

    def _give_name(self, model: str, name: str, number: int) -> None:
        module, _, tail = name.partition(".")
        of_variant = model == TEMPLATE and module != "shop" and not tail.endswith("_template")
        self.records["ir.model.data"].append(
            {
                "module": module,
                "name": tail,
                "model": VARIANT if of_variant else model if number != 3 else "res.country",
                "res_id": number + 10 if of_variant else number if number != 4 else 404,
            }
        )

    def with_context(self, **context: Any) -> HeldOdoo:
        return self

    def call(self, model: str, method: str, *args: Any, **options: Any) -> Any:
        if method == "read":
            return [{"company_ids": [1]}]
        found = [record for record in self.records.get(model, ()) if fits(record, args[0])]
        return [record["id"] for record in found] if method == "search" else found


def fits(record: Mapping[str, Any], domain: Sequence[Any]) -> bool:
    terms = iter(domain)

    def holds(term: Any) -> bool:
        if term == "|":
            either, other = holds(next(terms)), holds(next(terms))
            return either or other
        field, operator, wanted = term
        return record[field] in wanted if operator == "in" else bool(record[field] == wanted)

    return all(holds(term) for term in terms)


def identify(case: Case, cuts: Sequence[int]) -> list[Identity | tuple[Problem, ...]]:
    """Import the rows of a case, cut into chunks."""
    keys = CHAINS[case.model]
    fields = {field: "char" for key in keys for field in key} | FIELDS
    schema = ModelSchema(
        case.model, "19.0", {name: FieldSpec(name, kind) for name, kind in fields.items()}
    )
    rules = IdentityRules(keys, case.mode, explicit=case.explicit, company_id=1)
    odoo = HeldOdoo(case) if case.online else None
    finder = KeyFinder(odoo, schema, keys, 1) if odoo is not None else None
    resolver = IdentityResolver(odoo, schema, rules, finder)
    rows = list(candidates(case))
    return [found for start, end in pairwise(cuts) for found in resolver.identify(rows[start:end])]


def candidates(case: Case) -> Iterator[Candidate]:
    first, second = {
        "res.bank": ("name", "bic"),
        "res.partner": ("ref", "vat"),
        TEMPLATE: ("default_code", "barcode"),
    }[case.model]
    for number, (one, two, name, record_id, texts) in enumerate(case.rows, start=1):
        cells = {first: one, second: two}
        draft = Draft(Row(number, number, cells), cells, {}, name, record_id)
        yield Candidate(draft, cells, texts)


@settings(max_examples=600, deadline=None)
@given(cases())
def test_rows_get_together_what_each_gets_by_itself(case: Case) -> None:
    together = identify(case, case.cuts)
    assert together == identify(case, range(len(case.rows) + 1))
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(clear, "_identities", lambda chunk, *_: [None] * len(chunk.names))
        assert together == identify(case, case.cuts)


def test_rows_without_a_key_are_told_apart_however_many_there_are(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(first_rows.rows, "RECENT", 1)
    monkeypatch.setattr(first_rows.rows, "MOVED_AT_ONCE", 1)
    rules = IdentityRules((("ref",),), Mode.UPSERT)
    resolver = IdentityResolver(None, ModelSchema("res.partner", "19.0", {}), rules, None)
    rows = [Row(number, number, {"name": f"Name {number % 30}"}) for number in range(1, 41)]
    found = resolver.identify([Candidate(Draft(row, {}), {}) for row in rows])
    assert len({one.external_id for one in found if isinstance(one, Identity)}) == 40
