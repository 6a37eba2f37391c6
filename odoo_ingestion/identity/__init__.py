"""Which Odoo record a row speaks of: its external id, its database id, or its business key."""

from odoo_ingestion.identity.candidates import Candidate, Identity, IdentityRules
from odoo_ingestion.identity.keys import Key, KeyFinder, KeyValue, Match
from odoo_ingestion.identity.resolver import IdentityResolver

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
