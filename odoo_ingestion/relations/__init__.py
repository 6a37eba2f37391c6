"""Relations: names, codes and external ids become database ids, in bulk."""

from odoo_ingestion.relations.comodels import known_by
from odoo_ingestion.relations.matching import Finding, Kind, Match
from odoo_ingestion.relations.resolver import RelationResolver, Resolution, check_create_missing
from odoo_ingestion.relations.single import lookup_names
from odoo_ingestion.relations.texts import sort_of

__all__ = [
    "Finding",
    "Kind",
    "Match",
    "RelationResolver",
    "Resolution",
    "check_create_missing",
    "known_by",
    "lookup_names",
    "sort_of",
]
