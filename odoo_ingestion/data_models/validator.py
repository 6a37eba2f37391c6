"""Rows -> drafts: every check that needs no server."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any

from msgspec.structs import replace

from odoo_ingestion.data_models.cell_errors import CellError, is_no_value, shown
from odoo_ingestion.data_models.column_reader import DAMAGED
from odoo_ingestion.data_models.constants import constant_columns
from odoo_ingestion.data_models.drafts import EXTERNAL_ID, make_draft
from odoo_ingestion.data_models.late_columns import BindLate, LateColumns, key_of
from odoo_ingestion.data_models.notation import Notation
from odoo_ingestion.data_models.schema import RELATIONAL_TYPES
from odoo_ingestion.data_models.translations import Translations
from odoo_ingestion.errors import UsageError
from odoo_ingestion.records import (
    Category,
    Column,
    Draft,
    FieldSpec,
    ImportType,
    ModelSchema,
    Problem,
    Reference,
    Row,
)

if TYPE_CHECKING:
    from odoo_ingestion.data_models.base import RowChecker, Value


def build_validator(  # noqa: PLR0913 - what a user can say about one file
    columns: Sequence[Column],
    schema: ModelSchema,
    import_type: ImportType | None,
    *,
    clear_empty: Collection[str] = (),
    set_values: Mapping[str, str] | None = None,
    notation: Notation | None = None,
    required_on_create: Collection[str] = (),
    ignored: Collection[str] = (),
    ignore_unknown: bool = False,
    bind_late: BindLate | None = None,
) -> Validator:
    """Return the validator of a file with these columns.

    ``clear_empty`` names fields or columns whose empty cells clear the field; ``set_values`` maps
    fields (``lang``, ``country_id/id``) to a value for all rows; ``notation`` says how cells are
    written; ``required_on_create`` are the fields that a new record needs and for which the server
    has no default. ``ignored`` names columns of the file that are left out; a column that only a
    later row has (JSON) is bound by ``bind_late``, left out with ``ignore_unknown``, or refused.
    Raises UsageError for an option that does not fit the file.
    """
    constants = constant_columns(set_values or {}, columns, schema)
    validator = Validator(
        [*columns, *constants],
        schema,
        import_type,
        constants={key_of(column): cell for column, cell in constants.items()},
        notation=notation or Notation(),
        required=required_on_create,
        late=LateColumns(bind_late, ignored, ignore_unknown=ignore_unknown),
    )
    validator.check_constants()
    validator.clear_where_empty(clear_empty)
    return validator


class Validator:
    """Checks the rows of one file; built by ``build_validator``, used by one thread."""

    def __init__(
        self,
        columns: Sequence[Column],
        schema: ModelSchema,
        import_type: ImportType | None,
        *,
        constants: Mapping[str, str],
        notation: Notation,
        required: Collection[str],
        late: LateColumns,
    ) -> None:
        from odoo_ingestion.data_models.record_models import record_model_for
        from odoo_ingestion.data_models.required import RequiredFields

        self._schema = schema
        self._constants = dict(constants)
        self._late = late
        self._notation = notation
        self._model = record_model_for(schema.model)
        self._required = RequiredFields(required, schema, self._model)
        ranks = import_type.ranks if import_type else {}
        self._ranks = {name: cell for name, cell in ranks.items() if name in schema.fields}
        self._cleared: set[str] = set()
        self._columns = {key_of(column): column for column in columns if column.lang is None}
        translated = [column for column in columns if column.lang is not None]
        self._translations = Translations(translated, schema, self._model)
        self._build()

    # --- rows -------------------------------------------------------------------------------

    def validate(self, row: Row) -> Draft | tuple[Problem, ...]:
        """Return the row as a draft, or everything that is wrong with it; never raises."""
        if row.problem is not None:
            return (row.problem,)
        cells, cleared, problems = self._sort(row)
        values, warnings, errors = self._checker.check(cells)
        translations, unreadable = self._translations.read(row)
        problems += unreadable
        if errors or problems:
            order = list(self._columns)
            errors.sort(key=lambda found: order.index(found[0]) if found[0] in order else -1)
            return (*problems, *(self._problem(key, error) for key, error in errors))
        draft = self._checked(row, values, cleared, warnings)
        return replace(draft, translations=translations) if translations else draft

    def validate_all(self, rows: Sequence[Row]) -> Iterator[Draft | tuple[Problem, ...]]:
        """Yield for each row what ``validate`` returns for it, in order; much faster."""
        if self._cleared or self._translations:
            yield from map(self.validate, rows)
            return
        for row, read in zip(rows, self._block.read(rows), strict=True):
            yield self.validate(row) if read is None else read

    def names_of(self, row: Row) -> dict[str, str]:
        """Return what can be read of a row by field, for a row that failed: ids, names, parent."""
        cells, _, _ = self._sort(row)
        values, _, _ = self._checker.check(cells)
        return {
            key: value if isinstance(value, str) else value.texts[0]
            for key, value in values.items()
        }

    def missing_required(self, draft: Draft) -> tuple[Problem, ...]:
        """Return what the row lacks to become a new record; not asked of rows that update one."""
        missing = self._required.missing(draft)
        return tuple(map(self._missing, missing)) if missing else ()

    @property
    def column_names(self) -> Mapping[str, str]:
        """Field -> the file's column for it (``.id`` for database ids), for messages."""
        return self._names

    @property
    def notices(self) -> tuple[str, ...]:
        """Sentences about columns that turned up in later rows and were left out."""
        return self._late.notices

    # --- options ----------------------------------------------------------------------------

    def check_constants(self) -> None:
        """Raise UsageError for a ``--set`` value that the field cannot hold."""
        for key, cell in self._constants.items():
            if is_no_value(cell):
                raise UsageError(
                    f"{self._columns[key].name} has no value", hint="Use --clear-empty to clear."
                )
        _, _, errors = self._checker.check(self._constants)
        for found, error in errors:
            name = self._columns[found].name if found in self._columns else "--set"
            raise UsageError(f"{name}: {error.message}", hint=error.hint) from error

    def clear_where_empty(self, names: Iterable[str]) -> None:
        """Clear these fields (or columns) where a row leaves them empty.

        Raises UsageError for a field that no column fills, or that cannot be empty.
        """
        keys = {column.name: key for key, column in self._columns.items()}
        keys.update({key: key for key in self._columns})
        for name in names:
            key = keys.get(name, "")
            if not key:
                near = get_close_matches(name, keys, n=1)
                meant = f"Did you mean {near[0]}? " if near else ""
                raise UsageError(
                    f"--clear-empty {name}: no column of the file is for it",
                    hint=f"{meant}Name a field or a column of the file.",
                )
            spec = self._schema.fields.get(key)
            needed = spec is None or spec.required or key in self._model.never_cleared
            if needed or key == EXTERNAL_ID:
                raise UsageError(
                    f"--clear-empty {name}: Odoo does not let this field be empty",
                    hint="Leave it out of --clear-empty.",
                )
            self._cleared.add(key)

    # --- parts ------------------------------------------------------------------------------

    def _build(self) -> None:
        """Build what reads the rows; again when a later row brings a further column."""
        from odoo_ingestion.data_models.base import RowChecker, Surroundings
        from odoo_ingestion.data_models.row_block import BlockReader

        self._keys = {
            column.name: key for key, column in self._columns.items() if key not in self._constants
        }
        self._names = {key: column.name for key, column in self._columns.items()}
        for name, source in self._model.written_from.items():
            if source in self._names:
                self._names.setdefault(name, self._names[source])
        readers = {
            key: self._model.reader(self._spec(column.field), column, self._notation)
            for key, column in self._columns.items()
        }
        self._checker: RowChecker = RowChecker(
            self._model, readers, Surroundings(self._schema, self._names)
        )
        self._block = BlockReader(
            self._keys,
            self._late.ignored,
            self._constants,
            [key for key in readers if self._spec(key).type in RELATIONAL_TYPES],
            readers,
            self._checker,
            self._ranks,
        )

    def _spec(self, name: str) -> FieldSpec:
        return self._schema.fields.get(name) or FieldSpec(name, "integer")  # the id, at most

    def _sort(self, row: Row) -> tuple[dict[str, Any], dict[str, str], list[Problem]]:
        """Return the filled cells, the fields to clear, and the columns that are not known."""
        cells: dict[str, Any] = self._constants.copy()
        cleared: dict[str, str] = {}
        problems: list[Problem] = []
        keys = self._keys
        for name, cell in row.values.items():
            key = keys.get(name)
            if is_no_value(cell):
                if key in self._cleared:
                    cleared[key] = ""
            elif key is not None:
                cells[key] = cell
            elif name not in self._translations:
                found = self._late.meet(name, row.number, self._columns)
                if isinstance(found, Problem):
                    problems.append(found)
                elif found is not None:
                    self._columns[key_of(found)] = found
                    self._build()
                    cells[key_of(found)] = cell
        return cells, cleared, problems

    def _checked(
        self,
        row: Row,
        found: Mapping[str, Value],
        cleared: Mapping[str, str],
        warnings: tuple[str, ...],
    ) -> Draft:
        values: dict[str, str] = dict(cleared)
        references: dict[str, Reference] = {}
        for key, value in found.items():
            if isinstance(value, str):
                values[key] = value
                if DAMAGED in value:
                    name = self._names.get(key, key)
                    warnings += (f"{name}: {shown(value)} has characters that were lost before",)
            else:
                references[key] = value
        return make_draft(row, values, references, self._ranks, warnings)

    def _problem(self, key: str | None, error: CellError) -> Problem:
        name = self._names.get(key, key) if key is not None else None
        return Problem(Category.VALIDATION, error.message, name, error.hint)

    def _missing(self, name: str) -> Problem:
        label = self._spec(name).label or name
        return Problem(
            Category.VALIDATION,
            f"a new record needs a value for {label} ({name}), and this row has none",
            self._names.get(name, name),
            f"Fill it in, or give all rows the same with --set {name}=VALUE.",
        )
