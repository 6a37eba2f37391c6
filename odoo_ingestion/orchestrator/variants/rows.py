"""Reads the rows of a file of variants: what each says, and of which product."""

from __future__ import annotations

from collections.abc import Collection

from msgspec.structs import replace

from odoo_ingestion.data_models import Validator, is_no_value
from odoo_ingestion.records import Category, ColumnKind, Draft, Problem, Row
from odoo_ingestion.variants.axes import (
    is_axis_column,
    is_key_column,
    option_names,
    read_key,
    read_options,
)
from odoo_ingestion.variants.rows import KeyKind, ProductKey, VariantRow

_PRODUCT = "product_tmpl_id"
_KINDS = {
    ColumnKind.EXTERNAL_ID: KeyKind.EXTERNAL_ID,
    ColumnKind.DATABASE_ID: KeyKind.DATABASE_ID,
    ColumnKind.NAME: KeyKind.NAME,
}


class RowReader:
    """Turns rows into variant rows; ``shared`` are the fields that belong to the product."""

    def __init__(self, validator: Validator, shared: Collection[str]) -> None:
        self._validator = validator
        self._columns = {name: field for field, name in validator.column_names.items()}
        self._shared = shared

    def read(self, row: Row) -> VariantRow | tuple[Problem, ...]:
        """Return the row, also when it fails but its product can be told; else its problems."""
        if row.problem is not None:
            return (row.problem,)
        cells = {
            name: cell
            for name, cell in row.values.items()
            if not is_axis_column(name) and not is_key_column(name)
        }
        checked = self._validator.validate(replace(row, values=cells))
        if isinstance(checked, Draft):
            return self._row(row, checked, ())
        blamed = {problem.field for problem in checked}
        rest = {name: cell for name, cell in cells.items() if name not in blamed}
        again = self._validator.validate(replace(row, values=rest))
        if not isinstance(again, Draft):
            return checked
        found = self._row(row, again, checked)
        return found if isinstance(found, VariantRow) else checked

    def is_shared(self, problem: Problem) -> bool:
        """Tell whether a problem is about the product and not about one of its variants."""
        field = self._columns.get(problem.field or "", problem.field or "")
        return field in self._shared or field == _PRODUCT

    def _row(
        self, row: Row, draft: Draft, problems: tuple[Problem, ...]
    ) -> VariantRow | tuple[Problem, ...]:
        key = self._key(row, draft)
        if key is None:
            return (*problems, _no_product())
        references = {n: r for n, r in draft.references.items() if n != _PRODUCT}
        return VariantRow(
            replace(draft, row=row, references=references),
            key,
            read_options(row.values, is_no_value),
            option_names(row.values, is_no_value),
            problems,
            any(self.is_shared(problem) for problem in problems),
        )

    def _key(self, row: Row, draft: Draft) -> ProductKey | None:
        named = draft.references.get(_PRODUCT)
        if named is not None and named.texts:
            return ProductKey(_KINDS[named.kind], named.texts[0].strip())
        if key := read_key(row.values, is_no_value):
            return ProductKey(KeyKind.KEY, key)
        if name := draft.values.get("name", "").strip():
            return ProductKey(KeyKind.NAME, name)
        return None


def _no_product() -> Problem:
    return Problem(
        Category.VALIDATION,
        "the row names no product",
        None,
        "Fill in the product's name, its key (Handle, Parent SKU) or product_tmpl_id/id.",
    )
