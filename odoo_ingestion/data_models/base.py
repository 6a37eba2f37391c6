"""Rows as pydantic models: fields from the file's columns, rules from the Odoo model."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, cast

from msgspec import Struct
from pydantic import BaseModel, ConfigDict, ValidationError

from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.cells import Converter, converter_for
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, Draft, FieldSpec, ModelSchema, Reference

Value = str | Reference
FieldErrors = list[tuple[str | None, CellError]]
Told = tuple[Value | None, ...]
"""What a row says about the fields that rules look at; None where it says nothing."""

_MOST_KEPT = 2_000
"""Combinations of values whose rules are remembered: kinds of products are few, prices are not."""


class Surroundings(Struct, frozen=True):
    """What the rules of a model may ask about: the server's fields and the file's columns."""

    schema: ModelSchema
    column_names: Mapping[str, str]


class Ruled(Struct, frozen=True):
    """What the rules make of a row's values: what is written, and what is wrong, by field."""

    values: Mapping[str, str]
    references: Mapping[str, Reference]
    errors: Sequence[tuple[str | None, CellError]]


class RecordModel(BaseModel):
    """A row whose cells have been read: load() notation by field, references for relations.

    A subclass holds what is special about one Odoo model: it declares the fields that its rules
    (model validators) look at, and further readers and words for them. What the rules come to must
    follow from these fields alone: it is remembered, and where a row fills none of them, no rule
    is asked.
    """

    model_config = ConfigDict(extra="forbid", protected_namespaces=(), arbitrary_types_allowed=True)

    words: ClassVar[Mapping[str, Mapping[str, str]]] = {}
    """Further names (lower case) of the values of selections: field -> name -> key."""

    never_cleared: ClassVar[frozenset[str]] = frozenset()
    """Fields that cannot be empty although ``fields_get`` does not say so."""

    filled_by_odoo: ClassVar[frozenset[str]] = frozenset()
    """Required fields without a default that Odoo fills by itself all the same."""

    written_from: ClassVar[Mapping[str, str]] = {}
    """Fields that the rules fill: field -> the field whose column says what goes into it."""

    doubted: ClassVar[frozenset[str]] = frozenset()
    """The fields that ``doubts`` looks at."""

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the function that reads a column's cells."""
        return converter_for(spec, column, notation, cls.words.get(spec.name))

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:  # noqa: ARG003 - for subclasses
        """Return the fields that a new record lacks and that ``fields_get`` does not tell."""
        return ()

    @classmethod
    def doubts(cls, values: Mapping[str, Value]) -> tuple[str, ...]:  # noqa: ARG003 - for subclasses
        """Return what looks wrong and lets the row pass."""
        return ()

    @classmethod
    def may_doubt(cls, columns: Mapping[str, Sequence[str]]) -> bool:
        """Tell whether ``doubts`` may find anything in many rows; false spares asking of each.

        ``columns`` are the texts of the rows in the fields ``doubted``, without those that are
        empty.
        """
        return any(columns.values())


class RowChecker:
    """Reads the cells of rows with one model, built once for a file's columns."""

    def __init__(
        self,
        base: type[RecordModel],
        readers: Mapping[str, Converter],
        surroundings: Surroundings,
    ) -> None:
        """Take in the rules; ``readers`` are by field (``id`` and ``.id`` for its own ids)."""
        self._model = base
        self.doubts = base.doubts
        """What looks wrong about values and lets the row pass, see ``RecordModel.doubts``."""
        self.may_doubt = base.may_doubt
        self.doubted = base.doubted
        self._context = surroundings
        self._readers = readers
        self.ruled = tuple(base.model_fields)
        """The fields that the rules look at, and may write."""
        self._kept: dict[Told, Ruled] = {}

    def check(
        self, cells: Mapping[str, Any]
    ) -> tuple[dict[str, Value], tuple[str, ...], FieldErrors]:
        """Return the values by field, the warnings, and what is wrong, by field.

        Every cell is read and every rule applied that can be: a rule that finds fault takes the
        fields it blames out, and the others look at the rest.
        """
        values: dict[str, Value] = {}
        errors: FieldErrors = []
        for key, cell in cells.items():
            try:
                values[key] = self._readers[key](cell)
            except CellError as error:
                errors.append((key, error))
        told = tuple(values.pop(key, None) for key in self.ruled)
        ruled = self.follow_rules(told)
        values.update(ruled.values)
        values.update(ruled.references)
        return values, self.doubts(values), [*errors, *ruled.errors]

    def follow_rules(self, told: Told) -> Ruled:
        """Return what the rules make of the values of ``ruled``."""
        kept = self._kept.get(told)
        if kept is None:
            kept = self._follow_rules(told)
            if len(self._kept) < _MOST_KEPT:
                self._kept[told] = kept
        return kept

    def _follow_rules(self, told: Told) -> Ruled:
        data = {k: value for k, value in zip(self.ruled, told, strict=True) if value is not None}
        errors: FieldErrors = []
        while data:
            try:
                row = self._model.model_validate(data, context=self._context)
            except ValidationError as error:
                blamed = self._blame(error, errors)
            else:
                return _sorted(row.__dict__, errors)
            left = {name: value for name, value in data.items() if name not in blamed}
            data = left if len(left) < len(data) else {}
        return Ruled({}, {}, errors)

    def _blame(self, error: ValidationError, errors: FieldErrors) -> set[str]:
        """Note the errors and return the fields to take out."""
        blamed: set[str] = set()
        for detail in error.errors(include_url=False, include_input=False):
            reason = cast(CellError, detail["ctx"]["error"])
            blamed.update(reason.fields)
            fields = [name for name in reason.fields if name in self._readers]
            errors.append((fields[0] if fields else None, reason))
        return blamed


def _sorted(values: Mapping[str, Any], errors: FieldErrors) -> Ruled:
    return Ruled(
        {key: value for key, value in values.items() if isinstance(value, str)},
        {key: value for key, value in values.items() if isinstance(value, Reference)},
        errors,
    )
