"""Which assembly a kind of file has."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from odoo_ingestion.orchestrator.assembly import Assembly, Job
from odoo_ingestion.orchestrator.documents.assembly import assemble_documents
from odoo_ingestion.orchestrator.inventory.assembly import assemble_inventory
from odoo_ingestion.orchestrator.plain.assembly import assemble_plain
from odoo_ingestion.orchestrator.variants.assembly import assemble_variants
from odoo_ingestion.records import ImportKind

_ASSEMBLERS: Mapping[ImportKind, Callable[[Job], Assembly]] = {
    ImportKind.PLAIN: assemble_plain,
    ImportKind.VARIANTS: assemble_variants,
    ImportKind.DOCUMENTS: assemble_documents,
    ImportKind.INVENTORY: assemble_inventory,
}


def assemble(job: Job) -> Assembly:
    """Put the rooms together for a file whose header is known.

    Raises ColumnError and UsageError for what does not fit; nothing has been sent then.
    """
    chosen = job.target.import_type
    return _ASSEMBLERS[chosen.kind if chosen else ImportKind.PLAIN](job)
