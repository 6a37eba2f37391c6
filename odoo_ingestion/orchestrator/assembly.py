"""Puts the rooms together for one file: everything that can be refused is refused here, before
anything is sent."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from difflib import get_close_matches

from odoo_ingestion import external_ids
from odoo_ingestion.batch_processor import BatchProcessor, BatchSettings, Planner
from odoo_ingestion.data_models import Validator, build_validator
from odoo_ingestion.error_handler import ErrorHandler, Sidecar
from odoo_ingestion.errors import UsageError
from odoo_ingestion.files import failed_suffix, open_writer
from odoo_ingestion.identity import IdentityResolver, IdentityRules, Key, KeyFinder
from odoo_ingestion.mapping import ColumnBinder, ColumnMap, check_columns, map_columns
from odoo_ingestion.orchestrator.continuations import list_columns
from odoo_ingestion.orchestrator.family import Family
from odoo_ingestion.orchestrator.offline import OfflineProcessor, OfflineResolver
from odoo_ingestion.orchestrator.parents import ParentLinker
from odoo_ingestion.orchestrator.run import FileRun, Parts
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.ports import RowSource
from odoo_ingestion.progress_tracker import ProgressTracker
from odoo_ingestion.records import Column, ColumnKind
from odoo_ingestion.relations import RelationResolver
from odoo_ingestion.runs import ImportOptions, Progress
from odoo_ingestion.safeguards import NoSafeguard, safeguard_for

_NAME_FIELDS: Mapping[str, tuple[str, ...]] = {
    "res.partner": ("ref", "vat", "email", "name"),
    "product.category": ("name",),
}
"""How a parent column may name a row of the same file, in the order of the look-up in Odoo."""


@dataclass(frozen=True, slots=True)
class Place:
    """The server and database of a run; None in an offline dry run."""

    url: str | None = None
    database: str | None = None


@dataclass(frozen=True, slots=True)
class Assembly:
    """One file with its rooms put together, ready to be executed once."""

    run: FileRun
    columns: tuple[tuple[str, str], ...]
    ignored: tuple[str, ...]
    _processor: Callable[[FileRun], BatchProcessor | OfflineProcessor]
    _handler: ErrorHandler

    @property
    def failed_file(self) -> str | None:
        """The failed-records file, None while no row has failed."""
        return str(self._handler.path) if self._handler.path else None

    def execute(self) -> None:
        """Import the file; what its rows came to is in ``run.tally`` also when this raises."""
        with self._handler:
            processor = self._processor(self.run)
            try:
                with processor:
                    self.run.run(processor)
            finally:  # also of the calls that were on their way when the run stopped
                self.run.tally.retries = processor.retries


def assemble(
    source: RowSource,
    target: Target,
    options: ImportOptions,
    place: Place,
    stop: threading.Event,
    on_progress: Callable[[Progress], None],
) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit.
    """
    columns = map_columns(source.header, target.schema, target.import_type)
    notices = check_columns(columns, ignore_unknown=options.ignore_unknown_columns)
    bound = columns.columns
    ignored = tuple(name for name in source.header if name not in {c.name for c in bound})
    validator = _validator(columns, ignored, target, options)
    resolver = _resolver(target, options)
    family = _family(target, bound)
    tracker = ProgressTracker(source.facts.path)
    handler = _handler(source, target, options, place)
    parents = ParentLinker(family, resolver, target.schema.model)
    safeguard = (
        safeguard_for(target.odoo, target.schema, parents.planned) if target.odoo else NoSafeguard()
    )
    parts = Parts(
        validator,
        resolver,
        _identities(target, options),
        safeguard,
        tracker,
        handler.store,
        parents,
        list_columns(bound, target.schema),
    )
    run = FileRun(source, target, parts, options, stop, on_progress)
    run.tally.notices_before += notices
    pairs = tuple((column.name, _shown_field(column)) for column in bound)
    return Assembly(run, pairs, ignored, _processor(target, options), handler)


def _validator(
    columns: ColumnMap, ignored: Sequence[str], target: Target, options: ImportOptions
) -> Validator:
    return build_validator(
        columns.columns,
        target.schema,
        target.import_type,
        clear_empty=options.clear_empty,
        set_values=options.set_values,
        tz=target.tz,
        ignored=ignored,
        ignore_unknown=options.ignore_unknown_columns,
        bind_late=ColumnBinder(target.schema, target.import_type).bind_known,
        required_on_create=target.required_on_create,
    )


def _resolver(target: Target, options: ImportOptions) -> RelationResolver | OfflineResolver:
    if target.odoo is None:
        return OfflineResolver()
    return RelationResolver(
        target.odoo,
        target.schema,
        company_id=target.company_id,
        create_missing=options.create_missing,
        dry_run=options.is_dry,
        make_external_id=_id_of_missing,
        may_read_ids=target.may_read_ids,
    )


def _id_of_missing(model: str, text: str) -> str:
    """Return the id that a file of these records would give them, so that neither doubles them."""
    if model == "product.category":
        above, _, name = text.rpartition(" / ")
        return external_ids.derive(model, ("parent_id", "name"), (above, name), None)
    return external_ids.derive(model, ("name",), (text,), None)


def _family(target: Target, columns: Sequence[Column]) -> Family | None:
    chosen = target.import_type
    field = chosen.parent_field if chosen else None
    if field is None or not any(c.field in (field, "complete_name") for c in columns):
        return None
    model = target.schema.model
    return Family(field, _NAME_FIELDS[model], by_path=model == "product.category")


def _identities(target: Target, options: ImportOptions) -> IdentityResolver:
    keys = _keys(target, options)
    company = target.company_id if "company_id" in target.schema.fields else None
    rules = IdentityRules(
        keys,
        options.mode,
        explicit=bool(options.key),
        company_id=company,
        may_read_ids=target.may_read_ids,
        may_create_ids=target.may_create_ids,
    )
    finder = KeyFinder(target.odoo, target.schema, keys, company) if target.odoo else None
    return IdentityResolver(target.odoo, target.schema, rules, finder)


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
    return target.import_type.keys if target.import_type else ()


def _handler(
    source: RowSource, target: Target, options: ImportOptions, place: Place
) -> ErrorHandler:
    sidecar = Sidecar(
        options,
        source.facts,
        url=place.url,
        database=place.database,
        company=target.company,
        lang=target.lang,
    )
    return ErrorHandler(
        sidecar, source.header, options.failed_dir, failed_suffix(source.facts), open_writer
    )


def _processor(
    target: Target, options: ImportOptions
) -> Callable[[FileRun], BatchProcessor | OfflineProcessor]:
    def make(run: FileRun) -> BatchProcessor | OfflineProcessor:
        if target.odoo is None:
            return OfflineProcessor(run.settle)
        settings = BatchSettings(
            options.batch_size, options.workers, options.tracking, time_zone=target.tz
        )
        if options.is_dry:
            return Planner(
                target.odoo,
                target.schema,
                settings,
                on_outcome=run.settle,
                on_notice=run.notice,
                validate_on_server=options.dry_run_server,
            )
        return BatchProcessor(
            target.odoo, target.schema, settings, on_outcome=run.settle, on_notice=run.notice
        )

    return make


def _shown_field(column: Column) -> str:
    suffix = {ColumnKind.EXTERNAL_ID: "/id", ColumnKind.DATABASE_ID: "/.id"}.get(column.kind, "")
    if column.field == "id":
        return ".id" if column.kind is ColumnKind.DATABASE_ID else "id"
    return column.field + suffix
