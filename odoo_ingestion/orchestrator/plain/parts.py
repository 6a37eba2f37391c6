"""What the run of a file of plain records needs of the other rooms."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol

from msgspec import Struct

from odoo_ingestion.data_models import Validator
from odoo_ingestion.identity import IdentityResolver
from odoo_ingestion.images import ImageLoader
from odoo_ingestion.orchestrator.plain.accounts import BankAccounts
from odoo_ingestion.orchestrator.plain.following import Follower
from odoo_ingestion.orchestrator.plain.parents import ParentLinker
from odoo_ingestion.safeguards import Safeguard


class Resolver(Protocol):
    """Makes records for relations that are missing, where the user allows it."""

    @property
    def created_records(self) -> Mapping[str, int]:
        """How many were made, by model."""
        ...


class Parts(Struct, frozen=True):
    """What a run needs of the other rooms, ready for one file."""

    validator: Validator
    resolver: Resolver
    identities: IdentityResolver
    safeguard: Safeguard
    parents: ParentLinker
    lists: frozenset[str]
    images: ImageLoader | None = None
    accounts: BankAccounts | None = None
    followers: tuple[Follower, ...] = ()
