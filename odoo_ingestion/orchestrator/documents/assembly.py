"""Puts the rooms together for a file of documents: what can be refused before anything is sent is
refused here."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from odoo_ingestion.data_models import Notation, Validator, build_validator
from odoo_ingestion.documents import TAX_USES, limit_taxes
from odoo_ingestion.mapping import (
    LineBinder,
    RecordBinder,
    check_document_columns,
)
from odoo_ingestion.orchestrator.assembly import (
    Assembly,
    Job,
    make_handler,
    make_identities,
    make_ledger,
    make_resolver,
    processor_opener,
)
from odoo_ingestion.orchestrator.documents.book import DocumentBook
from odoo_ingestion.orchestrator.documents.checks import DocumentChecker, Half
from odoo_ingestion.orchestrator.documents.closing import DocumentCloser
from odoo_ingestion.orchestrator.documents.lines import Holdings
from odoo_ingestion.orchestrator.documents.plan import (
    DocumentPlan,
    layout_of,
    only_checked,
    part_options,
    plan_documents,
    shown_columns,
)
from odoo_ingestion.orchestrator.documents.records import DocumentPlanner, RecordParts
from odoo_ingestion.orchestrator.documents.run import DocumentParts, DocumentRun
from odoo_ingestion.orchestrator.documents.totals import TotalsCheck
from odoo_ingestion.orchestrator.documents.waves import DocumentWaves
from odoo_ingestion.orchestrator.ledger import Ledger
from odoo_ingestion.orchestrator.plain.extra_cells import NO_IMAGES
from odoo_ingestion.records import Column, ModelSchema
from odoo_ingestion.runs import ImportOptions


def assemble_documents(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit.
    """
    plan = plan_documents(job)
    options, target, rules = job.options, job.target, plan.rules
    notices = check_document_columns(plan.columns, ignore_unknown=options.ignore_unknown_columns)
    handler = make_handler(job)
    ledger = make_ledger(job, "", handler)
    ledger.tally.notices_before += notices
    if options.fetch_images:
        ledger.notice(NO_IMAGES)
    run = _make_run(plan, ledger)
    closing = rules.closing
    closes = closing is not None and bool(getattr(options, closing.option))
    bound = (*plan.columns.record.columns, *plan.columns.lines.columns)
    named = {column.name for column in bound} | {plan.columns.nested}
    return Assembly(
        target.schema.model,
        run,
        ledger,
        shown_columns(plan),
        tuple(name for name in job.source.header if name not in named),
        handler,
        notices=(closing.warning,) if closing is not None and closes else (),
    )


def _make_run(plan: DocumentPlan, ledger: Ledger) -> DocumentRun:
    target, options = plan.target, plan.job.options
    schemas = {target.schema.model: target.schema, plan.line_schema.model: plan.line_schema}
    compared = replace(options, dry_run=True, dry_run_server=False)
    return DocumentRun(
        target.odoo,
        _make_parts(plan, ledger),
        options,
        ledger,
        processor_opener(target, schemas, options, plan.job.journal),
        processor_opener(target, schemas, compared, plan.job.journal),
    )


def _make_parts(plan: DocumentPlan, ledger: Ledger) -> DocumentParts:
    target, rules, line_type = plan.target, plan.rules, plan.line_type
    own, of_line = _halves(plan)
    book = DocumentBook(rules, line_type, own, of_line, ledger)
    is_nested = plan.columns.nested is not None
    checker = DocumentChecker(own, of_line, ledger, book.fail, is_nested=is_nested)
    records = _make_record_parts(plan, own, of_line, checker)
    amounts = sorted(set(line_type.line_totals.values()) & plan.line_schema.fields.keys())
    dry_run = plan.job.options.is_dry
    return DocumentParts(
        rules,
        line_type,
        layout_of(plan),
        plan.rows,
        own,
        of_line,
        checker,
        DocumentPlanner(records, ledger, book.fail),
        book,
        TotalsCheck(
            target.odoo,
            rules,
            book,
            line_type.model,
            amounts,
            dry_run=dry_run,
            may_read_ids=target.may_read_ids,
        ),
        DocumentWaves(
            target.schema,
            plan.columns.record.columns,
            plan.line_schema,
            plan.columns.lines.columns,
            plan.parent,
        ),
        (*own.resolvers, *of_line.resolvers),
        _make_closer(plan, book, ledger),
    )


