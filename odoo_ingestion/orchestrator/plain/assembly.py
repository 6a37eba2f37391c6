"""Puts the rooms together for a file whose rows are a record each: what can be refused before
anything is sent is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from odoo_ingestion.mapping import check_columns, map_columns
from odoo_ingestion.orchestrator.assembly import (
    Assembly,
    Job,
    make_handler,
    make_identities,
    make_ledger,
    make_resolver,
    make_validator,
    processor_opener,
    shown_field,
)
from odoo_ingestion.orchestrator.continuations import list_columns
from odoo_ingestion.orchestrator.family import Family
from odoo_ingestion.orchestrator.parents import ParentLinker
from odoo_ingestion.orchestrator.plain_run import Parts, PlainRun
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Column
from odoo_ingestion.safeguards import NoSafeguard, safeguard_for

_NAME_FIELDS: Mapping[str, tuple[str, ...]] = {
    "res.partner": ("ref", "vat", "email", "name"),
    "product.category": ("name",),
}
"""How a parent column may name a row of the same file, in the order of the look-up in Odoo."""


def assemble_plain(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit.
    """
    target, options = job.target, job.options
    columns = map_columns(job.source.header, target.schema, target.import_type)
    notices = check_columns(columns, ignore_unknown=options.ignore_unknown_columns)
    bound = columns.columns
    ignored = tuple(name for name in job.source.header if name not in {c.name for c in bound})
    validator = make_validator(columns, ignored, target, options)
    resolver = make_resolver(target, target.schema, options)
    parents = ParentLinker(_family(target, bound), resolver, target.schema.model)
    safeguard = (
        safeguard_for(target.odoo, target.schema, parents.planned) if target.odoo else NoSafeguard()
    )
    parts = Parts(
        validator,
        resolver,
        make_identities(target, options),
        safeguard,
        parents,
        list_columns(bound, target.schema),
    )
    handler = make_handler(job)
    ledger = make_ledger(job, target.schema.model, handler)
    ledger.tally.notices_before += notices
    open_processor = processor_opener(target, target.schema, options)
    run = PlainRun(job.source, target, parts, options, ledger, open_processor)
    pairs = tuple((column.name, shown_field(column)) for column in bound)
    return Assembly(target.schema.model, run, ledger, pairs, ignored, handler)


def _family(target: Target, columns: Sequence[Column]) -> Family | None:
    chosen = target.import_type
    field = chosen.parent_field if chosen else None
    if field is None or not any(c.field in (field, "complete_name") for c in columns):
        return None
    model = target.schema.model
    return Family(field, _NAME_FIELDS[model], by_path=model == "product.category")
