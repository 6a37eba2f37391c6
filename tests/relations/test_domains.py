"""A field's own domain, as ``fields_get`` tells it, as far as it can be known."""

from __future__ import annotations

from typing import Any

import pytest

from odoo_ingestion.relations.domains import FieldDomain, Scope, read_domain

KNOWN = {"uid": 2, "company_id": 1, "allowed_company_ids": [1]}
MANY2ONES = ("country_id", "attribute_id")


def read(domain: Any, known: dict[str, Any] | None = None) -> FieldDomain:
    return read_domain(domain, known=KNOWN if known is None else known, many2ones=MANY2ONES)


def conditions(domain: Any, known: dict[str, Any] | None = None) -> list[Any]:
    """Return the conditions with lists as lists, whatever they were."""
    return [
        [list(part) if isinstance(part, (list, tuple)) else part for part in condition]
        for condition in read(domain, known).conditions
    ]


@pytest.mark.parametrize("domain", [None, False, [], "", "[]", "not python (", "lambda: 1", "5"])
def test_no_domain_restricts_nothing(domain: Any) -> None:
    assert read(domain) == FieldDomain()


def test_a_list_is_taken_as_it_is() -> None:
    domain = [["type_tax_use", "=", "sale"], ["active", "=", True]]
    assert conditions(domain) == [[domain[0]], [domain[1]]]
    assert read(domain).as_list() == domain


def test_a_text_without_variables_is_taken_whole() -> None:
    text = "[('account_type', 'not in', ('asset_cash', 'off_balance')), ('x', '=', -1)]"
    assert conditions(text) == [
        [["account_type", "not in", ["asset_cash", "off_balance"]]], [["x", "=", -1]]
    ]  # fmt: skip


def test_the_operators_of_a_domain_keep_what_belongs_together() -> None:
    domain = ["&", "|", ("a", "=", 1), "!", ("b", "=", 2), ("c", "=", 3), ("d", "=", 4)]
    assert [len(condition) for condition in read(domain).conditions] == [4, 1, 1]
    assert read(domain).conditions[0] == ("|", ("a", "=", 1), "!", ("b", "=", 2))


def test_a_broken_domain_is_left_to_the_server_to_refuse() -> None:
    assert read(["|", ("a", "=", 1)]).as_list() == ["|", ("a", "=", 1)]


def test_the_companies_are_known() -> None:
    text = "[('company_id', 'in', [allowed_company_ids[0]] + [False])] + [('usage', '=', 'view')]"
    assert conditions(text) == [[["company_id", "in", [1, False]]], [["usage", "=", "view"]]]


@pytest.mark.parametrize("company", [1, False])
def test_a_choice_by_company_is_made(company: int | bool) -> None:
    text = "(company_id and [('a', '=', company_id)] or [('a', '=', False)]) + ([])"
    assert conditions(text, {"company_id": company}) == [[["a", "=", company]]]
    other = "[('a', '=', 1)] if not company_id else [('a', '=', 2)]"
    assert conditions(other, {"company_id": company}) == [[["a", "=", 2 if company else 1]]]


@pytest.mark.parametrize(
    "unknown",
    [
        "[('id', 'in', suitable_journal_ids)]",
        "['|', ('a', '=', 1), ('b', '=', parent.name)]",
        "['!', ('a', '=', some_field)]",
        "[('company_id', 'in', some_list + [False])]",
        "[('company_id', 'in', [False] + some_list[0])]",
        "some_list",
        "some_field and [('a', '=', 1)] or [('a', '=', 2)]",
        "[('a', '=', 1)] if some_field else []",
        "other + more",
        "[('a', '=', not some_field)]",
        "[('a', '=', -some_field)]",
        "[('a', '=', [1][5])]",
        "[('a', '=', 1 + 1)]",
        "[('a', '=', context.get('x'))]",
    ],
)
def test_what_cannot_be_known_is_left_out_and_the_rest_stays(unknown: str) -> None:
    assert conditions(unknown) == []
    assert conditions(f"({unknown}) + [('usage', '=', 'internal')]") == [
        [["usage", "=", "internal"]]
    ]


@pytest.mark.parametrize("operator", ["=", "=?"])
def test_a_relation_of_the_row_scopes_the_look_up(operator: str) -> None:
    domain = read(f"[('country_id', '{operator}', country_id), ('x', '=', 1)]")
    assert domain.scopes == (Scope("country_id", "country_id"),)
    assert domain.as_list() == [["x", "=", 1]]


@pytest.mark.parametrize(
    "text",
    [
        "[('country_id', '!=', country_id)]",
        "[('country_id.code', '=', country_id)]",
        "[('name', '=', name)]",
        "['|', ('country_id', '=', country_id), ('x', '=', 1)]",
        "[('id', 'in', [country_id])]",
        "[(1, '=', country_id)]",
        "[('short', '=')]",
    ],
)
def test_nothing_else_of_the_row_does(text: str) -> None:
    assert read(text).scopes == ()
