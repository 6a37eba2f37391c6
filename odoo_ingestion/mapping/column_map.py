"""A whole header -> columns bound to fields, and what is wrong with it."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping.binder import ColumnBinder
from odoo_ingestion.mapping.bound import (
    AmbiguousColumn,
    Bound,
    UnknownColumn,
    UnsupportedColumn,
)
from odoo_ingestion.records import Column, ImportType, LineType, ModelSchema


class ColumnMap(Struct, frozen=True):
    """What a header means: its columns with their fields, and those that mean none.

    ``notices`` are sentences about columns that were understood in an unusual way.
    """

    model: str
    columns: tuple[Column, ...]
    unknown: tuple[UnknownColumn, ...] = ()
    unsupported: tuple[UnsupportedColumn, ...] = ()
    ambiguous: tuple[AmbiguousColumn, ...] = ()
    notices: tuple[str, ...] = ()

    @property
    def left_out(self) -> tuple[str, ...]:
        """The names of the columns that no field is bound to."""
        return (
            *(column.name for column in self.unknown),
            *(column.name for column in self.unsupported),
            *(column.name for column in self.ambiguous),
        )


def map_columns(
    header: Sequence[str],
    schema: ModelSchema,
    import_type: ImportType | LineType | None,
    *,
    translations: bool = False,
    explain: bool = True,
) -> ColumnMap:
    """Bind the columns of a header to the fields of a model.

    Names are understood as Odoo's own import does (technical names, labels in the languages of
    ``schema``, ``field/id``, ``field/.id``), then as synonyms of the type, then as what another
    version of Odoo calls the field. ``translations`` lets ``name:fr_FR`` in. Nothing is guessed:
    see ``check_columns`` for what to do about the rest. ``explain`` as in ``ColumnBinder.bind``.
    """
    binder = ColumnBinder(schema, import_type, translations=translations)
    bound = _undoubled([binder.bind(name, explain=explain) for name in header], binder)
    columns, notices = _name_partners(
        tuple(b for b in bound if isinstance(b, Column)), schema, import_type
    )
    return ColumnMap(
        schema.model,
        columns,
        tuple(b for b in bound if isinstance(b, UnknownColumn)),
        tuple(b for b in bound if isinstance(b, UnsupportedColumn)),
        tuple(b for b in bound if isinstance(b, AmbiguousColumn)),
        (*notices, *_tell_renamed(columns, binder, schema)),
    )


def check_columns(column_map: ColumnMap, *, ignore_unknown: bool) -> tuple[str, ...]:
    """Return a sentence for each column that is left out, when that is wanted.

    Raises ColumnError that lists every column with a problem: two for one field, those that may
    mean several fields, and (unless ``ignore_unknown``) those that are unknown or cannot be
    imported.
    """
    wrong = [*_doubled(column_map.columns), *map(_tell_ambiguous, column_map.ambiguous)]
    left_out = [
        *(_tell_unknown(column, column_map.model) for column in column_map.unknown),
        *(f"column '{column.name}': {column.reason}" for column in column_map.unsupported),
    ]
    if left_out and not ignore_unknown:
        wrong += left_out
    if wrong:
        hint = "Correct the header."
        if left_out and not ignore_unknown:
            hint = (
                "Rename or remove these columns, or leave them out with --ignore COLUMN,... or "
                "--ignore-unknown-columns. "
                f"'odoo-ingestion fields {column_map.model}' lists the fields."
            )
        raise ColumnError("\n".join(wrong), hint=hint)
    if not column_map.columns:
        raise ColumnError(
            "no column of the file is known",
            hint=f"'odoo-ingestion fields {column_map.model}' lists the fields.",
        )
    return (*column_map.notices, *(f"left out: {sentence}" for sentence in left_out))


def _undoubled(bound: Sequence[Bound], binder: ColumnBinder) -> list[Bound]:
    """Take columns at their word where understanding them better fills one field twice.

    An export of Odoo may hold Country and Country Code; the latter cannot be imported, and alone it
    names the country.
    """
    fields = [(b.field, b.lang) for b in bound if isinstance(b, Column)]
    return [
        binder.bind_literally(b.name) or b
        if isinstance(b, Column) and fields.count((b.field, b.lang)) > 1 and b.field != "id"
        else b
        for b in bound
    ]


def _name_partners(
    columns: tuple[Column, ...], schema: ModelSchema, import_type: ImportType | LineType | None
) -> tuple[tuple[Column, ...], tuple[str, ...]]:
    """Take ``company name`` as the partner's name in a file that has no other.

    ``company_name`` of Odoo is the employer of a person who has a name; rows without one fail.
    """
    fields = [column.field for column in columns]
    known = import_type is not None and schema.model == "res.partner"
    if not known or "name" in fields or fields.count("company_name") != 1:
        return columns, ()
    index = fields.index("company_name")
    named = replace(columns[index], field="name")
    notice = f"column '{named.name}' is taken as the name: the file has no other"
    return (*columns[:index], named, *columns[index + 1 :]), (notice,)


def _tell_renamed(
    columns: Sequence[Column], binder: ColumnBinder, schema: ModelSchema
) -> tuple[str, ...]:
    return tuple(
        f"column '{column.name}' fills {column.field}, as Odoo {schema.version} calls it"
        for column in columns
        if binder.is_renamed(column)
    )


def _doubled(columns: Sequence[Column]) -> list[str]:
    by_field: dict[tuple[str, str, str | None], list[str]] = defaultdict(list)
    for column in columns:
        own_id = column.kind if column.field == "id" else ""
        by_field[column.field, own_id, column.lang].append(column.name)
    return [
        f"columns {' and '.join(map(repr, names))} are for the same field {field}: keep one"
        for (field, _, _), names in by_field.items()
        if len(names) > 1
    ]


def _tell_ambiguous(column: AmbiguousColumn) -> str:
    return f"column '{column.name}' may mean {' or '.join(column.fields)}: rename it to one of them"


def _tell_unknown(column: UnknownColumn, model: str) -> str:
    if not column.suggestions:
        return f"column '{column.name}' is not a field of {model}"
    return f"column '{column.name}' is not known; did you mean {' or '.join(column.suggestions)}?"
