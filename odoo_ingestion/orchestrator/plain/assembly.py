"""Puts the rooms together for a file whose rows are a record each: what can be refused before
anything is sent is refused here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec.structs import replace

from odoo_ingestion.images import ImageLoader
from odoo_ingestion.mapping import (
    BANK_FIELD,
    ColumnMap,
    bank_columns,
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
from odoo_ingestion.orchestrator.plain.accounts import (
    AccountPlan,
    BankAccounts,
    make_accounts,
    plan_accounts,
)
from odoo_ingestion.orchestrator.plain.continuations import list_columns
from odoo_ingestion.orchestrator.plain.extra_cells import (
    NO_IMAGES,
    image_fields,
    make_image_loader,
    settle_languages,
    texts_in_languages,
)
from odoo_ingestion.orchestrator.plain.family import Family
from odoo_ingestion.orchestrator.plain.following import Follower
from odoo_ingestion.orchestrator.plain.parents import ParentLinker
from odoo_ingestion.orchestrator.plain.parts import Parts
from odoo_ingestion.orchestrator.plain.run import PlainRun
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
    plan = plan_accounts(header, target)
    columns = _map_columns(header, target, plan)
    notices = check_columns(columns, ignore_unknown=options.ignore_unknown_columns)
    accounts_of = plan.columns.columns if plan else ()
    taken = {column.name for column in (*columns.columns, *accounts_of)}
    ignored = (
        *ignored_columns(job.source.header, options.ignore),
        *(name for name in header if name not in taken),
    )
    handler = make_handler(job)
    followers: tuple[Follower, ...] = texts_in_languages(columns, target, options, job.journal)
    # Where something follows a row's record, the run counts the records itself.
    is_followed = bool(followers) or plan is not None
    ledger = make_ledger(job, "" if is_followed else target.schema.model, handler)
    ledger.tally.notices_before += notices
    accounts = make_accounts(plan, job, ledger.tally.archived)
    if accounts is not None:
        followers = (*followers, accounts)
        if job.journal is not None:
            job.journal.count_by_calls()
    left_out = (*ignored, *(c.name for c in accounts_of))
    parts = _make_parts(job, columns, left_out, accounts, followers)
    if options.fetch_images and parts.images is None:
        ledger.notice(NO_IMAGES)
    open_processor = processor_opener(target, target.schema, options, job.journal, by_variant=True)
    run = PlainRun(job.source, target, parts, options, ledger, open_processor)
    pairs = (
        *((column.name, shown_field(column)) for column in columns.columns),
        *((column.name, f"{BANK_FIELD}/{shown_field(column)}") for column in accounts_of),
    )
    return Assembly(target.schema.model, run, ledger, pairs, ignored, handler)


def _map_columns(header: Sequence[str], target: Target, plan: AccountPlan | None) -> ColumnMap:
    """Return what a header means; columns for accounts count only where they cannot be taken."""
    own = bank_columns(header, target.schema)
    names = [name for name in header if name not in own]
    columns = settle_languages(
        map_columns(names, target.schema, target.import_type, translations=True), target
    )
    if plan is None:
        return columns
    return replace(columns, unsupported=columns.unsupported + plan.columns.unsupported)


def _make_parts(
    job: Job,
    columns: ColumnMap,
    ignored: Sequence[str],
    accounts: BankAccounts | None,
    followers: tuple[Follower, ...],
) -> Parts:
    target, options, bound = job.target, job.options, columns.columns
    resolver = make_resolver(target, target.schema, options, job.journal)
    parents = ParentLinker(_family(target, bound), resolver, target.schema.model, job.memory)
    identities = make_identities(target, options, job.journal, each_row=True)
    safeguard = (
        safeguard_for(
            target.odoo,
            target.schema,
            parents.planned,
            each_row=True,
            first_claims=identities.first_claims,
        )
        if target.odoo
        else NoSafeguard()
    )
    return Parts(
        make_validator(columns, ignored, target, options),
        resolver,
        identities,
        safeguard,
        parents,
        list_columns(bound, target.schema),
        _images(job, bound),
        accounts,
        followers,
    )


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
