"""The rooms as a run of one file needs them: what all kinds of files have in common."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from difflib import get_close_matches
from typing import Protocol

from msgspec import Struct, field

from odoo_ingestion import external_ids
from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings, Planner, TakeOutcomes
from odoo_ingestion.data_models import Notation, Validator, build_validator
from odoo_ingestion.error_handler import ErrorHandler, Sidecar, set_aside
from odoo_ingestion.errors import UsageError
from odoo_ingestion.files import failed_suffix, open_writer
from odoo_ingestion.identity import (
    BankAccountFinder,
    IdentityResolver,
    IdentityRules,
    Key,
    KeyFinder,
    SupplierPriceFinder,
)
from odoo_ingestion.journal import FileJournal
from odoo_ingestion.mapping import ColumnBinder, ColumnMap
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.offline import OfflineProcessor, OfflineResolver
from odoo_ingestion.orchestrator.processors import OpenProcessor, Processor
from odoo_ingestion.orchestrator.restoring import restoring
from odoo_ingestion.orchestrator.run_memory import FileMemory
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.ports import RowSource
from odoo_ingestion.records import Column, ColumnKind, ModelSchema
from odoo_ingestion.relations import RelationResolver, check_create_missing
from odoo_ingestion.runs import ImportOptions, Progress
from odoo_ingestion.versions import present_name

_FINDERS: Mapping[str, type[KeyFinder]] = {
    "product.supplierinfo": SupplierPriceFinder,
    "res.partner.bank": BankAccountFinder,
}
"""What finds records whose keys Odoo itself compares otherwise than text by text."""


class Place(Struct, frozen=True):
    """The server and database of a run; None in an offline dry run."""

    url: str | None = None
    database: str | None = None


class Job(Struct, frozen=True):
    """One file to import, and everything around it that its run needs."""

    source: RowSource
    target: Target
    options: ImportOptions
    place: Place
    stop: threading.Event
    on_progress: Callable[[Progress], None]
    memory: FileMemory = field(default_factory=FileMemory)
    journal: FileJournal | None = None


class Run(Protocol):
    """Leads the rows of one file to their outcomes; the counts are in its ledger."""

    def execute(self) -> None:
        """Import the file; raises what ends the run early."""
        ...

    def extra_records(self) -> Mapping[str, int]:
        """Return how many records were made beside those of the rows, by model."""
        ...


class Assembly(Struct, frozen=True):
    """One file with its rooms put together, ready to be executed once.

    ``model`` is the one that the rows' outcomes count for; ``columns`` pairs each column with what
    it fills, ``ignored`` are those that are left out. ``notices`` are said before the file is sent.
    """

    model: str
    run: Run
    ledger: Ledger
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    handler: ErrorHandler
    notices: tuple[str, ...] = ()

    @property
    def failed_file(self) -> str | None:
        """The failed-records file, None while no row has failed."""
        return str(self.handler.path) if self.handler.path else None

    def execute(self) -> None:
        """Import the file; what its rows came to is in the ledger also when this raises."""
        with self.handler:
            self.run.execute()
        for told in set_aside(self.ledger.failed_before, self.handler.path):
            self.ledger.notice(told)


def make_ledger(job: Job, model: str, handler: ErrorHandler) -> Ledger:
    """Return the book of a file; ``model`` is the one that its rows' outcomes count for."""
    return Ledger(
        job.source,
        model,
        handler.store,
        job.options,
        job.stop,
        job.on_progress,
        memory=job.memory,
        journal=job.journal,
    )


def make_validator(
    columns: ColumnMap, ignored: Sequence[str], target: Target, options: ImportOptions
) -> Validator:
    """Return what checks the rows without a server."""
    return build_validator(
        columns.columns,
        target.schema,
        target.import_type,
        clear_empty=options.clear_empty,
        set_values=options.set_values,
        notation=Notation(target.tz, options.date_format),
        ignored=ignored,
        ignore_unknown=options.ignore_unknown_columns,
        bind_late=ColumnBinder(target.schema, target.import_type).bind_known,
        required_on_create=target.required_on_create,
    )


def make_resolver(
    target: Target,
    schema: ModelSchema,
    options: ImportOptions,
    journal: FileJournal | None = None,
) -> RelationResolver | OfflineResolver:
    """Return what answers the relations of drafts of one model.

    ``journal`` is told of what it makes.
    """
    if target.odoo is None:
        check_create_missing(schema, options.create_missing)
        return OfflineResolver()
    return RelationResolver(
        target.odoo,
        schema,
        company_id=target.company_id,
        create_missing=options.create_missing,
        dry_run=options.is_dry,
        make_external_id=_id_of_missing,
        may_read_ids=target.may_read_ids,
        run_records=target.run_records,
        recorder=journal,
    )