def _make_record_parts(
    plan: DocumentPlan, own: Half, of_line: Half, checker: DocumentChecker
) -> RecordParts:
    target, rules = plan.target, plan.rules
    check = None
    if rules.make_check is not None and target.odoo is not None:
        check = rules.make_check(target.odoo, target.company_id)
    mine, theirs = part_options(plan.job.options, plan)
    made_by_lines = {plan.line_schema.fields[name].relation for name in theirs.create_missing}
    each_row = target.schema.model not in made_by_lines
    identities = make_identities(target, mine, plan.job.journal, each_row=each_row)
    domain = target.schema.fields[plan.line_type.one2many].domain
    return RecordParts(
        rules,
        plan.line_type,
        own,
        of_line,
        checker,
        identities,
        Holdings(target, rules, plan.line_schema, plan.parent, identities.find_ids, domain),
        check,
    )


def _make_closer(plan: DocumentPlan, book: DocumentBook, ledger: Ledger) -> DocumentCloser | None:
    odoo, options, closing = plan.target.odoo, plan.job.options, plan.rules.closing
    if closing is None or odoo is None or options.is_dry or not getattr(options, closing.option):
        return None
    return DocumentCloser(odoo, plan.rules, closing, book, ledger)


def _halves(plan: DocumentPlan) -> tuple[Half, Half]:
    """Return what reads the document's own cells, and what reads its lines'."""
    target, options, journal = plan.target, plan.job.options, plan.job.journal
    line_target = replace(target, schema=plan.line_schema)
    mine, theirs = part_options(options, plan)
    required = target.required_of(plan.line_schema) - {plan.parent}
    own = _validator(
        plan.columns.record.columns,
        target.schema,
        mine,
        plan,
        bind=RecordBinder(target.schema, plan.import_type),
        required=target.required_on_create,
        ignored=(*plan.ignored, *plan.columns.record.left_out),
    )
    of_line = _validator(
        plan.columns.lines.columns,
        plan.line_schema,
        theirs,
        plan,
        bind=LineBinder(target.schema, plan.line_schema, plan.import_type),
        required=required,
        ignored=(*plan.ignored, *plan.columns.lines.left_out),
    )
    checked = frozenset(plan.line_type.totals.values()) & only_checked(plan)
    amounts = frozenset(plan.line_type.line_totals.values())
    return (
        Half(own, make_resolver(target, target.schema, mine, journal), checked),
        Half(
            of_line,
            make_resolver(line_target, plan.line_schema, theirs, journal),
            amounts,
            by_tax_use={
                use: make_resolver(line_target, limit_taxes(plan.line_schema, use), theirs, journal)
                for use in TAX_USES
            },
            tax_use=plan.rules.tax_use,
            parent=plan.parent,
        ),
    )


def _validator(
    columns: Sequence[Column],
    schema: ModelSchema,
    options: ImportOptions,
    plan: DocumentPlan,
    *,
    bind: RecordBinder | LineBinder,
    required: frozenset[str],
    ignored: Sequence[str],
) -> Validator:
    return build_validator(
        columns,
        schema,
        None,
        clear_empty=options.clear_empty,
        set_values=options.set_values,
        notation=Notation(plan.target.tz, options.date_format),
        ignored=ignored,
        ignore_unknown=options.ignore_unknown_columns,
        bind_late=bind.bind_known,
        required_on_create=required,
    )
