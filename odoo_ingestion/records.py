"""The plain values that go from room to room; they hold no connection, no file and no rule.

file -> Row -> Draft -> Record -> Batch -> Outcome
"""

from __future__ import annotations

from collections.abc import ItemsView, Iterator, Mapping
from enum import StrEnum
from typing import Any

from msgspec import Struct, field


class Action(StrEnum):
    """What became of one input row; each row ends in exactly one of these."""

    # Counted and compared for every row; an Enum's own hash is a call in Python. Equal to its text
    # as before, and so is its hash.
    __hash__ = str.__hash__

    CREATED = "created"
    UPDATED = "updated"
    UNCHANGED = "unchanged"
    SKIPPED = "skipped"
    FAILED = "failed"


class Mode(StrEnum):
    """What may be done: create and update, only create, only update."""

    UPSERT = "upsert"
    CREATE = "create"
    UPDATE = "update"


class Category(StrEnum):
    """Why a row failed, in words that stay the same from version to version."""

    FILE = "file"
    VALIDATION = "validation"
    MISSING_RELATION = "missing_relation"
    AMBIGUOUS_RELATION = "ambiguous_relation"
    ARCHIVED_RELATION = "archived_relation"
    DUPLICATE = "duplicate"
    AMBIGUOUS_RECORD = "ambiguous_record"
    PROTECTED = "protected"
    EXISTS = "exists"
    NOT_FOUND = "not_found"
    PERMISSION = "permission"
    CONNECTION = "connection"
    SERVER = "server"


class Problem(Struct, frozen=True):
    """One reason why a row fails: what, in which field, and what to do.

    ``field`` is the column as the file names it where one is known, else Odoo's field name.
    ``row`` is the number of the row that is to blame where several rows make one record; None
    means the row that the outcome is about.
    """

    category: Category
    message: str
    field: str | None = None
    hint: str | None = None
    row: int | None = None


class NamedCells(Mapping[str, str]):
    """The cells of a row under the names of a header that its file's rows share.

    A dictionary of its own for each row would cost five times as much, and most are never asked
    for a cell: they are read column by column.
    """

    __slots__ = ("cells", "header")

    def __init__(self, header: tuple[str, ...], cells: tuple[str, ...]) -> None:
        """Take a header of different names, and as many cells."""
        self.header = header
        self.cells = cells

    def __getitem__(self, name: str) -> str:
        try:
            return self.cells[self.header.index(name)]
        except ValueError:
            raise KeyError(name) from None

    def __iter__(self) -> Iterator[str]:
        return iter(self.header)

    def __len__(self) -> int:
        return len(self.header)

    def __repr__(self) -> str:
        return repr(dict(self.items()))

    def items(self) -> ItemsView[str, str]:
        """Return the names with their cells."""
        return dict(zip(self.header, self.cells, strict=True)).items()


class Row(Struct, frozen=True):
    """One row of an input file.

    ``number`` counts data rows from 1; ``line`` is the physical line (text formats) or the sheet
    row (Excel) where the row begins, None where a format has no lines. ``values`` maps a column
    name to its cell: text for text formats, Python scalars for JSON, Parquet and Excel; a column
    that the row does not have is absent. ``raw`` is what the writer of the same format needs to
    write the row again exactly. ``problem`` is set when the row has the wrong shape.
    """

    number: int
    line: int | None
    values: Mapping[str, Any]
    raw: Any = None
    problem: Problem | None = None


class SourceFacts(Struct, frozen=True):
    """What was found out about an input: shown to the user and stored beside failed records."""

    path: str
    format: str
    encoding: str | None = None
    separator: str | None = None
    compression: str | None = None
    sheet: str | None = None
    notes: tuple[str, ...] = ()


ERROR_COLUMNS = (
    "_error_row",
    "_error_category",
    "_error_field",
    "_error_message",
    "_error_hint",
)
"""The columns that a failed-records file has beyond its input's; ignored when it is imported."""


