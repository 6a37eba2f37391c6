"""Which Odoo record a row speaks of: its external id, its database id, or its business key."""

from odoo_ingestion.identity.bank_accounts import BankAccountFinder
from odoo_ingestion.identity.candidates import Candidate, Identity, IdentityRules
from odoo_ingestion.identity.keys import Key, KeyFinder, KeyValue, Match
from odoo_ingestion.identity.resolver import IdentityResolver
from odoo_ingestion.identity.supplier_prices import SupplierPriceFinder

__all__ = [
    "BankAccountFinder",
    "Candidate",
    "Identity",
    "IdentityResolver",
    "IdentityRules",
    "Key",
    "KeyFinder",
    "KeyValue",
    "Match",
    "SupplierPriceFinder",
]
