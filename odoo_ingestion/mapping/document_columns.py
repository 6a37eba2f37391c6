"""The header of a file of documents: which columns are the document's, and which its lines'."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

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
from odoo_ingestion.mapping.column_map import ColumnMap, check_columns
from odoo_ingestion.mapping.names import bare, folded, names_of_field, words
from odoo_ingestion.records import Column, ColumnKind, ImportType, LineType, ModelSchema
from odoo_ingestion.versions import present_name, series_number

_LINE_LISTS = frozenset(
    {"line", "lines", "items", "details", "positions", "line items", "order lines", "order items"}
    | {"order details", "order line", "invoice lines", "invoice line items", "products", "entries"}
    | {"pricelist items", "pricelist rules", "rules"}
)
"""What programs call the list of a document's lines, in lower case words."""

_LINE_IDS = frozenset({"line id", "line external id", "order line id", "invoice line id"})
"""What a column of the lines' own external ids is called."""

_FIRST_WITHOUT_STATES = (17, 0)
_RELATIONS = ("many2one", "many2many")


class DocumentColumns(Struct, frozen=True):
    """What the header of a file of documents means.

    ``record`` are the columns of the document, ``lines`` those of its lines where each row of the
    file holds a line; ``nested`` is the column that holds a list of lines, if there is one.
    """

    record: ColumnMap
    lines: ColumnMap
    nested: str | None = None


class RecordBinder:
    """Binds the columns of a document, those too that are only checked."""

    def __init__(self, schema: ModelSchema, import_type: ImportType) -> None:
        lines = _lines_of(import_type)
        as_type = _in_version(import_type, schema)
        self._binder = ColumnBinder(_writable(schema, as_type), as_type)
        self._checked = _Checked(schema, lines.totals)
        self._spelled = import_type.synonyms.keys() | lines.totals.keys()

    def names(self, name: str) -> bool:
        """Tell whether the type itself says that a column of this name is the document's."""
        return words(bare(name)) in self._spelled

    def bind(self, name: str, *, explain: bool = True) -> Bound:
        """Return the column with its field, or why there is none, as ``ColumnBinder.bind``."""
        return self._checked.bind(name, name) or self._binder.bind(name, explain=explain)

    def bind_known(self, name: str) -> Column | None:
        """Return the column with its field, or None where there is none."""
        bound = self.bind(name, explain=False)
        return bound if isinstance(bound, Column) else None


class LineBinder:
    """Binds the columns of a document's lines, named with the one2many field before them or not."""

    def __init__(
        self, record_schema: ModelSchema, schema: ModelSchema, import_type: ImportType
    ) -> None:
        lines = _lines_of(import_type)
        self._one2many = lines.one2many
        self._model = schema.model
        as_type = ImportType(
            import_type.name, lines.model, (), lines.synonyms, {}, "", nouns=lines.nouns
        )
        as_type = _in_version(as_type, schema)
        self._binder = ColumnBinder(_writable(schema, as_type), as_type)
        self._checked = _Checked(schema, lines.line_totals)
        self._spelled = lines.synonyms.keys() | lines.line_totals.keys() | _LINE_IDS
        self._lists = names_of_field(record_schema, lines.one2many)
        spec = record_schema.fields.get(lines.one2many)
        self._parent = spec.relation_field if spec else None

    def names(self, name: str) -> bool:
        """Tell whether the type itself says that a column of this name is the line's."""
        return words(bare(name)) in self._spelled

    def holds_lines(self, name: str) -> bool:
        """Tell whether a column is named like a list of lines."""
        text = bare(name)
        return folded(text) in self._lists or words(text) in self._lists | _LINE_LISTS

    def without_prefix(self, name: str) -> str | None:
        """Return what follows the one2many field in ``Order Lines/Quantity``, or None."""
        text = bare(name)
        for separator in ("/", "."):
            head, found, rest = text.partition(separator)
            if found and rest.strip() and self.holds_lines(head):
                return rest.strip()
        return None

    def bind(self, name: str, *, explain: bool = True) -> Bound:
        """Return the column with its field, or why there is none, as ``ColumnBinder.bind``."""
        text = self.without_prefix(name) or name
        if words(bare(text)) in _LINE_IDS:
            return Column(name, "id", ColumnKind.EXTERNAL_ID)
        checked = self._checked.bind(name, text)
        bound = checked or replace(self._binder.bind(text, explain=explain), name=name)
        if isinstance(bound, Column) and bound.field == "id":
            if bound.kind is ColumnKind.DATABASE_ID:
                reason = f"lines are named by {self._one2many}/id (external id) only"
                return UnsupportedColumn(name, reason)
        elif isinstance(bound, Column) and bound.field == self._parent:
            return UnsupportedColumn(name, "the line belongs to the document of its row")
        return bound

    def bind_known(self, name: str) -> Column | None:
        """Return the column with its field, or None where there is none."""
        bound = self.bind(name, explain=False)
        return bound if isinstance(bound, Column) else None

    def bind_all(self, names: Sequence[str]) -> ColumnMap:
        """Return what the cells of nested lines mean, by their names."""
        return _column_map(self._model, [self.bind(name) for name in names])