# --- Odoo's side ----------------------------------------------------------------------------


class FieldSpec(Struct, frozen=True):
    """One field of an Odoo model as ``fields_get`` tells it.

    ``digits`` is (precision, scale) or None; ``selection`` holds (key, label) pairs; ``domain`` is
    the field's own domain, a list, or a text that may need evaluation; ``computed`` is true where
    ``fields_get`` names fields that it depends on.
    """

    name: str
    type: str
    label: str = ""
    required: bool = False
    readonly: bool = False
    store: bool = True
    relation: str | None = None
    relation_field: str | None = None
    selection: tuple[tuple[str, str], ...] = ()
    translate: bool = False
    digits: tuple[int, int] | None = None
    size: int | None = None
    company_dependent: bool = False
    searchable: bool = True
    domain: Any = None
    computed: bool = False
    help: str = ""


class ModelSchema(Struct, frozen=True):
    """The fields of one model on one server (or in one shipped catalogue).

    ``version`` is the Odoo series, like ``"19.0"``. ``labels`` maps further labels (other
    languages) to the names of the fields that have them.
    """

    model: str
    version: str
    fields: Mapping[str, FieldSpec]
    labels: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


class ImportKind(StrEnum):
    """How the rows of a file become records.

    ``plain``: one row, one record. ``variants``: one row a variant, its template beside it.
    ``documents``: several rows (or one nested row) make a record with lines. ``inventory``: one
    row a quantity.
    """

    PLAIN = "plain"
    VARIANTS = "variants"
    DOCUMENTS = "documents"
    INVENTORY = "inventory"


class LineType(Struct, frozen=True):
    """The lines of a document: a one2many field of its model, and how their columns are read.

    ``one2many`` is the field (``order_line``), ``model`` the lines' model, ``synonyms`` and
    ``nouns`` are read as those of ``ImportType``. ``same`` are the fields that tell the lines of
    one document apart, before their n-th occurrence counts. ``totals`` maps a column of the file
    that is only checked, never sent, to the field of the document that must come to it (column
    names in lower case words: ``grand total``); ``line_totals`` the same to a field of the line.
    """

    one2many: str
    model: str
    synonyms: Mapping[str, str]
    same: tuple[str, ...]
    nouns: tuple[str, ...] = ()
    totals: Mapping[str, str] = field(default_factory=dict)
    line_totals: Mapping[str, str] = field(default_factory=dict)


class ImportType(Struct, frozen=True):
    """A kind of file that a user can name: which model it fills, and how its columns are read.

    ``keys`` is a chain of business keys, tried in order. ``synonyms`` maps a column name in lower
    case words (``unit price``) to a field; ``nouns`` are words that may stand before the name of a
    field (``seller city``). ``ranks`` are cells of all records, for fields that are set only where
    Odoo holds 0. ``parent_field`` names the relation to the model itself, ``example`` is a row of
    columns and cells that imports as it is. ``requires`` names the types whose files go in before;
    ``lines`` is set for documents.
    """

    name: str
    model: str
    keys: tuple[tuple[str, ...], ...]
    synonyms: Mapping[str, str]
    example: Mapping[str, str]
    description: str
    ranks: Mapping[str, str] = field(default_factory=dict)
    parent_field: str | None = None
    nouns: tuple[str, ...] = ()
    kind: ImportKind = ImportKind.PLAIN
    requires: tuple[str, ...] = ()
    lines: LineType | None = None


class ColumnKind(StrEnum):
    """How a column speaks of its field; the last three are for relations and for ``id``."""

    VALUE = "value"
    NAME = "name"
    EXTERNAL_ID = "external_id"
    DATABASE_ID = "database_id"


class Column(Struct, frozen=True):
    """A column of the file bound to a field of the model.

    ``name`` is the column in the file, ``field`` the technical name; ``field == "id"`` is the
    record's own external id (kind EXTERNAL_ID, column ``id``) or database id (``.id``). ``lang``
    is the language of a column of translations (``name:fr_FR``), None for the run's own.
    """

    name: str
    field: str
    kind: ColumnKind = ColumnKind.VALUE
    lang: str | None = None


