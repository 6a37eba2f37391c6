from __future__ import annotations

from collections.abc import Iterator

import pytest

from odoo_ingestion.errors import InputFileError
from odoo_ingestion.orchestrator.plain.continuations import list_columns, refuse_continuations
from odoo_ingestion.records import Category, Column, FieldSpec, ModelSchema, Row

LISTS = frozenset({"Tags"})


def rows(*cells: tuple[str, str]) -> list[Row]:
    return [Row(n, n + 1, {"Name": name, "Tags": tags}) for n, (name, tags) in enumerate(cells, 1)]


def refused(*cells: tuple[str, str], lists: frozenset[str] = LISTS) -> list[int]:
    found = list(refuse_continuations(iter(rows(*cells)), lists))
    assert [row.number for row in found] == list(range(1, len(cells) + 1))
    assert all(row.problem.category is Category.FILE for row in found if row.problem)
    return [row.number for row in found if row.problem]


def test_rows_of_their_own_pass() -> None:
    assert refused(("A", "x"), ("B", ""), ("", ""), ("C", "y")) == []


def test_a_record_over_several_rows_is_refused_whole() -> None:
    assert refused(("A", "x"), ("B", "x"), ("", "y"), ("", "z"), ("C", "x")) == [2, 3, 4]


def test_the_last_row_may_be_a_continuation() -> None:
    assert refused(("A", "x"), ("", "y")) == [1, 2]


def test_the_first_row_goes_on_with_nothing() -> None:
    assert refused(("", "x"), ("A", "x")) == []


def test_the_row_before_a_break_of_the_file_still_counts() -> None:
    def broken() -> Iterator[Row]:
        yield from rows(("A", "x"), ("B", "x"))
        raise InputFileError("broken")

    seen = []
    found = refuse_continuations(broken(), LISTS)
    with pytest.raises(InputFileError):
        while True:
            seen.append(next(found).number)
    assert seen == [1, 2]


def test_without_such_columns_nothing_is_looked_at() -> None:
    assert refused(("A", "x"), ("", "y"), lists=frozenset()) == []


def test_the_columns_of_several_records_are_those_of_many2many_fields() -> None:
    fields = {"name": FieldSpec("name", "char"), "tag_ids": FieldSpec("tag_ids", "many2many")}
    columns = [Column("Name", "name"), Column("Tags", "tag_ids"), Column("id", "id")]
    assert list_columns(columns, ModelSchema("m", "19.0", fields)) == {"Tags"}
