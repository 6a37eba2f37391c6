"""Cells that go in by a way of their own: images, and texts in further languages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec.structs import replace

from odoo_ingestion.data_models import is_image
from odoo_ingestion.images import ImageLoader
from odoo_ingestion.journal import FileJournal
from odoo_ingestion.mapping import ColumnMap, check_languages, languages_of, with_own_language
from odoo_ingestion.orchestrator.assembly import Job, processor_opener
from odoo_ingestion.orchestrator.plain.translating import Texts
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Column, ModelSchema
from odoo_ingestion.runs import ImportOptions

NO_IMAGES = "--fetch-images: no column of this file holds images"


def image_fields(columns: Sequence[Column], schema: ModelSchema) -> tuple[str, ...]:
    """Return the image fields of a model that columns of the file (or ``--set``) fill."""
    return tuple(
        column.field
        for column in columns
        if column.field in schema.fields and is_image(schema.fields[column.field])
    )


def make_image_loader(job: Job, schema: ModelSchema, fields: Sequence[str]) -> ImageLoader | None:
    """Return what loads the images of records of a model, None where no column holds any."""
    if not fields:
        return None
    fetch = None
    if job.options.fetch_images:
        from odoo_ingestion.images.fetching import fetch_image

        fetch = fetch_image
    return ImageLoader(
        job.target.odoo, schema.model, fields, folder=_image_folder(job), fetch=fetch
    )


def settle_languages(columns: ColumnMap, target: Target) -> ColumnMap:
    """Return the columns with those in the run's own language as plain ones.

    Raises ColumnError for a language that is not installed; offline any is taken.
    """
    plain = with_own_language(columns, target.lang)
    if target.odoo is not None and languages_of(plain.columns):
        check_languages(plain, [code for code, _ in target.odoo.call("res.lang", "get_installed")])
    return plain


def texts_in_languages(
    columns: ColumnMap,
    target: Target,
    options: ImportOptions,
    journal: FileJournal | None = None,
) -> tuple[Texts, ...]:
    """Return what sends the texts of each language that has columns of translations."""
    if target.odoo is None:
        return ()
    return tuple(
        Texts(
            lang,
            target.schema.model,
            {column.field: column.name for column in columns.columns if column.lang == lang},
            processor_opener(
                replace(target, odoo=target.odoo.with_context(lang=lang)),
                target.schema,
                options,
                journal,
            ),
            dry_run=options.is_dry,
        )
        for lang in languages_of(columns.columns)
    )


def _image_folder(job: Job) -> Path | None:
    """Return where paths to images begin: beside the input file, or the first run's."""
    if job.options.image_folder is not None:
        return Path(job.options.image_folder)
    facts = job.source.facts
    if facts.path == "-" or facts.format == "dataframe":
        return None
    return Path(facts.path).parent
