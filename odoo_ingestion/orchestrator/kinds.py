"""Which assembly a kind of file has; what only one of them needs is imported with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from odoo_ingestion.orchestrator.assembly import Assembly, Job
from odoo_ingestion.records import ImportKind


def assemble(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit; nothing has been sent then.
    """
    chosen = job.target.import_type
    return _ASSEMBLERS[chosen.kind if chosen else ImportKind.PLAIN](job)


def _plain(job: Job) -> Assembly:
    from odoo_ingestion.orchestrator.plain.assembly import assemble_plain

    return assemble_plain(job)


def _variants(job: Job) -> Assembly:
    from odoo_ingestion.orchestrator.variants.assembly import assemble_variants

    return assemble_variants(job)


def _documents(job: Job) -> Assembly:
    from odoo_ingestion.orchestrator.documents.assembly import assemble_documents

    return assemble_documents(job)


def _inventory(job: Job) -> Assembly:
    from odoo_ingestion.orchestrator.inventory.assembly import assemble_inventory

    return assemble_inventory(job)


_ASSEMBLERS: Mapping[ImportKind, Callable[[Job], Assembly]] = {
    ImportKind.PLAIN: _plain,
    ImportKind.VARIANTS: _variants,
    ImportKind.DOCUMENTS: _documents,
    ImportKind.INVENTORY: _inventory,
}
