"""No cell, whatever it holds, is answered with a traceback."""

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from odoo_ingestion.data_models import Notation, build_validator, load_catalogue, type_for_model
from odoo_ingestion.data_models.validator import Validator
from odoo_ingestion.mapping import ColumnBinder
from odoo_ingestion.records import Column, Draft, ModelSchema, Row

SPECIAL = st.sampled_from(
    [
        "NULL", "N/A", "nan", "1e400", "1,234", "1.234,56", "2024-02-30", "31/12/2024", "a / b",
        " / ", '"open', "a,b", "true", "\x00", "\ud800", "9" * 5000, "2024-07-01T00:00:00+23:59",
        "0001-01-01T00:00Z", "storable", "company", "Invoice", "data:;base64,", "==",
        "1" * 400, "²", "-", "\u2028",
    ]
)  # fmt: skip
SCALARS: st.SearchStrategy[Any] = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.decimals(),
    st.text(),
    st.binary(max_size=20),
    st.dates(),
    st.times(),
    st.datetimes(),
    st.datetimes(timezones=st.just(UTC)),
    SPECIAL,
    st.just(10**5000),
    st.just(datetime.max),
)
CELLS = st.one_of(
    SCALARS,
    st.lists(SCALARS, max_size=3),
    st.dictionaries(st.text(max_size=3), SCALARS, max_size=2),
)


def every_column(schema: ModelSchema) -> list[Column]:
    """Return a column for each field that can be imported, in both notations of relations."""
    binder = ColumnBinder(schema, type_for_model(schema.model))
    bound = [binder.bind(name) for name in (*schema.fields, "id", ".id")]
    return [column for column in bound if isinstance(column, Column)]


def checker(version: str, model: str) -> tuple[Validator, list[Column]]:
    schema = load_catalogue(version, model)
    columns = every_column(schema)
    validator = build_validator(
        columns, schema, type_for_model(model), notation=Notation("Europe/Paris")
    )
    return validator, columns


CHECKERS = {
    (version, model): checker(version, model)
    for version in ("14.0", "17.0", "19.0")
    for model in ("res.partner", "product.template", "product.category", "sale.order")
}


@pytest.mark.parametrize(("version", "model"), CHECKERS)
@settings(max_examples=60, deadline=None)
@given(cells=st.lists(CELLS, min_size=1, max_size=8), start=st.integers(0, 200))
def test_any_row_is_a_draft_or_has_problems(
    version: str, model: str, cells: list[Any], start: int
) -> None:
    validator, columns = CHECKERS[version, model]
    names = [columns[(start + n) % len(columns)].name for n in range(len(cells))]
    row = Row(1, 2, dict(zip(names, cells, strict=True)))
    checked = validator.validate(row)
    if isinstance(checked, Draft):
        assert all(isinstance(value, str) for value in checked.values.values())
        assert all(reference.texts for reference in checked.references.values())
        validator.missing_required(checked)
    else:
        assert checked
        assert all(problem.message and len(problem.message) < 400 for problem in checked)
    validator.names_of(row)


@given(text=st.one_of(st.text(max_size=40), SPECIAL))
@settings(max_examples=300, deadline=None)
def test_any_text_in_any_field_is_a_draft_or_has_problems(text: str) -> None:
    validator, columns = CHECKERS["19.0", "product.template"]
    checked = validator.validate(Row(1, 2, {column.name: text for column in columns}))
    assert isinstance(checked, Draft) or checked
