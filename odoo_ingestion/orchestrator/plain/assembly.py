"""Puts the rooms together for a file whose rows are a record each: what can be refused before
anything is sent is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import partial

from odoo_ingestion.images import ImageLoader
from odoo_ingestion.mapping import (
    check_columns,
    columns_without,
    ignored_columns,
    map_columns,
)
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
from odoo_ingestion.orchestrator.plain.continuations import list_columns
from odoo_ingestion.orchestrator.plain.extra_cells import (
    NO_IMAGES,
    image_fields,
    language_openers,
    make_image_loader,
    settle_languages,
)
from odoo_ingestion.orchestrator.plain.family import Family
from odoo_ingestion.orchestrator.plain.parents import ParentLinker
from odoo_ingestion.orchestrator.plain.run import Parts, PlainRun
from odoo_ingestion.orchestrator.plain.translating import Translator
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Column, ModelSchema
from odoo_ingestion.relations import known_by
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
    header = columns_without(job.source.header, options.ignore)
    columns = settle_languages(
        map_columns(header, target.schema, target.import_type, translations=True), target
    )
    notices = check_columns(columns, ignore_unknown=options.ignore_unknown_columns)
    bound = columns.columns
    ignored = (
        *ignored_columns(job.source.header, options.ignore),
        *(name for name in header if name not in {c.name for c in bound}),
    )
    validator = make_validator(columns, ignored, target, options)
    resolver = make_resolver(target, target.schema, options)
    parents = ParentLinker(_family(target, bound), resolver, target.schema.model, job.memory)
    safeguard = (
        safeguard_for(target.odoo, target.schema, parents.planned) if target.odoo else NoSafeguard()
    )
    parts = Parts(
        validator,
        resolver,
        make_identities(target, options, job.journal),
        safeguard,
        parents,
        list_columns(bound, target.schema),
        _images(job, bound),
    )
    handler = make_handler(job)
    ledger = make_ledger(job, target.schema.model, handler)
    ledger.tally.notices_before += notices
    if options.fetch_images and parts.images is None:
        ledger.notice(NO_IMAGES)
    open_processor = processor_opener(target, target.schema, options, job.journal)
    translator = Translator(
        language_openers(columns, target, options, job.journal),
        {(c.lang, c.field): c.name for c in bound if c.lang is not None},
        target.schema.model,
        ledger.settle,
        ledger.notice,
        settle_unfinished=partial(ledger.settle, keep=False),
    )
    run = PlainRun(job.source, target, parts, options, ledger, open_processor, translator)
    pairs = tuple((column.name, shown_field(column)) for column in bound)
    return Assembly(target.schema.model, run, ledger, pairs, ignored, handler)


def _images(job: Job, columns: Sequence[Column]) -> ImageLoader | None:
    schema = job.target.schema
    constants = [Column(name, name) for name in job.options.set_values]
    return make_image_loader(job, schema, image_fields([*columns, *constants], schema))


def _family(target: Target, columns: Sequence[Column]) -> Family | None:
    chosen = target.import_type
    field = (chosen.parent_field if chosen else None) or ""
    if not any(c.field in (field, "complete_name") for c in columns):
        field = ""
    model = target.schema.model
    others = tuple(name for name in own_model_fields(columns, target.schema) if name != field)
    if not field and not others:
        return None
    names = _NAME_FIELDS.get(model) or known_by(model)
    return Family(field, names, by_path=model == "product.category", others=others)


def own_model_fields(columns: Sequence[Column], schema: ModelSchema) -> tuple[str, ...]:
    """Return the fields of the columns that name records of the very model that is imported."""
    fields = dict.fromkeys(column.field for column in columns)
    return tuple(
        name
        for name in fields
        if (spec := schema.fields.get(name)) is not None and spec.relation == schema.model
    )