class _Checked:
    """The columns whose values are compared with Odoo's and never sent."""

    def __init__(self, schema: ModelSchema, totals: Mapping[str, str]) -> None:
        self._schema = schema
        self._totals = {name: f for name, f in totals.items() if f in schema.fields}

    def bind(self, name: str, text: str) -> Column | None:
        spelled = words(bare(text))
        fields = [f for known, f in self._totals.items() if spelled in (known, words(f))]
        if not fields:
            return None
        relational = self._schema.fields[fields[0]].type in _RELATIONS
        return Column(name, fields[0], ColumnKind.NAME if relational else ColumnKind.VALUE)


def map_document_columns(
    header: Sequence[str], schema: ModelSchema, line_schema: ModelSchema, import_type: ImportType
) -> DocumentColumns:
    """Bind the columns of a header to the fields of a document and of its lines.

    A name with the one2many field before it (``Order Lines/Quantity``) is the line's, one that the
    type lists is whose it lists it for; else a name that only one of the two has is that one's.
    Raises ColumnError where two columns may hold the list of lines.
    """
    record = RecordBinder(schema, import_type)
    line = LineBinder(schema, line_schema, import_type)
    nested = _nested_column(header, record, line)
    for_record: list[Bound] = []
    for_lines: list[Bound] = []
    for name in header:
        if name == nested:
            continue
        if line.without_prefix(name) is not None:
            for_lines.append(line.bind(name))
        elif nested is not None:
            for_record.append(record.bind(name))
        else:
            bound, is_line = _decide(name, record, line, _lines_of(import_type).one2many)
            (for_lines if is_line else for_record).append(bound)
    return DocumentColumns(
        _column_map(schema.model, for_record), _column_map(line_schema.model, for_lines), nested
    )


def check_document_columns(columns: DocumentColumns, *, ignore_unknown: bool) -> tuple[str, ...]:
    """Return a sentence for each column that is left out, when that is wanted.

    Raises ColumnError that lists every column with a problem, as ``check_columns`` does.
    """
    sentences: tuple[str, ...] = ()
    errors: list[ColumnError] = []
    for column_map in (columns.record, columns.lines):
        if not (column_map.columns or column_map.left_out):
            continue
        try:
            sentences += check_columns(column_map, ignore_unknown=ignore_unknown)
        except ColumnError as error:
            errors.append(error)
    if errors:
        raise ColumnError("\n".join(e.message for e in errors), hint=errors[0].hint)
    if not columns.record.columns:
        raise ColumnError(
            "no column of the file says which document a row belongs to",
            hint=f"'odoo-ingestion fields {columns.record.model}' lists the fields.",
        )
    return sentences


