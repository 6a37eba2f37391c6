"""Rows as pydantic models: fields from the file's columns, rules from the Odoo model."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, ClassVar, cast

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    PrivateAttr,
    ValidationError,
    create_model,
)

from odoo_ingestion.data_models.cell_errors import CellError
from odoo_ingestion.data_models.cells import Converter, converter_for
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.records import Column, Draft, FieldSpec, ModelSchema, Reference

Value = str | Reference

_DATABASE_ID = ".id"
_DATABASE_ID_ATTRIBUTE = "id_in_database"


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What the rules of a model may ask about: the server's fields and the file's columns."""

    schema: ModelSchema
    column_names: Mapping[str, str]


class RecordModel(BaseModel):
    """A row whose cells have been read: load() notation by field, references for relations.

    A subclass holds what is special about one Odoo model: it declares the fields that its rules
    (model validators) look at, and further readers and words for them.
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

    _warnings: list[str] = PrivateAttr(default_factory=list)

    @classmethod
    def reader(cls, spec: FieldSpec, column: Column, notation: Notation) -> Converter:
        """Return the function that reads a column's cells."""
        return converter_for(spec, column, notation, cls.words.get(spec.name))

    @classmethod
    def missing_on_create(cls, draft: Draft) -> tuple[str, ...]:  # noqa: ARG003 - for subclasses
        """Return the fields that a new record lacks and that ``fields_get`` does not tell."""
        return ()

    def warn(self, message: str) -> None:
        """Note something that looks wrong and lets the row pass."""
        self._warnings.append(message)

    @property
    def warnings(self) -> tuple[str, ...]:
        """What looks wrong and let the row pass."""
        return tuple(self._warnings)


class RowChecker:
    """Reads the cells of rows with one model, built once for a file's columns."""

    def __init__(
        self,
        base: type[RecordModel],
        readers: Mapping[str, Converter],
        surroundings: Surroundings,
    ) -> None:
        """Build the model; ``readers`` are by field (``id`` and ``.id`` for its own ids)."""
        self._context = surroundings
        self._attributes = {key: _attribute(key) for key in readers}
        self._fields = {attribute: key for key, attribute in self._attributes.items()}
        definitions: dict[str, Any] = {
            self._attributes[key]: (Annotated[Any, BeforeValidator(readers[key])], None)
            for key in readers
        }
        self._model = create_model(base.__name__, __base__=base, **definitions)

    def check(
        self, cells: Mapping[str, Any]
    ) -> tuple[dict[str, Value], tuple[str, ...], list[tuple[str | None, CellError]]]:
        """Return the values by field, the warnings, and what is wrong, by field.

        Every cell is read and every rule applied that can be: a rule that finds fault takes the
        fields it blames out, and the others look at the rest.
        """
        data = {self._attributes[key]: cell for key, cell in cells.items()}
        errors: list[tuple[str | None, CellError]] = []
        while True:
            try:
                row = self._model.model_validate(data, context=self._context)
            except ValidationError as error:
                blamed = self._blame(error, errors)
            else:
                return self._values(row), row.warnings, errors
            left = {name: cell for name, cell in data.items() if name not in blamed}
            if len(left) == len(data):
                return {}, (), errors
            data = left

    def _blame(
        self, error: ValidationError, errors: list[tuple[str | None, CellError]]
    ) -> set[str]:
        """Note the errors and return the attributes to take out."""
        blamed: set[str] = set()
        for detail in error.errors(include_url=False, include_input=False):
            reason = cast(CellError, detail["ctx"]["error"])
            attributes = [str(part) for part in detail["loc"][:1]]
            attributes += [_attribute(name) for name in reason.fields]
            blamed.update(attributes)
            fields = [self._fields[name] for name in attributes if name in self._fields]
            errors.append((fields[0] if fields else None, reason))
        return blamed

    def _values(self, row: RecordModel) -> dict[str, Value]:
        return {
            self._fields.get(attribute, attribute): value
            for attribute, value in row.__dict__.items()
            if value is not None
        }


def _attribute(key: str) -> str:
    """Return an attribute name for a field that does not hide one of pydantic's own."""
    if key == _DATABASE_ID:
        return _DATABASE_ID_ATTRIBUTE
    return f"{key}_" if hasattr(RecordModel, key) else key
