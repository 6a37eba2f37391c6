"""Which Odoo record a row speaks of: its external id, its database id, or its business key."""

from odoo_ingestion.identity.keys import Key, KeyFinder, KeyValue, Match
from odoo_ingestion.identity.resolver import (
    Candidate,
    Identity,
    IdentityResolver,
    IdentityRules,
)

__all__ = [
    "Candidate",
    "Identity",
    "IdentityResolver",
    "IdentityRules",
    "Key",
    "KeyFinder",
    "KeyValue",
    "Match",
]