def _nested_column(header: Sequence[str], record: RecordBinder, line: LineBinder) -> str | None:
    found = [name for name in header if line.holds_lines(name) and not record.names(name)]
    # A flat file whose lines name their product in a column ``products`` holds no list there.
    others = [name for name in header if line.names(name) or line.without_prefix(name)]
    if len(found) > 1:
        found = [name for name in found if not line.names(name)]
    elif found and line.names(found[0]) and len(others) > 1:
        return None
    if len(found) > 1:
        raise ColumnError(
            f"columns {' and '.join(map(repr, found))} may both hold the lines: keep one",
            hint="Rename the other one.",
        )
    return found[0] if found else None


def _decide(name: str, record: RecordBinder, line: LineBinder, one2many: str) -> tuple[Bound, bool]:
    """Return what a column of a flat file means, and whether it is the line's."""
    as_record, as_line = record.bind(name, explain=False), line.bind(name, explain=False)
    if isinstance(as_record, Column) and as_record.field == "id" and "/" not in name:
        return as_record, False
    by_type = record.names(name), line.names(name)
    if by_type in ((True, False), (False, True)):
        mine = as_line if by_type[1] else as_record
        if isinstance(mine, Column | AmbiguousColumn):
            return mine, by_type[1]
    if isinstance(as_record, Column) and isinstance(as_line, Column):
        meant = (as_record.field, f"{one2many}/{as_line.field}")
        return AmbiguousColumn(name, meant), False
    for bound, is_line in ((as_record, False), (as_line, True)):
        if isinstance(bound, Column):
            return bound, is_line
    return _worst(name, record.bind(name), line.bind(name), one2many), False


def _worst(name: str, as_record: Bound, as_line: Bound, one2many: str) -> Bound:
    """Return what to say of a column that neither the document nor its lines take."""
    for bound in (as_record, as_line):
        if isinstance(bound, AmbiguousColumn | UnsupportedColumn):
            return bound
    near = [
        *(as_record.suggestions if isinstance(as_record, UnknownColumn) else ()),
        *(
            f"{one2many}/{field}"
            for field in (as_line.suggestions if isinstance(as_line, UnknownColumn) else ())
        ),
    ]
    return UnknownColumn(name, tuple(near[:4]))


def _column_map(model: str, bound: Sequence[Bound]) -> ColumnMap:
    return ColumnMap(
        model,
        tuple(b for b in bound if isinstance(b, Column)),
        tuple(b for b in bound if isinstance(b, UnknownColumn)),
        tuple(b for b in bound if isinstance(b, UnsupportedColumn)),
        tuple(b for b in bound if isinstance(b, AmbiguousColumn)),
    )


def _lines_of(import_type: ImportType) -> LineType:
    if import_type.lines is None:
        raise ValueError(f"the type {import_type.name} has no lines")
    return import_type.lines


def _in_version(import_type: ImportType, schema: ModelSchema) -> ImportType:
    """Return the type with the names that the server's series gives to its fields."""
    fields = {*import_type.synonyms.values()}
    older = {f: present_name(schema.model, f, schema.fields) for f in fields}
    synonyms = {name: older[field] for name, field in import_type.synonyms.items()}
    synonyms |= {words(new): old for new, old in older.items() if new != old}
    return replace(import_type, synonyms=synonyms)


def _writable(schema: ModelSchema, import_type: ImportType) -> ModelSchema:
    """Return the schema with the fields that the type names as writable, for Odoo before 17.

    There ``fields_get`` calls fields read-only that are so in some states only (attribute
    ``states``: ``partner_id`` of a draft can be written).
    """
    if series_number(schema.version) >= _FIRST_WITHOUT_STATES:
        return schema
    named = {*import_type.synonyms.values()}
    fields = {
        name: replace(spec, readonly=False)
        if name in named and spec.readonly and not spec.computed
        else spec
        for name, spec in schema.fields.items()
    }
    return replace(schema, fields=fields)