def _id_of_missing(model: str, text: str) -> str:
    """Return the id that a file of these records would give them, so that neither doubles them."""
    if model == "product.category":
        above, _, name = text.rpartition(" / ")
        return external_ids.derive(model, ("parent_id", "name"), (above, name), None)
    return external_ids.derive(model, ("name",), (text,), None)


def make_identities(
    target: Target,
    options: ImportOptions,
    journal: FileJournal | None = None,
    *,
    each_row: bool = False,
) -> IdentityResolver:
    """Return what finds the record that a row speaks of.

    ``each_row`` says that nothing but the rows themselves, one by one, makes records of the model.
    """
    keys = _keys(target, options)
    company = target.company_id if "company_id" in target.schema.fields else None
    rules = IdentityRules(
        keys,
        options.mode,
        explicit=bool(options.key),
        company_id=company,
        may_read_ids=target.may_read_ids,
        may_create_ids=target.may_create_ids,
        may_have_created=journal.may_have_created if journal is not None else None,
        may_prefetch=each_row and not _makes_missing(target.schema, options),
    )
    kind = _FINDERS.get(target.schema.model, KeyFinder)
    finder = (
        kind(target.odoo, target.schema, keys, company, may_prefetch=rules.may_prefetch)
        if target.odoo
        else None
    )
    return IdentityResolver(target.odoo, target.schema, rules, finder)


def _makes_missing(schema: ModelSchema, options: ImportOptions) -> bool:
    """Tell whether missing records of the imported model itself are made for relations."""
    return any(schema.fields[name].relation == schema.model for name in options.create_missing)


def _keys(target: Target, options: ImportOptions) -> tuple[Key, ...]:
    for name in options.key:
        if name not in target.schema.fields:
            near = get_close_matches(name, target.schema.fields, n=1)
            raise UsageError(
                f"--key {name}: {target.schema.model} has no such field",
                hint=f"Did you mean {near[0]}?" if near else None,
            )
    if options.key:
        return (options.key,)
    keys = target.import_type.keys if target.import_type else ()
    fields = target.schema.fields
    return tuple(
        tuple(present_name(target.schema.model, name, fields) for name in key) for key in keys
    )


def make_handler(job: Job) -> ErrorHandler:
    """Return what stores the failed rows of a file."""
    facts = job.source.facts
    sidecar = Sidecar(
        job.options,
        facts,
        url=job.place.url,
        database=job.place.database,
        company=job.target.company,
        lang=job.target.lang,
    )
    return ErrorHandler(
        sidecar,
        job.source.header,
        job.options.failed_dir,
        failed_suffix(facts),
        open_writer,
        on_begin=job.journal.failed_file_begun if job.journal else None,
    )


def processor_opener(
    target: Target,
    schemas: ModelSchema | Mapping[str, ModelSchema],
    options: ImportOptions,
    journal: FileJournal | None = None,
    *,
    restores: bool = True,
    by_variant: bool = False,
) -> OpenProcessor:
    """Return what opens the processor of a run: a real one, a dry one, or one without a server.

    ``schemas`` are those of every model that is sent. ``journal`` is told of every call before it
    is sent. ``restores`` says that a record stands for its rows: where all of them had their
    outcomes before the run went on, it is not sent again. ``by_variant`` lets new simple products
    go in through product.product.
    """

    def open_processor(
        on_outcomes: TakeOutcomes, on_notice: Callable[[str], None]
    ) -> AbstractContextManager[Processor]:
        if target.odoo is None:
            return OfflineProcessor(on_outcomes)
        settings = BatchSettings(
            options.batch_size,
            options.workers,
            options.tracking,
            time_zone=target.tz,
            m2m_add=options.m2m == "add",
            by_variant=by_variant,
        )
        opened: AbstractContextManager[Processor]
        if options.is_dry:
            opened = Planner(
                target.odoo,
                schemas,
                settings,
                on_outcomes=on_outcomes,
                on_notice=on_notice,
                validate_on_server=options.dry_run_server,
            )
        else:
            opened = BatchProcessor(
                target.odoo,
                schemas,
                settings,
                on_outcomes=on_outcomes,
                on_notice=on_notice,
                recorder=journal,
            )
        if journal is None or not (restores and journal.is_resumed):
            return opened
        return restoring(opened, journal, on_outcomes)

    return open_processor


def shown_field(column: Column) -> str:
    """Return the field of a column as load() would spell it."""
    suffix = {ColumnKind.EXTERNAL_ID: "/id", ColumnKind.DATABASE_ID: "/.id"}.get(column.kind, "")
    if column.field == "id":
        return ".id" if column.kind is ColumnKind.DATABASE_ID else "id"
    return column.field + suffix
