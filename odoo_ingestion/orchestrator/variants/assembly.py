"""Puts the rooms together for a file of variants, or of attributes and their values."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from odoo_ingestion.errors import ColumnError, UsageError
from odoo_ingestion.images import ImageLoader
from odoo_ingestion.mapping import (
    ColumnMap,
    check_columns,
    columns_without,
    ignored_columns,
    map_columns,
)
from odoo_ingestion.orchestrator.assembly import (
    Assembly,
    Job,
    make_handler,
    make_ledger,
    make_resolver,
    make_validator,
    processor_opener,
    shown_field,
)
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.plain.extra_cells import NO_IMAGES, image_fields, make_image_loader
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.orchestrator.variants.attribute_assembly import assemble_attributes
from odoo_ingestion.orchestrator.variants.chunk import Shipper
from odoo_ingestion.orchestrator.variants.exclusions import ExclusionKeeper
from odoo_ingestion.orchestrator.variants.groundwork import Groundwork
from odoo_ingestion.orchestrator.variants.planner import Planner, PlannerParts
from odoo_ingestion.orchestrator.variants.rows import RowReader
from odoo_ingestion.orchestrator.variants.run import VariantParts, VariantRun
from odoo_ingestion.orchestrator.variants.stages import Stages
from odoo_ingestion.records import ModelSchema
from odoo_ingestion.runs import ImportOptions
from odoo_ingestion.safeguards import NoSafeguard, safeguard_for
from odoo_ingestion.variants.attributes import ATTRIBUTE, VALUE, AttributeBook
from odoo_ingestion.variants.axes import check_axes, is_axis_column, is_key_column
from odoo_ingestion.variants.fields import product_fields, row_schema
from odoo_ingestion.variants.holdings import EXCLUSION, LINE, TEMPLATE, TEMPLATE_VALUE, VARIANT
from odoo_ingestion.variants.pricelists import ITEM, Pricelist, find_pricelist

_CONTEXT: Mapping[str, bool] = {
    # Neither a new template nor its attribute lines make, revive or delete variants by themselves
    # (product.template.create, product.template.attribute.line.create and write, Odoo 19).
    "create_product_product": False,
    "update_product_template_attribute_values": False,
}


def assemble_variants(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit.
    """
    _check_options(job.options)
    if job.target.schema.model == VALUE:
        return assemble_attributes(job)
    target = _target(job.target)
    columns, ignored = _columns(job, target)
    notices = check_columns(columns, ignore_unknown=job.options.ignore_unknown_columns)
    templates = target.schema_of(TEMPLATE)
    handler = make_handler(job)
    ledger = make_ledger(job, VARIANT, handler)
    ledger.tally.notices_before += notices
    run = _run(replace(job, target=target), columns, ignored, templates, ledger)
    pairs = [(column.name, shown_field(column)) for column in columns.columns]
    pairs += [(name, "attribute") for name in job.source.header if is_axis_column(name)]
    pairs += [(name, "product_tmpl_id") for name in job.source.header if is_key_column(name)]
    return Assembly(VARIANT, run, ledger, tuple(pairs), ignored, handler)


def _run(
    job: Job,
    columns: ColumnMap,
    ignored: Sequence[str],
    templates: ModelSchema,
    ledger: Ledger,
) -> VariantRun:
    target, options = job.target, job.options
    odoo = target.odoo
    own = replace(target, schema=row_schema(target.schema))
    validator = make_validator(columns, ignored, own, options)
    shared = product_fields(own.schema, templates)
    reader = RowReader(validator, shared)
    resolver = make_resolver(target, own.schema, options, job.journal)
    pricelist = _pricelist(target, options)
    schemas = _schemas(target, templates, pricelist)
    fields = {model: schemas[model].fields for model in (ATTRIBUTE, VALUE)}
    book = AttributeBook(odoo, fields, may_read_ids=target.may_read_ids)
    required = target.required_of(templates) & shared if odoo else frozenset({"name"})
    planner = Planner(
        target,
        options,
        PlannerParts(validator, reader, resolver, book, shared, required),
        has_pricelist=options.pricelist is not None,
    )
    stages = Stages(ledger, VARIANT)
    images = _images(job, columns, ledger)
    dry_run = options.is_dry or odoo is None
    shipper = Shipper(
        stages,
        Groundwork(odoo, stages, book, dry_run=dry_run),
        ExclusionKeeper(
            odoo,
            stages,
            book,
            ledger.notice,
            may_create_ids=target.may_create_ids,
            dry_run=dry_run,
        ),
        safeguard_for(odoo, target.schema, lambda _: {}) if odoo else NoSafeguard(),
        pricelist,
        images,
    )
    parts = VariantParts(
        reader,
        planner,
        shipper,
        stages,
        resolver,
        validator.column_names,
        lambda: (*validator.notices, *(images.notices if images else ())),
        images,
    )
    opener = processor_opener(target, schemas, options, job.journal, restores=False)
    return VariantRun(job.source, odoo, parts, ledger, opener, dry_run=dry_run)


def _check_options(options: ImportOptions) -> None:
    """Raise UsageError for options that mean nothing for variants."""
    if options.key:
        raise UsageError(
            "--key does nothing for variants: a variant is its external id, its code, its barcode "
            "or its attributes",
            hint="Leave --key out.",
        )
    if options.m2m == "add":
        raise UsageError("--m2m add does nothing for variants", hint="Leave it out.")


def _target(target: Target) -> Target:
    if target.odoo is None:
        return target
    return replace(target, odoo=target.odoo.with_context(**_CONTEXT))


def _columns(job: Job, target: Target) -> tuple[ColumnMap, tuple[str, ...]]:
    """Bind the columns that are no attributes; raises ColumnError where the header is not whole."""
    options = job.options
    header = columns_without(job.source.header, options.ignore)
    check_axes(header)
    special = {name for name in header if is_axis_column(name) or is_key_column(name)}
    rest = [name for name in header if name not in special]
    columns = map_columns(rest, row_schema(target.schema), target.import_type)
    fields = {column.field for column in columns.columns} | set(options.set_values)
    keyed = any(is_key_column(name) for name in header)
    if not keyed and not fields & {"name", "product_tmpl_id"}:
        raise ColumnError(
            "no column says which product a variant belongs to",
            hint="Add the product's name, its key (Handle, Parent SKU) or product_tmpl_id/id.",
        )
    bound = {column.name for column in columns.columns}
    ignored = (
        *ignored_columns(job.source.header, options.ignore),
        *(name for name in rest if name not in bound),
    )
    return columns, ignored


def _pricelist(target: Target, options: ImportOptions) -> Pricelist | None:
    if target.odoo is None or options.pricelist is None:
        return None
    return find_pricelist(target.odoo, options.pricelist, target.company_id)


def _schemas(
    target: Target, templates: ModelSchema, pricelist: Pricelist | None
) -> dict[str, ModelSchema]:
    models = [ATTRIBUTE, VALUE, LINE, TEMPLATE_VALUE]
    if target.odoo is not None:
        models.append(EXCLUSION)
    if pricelist is not None:
        models.append(ITEM)
    schemas = {model: target.schema_of(model) for model in models}
    return {VARIANT: target.schema, TEMPLATE: templates, **schemas}


def _images(job: Job, columns: ColumnMap, ledger: Ledger) -> ImageLoader | None:
    schema = job.target.schema
    loader = make_image_loader(job, schema, image_fields(columns.columns, schema))
    if job.options.fetch_images and loader is None:
        ledger.notice(NO_IMAGES)
    return loader
