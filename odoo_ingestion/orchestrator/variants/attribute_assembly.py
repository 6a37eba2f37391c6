"""Puts the rooms together for a file of attributes and their values."""

from __future__ import annotations

from msgspec.structs import replace

from odoo_ingestion.errors import ColumnError
from odoo_ingestion.mapping import check_columns, columns_without, ignored_columns, map_columns
from odoo_ingestion.orchestrator.assembly import (
    Assembly,
    Job,
    make_handler,
    make_ledger,
    make_validator,
    processor_opener,
    shown_field,
)
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.orchestrator.variants.attribute_run import MODE, AttributeParts, AttributeRun
from odoo_ingestion.orchestrator.variants.stages import Stages
from odoo_ingestion.records import ModelSchema
from odoo_ingestion.variants.attributes import ATTRIBUTE, VALUE, AttributeBook


def assemble_attributes(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit.
    """
    attributes = job.target.schema_of(ATTRIBUTE)
    target = replace(job.target, schema=_row_schema(job.target, attributes))
    options = job.options
    header = columns_without(job.source.header, options.ignore)
    columns = map_columns(header, target.schema, target.import_type)
    notices = check_columns(columns, ignore_unknown=options.ignore_unknown_columns)
    bound = columns.columns
    own = [column.name for column in bound if column.field == "id"]
    if own:
        raise ColumnError(
            f"column '{own[0]}': attributes and values go by their names here",
            hint=f"Leave it out with --ignore {own[0]}, or import with --model {VALUE}.",
        )
    ignored = (
        *ignored_columns(job.source.header, options.ignore),
        *(name for name in header if name not in {c.name for c in bound}),
    )
    handler = make_handler(job)
    ledger = make_ledger(job, VALUE, handler)
    ledger.tally.notices_before += notices
    fields = {VALUE: job.target.schema.fields, ATTRIBUTE: attributes.fields}
    parts = AttributeParts(
        make_validator(columns, ignored, target, options),
        AttributeBook(target.odoo, fields, may_read_ids=target.may_read_ids),
        Stages(ledger, VALUE),
    )
    schemas = {VALUE: job.target.schema, ATTRIBUTE: attributes}
    opener = processor_opener(target, schemas, options, job.journal, restores=False)
    run = AttributeRun(job.source, target, parts, options, ledger, opener)
    pairs = tuple((column.name, shown_field(column)) for column in bound)
    return Assembly(VALUE, run, ledger, pairs, ignored, handler)


def _row_schema(target: Target, attributes: ModelSchema) -> ModelSchema:
    """Return the fields of a value, and the attribute's own that says when variants are made."""
    fields = {**target.schema.fields, MODE: attributes.fields[MODE]}
    fields["name"] = replace(fields["name"], required=False)
    return replace(target.schema, fields=fields)
