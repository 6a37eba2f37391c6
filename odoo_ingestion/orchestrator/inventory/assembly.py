"""Puts the rooms together for a file of quantities on hand."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec.structs import replace

from odoo_ingestion.data_models import LEFT_TO_ODOO, inventory_schema
from odoo_ingestion.errors import UsageError
from odoo_ingestion.inventory import DeskRules, InventoryDesk, check_inventory, check_rights
from odoo_ingestion.mapping import (
    ColumnBinder,
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
    shown_field,
)
from odoo_ingestion.orchestrator.inventory.run import InventoryParts, InventoryRun
from odoo_ingestion.orchestrator.plain.extra_cells import NO_IMAGES
from odoo_ingestion.orchestrator.target import Target
from odoo_ingestion.records import Column
from odoo_ingestion.runs import ImportOptions

_COUNTED, _DIFFERENCE = "inventory_quantity", "inventory_diff_quantity"
_ON_HAND = frozenset({"quantity", "on hand", "on hand quantity", "quantity on hand"})
"""What Odoo's own template calls the quantity that it shows beside the counted one."""


def assemble_inventory(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit, and for what the user may not do.
    """
    options = job.options
    _check_options(options)
    target = replace(
        job.target, schema=inventory_schema(job.target.schema), required_on_create=frozenset()
    )
    header = columns_without(job.source.header, options.ignore)
    columns, notices = _columns(header, target, options)
    fields = {c.field for c in columns.columns}
    check_inventory(
        target.schema.version,
        apply=options.apply,
        differences=_DIFFERENCE in fields | set(options.set_values),
    )
    if target.odoo is not None:
        check_rights(target.odoo, apply=options.apply)
    bound = columns.columns
    ignored = (
        *ignored_columns(job.source.header, options.ignore),
        *(name for name in header if name not in {c.name for c in bound}),
    )
    parts = InventoryParts(
        make_validator(columns, ignored, target, options),
        make_resolver(target, target.schema, options, job.journal),
        _desk(target, options, job),
    )
    handler = make_handler(job)
    ledger = make_ledger(job, target.schema.model, handler)
    ledger.tally.notices_before += notices
    if options.fetch_images:
        ledger.notice(NO_IMAGES)
    run = InventoryRun(job.source, parts, options, ledger)
    pairs = tuple((column.name, shown_field(column)) for column in bound)
    return Assembly(
        target.schema.model, run, ledger, pairs, ignored, handler, notices=_said_before(options)
    )


def _desk(target: Target, options: ImportOptions, job: Job) -> InventoryDesk | None:
    if target.odoo is None:
        return None

    memory = job.memory

    def changes(product_id: int, template_id: int) -> dict[str, str]:
        of_template = memory.changed("product.template", template_id)
        return {**of_template, **memory.changed("product.product", product_id)}

    rules = DeskRules(options.apply, options.is_dry, options.mode, target.company_id)
    return InventoryDesk(target.odoo, rules, changes, job.journal)


def _check_options(options: ImportOptions) -> None:
    """Raise UsageError for options that mean nothing for quantities."""
    given = {
        "--key": bool(options.key),
        "--clear-empty": bool(options.clear_empty),
        "--dry-run-server": options.dry_run_server,
        "--m2m add": options.m2m == "add",
    }
    for name, is_given in given.items():
        if is_given:
            hint = "Use --dry-run." if name == "--dry-run-server" else f"Leave {name} out."
            raise UsageError(f"{name} does nothing for a file of quantities", hint=hint)


def _columns(
    header: Sequence[str], target: Target, options: ImportOptions
) -> tuple[ColumnMap, list[str]]:
    """Bind the columns of a file, but for those of Odoo's template that say nothing here."""
    binder = ColumnBinder(target.schema, target.import_type)
    bound = {name: binder.bind_known(name) for name in header}
    beside = _beside_the_count({name: c for name, c in bound.items() if c is not None})
    left = [name for name, c in bound.items() if c is not None and c.field in LEFT_TO_ODOO]
    kept = [name for name in header if name not in beside and name not in left]
    columns = map_columns(kept, target.schema, target.import_type)
    notices = list(check_columns(columns, ignore_unknown=options.ignore_unknown_columns))
    own = [c.name for c in columns.columns if c.field == "id"]
    if own:
        raise UsageError(
            f"column {own[0]!r}: a quantity has no id of its own, it is known by its place",
            hint=f"Leave it out: --ignore {own[0]}.",
        )
    notices += [f"left out: column '{n}': the file has the counted quantity too" for n in beside]
    notices += [f"left out: column '{n}': Odoo sets it itself when stock is counted" for n in left]
    return columns, notices


def _beside_the_count(bound: dict[str, Column]) -> list[str]:
    """Return the columns that stand beside a counted quantity: what was there, and by how much it
    differs.

    Odoo's template (15 to 19) has Quantity, Counted Quantity and Difference.
    """
    counted = [name for name, column in bound.items() if column.field == _COUNTED]
    on_hand = [name for name in counted if name.strip().lower() in _ON_HAND]
    if len(on_hand) != 1 or len(counted) != 2:
        return []
    differences = [name for name, column in bound.items() if column.field == _DIFFERENCE]
    return [*on_hand, *differences]


def _said_before(options: ImportOptions) -> tuple[str, ...]:
    if options.is_dry:
        return ()
    if options.apply:
        return (
            "--apply: what differs is posted as stock moves, with their value; this cannot be "
            "undone",
        )
    return ("counts are left for review in Odoo (Physical Inventory); --apply would apply them",)