class Reference(Struct, frozen=True):
    """Cells that name records of another model, not looked up yet.

    ``texts`` has one entry for a many2one and any number for a many2many, in the file's order.
    ``column`` is the column's name in the file, for messages.
    """

    column: str
    kind: ColumnKind
    texts: tuple[str, ...]


class Draft(Struct, frozen=True):
    """A row that passed every check that needs no server.

    ``values`` maps a field to its text in load()'s own notation (floats ``1.5``, dates ISO,
    booleans ``1``/``0``, selections by key); a field that the row leaves empty is absent, one
    that is to be cleared holds ``""``. ``references`` maps a relational field to what it names.
    ``translations`` maps a language to its values by field. An image is its content in base64, or
    where it comes from: ``file:PATH``, ``http://...``, ``https://...``. ``following`` is a record
    of another model that goes in once the row's own has landed: a partner's bank account.
    """

    row: Row
    values: Mapping[str, str]
    references: Mapping[str, Reference] = field(default_factory=dict)
    external_id: str | None = None
    database_id: int | None = None
    warnings: tuple[str, ...] = ()
    translations: Mapping[str, Mapping[str, str]] = field(default_factory=dict)
    following: Draft | None = None


class Line(Struct, frozen=True):
    """A line of a document, sent in the call of its record.

    ``values`` maps columns of load() on the line's own model (``product_id/.id``) to cells, without
    the one2many field before them. ``action`` is what sending does; ``database_id`` is set for a
    line that exists. ``external_id`` is complete.
    """

    row: Row
    action: Action
    external_id: str
    database_id: int | None
    values: Mapping[str, str]


class Record(Struct, frozen=True):
    """A row ready to be sent: identity known, relations resolved.

    ``action`` is CREATED or UPDATED: what sending it will do. ``database_id`` is set for a record
    that exists. ``external_id`` is complete (``module.name``); it is None only where the user may
    not give an existing record an external id: then it is addressed by database id. ``adopt`` is
    true where the existing record has to be given ``external_id`` first. ``values`` maps columns
    of load() (``name``, ``country_id/.id``) to cells; a many2many cell holds comma-separated ids.
    ``lines`` are the lines of a document in its one2many ``lines_field``: those that the file
    names, in its order. They and their record are one unit: all of them land, or none.
    ``part_of`` says of a record that is no row's own (the product of some variants) what sending it
    makes of rows, by their numbers.
    """

    row: Row
    model: str
    action: Action
    external_id: str | None
    database_id: int | None
    values: Mapping[str, str]
    adopt: bool = False
    lines_field: str = ""
    lines: tuple[Line, ...] = ()
    part_of: Mapping[int, Action] = field(default_factory=dict)


class Batch(Struct, frozen=True):
    """Records of one model that fill the same columns, sent in one call under one context."""

    model: str
    columns: tuple[str, ...]
    records: tuple[Record, ...]
    context: Mapping[str, Any]


class LineOutcome(Struct, frozen=True):
    """What became of one line of a document that did not fail."""

    line: Line
    action: Action
    database_id: int | None = None
    not_kept: tuple[str, ...] = ()


class Outcome(Struct, frozen=True):
    """What became of one row. ``problems`` is filled if, and only if, it failed.

    ``not_kept`` names the fields that the server holds otherwise than they were sent. ``action``
    is the record's own; ``lines`` tells of a document's lines, in its order, unless it failed.
    ``unfinished`` says that it failed only because the run ended: resuming the run takes it up.
    """

    row: Row
    action: Action
    external_id: str | None = None
    database_id: int | None = None
    problems: tuple[Problem, ...] = ()
    not_kept: tuple[str, ...] = ()
    lines: tuple[LineOutcome, ...] = ()
    unfinished: bool = False
