"""What is known of a file of documents before its rooms are put together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct
from msgspec.structs import replace

from odoo_ingestion.documents import DocumentRules, rules_for
from odoo_ingestion.errors import UsageError
from odoo_ingestion.mapping import (
    DocumentColumns,
    LineBinder,
    columns_without,
    ignored_columns,
    map_document_columns,
)
from odoo_ingestion.orchestrator.assembly import Job, shown_field
from odoo_ingestion.orchestrator.documents.source import Layout, PeekedRows
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import ImportType, LineType, ModelSchema
from odoo_ingestion.runs import ImportOptions


class DocumentPlan(Struct, frozen=True):
    """A file of documents: its job, its type with its rules, and what its columns mean.

    ``parent`` is the many2one from a line to its document.
    """

    job: Job
    import_type: ImportType
    line_type: LineType
    rules: DocumentRules
    line_schema: ModelSchema
    parent: str
    columns: DocumentColumns
    rows: PeekedRows

    @property
    def ignored(self) -> tuple[str, ...]:
        """The columns that the user leaves out."""
        return ignored_columns(self.job.source.header, self.job.options.ignore)

    @property
    def target(self) -> Target:
        """Where the documents go."""
        return self.job.target


def plan_documents(job: Job) -> DocumentPlan:
    """Return what the header and the first rows of a file say; raises ColumnError, UsageError."""
    chosen = job.target.import_type
    if chosen is None or chosen.lines is None:
        raise ValueError("a file of documents needs an import type with lines")
    schema = job.target.schema
    line_schema = job.target.schema_of(chosen.lines.model)
    parent = schema.fields[chosen.lines.one2many].relation_field
    if parent is None:
        raise ValueError(f"{schema.model}.{chosen.lines.one2many} has no way back")
    ignore = job.options.ignore
    header = columns_without(job.source.header, ignore)
    columns = map_document_columns(header, schema, line_schema, chosen)
    rows = PeekedRows(job.source)
    if columns.nested is not None:
        names = columns_without(rows.nested_names(columns.nested), ignore)
        columns = _with_nested(columns, names, LineBinder(schema, line_schema, chosen))
    rules = rules_for(chosen.model)
    return DocumentPlan(job, chosen, chosen.lines, rules, line_schema, parent, columns, rows)


def _with_nested(
    columns: DocumentColumns, names: Sequence[str], binder: LineBinder
) -> DocumentColumns:
    """Return the columns with those of the nested lines, which have these names."""
    flat = {*(c.name for c in columns.lines.columns), *columns.lines.left_out}
    if flat:
        raise UsageError(
            f"lines stand both in the column '{columns.nested}' and in {', '.join(sorted(flat))}",
            hint="Keep one of the two.",
        )
    return replace(columns, lines=binder.bind_all(names))


def only_checked(plan: DocumentPlan) -> frozenset[str]:
    """Return the document's fields that are compared with Odoo's and never sent."""
    return frozenset(plan.rules.amounts) | plan.rules.only_checked


def part_options(options: ImportOptions, plan: DocumentPlan) -> tuple[ImportOptions, ImportOptions]:
    """Return the options as they are for the document and for its lines.

    A field of the lines is named with the one2many before it (``order_line/discount``), or by its
    column.
    """
    prefix = f"{plan.line_type.one2many}/"
    of_lines = {column.name for column in plan.columns.lines.columns}

    def is_line(name: str) -> bool:
        return name.startswith(prefix) or name in of_lines

    def part(names: Sequence[str]) -> tuple[tuple[str, ...], tuple[str, ...]]:
        mine = tuple(name for name in names if not is_line(name))
        theirs = tuple(
            name if name in of_lines else name.removeprefix(prefix)
            for name in names
            if is_line(name)
        )
        return mine, theirs

    cleared, line_cleared = part(options.clear_empty)
    created, line_created = part(options.create_missing)
    given: Mapping[str, str] = options.set_values
    mine = {name: value for name, value in given.items() if not name.startswith(prefix)}
    theirs = {n.removeprefix(prefix): v for n, v in given.items() if n.startswith(prefix)}
    return (
        replace(options, clear_empty=cleared, create_missing=created, set_values=mine),
        replace(options, clear_empty=line_cleared, create_missing=line_created, set_values=theirs),
    )


def layout_of(plan: DocumentPlan) -> Layout:
    """Return how the columns of the file make documents."""
    columns = plan.columns.record.columns
    by_field: dict[str, str] = {}
    for column in columns:
        field = ".id" if shown_field(column) == ".id" else column.field
        by_field[field] = column.name
    chosen = plan.job.options.key
    chains = (("id",), (".id",), *([chosen] if chosen else plan.import_type.keys))
    keys = tuple(tuple(by_field[f] for f in key) for key in chains if set(key) <= by_field.keys())
    return Layout(
        keys,
        frozenset(column.name for column in columns),
        frozenset(column.name for column in plan.columns.lines.columns),
        plan.columns.nested,
        plan.rules.noun,
    )


def shown_columns(plan: DocumentPlan) -> tuple[tuple[str, str], ...]:
    """Return the columns with the fields that they fill, as load() would spell them."""
    prefix = f"{plan.line_type.one2many}/"
    unsent = only_checked(plan)
    amounts = set(plan.line_type.line_totals.values())
    mine = [
        (c.name, f"{shown_field(c)} (checked)" if c.field in unsent else shown_field(c))
        for c in plan.columns.record.columns
    ]
    theirs = [
        (c.name, prefix + shown_field(c) + (" (checked)" if c.field in amounts else ""))
        for c in plan.columns.lines.columns
    ]
    nested = [(plan.columns.nested, plan.line_type.one2many)] if plan.columns.nested else []
    return (*mine, *nested, *theirs)
