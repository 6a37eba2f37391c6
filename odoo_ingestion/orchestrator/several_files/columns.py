"""What the columns of a file say about what its rows are."""

from __future__ import annotations

import re
from collections.abc import Sequence

from msgspec import Struct

from odoo_ingestion.data_models import available_models, load_catalogue
from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import map_columns, map_document_columns
from odoo_ingestion.records import (
    ERROR_COLUMNS,
    Column,
    ImportKind,
    ImportType,
    LineType,
    ModelSchema,
)

_ATTRIBUTE = re.compile(r"attribute\s*:.+|option\s*\d+[\s_]*(?:name|value)", re.IGNORECASE)
"""How the rows of variants name attributes: ``attribute:Color``, ``Option1 Name``."""


class Fit(Struct, frozen=True):
    """How many of a file's columns a type understands.

    ``own`` are those that only this kind of type has: attributes of variants, lines of documents.
    ``whole`` tells whether the columns hold what no row of the type can be without, ``named``
    whether they also say which record a row is about.
    """

    name: str
    model: str
    bound: int
    columns: int
    own: int
    whole: bool
    named: bool
    plain: bool

    @property
    def score(self) -> float:
        """The part of the columns that is understood, 0..1."""
        return self.bound / self.columns if self.columns else 0.0

    @property
    def possible(self) -> bool:
        """Whether the columns alone can speak for the type."""
        return self.named and self.is_rival

    @property
    def is_rival(self) -> bool:
        """Whether the columns may be meant for the type, if not all of them are understood."""
        return self.bound > 0 and self.whole and (self.plain or self.own > 0)


def measure(header: Sequence[str], import_type: ImportType, version: str) -> Fit | None:
    """Return how well a header fits a type, or None where no catalogue knows its model.

    ``version`` is an Odoo series that has a catalogue.
    """
    models = available_models(version)
    if import_type.model not in models:
        return None
    names = [name for name in header if name.strip() and name not in ERROR_COLUMNS]
    schema = load_catalogue(version, import_type.model)
    columns, own, whole = _columns(names, schema, import_type)
    bound = {column.name for column in columns}
    plain = import_type.kind in (ImportKind.PLAIN, ImportKind.INVENTORY)
    return Fit(
        import_type.name,
        import_type.model,
        len(bound | own),
        len(names),
        len(own),
        whole,
        _names_a_record(columns, import_type, schema),
        plain,
    )


def names_attributes(header: Sequence[str]) -> bool:
    """Tell whether columns name attributes, as only rows of variants do."""
    return any(_ATTRIBUTE.fullmatch(name.strip()) for name in header)


def _columns(
    names: Sequence[str], schema: ModelSchema, import_type: ImportType
) -> tuple[tuple[Column, ...], set[str], bool]:
    """Return the columns of the records, the names of those that only this kind has, and whether
    there is what no row is without: a document's partner, a user's login.
    """
    if import_type.lines is not None and import_type.lines.model in available_models(
        schema.version
    ):
        return _document_columns(names, schema, import_type, import_type.lines)
    columns = map_columns(names, schema, import_type).columns
    fields = {column.field for column in columns}
    whole = "id" in fields or fields.issuperset(_needed_keys(import_type, schema))
    is_variants = import_type.kind is ImportKind.VARIANTS
    own = {name for name in names if is_variants and _ATTRIBUTE.fullmatch(name.strip())}
    return columns, own, whole


def _document_columns(
    names: Sequence[str], schema: ModelSchema, import_type: ImportType, lines: LineType
) -> tuple[tuple[Column, ...], set[str], bool]:
    line_schema = load_catalogue(schema.version, lines.model)
    try:
        mapped = map_document_columns(names, schema, line_schema, import_type)
    except ColumnError:  # two columns that may hold the lines: no file of this type as it is
        return (), set(), False
    nested = {mapped.nested} if mapped.nested else set()
    own = {column.name for column in mapped.lines.columns} | nested
    # The partner stands in the document (an order's customer) or in its lines (a vendor's price).
    if "partner_id" in schema.fields:
        whole = any(column.field == "partner_id" for column in mapped.record.columns)
    elif "partner_id" in line_schema.fields:
        whole = bool(nested) or any(c.field == "partner_id" for c in mapped.lines.columns)
    else:
        whole = True
    return mapped.record.columns, own, whole


def _names_a_record(
    columns: Sequence[Column], import_type: ImportType, schema: ModelSchema
) -> bool:
    """Tell whether the columns say which record a row is about, as rows of this type do.

    A name says it, but for types that have a key without which there is no record.
    """
    fields = {column.field for column in columns}
    # A long key has parts that most rows leave empty (a lot, a date): two of it will do.
    told = any(len(fields.intersection(key)) >= min(2, len(key)) for key in import_type.keys)
    if "id" in fields or told:
        return True
    by_name = not fields.isdisjoint(("name", "complete_name"))
    return by_name and not _needed_keys(import_type, schema)


def _needed_keys(import_type: ImportType, schema: ModelSchema) -> set[str]:
    """Return the fields that are a key by themselves and that Odoo requires, like a login."""
    alone = {key[0] for key in import_type.keys if len(key) == 1 and key != ("name",)}
    return {name for name in alone if name in schema.fields and schema.fields[name].required}
